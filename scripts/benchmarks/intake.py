"""Orders: how many a second are durable when they are answered with 200."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle

from scripts.benchmarks import floors
from scripts.benchmarks.client import orders, post_all
from scripts.benchmarks.sizes import Lines, Measured, Sizes
from scripts.benchmarks.stand import Stand, wait_for

WORK_SECONDS = 600.0
TURNS = 3


def fill(stand: Stand, sizes: Sizes) -> None:
    """Put the jobs on the floor, through the intake, and wait until nothing is left to do."""
    post_all(stand, orders(stand, _items(sizes)), connections=2)
    wait_until_done(stand)


def _items(sizes: Sizes) -> list[int]:
    """How many items each order has, so that there are as many jobs as wanted."""
    items: list[int] = []
    for count in cycle(sizes.items):
        left = sizes.jobs - sum(items)
        if not left:
            return items
        items.append(min(count, left))
    return items


def wait_until_done(stand: Stand) -> None:
    """Every order's job is on the floor and every signal has arrived."""

    def is_done() -> bool:
        return not stand.count(
            "SELECT (SELECT count(*) FROM job WHERE state <> 'floor' OR rename_due)"
            " + (SELECT count(*) FROM outbox WHERE state <> 'sent')"
        )

    wait_for(is_done, WORK_SECONDS, "the end of all work under way", pause=0.25)


def intake(stand: Stand, sizes: Sizes) -> Lines:
    """Orders of one item a second, with the downloads and signals that they cause going on.

    In turns with the floor, as the speed of a machine comes and goes; the turn in the middle is
    told. Noted as well: without downloads, the orders' files being at a server that never answers.
    """
    ones = [1] * (sizes.orders // TURNS)
    turns = []
    for turn in range(TURNS):
        before = floors.orders_a_second(stand, len(ones), f"floor-{turn}-1")
        rate = len(ones) / post_all(stand, orders(stand, ones))
        wait_until_done(stand)
        after = floors.orders_a_second(stand, len(ones), f"floor-{turn}-2")
        turns.append((rate, (before + after) / 2))
    with _silent_server() as url:
        quiet = len(ones) / post_all(stand, orders(stand, ones, url))
    value, floor = sorted(turns, key=lambda turn: turn[0] / turn[1])[TURNS // 2]
    notes = {"orders a second without downloads": quiet}
    return {"orders": Measured(value=value, floor=floor, notes=notes)}


@contextmanager
def _silent_server() -> Iterator[str]:
    """The address of a file server that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
