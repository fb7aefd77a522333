"""A shop with rounds that are driven by hand."""

from dataclasses import replace

import pytest

from hotfolder.domain.job import Job
from hotfolder.services.shop import Rules, Shop
from hotfolder.watch.rounds import Rounds
from tests.fakes import ManualClock
from tests.steps import job_on_floor, moves_of

EVERY = 5.0
SETTLE = 10.0
PATIENCE = 30.0


class Hands:
    """Makes rounds: at once after a hint, or as time passes."""

    def __init__(self, shop: Shop, clock: ManualClock) -> None:
        self.shop = shop
        self._clock = clock
        self.rounds = Rounds(shop, EVERY)

    def look(self, *stages: str) -> None:
        """One round, after hints for these stages."""
        for stage in stages:
            self.rounds.hint(stage)
        self.rounds.step()

    def wait(self, seconds: float) -> None:
        """Time passes, and rounds are made when they want to be made."""
        end = self._clock.monotonic() + seconds
        while True:
            pause = max(self.rounds.step(), 0.05)
            left = end - self._clock.monotonic()
            self._clock.turn(min(pause, max(left, 0.0)))
            if left <= pause:
                break
        self.rounds.step()

    def restart(self) -> None:
        """The daemon ends and starts again: what the rounds remembered is gone."""
        self.rounds = Rounds(self.shop, EVERY)


def moves(shop: Shop, job: Job) -> int:
    """How often the job was noted as moved."""
    return len(moves_of(shop, job))


@pytest.fixture
def shop(shop: Shop) -> Shop:
    rules = Rules(settle_seconds=SETTLE, note_after_seconds=PATIENCE, tracking_quiet_seconds=0)
    return replace(shop, rules=rules)


@pytest.fixture
def hands(shop: Shop, clock: ManualClock) -> Hands:
    return Hands(shop, clock)


@pytest.fixture
def job(hands: Hands, shop: Shop) -> Job:
    """A job in the first stage, seen there."""
    made = job_on_floor(shop)
    hands.look()
    return made
