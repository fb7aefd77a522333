"""Power cuts: what was promised is on the disk, whatever had not been synced when the power went.

The same is shown to fail with synchronous=NORMAL, so that nobody has to believe the test.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import pytest

from hotfolder.domain.answer import Answer
from hotfolder.errors import StoreError
from hotfolder.services.recover import free_stuck, recover
from hotfolder.services.send_signals import Gate, send_next
from hotfolder.services.shop import SIGNALS, Shop
from hotfolder.store.store import Store
from tests.fakes import ManualClock
from tests.faults.bed import ALL, a_shop, promises_of
from tests.faults.oracle import Name, lost, overtaken, said_too_much
from tests.faults.power import Disk, Step, after_power_cut, marked
from tests.steps import look_up, with_usual

CUTS = 100
MOST_IN_A_BUNDLE = 3


class Taker:
    """The receiver: accepts all, and tells the disk what it was asked and what it took."""

    def __init__(self, disk: Disk | None = None) -> None:
        self._disk = disk
        self.accepted: list[Name] = []

    def send(self, request: Mapping[str, Any]) -> Answer:
        signals = request.get("items", [request])
        names = [(one["order"], one["item"], one["type"]) for one in signals]
        self.accepted += names
        if self._disk is not None:
            self._disk.mark("accepted", names)
        return Answer(status=200)

    def set_key(self, _key: str) -> bool:
        return False


class Life:
    """A shop that promises and sends at random, on a disk that may lose power at any moment."""

    def __init__(self, folder: Path, disk: Disk, dice: Random, *, safely: bool = True) -> None:
        self.disk = disk
        self._dice = dice
        self._safely = safely
        self.clock = ManualClock()
        self.shop = in_bundles(a_shop(folder, self.clock, {SIGNALS: Taker(disk)}))
        self.gate = Gate(self.shop.destinations[SIGNALS])
        self._numbers = count(1)

    def go_on(self, steps: int) -> None:
        for _ in range(steps):
            self._dice.choice((self.promise, self.promise, self.send, self.tidy))()
            self.clock.turn(1)

    def promise(self) -> None:
        number = next(self._numbers)
        order = f"{number % 7:03}"
        promises = [
            one
            for item in range(self._dice.randint(1, 3))
            for one in promises_of(
                order, f"{number % 7}{number:03}{item}", ALL[:2], self.shop.clock.now()
            )
        ]
        with self.transaction():
            self.shop.store.outbox.add(promises)
        names = [(one.signal.order_id, one.signal.item_id, one.signal.type) for one in promises]
        self.disk.mark("promised", names)

    def transaction(self) -> AbstractContextManager[None]:
        store: Store = self.shop.store
        return store.transaction() if self._safely else store.passing_transaction()

    def send(self) -> None:
        send_next(self.shop, self.gate)

    def tidy(self) -> None:
        """What SQLite does by itself now and then: the log goes into the database."""
        look_up(self.path, "pragma wal_checkpoint(restart)")

    @property
    def path(self) -> Path:
        return self.shop.ballast.path.with_name("hotfolder.sqlite")


def in_bundles(shop: Shop) -> Shop:
    return with_usual(shop, bundle_limit=MOST_IN_A_BUNDLE)


def lived(folder: Path, seed: int, *, safely: bool = True) -> list[Step]:
    """The steps of a life's disk."""
    with Disk() as disk:
        life = Life(folder, disk, Random(seed), safely=safely)
        disk.mark("ready", None)
        life.go_on(70)
        life.shop.store.close()
    return disk.steps


class Afterlife:
    """The shop after a power cut: what its disk knows, and what it does then."""

    def __init__(self, folder: Path, steps: Sequence[Step], dice: Random | None) -> None:
        state = folder / "state"
        state.mkdir(parents=True)
        after_power_cut(steps, state, dice)
        self._path = state / "hotfolder.sqlite"
        self._folder = folder
        self.promised: list[Name] = [name for some in marked(steps, "promised") for name in some]
        self.accepted: list[Name] = [name for some in marked(steps, "accepted") for name in some]
        self.rows = look_up(
            self._path, "SELECT order_id, item_id, type, state, last_answer FROM outbox"
        )

    @property
    def gone(self) -> list[Name]:
        return lost(self.promised, self.accepted, self.rows, set())

    def lost_claim(self) -> bool:
        """True when the receiver has signals that the disk still believes to wait."""
        waiting = {row[:3] for row in self.rows if row[3] == "waiting"}
        return any(name in waiting for name in self.accepted)

    def must_be_fine(self) -> None:
        """All that was promised is there; what was under way is sent once more, and no other."""
        assert self.gone == []
        assert said_too_much(self.rows, self.accepted) == []
        taker = Taker()
        clock = ManualClock()
        shop = in_bundles(a_shop(self._folder, clock, {SIGNALS: taker}))
        clock.turn(1000)
        shop.store.check()
        recover(shop)
        gate = Gate(shop.destinations[SIGNALS])
        while send_next(shop, gate):
            pass
        shop.store.close()
        arrived = self.accepted + taker.accepted
        assert set(self.promised) <= set(arrived)
        assert overtaken(self.promised, arrived, set()) == []
        assert len(arrived) - len(set(arrived)) <= MOST_IN_A_BUNDLE


