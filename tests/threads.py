"""Threads of tests: their work has ended when the call or the block has."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

LIMIT_SECONDS = 60.0
T = TypeVar("T")


def at_once(works: Iterable[Callable[[], object]]) -> None:
    """Each of them in its own thread, all at the same time."""
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    _wait_for(threads)


@contextmanager
def again_and_again(
    count: int, work: Callable[[], object], at_end: Callable[[], object] = lambda: None
) -> Iterator[None]:
    """So many threads do this over and over while the block runs, and each `at_end` once."""
    stop = threading.Event()

    def go_on() -> None:
        while not stop.is_set():
            work()
        at_end()

    threads = [threading.Thread(target=go_on) for _ in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        _wait_for(threads)


def in_thread(action: Callable[[], T]) -> T:
    """What the action returns in another thread."""
    results: list[T] = []
    at_once([lambda: results.append(action())])
    return results[0]


def _wait_for(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.join(LIMIT_SECONDS)
    assert not any(thread.is_alive() for thread in threads), "a thread does not end"
