"""What truly happened to the jobs of a run with actors, and when the daemon was there to see it.

All times are unix seconds of this machine, as the daemon's own.
"""

import math
import threading
from dataclasses import dataclass, field
from pathlib import Path

STAGES = ("new", "print", "produced", "packed", "shipped")
FOLDERS = {
    "new": "10-new",
    "print": "20-print",
    "produced": "30-produced",
    "packed": "40-packed",
    "shipped": "50-shipped",
    "hold": "90-hold",
    "delayed/4h": "91-delayed/4h",
    "delayed/24h": "91-delayed/24h",
    "archive": "99-archive",
}


@dataclass(slots=True)
class Stay:
    """A job in a stage, by the key of the stage.

    `began`: it can not have been there before. `there`: since when it lies there whole, and nowhere
    else. `ended`: it was there until then.
    """

    stage: str
    began: float
    there: float = math.inf
    ended: float = math.inf


@dataclass(slots=True)
class Life:
    """One job: where its folder lies, copies of it that were left, and all its stays so far.

    `tracked` is when its tracking file was written.
    """

    order: str
    item: str
    path: Path
    stays: list[Stay]
    tracked: float = math.inf
    copies: list[Path] = field(default_factory=list)

    @property
    def now(self) -> Stay:
        return self.stays[-1]


class Uptimes:
    """When the daemon ran and was ready. Threads may ask while it goes on."""

    def __init__(self) -> None:
        self._times: list[tuple[float, float]] = []
        self._lock = threading.Lock()

    def up(self, at: float) -> None:
        """It is ready since then."""
        with self._lock:
            self._times.append((at, math.inf))

    def down(self, at: float) -> None:
        """It was killed then."""
        with self._lock:
            if self._times and self._times[-1][1] > at:
                self._times[-1] = self._times[-1][0], at

    @property
    def is_up(self) -> bool:
        with self._lock:
            return bool(self._times) and self._times[-1][1] == math.inf

    def longest(self, since: float, until: float) -> float:
        """Seconds for which it ran in one go within this time."""
        with self._lock:
            times = list(self._times)
        return max((min(end, until) - max(begin, since) for begin, end in times), default=0.0)
