"""Any mix of what can happen to signals, beside a small model of what must be true."""

import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from hotfolder.domain.signal import SignalType
from hotfolder.store.outbox import Claim
from hotfolder.store.store import Store
from tests.builders import NOON, a_promise
from tests.databases import open_database

LEASE = timedelta(seconds=60)
JOBS = {1: ("order-1", "a"), 2: ("order-1", "b"), 3: ("order-2", "a")}
PAUSES = (0, 1, 20)
NEXT_STATE = {"waiting": "parked", "parked": "waiting", "withdrawn": "waiting"}
END_STATES = ("sent", "parked", "withdrawn")
DESTINATIONS = ("one", "two")


@dataclass
class Expected:
    """What the model knows of a signal."""

    job_id: int
    kind: SignalType
    destination: str
    due: datetime
    state: str = "waiting"
    alone: bool = False
    tried: bool = False
    holder: Claim | None = None


class AnyOutbox(RuleBasedStateMachine):
    """Claims, answers, restarts and drags back in any order."""

    claims: Bundle[Any] = Bundle("claims")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "hotfolder.sqlite"
        self.store = Store(open_database(self.path))
        self.model: dict[int, Expected] = {}
        self.now = NOON

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()

    @rule(
        job_id=st.sampled_from(list(JOBS)),
        kind=st.sampled_from(SignalType),
        to=st.sampled_from(DESTINATIONS),
        undo=st.booleans(),
    )
    def a_signal_is_promised(self, job_id: int, kind: SignalType, to: str, *, undo: bool) -> None:
        order_id, item_id = JOBS[job_id]
        item_id = "" if kind is SignalType.ORDER_REGISTERED else item_id
        due = self.now + timedelta(seconds=20) if undo else self.now
        promise = a_promise(
            kind,
            order_id=order_id,
            item_id=item_id,
            job_id=job_id,
            due=due,
            deadline=self.now,
            destination=to,
        )
        with self.store.transaction():
            self.store.outbox.add([promise])
        self.model[len(self.model) + 1] = Expected(job_id, kind, to, due)

    @rule(seconds=st.sampled_from([1, 20, 60]))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(
        target=claims,
        to=st.sampled_from(DESTINATIONS),
        bundle=st.integers(1, 3),
        probe=st.booleans(),
    )
    def somebody_claims(self, to: str, bundle: int, *, probe: bool) -> Claim | None:
        due = {one for one in self.model if self.is_due(one, to, probe=probe)}
        assert self.store.outbox.has_due(to, self.now, probe=probe) is bool(due)
        with self.store.transaction():
            claim = self.store.outbox.claim(to, self.now, LEASE, bundle, probe=probe)
        if claim is None:
            assert not due, "a due signal is not offered"
            return None
        taken = ids(claim)
        assert set(taken) <= due, "it is not its turn"
        assert len(taken) <= bundle
        assert len({row["order_id"] for row in claim.rows}) == 1
        assert len(taken) == 1 or not any(self.model[one].alone for one in taken)
        for signal in (self.model[one] for one in taken):
            signal.state, signal.holder, signal.tried = "sending", claim, True
        return claim

    @rule(
        claim=consumes(claims),
        answer=st.sampled_from(["sent", "parked", "waiting", "split"]),
        pause=st.sampled_from(PAUSES),
    )
    def an_answer_comes(self, claim: Claim | None, answer: str, pause: int) -> None:
        if claim is None:
            return
        ours = [self.model[one].holder is claim for one in ids(claim)]
        due = self.now + timedelta(seconds=pause)
        with self.store.transaction():
            match answer:
                case "sent":
                    ended = self.store.outbox.sent(claim, self.now)
                case "parked":
                    ended = self.store.outbox.park(claim, "400")
                case _:
                    times = [due] * len(claim.rows)
                    ended = self.store.outbox.later(
                        claim, ["503"] * len(times), times, alone=answer == "split"
                    )
        assert ended is all(ours)
        for signal in (self.model[one] for one in ids(claim)):
            if signal.holder is claim:
                signal.holder = None
                signal.state = "waiting" if answer == "split" else answer
                signal.alone = signal.alone or answer == "split"
                signal.due = due if signal.state == "waiting" else signal.due

    @rule(job_id=st.sampled_from(list(JOBS)), kind=st.sampled_from(SignalType))
    def a_job_is_dragged_back(self, job_id: int, kind: SignalType) -> None:
        taken = [
            signal
            for signal in self.model.values()
            if (signal.job_id, signal.kind, signal.state) == (job_id, kind, "waiting")
        ]
        with self.store.transaction():
            assert self.store.outbox.withdraw(job_id, [kind]) == ([kind] if taken else [])
        for signal in taken:
            signal.state = "withdrawn"

    @rule()
    def the_daemon_starts_again(self) -> None:
        self.store.close()
        self.store = Store(open_database(self.path))
        under_way = [one for one in self.model.values() if one.state == "sending"]
        assert self.store.outbox.free() == len(under_way)
        for signal in under_way:
            signal.state, signal.holder = "waiting", None

    @rule(job_id=st.sampled_from(list(JOBS)), choice=st.integers(0, 9))
    def a_person_changes_one(self, job_id: int, choice: int) -> None:
        """Parks what waits, lets what is parked wait again; never touches what is under way."""
        mine = [one for one, signal in self.model.items() if signal.job_id == job_id]
        if not mine:
            return
        signal_id = mine[choice % len(mine)]
        signal = self.model[signal_id]
        row = self.store.signals.get(signal_id)
        assert row is not None
        new = NEXT_STATE.get(signal.state)
        if new is None:
            return
        with self.store.transaction():
            assert self.store.signals.change(row, state=new, due=self.now)
            assert not self.store.signals.change(row, state="withdrawn"), "it has moved on"
        signal.state, signal.due = new, self.now

    @rule()
    def all_that_waits_is_sent_now(self) -> None:
        waiting = [
            one for one in self.model.values() if one.state == "waiting" and one.due > self.now
        ]
        with self.store.transaction():
            assert self.store.signals.send_now(self.now) == len(waiting)
        for signal in waiting:
            signal.due = self.now

    @invariant()
    def every_signal_is_where_the_model_has_it(self) -> None:
        rows = self.store.signals.find({})
        assert {row["id"]: row["state"] for row in rows} == {
            signal_id: signal.state for signal_id, signal in self.model.items()
        }

    def is_due(self, signal_id: int, to: str, *, probe: bool) -> bool:
        """Waiting, its time come, and nothing older unsent of its item, or of all of its order.

        A probe may end the pause after a failure, but no undo time.
        """
        signal = self.model[signal_id]
        if signal.state != "waiting" or signal.destination != to:
            return False
        if signal.due > self.now and not (probe and signal.tried):
            return False
        older = [one for number, one in self.model.items() if number < signal_id]
        return not any(one.state not in END_STATES and blocks(one, signal) for one in older)


def ids(claim: Claim) -> list[int]:
    return [row["id"] for row in claim.rows]


def blocks(older: Expected, signal: Expected) -> bool:
    if JOBS[older.job_id][0] != JOBS[signal.job_id][0]:
        return False
    if older.kind is SignalType.ORDER_REGISTERED:
        return True
    return signal.kind is not SignalType.ORDER_REGISTERED and older.job_id == signal.job_id


AnyOutbox.TestCase.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
TestAnyOutbox = AnyOutbox.TestCase
