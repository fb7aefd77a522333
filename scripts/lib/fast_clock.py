"""A clock for long runs in a short time."""

import time
from datetime import UTC, datetime, timedelta


class FastClock:
    """A clock that runs so many times faster than the real one."""

    def __init__(self, factor: float) -> None:
        self._factor = factor
        self._wall, self._began = datetime.now(UTC), time.monotonic()

    def now(self) -> datetime:
        return self._wall + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        return (time.monotonic() - self._began) * self._factor
