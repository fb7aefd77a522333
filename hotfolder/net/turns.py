"""Turns: so many at a time from one server, however many files it has for us."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from hotfolder.errors import FetchError, FetchKind


class Turns:
    """At most `most` at a time for each host, across threads.

    Who does not get a turn within `seconds` is sent away, so that one slow server with many files
    does not tie up all workers: they pass its files by until they find one of another server.
    """

    def __init__(self, most: int, seconds: float) -> None:
        self._most = most
        self._seconds = seconds
        self._busy: Counter[str] = Counter()
        self._freed = threading.Condition()

    @contextmanager
    def at(self, host: str) -> Iterator[None]:
        """A turn that lasts as long as the block. Raises FetchError when there is none."""
        with self._freed:
            if not self._freed.wait_for(lambda: self._busy[host] < self._most, self._seconds):
                raise FetchError(
                    f"it waits for its turn: {self._most} files at a time come from this server",
                    FetchKind.BUSY,
                )
            self._busy[host] += 1
        try:
            yield
        finally:
            with self._freed:
                self._busy[host] -= 1
                if not self._busy[host]:
                    del self._busy[host]
                self._freed.notify_all()
