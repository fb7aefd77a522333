"""Is a stage heard? A probe is a change that must be announced. It is judged here, not made."""

from dataclasses import dataclass
from enum import Enum

MOST_MISSED = 2


class Step(Enum):
    """What is to be done about a stage now."""

    NOTHING = "nothing is due"
    HEARD = "it is heard"
    ASK = "make a change that must be announced"
    RENEW = "throw the watch away and make a new one"


@dataclass(kw_only=True, slots=True)
class Probe:
    """Of one stage. All times are monotonic seconds.

    `every`: after so long a silence a stage is asked; `patience`: so long it may take to answer.
    `renewals`: how many watches were made in vain since the stage was last heard.
    """

    every: float
    patience: float
    asked: float | None = None
    next: float = 0.0
    missed: int = 0
    renewals: int = 0

    def step(self, now: float, heard: float) -> Step:
        """What follows from when something was last `heard`."""
        if heard >= (now - self.every if self.asked is None else self.asked):
            self.asked, self.missed, self.renewals = None, 0, 0
            self.next = heard + self.every
            return Step.HEARD
        if self.asked is None:
            return Step.ASK if now >= self.next else Step.NOTHING
        if now - self.asked < self.patience:
            return Step.NOTHING
        self.asked = None
        self.missed += 1
        return self.renew(now) if self.missed >= MOST_MISSED else Step.ASK

    def ask(self, now: float) -> None:
        """The change has just been made."""
        self.asked = now

    def can_not_ask(self, now: float) -> None:
        """The change could not be made."""
        self.next = now + self.every

    def renew(self, now: float) -> Step:
        """A new watch is needed; the first is asked at once, a later one after a while."""
        self.renewals += 1
        self.missed = 0
        self.next = now if self.renewals == 1 else now + self.every
        return Step.RENEW

    @property
    def is_deaf(self) -> bool:
        """True when a new watch did not help."""
        return self.renewals > 1
