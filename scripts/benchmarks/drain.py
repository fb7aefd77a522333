"""A backlog goes out: one by one, in bundles, with orders coming in, and when it is very long."""

import subprocess
import sys
import time
from statistics import median
from typing import Any

from scripts.benchmarks.client import orders, post_all
from scripts.benchmarks.floors import signals_a_second
from scripts.benchmarks.idle import MB, memory
from scripts.benchmarks.outage import failures
from scripts.benchmarks.sizes import Lines, Measured, Sizes, share
from scripts.benchmarks.stand import BenchError, Setup, Stand, stand, wait_for

DRAIN_SECONDS = 300.0
START_SECONDS = 60.0
LOOK_SECONDS = 0.02
ORDER_EVERY = 0.05
COMMAND_RUNS = 5
DOWN: dict[str, Any] = {"status": 503}
MS = 1000


def drain(main: Stand, sizes: Sizes) -> Lines:
    """Signals a second, singly and bundled.

    The floor posts the same signals one by one over one kept-alive connection, each claimed and
    marked in a database of the same schema, durably.
    """
    lines: Lines = {}
    before = signals_a_second(main, sizes.floor_signals, "floor-drain")
    for name, limit in (("drain", 1), ("drain-bundled", 50)):
        rate, notes = _drained(main, sizes, name, bundle_limit=limit)
        after = signals_a_second(main, sizes.floor_signals, f"floor-{name}")
        lines[name] = Measured(value=rate, floor=(before + after) / 2, notes=notes)
        before = after
    return lines


def _drained(
    main: Stand, sizes: Sizes, name: str, bundle_limit: int
) -> tuple[float, dict[str, float]]:
    """Signals a second from the first arrival to the last, and the seconds since the recovery."""
    wanted = sizes.backlog
    setup = Setup(signals={"bundle_limit": bundle_limit}, backlog=wanted, fault=DOWN)
    with stand(main.folder / name, setup) as ours:
        wait_for(lambda: failures(ours) >= sizes.probes, START_SECONDS, "probes of the receiver")
        ours.arrivals.skip()
        began = time.time()
        ours.set_fault({})
        found = ours.arrivals.wait(wanted, DRAIN_SECONDS, LOOK_SECONDS)
    if len(found) != wanted:
        raise BenchError(f"{wanted} signals waited, {len(found)} arrived")
    first, last = found[0].at, found[-1].at
    return wanted / (last - first), {"seconds from recovery to the last": last - began}


def enqueue(main: Stand, sizes: Sizes) -> Lines:
    """Milliseconds until an order is taken durably, 99 of 100, while a backlog drains."""
    setup = Setup(signals={"bundle_limit": 1}, backlog=sizes.backlog, fault=DOWN)
    with stand(main.folder / "enqueue", setup) as ours:
        ours.arrivals.skip()
        ours.set_fault({})
        left = sizes.backlog - len(ours.arrivals.wait(1, START_SECONDS))
        seconds: list[float] = []
        while left > 0 and len(seconds) < sizes.enqueued:
            seconds.append(post_all(ours, orders(ours, [1]), connections=1))
            time.sleep(ORDER_EVERY)
            left -= len(ours.arrivals.new())
    if not seconds:
        raise BenchError("all signals had gone before an order could be posted")
    return {"enqueue": Measured(value=MS * share(seconds, 0.99))}


def long_backlog(main: Stand, sizes: Sizes) -> Lines:
    """A daemon that starts with very many waiting signals: its first words, its size, its list.

    The list is the whole command, as somebody at a terminal waits for it.
    """
    with stand(main.folder / "long", Setup(backlog=sizes.long_backlog)) as ours:
        found = ours.arrivals.wait(1, START_SECONDS)
        if not found:
            raise BenchError("no signal came")
        ours.set_fault(DOWN)
        wait_for(lambda: failures(ours) >= 1, START_SECONDS, "the receiver is seen to be down")
        command = [sys.executable, "-m", "hotfolder", "signals", "--config", str(ours.config)]
        whole = median(_seconds(command) for _ in range(COMMAND_RUNS))
        empty = median(_seconds([sys.executable, "-c", ""]) for _ in range(COMMAND_RUNS))
        return {
            "first-signal": Measured(value=found[0].at - ours.started),
            "long-memory": Measured(value=memory(ours.pid) / MB),
            "list": Measured(value=MS * whole, notes={"ms of Python alone": MS * empty}),
        }


def _seconds(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, capture_output=True, check=False)
    return time.perf_counter() - began
