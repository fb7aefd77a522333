"""How well each stage is heard: measured by the observer, used by the rounds, shown to people."""

from dataclasses import dataclass
from enum import StrEnum


class Way(StrEnum):
    """How changes in a stage become known. Deaf: they should be announced and are not."""

    EVENTS = "events"
    POLLED = "polled"
    DEAF = "deaf"


@dataclass(frozen=True, kw_only=True, slots=True)
class Ear:
    """How one stage is heard, and why not by events."""

    way: Way = Way.EVENTS
    why: str = ""


class Ears:
    """Shared by the observer, which listens, and the rounds, which look. For any thread."""

    def __init__(self) -> None:
        self._ears: dict[str, Ear] = {}
        self._heard: dict[str, float] = {}
        self._drift: dict[str, int] = {}
        self.overflows = 0
        self.last_overflow = 0.0

    def of(self, stage: str) -> Ear:
        """How this stage is heard; by events unless anything else is known."""
        return self._ears.get(stage, Ear())

    def set(self, stage: str, ear: Ear) -> bool:
        """True when that is a change."""
        changed = self.of(stage) != ear
        self._ears[stage] = ear
        return changed

    def hear(self, stage: str, now: float) -> None:
        """Something was announced: it works."""
        self._heard[stage] = now
        self._drift.pop(stage, None)

    def heard_at(self, stage: str) -> float:
        """When something was last announced, in monotonic seconds; before all time if never."""
        return self._heard.get(stage, float("-inf"))

    def drifted(self, stage: str) -> None:
        """A timed look found a change that nobody had announced."""
        self._drift[stage] = self._drift.get(stage, 0) + 1

    def drift(self, stage: str) -> int:
        """In how many timed looks there was one, since something was announced."""
        return self._drift.get(stage, 0)

    def forget_drift(self, stage: str) -> None:
        """The stage is listened to anew."""
        self._drift.pop(stage, None)

    def overflow(self, now: float) -> None:
        """More changed at once than the system keeps: some of it was never announced."""
        self.overflows += 1
        self.last_overflow = now
