"""Any mix of promises, answers, crashes, clocks and hands, beside a small model of what must hold.

The store, the outbox and `send_signals` are the real ones; the receiver is played.
"""

import contextlib
import tempfile
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from hotfolder.domain.retry import may_send
from hotfolder.errors import NotPossible, SignalInvalid
from hotfolder.services.edit_signals import CHANGES, edit, send_all_now
from hotfolder.services.follow_clock import ClockWatch, follow_clock
from hotfolder.services.recover import free_stuck, recover
from hotfolder.services.send_signals import Gate, send_next
from hotfolder.services.shop import SIGNALS, Shop
from hotfolder.services.watch_deadlines import park_the_old, watch_deadlines
from tests.fakes import Killed
from tests.faults.any_answer import ACCEPTS, REFUSES, WRONG_KEY, Receiver
from tests.faults.bed import ALL, KEY, SetClock, a_shop, promises_of
from tests.faults.oracle import Name, found_in, lost, overtaken, said_too_much
from tests.steps import look_up

ITEMS = ("1/11", "1/12", "1/13", "2/21", "2/22", "3/31")
LIMIT = 3
WEEK = timedelta(days=7)


@dataclass(kw_only=True, slots=True)
class Known:
    """What the model knows of a signal. `state`: waiting, sent, parked or withdrawn."""

    name: Name
    due: datetime
    asked: datetime
    state: str = "waiting"


