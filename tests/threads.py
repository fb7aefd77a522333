"""Threads of tests: their work has ended when the call returns."""

import threading
from collections.abc import Callable, Iterable
from typing import TypeVar

LIMIT_SECONDS = 60.0
T = TypeVar("T")


def at_once(works: Iterable[Callable[[], object]]) -> None:
    """Each of them in its own thread, all at the same time."""
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LIMIT_SECONDS)
    assert not any(thread.is_alive() for thread in threads), "a thread does not end"


def in_thread(action: Callable[[], T]) -> T:
    """What the action returns in another thread."""
    results: list[T] = []
    at_once([lambda: results.append(action())])
    return results[0]
