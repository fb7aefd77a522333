"""Orders: how many a second are durable when they are answered with 200."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

from scripts.benchmarks import floors
from scripts.benchmarks.client import orders, post_all
from scripts.benchmarks.sizes import Lines, Measured, Sizes
from scripts.benchmarks.stand import Stand, wait_for

WORK_SECONDS = 600.0


def fill(stand: Stand, sizes: Sizes) -> None:
    """Put the jobs on the floor, through the intake, and wait until nothing is left to do."""
    post_all(stand, orders(stand, sizes.jobs), connections=2)
    wait_until_done(stand)


def wait_until_done(stand: Stand) -> None:
    """Every order's job is on the floor and every signal has arrived."""

    def is_done() -> bool:
        return not stand.count(
            "SELECT (SELECT count(*) FROM job WHERE state <> 'floor' OR rename_due)"
            " + (SELECT count(*) FROM outbox WHERE state <> 'sent')"
        )

    wait_for(is_done, WORK_SECONDS, "the end of all work under way", pause=0.25)


def intake(stand: Stand, sizes: Sizes) -> Lines:
    """Orders a second, with the downloads and signals that they cause going on all the time.

    Noted as well: without downloads, the orders' files being at a server that never answers.
    """
    before = floors.orders_a_second(stand, sizes.orders, "floor-1")
    busy = sizes.orders / post_all(stand, orders(stand, sizes.orders))
    wait_until_done(stand)
    with _silent_server() as url:
        quiet = sizes.orders / post_all(stand, orders(stand, sizes.orders, url))
    after = floors.orders_a_second(stand, sizes.orders, "floor-2")
    notes = {"orders a second without downloads": quiet}
    return {"orders": Measured(value=busy, floor=median((before, after)), notes=notes)}


@contextmanager
def _silent_server() -> Iterator[str]:
    """The address of a file server that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
