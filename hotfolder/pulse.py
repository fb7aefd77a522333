"""Do all loops work? Asked by who checks the health, and before the service manager is told so."""

import time
from collections.abc import Collection, Sequence
from typing import Protocol


class Beating(Protocol):
    """A loop, as far as its pulse is concerned."""

    name: str

    @property
    def has_worked(self) -> bool: ...

    def is_late(self, now: float) -> bool: ...

    def is_held(self) -> bool: ...


class Pulse:
    """All loops, and which of them must have worked before anybody may rely on us."""

    def __init__(self, loops: Sequence[Beating], needed: Collection[str]) -> None:
        self._loops = loops
        self._needed = needed

    def awaited(self) -> list[str]:
        """The needed loops that have not ended a single step without an error yet."""
        return [
            loop.name for loop in self._loops if loop.name in self._needed and not loop.has_worked
        ]

    def late(self) -> list[str]:
        """The loops that died, or were not heard of for longer than a step of theirs may take."""
        now = time.monotonic()
        return [loop.name for loop in self._loops if loop.is_late(now)]

    def stuck(self) -> list[str]:
        """The late loops that a new start may help, not those that wait for a dead share."""
        now = time.monotonic()
        return [loop.name for loop in self._loops if loop.is_late(now) and not loop.is_held()]
