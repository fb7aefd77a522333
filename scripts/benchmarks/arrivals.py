"""What arrived at the receiver, and when, by the receiver's own account file."""

import json
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

LOOK_SECONDS = 0.001


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrival:
    """A signal that the receiver accepted; `at` is unix time."""

    at: float
    type: str
    order: str
    item: str


class Arrivals:
    """Follows the account file: the receiver writes a line there before it answers with 200."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        self._rest = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def new(self) -> list[Arrival]:
        """What has arrived since the last call."""
        *lines, self._rest = (self._rest + self._file.read()).split(b"\n")
        signals = [json.loads(line) for line in lines]
        return [
            Arrival(at=one["at"], type=one["type"], order=one["order"], item=one["item"])
            for one in signals
        ]

    def wait(self, count: int, seconds: float, pause: float = LOOK_SECONDS) -> list[Arrival]:
        """The next `count` arrivals or more; fewer when they do not come in time."""
        end = time.monotonic() + seconds
        found = self.new()
        while len(found) < count and time.monotonic() < end:
            time.sleep(pause)
            found += self.new()
        return found

    def skip(self) -> None:
        """Forget what has arrived so far."""
        self.new()