class AnyShop(RuleBasedStateMachine):
    """After every step I1 to I5 hold, and the store says what the model says."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = SetClock()
        self.receiver = Receiver()
        self.model: dict[int, Known] = {}
        self.promised: list[Name] = []
        self.by_hand: set[Name] = set()
        self.excused = 0
        self._start()

    def _start(self) -> None:
        shop = a_shop(Path(self.folder.name), self.clock, {SIGNALS: self.receiver})
        usual = replace(shop.destinations[SIGNALS], bundle_limit=LIMIT)
        self.shop: Shop = replace(shop, destinations={SIGNALS: usual})
        self.gate = Gate(usual)
        self.watch = ClockWatch(self.clock)
        recover(self.shop)
        latest = self.clock.now() + timedelta(hours=1)
        for known in self.model.values():
            if known.state == "waiting" and known.due > latest:
                known.due = self.clock.now()

    def _end(self) -> None:
        """The process is gone; the kernel closes its files."""
        self.shop.store.close()

    def teardown(self) -> None:
        self._end()
        self.folder.cleanup()

    # --- what happens ---

    @rule(item=st.sampled_from(ITEMS), many=st.integers(1, 2), undo=st.sampled_from([0, 20]))
    def promise(self, item: str, many: int, undo: int) -> None:
        order, _, number = item.partition("/")
        said = sum(name[:2] == (order, number) for name in self.promised)
        kinds = ALL[said : said + many]
        now = self.clock.now()
        promises = promises_of(order, number, kinds, now, timedelta(seconds=undo))
        before = len(self.promised)
        with self.shop.store.transaction():
            self.shop.store.outbox.add(promises)
        for place, one in enumerate(promises, before + 1):
            name = (order, number, one.signal.type.value)
            self.model[place] = Known(name=name, due=one.due, asked=now)
            self.promised.append(name)

    @rule(mood=st.sampled_from([*ACCEPTS, *REFUSES]))
    def send(self, mood: str) -> None:
        self.receiver.mood, self.receiver.last = mood, []
        heads, open_now = self._heads(), may_send(self.gate.health, self.clock.now())
        try:
            did = send_next(self.shop, self.gate)
        except Killed:
            self._end()
            self._start()
            did = True
        assert did == bool(self.receiver.last) == (open_now and bool(heads))
        names = {self.model[one].name for one in heads}
        assert set(self.receiver.last) <= names
        assert len({name[0] for name in self.receiver.last}) <= 1
        assert len(self.receiver.last) <= LIMIT
        for known in self._of(self.receiver.last):
            self._answered(known, mood)

    @rule()
    def send_all_that_can_go(self) -> None:
        """A good hour: the receiver takes everything."""
        for _ in range(2 * len(self.model) + 2):
            self.send("200")

    @rule(seconds=st.sampled_from([1, 20, 61, 3600, 8 * 24 * 3600]))
    def time_passes(self, seconds: int) -> None:
        self.clock.turn(seconds)

    @rule(
        hours=st.sampled_from([-24 * 365, -1, 1, 24 * 30]),
        off=st.booleans(),
    )
    def clock_is_set(self, hours: int, off: bool) -> None:
        """While the daemon runs, or while it is off."""
        span = timedelta(hours=hours)
        self.clock.set_by(span)
        if off:
            self._end()
            self._start()
            return
        assert follow_clock(self.shop, self.watch)
        self.gate.reopen()
        for known in self.model.values():
            if known.state == "waiting":
                known.due += span
                known.asked += span

    @rule()
    def chores(self) -> None:
        free_stuck(self.shop)
        watch_deadlines(self.shop)
        park_the_old(self.shop)
        for known in self.model.values():
            if known.state == "waiting" and self.clock.now() - known.asked >= WEEK:
                known.state = "parked"

    @rule()
    def kill_and_start(self) -> None:
        self._end()
        self._start()

    @rule(right=st.booleans())
    def key_is_changed(self, right: bool) -> None:
        if self.receiver.set_key(KEY if right else WRONG_KEY):
            self.gate.reopen()

    @precondition(lambda self: self.model)
    @rule(data=st.data(), change=st.sampled_from([*CHANGES, "edit"]))
    def hand(self, data: st.DataObject, change: str) -> None:
        signal_id = data.draw(st.sampled_from(sorted(self.model)))
        known = self.model[signal_id]
        if change == "edit":
            with contextlib.suppress(NotPossible, SignalInvalid):
                edit(self.shop, signal_id, {"tracking": "JD9"})
            return
        allowed = {
            "resend": ("parked", "withdrawn", "sent"),
            "withdraw": ("waiting", "parked"),
            "park": ("waiting",),
        }
        try:
            CHANGES[change](self.shop, signal_id)
        except NotPossible:
            assert known.state not in allowed[change]
            return
        assert known.state in allowed[change]
        self.by_hand.add(known.name)
        if change == "resend":
            self.excused += known.name in self.receiver.accepted
            known.due = known.asked = self.clock.now()
        known.state = {"resend": "waiting", "withdraw": "withdrawn", "park": "parked"}[change]

    @rule()
    def all_now(self) -> None:
        send_all_now(self.shop)
        for known in self.model.values():
            if known.state == "waiting":
                known.due = min(known.due, self.clock.now())

    # --- what must hold ---

    @invariant()
    def nothing_is_lost_doubled_overtaken_or_made_up(self) -> None:
        database = Path(self.folder.name) / "state" / "hotfolder.sqlite"
        statement = "SELECT order_id, item_id, type, state, last_answer FROM outbox"
        rows = look_up(database, statement)
        accepted = self.receiver.accepted
        assert lost(self.promised, accepted, rows, self.by_hand) == []
        doubles = len(accepted) - len(set(accepted))
        assert doubles <= self.receiver.in_doubt + self.excused
        assert overtaken(self.promised, accepted, self.by_hand) == []
        assert found_in(database.parent, [KEY, WRONG_KEY], []) == []
        assert said_too_much(rows, accepted) == []

    @invariant()
    def the_store_says_what_the_model_says(self) -> None:
        states = {row["id"]: row["state"] for row in self.shop.store.signals.find({})}
        assert states == {place: known.state for place, known in self.model.items()}

    # --- the model ---

    def _of(self, names: list[Name]) -> list[Known]:
        return [known for known in self.model.values() if known.name in names]

    def _heads(self) -> list[int]:
        """The oldest waiting signal of each item, where it is due."""
        oldest: dict[tuple[str, str], int] = {}
        for place, known in sorted(self.model.items()):
            if known.state == "waiting":
                oldest.setdefault(known.name[:2], place)
        return [at for at in oldest.values() if self.model[at].due <= self.clock.now()]

    def _answered(self, known: Known, mood: str) -> None:
        """What an answer makes of one signal of the request."""
        if self.receiver.sent_key != self.receiver.key:
            mood = "401"
        if mood == "200":
            known.state = "sent"
        elif mood == "400" and len(self.receiver.last) == 1:
            known.state = "parked"
        row = self.shop.store.signals.find({"order": known.name[0], "item": known.name[1]})
        (now,) = (one for one in row if one["type"] == known.name[2])
        if known.state == "waiting" and now["state"] == "parked":
            assert now["asked_at"] <= self.clock.now() - WEEK
            assert "given up" in now["last_answer"]
            known.state = "parked"
        known.due = now["due"]  # how long it rests is a matter of tests/domain/test_retry.py
        assert known.due <= self.clock.now() + timedelta(seconds=61)


TestAnyShop = AnyShop.TestCase
TestAnyShop.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
