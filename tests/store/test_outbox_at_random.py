"""Any mix of what can happen to signals, beside a small model of what must be true."""

import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from hotfolder.domain.signal import SignalType
from hotfolder.store.outbox import Claim
from hotfolder.store.store import Store
from tests.builders import NOON, a_promise

LEASE = timedelta(seconds=60)
JOBS = {1: ("order-1", "a"), 2: ("order-1", "b"), 3: ("order-2", "a")}
END_STATES = ("sent", "parked", "withdrawn")


@dataclass
class Expected:
    """What the model knows of a signal."""

    job_id: int
    kind: SignalType
    state: str = "waiting"
    holder: Claim | None = None
    alone: bool = False


class AnyOutbox(RuleBasedStateMachine):
    """Claims, answers, restarts and drags back in any order."""

    claims: Bundle[Any] = Bundle("claims")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "hotfolder.sqlite"
        self.store = Store.open(self.path)
        self.model: dict[int, Expected] = {}
        self.now = NOON

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()

    @rule(job_id=st.sampled_from(list(JOBS)), kind=st.sampled_from(SignalType), undo=st.booleans())
    def a_signal_is_promised(self, job_id: int, kind: SignalType, *, undo: bool) -> None:
        order_id, item_id = JOBS[job_id]
        due = self.now + timedelta(seconds=20) if undo else self.now
        promise = a_promise(
            kind, order_id=order_id, item_id=item_id, job_id=job_id, due=due, deadline=self.now
        )
        with self.store.transaction():
            self.store.outbox.add([promise])
        self.model[len(self.model) + 1] = Expected(job_id, kind)

    @rule(seconds=st.sampled_from([1, 20, 60]))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(target=claims, bundle=st.integers(1, 3))
    def somebody_claims(self, bundle: int) -> Claim | None:
        with self.store.transaction():
            claim = self.store.outbox.claim(self.now, LEASE, bundle)
        if claim is None:
            return None
        assert len(claim.ids) <= bundle
        assert len({row["order_id"] for row in claim.rows}) == 1
        alone = [signal_id for signal_id in claim.ids if self.model[signal_id].alone]
        assert not alone or len(claim.ids) == 1, "it had to go alone"
        for signal_id in claim.ids:
            signal = self.model[signal_id]
            assert signal.state == "waiting"
            assert not self.older_unsent(signal_id), "it overtook an older signal of its item"
            signal.state, signal.holder = "sending", claim
        return claim

    @rule(claim=consumes(claims), answer=st.sampled_from(["sent", "parked", "waiting", "split"]))
    def an_answer_comes(self, claim: Claim | None, answer: str) -> None:
        if claim is None:
            return
        ours = [self.model[one].holder is claim for one in claim.ids]
        with self.store.transaction():
            match answer:
                case "sent":
                    ended = self.store.outbox.sent(claim)
                case "parked":
                    ended = self.store.outbox.park(claim, "400")
                case _:
                    ended = self.store.outbox.later(claim, "503", alone=answer == "split")
        assert ended is all(ours)
        for signal_id in claim.ids:
            if self.model[signal_id].holder is claim:
                self.model[signal_id].holder = None
                self.model[signal_id].state = "waiting" if answer == "split" else answer
                self.model[signal_id].alone |= answer == "split"

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
        self.store = Store.open(self.path)
        under_way = [one for one in self.model.values() if one.state == "sending"]
        assert self.store.outbox.free() == len(under_way)
        for signal in under_way:
            signal.state, signal.holder = "waiting", None

    @invariant()
    def every_signal_is_where_the_model_has_it(self) -> None:
        rows = self.store.outbox.list()
        assert {row["id"]: row["state"] for row in rows} == {
            signal_id: signal.state for signal_id, signal in self.model.items()
        }

    def older_unsent(self, signal_id: int) -> list[int]:
        return [
            other
            for other, signal in self.model.items()
            if other < signal_id
            and JOBS[signal.job_id] == JOBS[self.model[signal_id].job_id]
            and signal.state not in END_STATES
        ]


AnyOutbox.TestCase.settings = settings(max_examples=30, stateful_step_count=30, deadline=None)
TestAnyOutbox = AnyOutbox.TestCase