def cuts(steps: Sequence[Step], dice: Random) -> list[int]:
    """Moments after the start at which the power may go."""
    ready = next(at for at, step in enumerate(steps) if step.said == "ready")
    return sorted(dice.sample(range(ready, len(steps)), CUTS))


# 6


@pytest.mark.slow
@pytest.mark.parametrize("torn", [False, True], ids=["all is lost", "some is lost"])
def test_a_power_cut_at_any_moment_loses_nothing_promised_and_doubles_only_what_was_on_the_wire(
    tmp_path: Path, torn: bool
) -> None:
    steps = lived(tmp_path / "life", 1)
    dice = Random(2)
    lost_claims = 0
    for cut in cuts(steps, dice):
        after = Afterlife(tmp_path / f"cut-{cut}", steps[:cut], dice if torn else None)
        lost_claims += after.lost_claim()
        after.must_be_fine()
    assert lost_claims, "claims are written without a sync; that some were lost did no harm"


def test_with_synchronous_normal_the_same_power_cuts_lose_promises(tmp_path: Path) -> None:
    """So the test above can fail."""
    steps = lived(tmp_path / "life", 1, safely=False)
    losses = [
        len(Afterlife(tmp_path / f"cut-{cut}", steps[:cut], None).gone)
        for cut in cuts(steps, Random(2))
    ]
    assert max(losses) > 0
    assert sum(loss > 0 for loss in losses) > CUTS / 4


# 19, by a disk that forgets what it could not sync


def test_a_sync_that_fails_refuses_the_promise_and_the_next_one_holds(tmp_path: Path) -> None:
    with Disk() as disk:
        life = Life(tmp_path / "life", disk, Random(3))
        life.promise()
        disk.failing_syncs = 3
        for _ in range(3):
            with pytest.raises(StoreError, match="hotfolder"):
                life.promise()
        life.promise()
        life.shop.store.close()
    after = Afterlife(tmp_path / "after", disk.steps, None)
    assert after.promised
    after.must_be_fine()


@pytest.mark.parametrize("failures", [1, 2, 3])
def test_a_sync_that_fails_with_a_claim_unsynced_before_it_costs_no_later_promise(
    tmp_path: Path, failures: int
) -> None:
    """The claim's part of the log is lost too; what is written behind it must not hang on it."""
    with Disk() as disk:
        life = Life(tmp_path / "life", disk, Random(4))
        life.promise()

        class Failing(Taker):
            def send(self, request: Mapping[str, Any]) -> Answer:
                answer = super().send(request)
                disk.failing_syncs = failures
                return answer

        usual = replace(life.shop.destinations[SIGNALS], sender=Failing(disk))
        try:
            send_next(life.shop, Gate(usual))
        except StoreError:
            assert failures >= 2
        disk.failing_syncs = 0
        life.promise()
        before_the_end = len(disk.steps)
        life.shop.store.close()
    after = Afterlife(tmp_path / "after", disk.steps[:before_the_end], None)
    after.must_be_fine()


def test_a_signal_whose_outcome_the_disk_refused_goes_again_when_its_lease_is_over(
    tmp_path: Path,
) -> None:
    with Disk() as disk:
        life = Life(tmp_path / "life", disk, Random(5))
        life.promise()
        disk.failing_syncs = 2
        with pytest.raises(StoreError):
            life.send()
        assert free_stuck(life.shop) == 0
        life.clock.turn(61)
        assert free_stuck(life.shop) > 0
        while send_next(life.shop, life.gate):
            pass
        life.shop.store.close()
    after = Afterlife(tmp_path / "after", disk.steps, None)
    assert {row[3] for row in after.rows} == {"sent"}
    after.must_be_fine()
