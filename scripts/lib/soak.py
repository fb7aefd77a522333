"""One long run: orders, random moves, kills, and the verdict."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from hands import label
from judgement import (
    ItemKey,
    all_signals,
    check_database,
    check_floor,
    check_secrets,
    complaints,
    still_missing,
)
from killing import Killer, doubled_on_the_wire
from long_run import Report
from posting import Posting
from programs import Programs, Trouble
from shop import Pace, Shop
from walking import Operator

from hotfolder.test_center.catalogue import make_order
from hotfolder.test_center.verdict import judge, out_of_order

UNDO_SECONDS = 0.6
STUCK_SECONDS = 120.0
CALM_SECONDS = 120.0
QUIET_SECONDS = 4.0
TROUBLE_EVERY = 12.0
DONE_WITH = ("sent", "withdrawn")


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """`minutes` spreads the orders over this time; 0 means as fast as it goes.

    `fault` is how the receiver fails all the time, instead of now and then for a moment.
    """

    folder: Path
    orders: int
    kills: int
    seed: int
    minutes: float
    fault: Mapping[str, Any]


@dataclass(kw_only=True, slots=True)
class SoakReport(Report):
    """How often each kind of move was made, and what each kill was aimed at, beside."""

    moves: Mapping[str, int] = field(default_factory=dict)
    kills: Mapping[str, int] = field(default_factory=dict)

    def lines(self) -> list[str]:
        """What was counted, for a person."""
        lines = Report.lines(self)
        for title, counts in (("moves", self.moves), ("kill -9 during", self.kills)):
            if counts:
                words = ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
                lines.append(f"{title}: {words}")
        return lines


class Soak:
    """`work` until `is_over`, then `judge`. All of it raises Trouble when it can not go on."""

    def __init__(self, plan: Plan, programs: Programs) -> None:
        self._plan = plan
        self._dice = Random(plan.seed)
        self.shop = Shop(plan.folder, programs)
        self.items = _items(plan.orders)
        self._operator = Operator(self.shop, self._dice, UNDO_SECONDS)
        self._posting = Posting(self.shop, plan.orders, Random(plan.seed + 1), self._may_post)
        self._killer = Killer(self.shop, self._operator, self._posting, self._dice)
        self._kill_at = [
            len(self.items) * (number + self._dice.uniform(0.1, 0.9)) / (plan.kills + 0.5)
            for number in range(plan.kills)
        ]
        self._begun = time.monotonic()
        self._next_trouble = self._begun + TROUBLE_EVERY
        self._last_done = (0, self._begun)
        self._outages = 0

    def open(self) -> None:
        self.shop.open(Pace(undo=UNDO_SECONDS, settle=0.6, look=0.5))
        if self._plan.fault:
            self.shop.set_fault(self._plan.fault)
        self._posting.start()

    def close(self) -> None:
        self._posting.end()

    @property
    def done(self) -> int:
        """Jobs that went the whole way."""
        return self._operator.done

    @property
    def is_over(self) -> bool:
        return self.done == len(self.items) and self._posting.is_over

    def _may_post(self, number: int) -> bool:
        """Only so many jobs are under way at once; with minutes, each order has its time."""
        due = self._plan.minutes * 57 * (number - 1) / self._plan.orders
        most = max(4, min(24, self._plan.orders // 4))
        under_way = number - 1 - self._orders_done()
        return time.monotonic() - self._begun >= due and under_way < most

    def _orders_done(self) -> int:
        return self.done * self._plan.orders // len(self.items)

    def work(self) -> None:
        """A moment of the run."""
        self._operator.work()
        if self._kill_at and self.done >= self._kill_at[0]:
            self._kill_at.pop(0)
            self._killer.strike()
        self._trouble_the_receiver()
        self._check()
        time.sleep(0.01)

    def _trouble_the_receiver(self) -> None:
        now = time.monotonic()
        if self._plan.fault or now < self._next_trouble:
            return
        self._next_trouble = now + self._dice.uniform(0.5, 1.5) * TROUBLE_EVERY
        self._outages += 1
        outage = {"status": 503, "seconds": self._dice.uniform(0.5, 2)}
        self.shop.set_fault(self._dice.choice([outage, {"close": True, "times": 3}]))

    def _check(self) -> None:
        self.shop.check_alive()
        if self._posting.trouble:
            raise Trouble(self._posting.trouble)
        now = time.monotonic()
        if self.done != self._last_done[0] or self._posting.taken < self._plan.orders:
            self._last_done = (self.done, now)
        if now - self._last_done[1] > STUCK_SECONDS:
            absent = {item for _order, item in self.items} - self._operator.walks.keys()
            names = ", ".join(label(item) for item in sorted(absent)[:10]) or "none"
            raise Trouble(f"nothing moves any more; jobs that never appeared: {names}")

    def judge(self, report: SoakReport) -> None:
        """The verdict, into the report, once everything had its time to arrive."""
        self.shop.set_fault({})
        found = self._wait_for_calm()
        account = self.shop.account()
        states = self.shop.ask("status")["signals"]
        code = self.shop.daemon.stop()
        accepted = self.shop.accepted()
        doubles, unexcused = doubled_on_the_wire(accepted, self._killer.times)
        found += judge(accepted, all_signals(self.items), doubles_allowed=len(accepted))
        found += unexcused + complaints(account)
        found += check_floor(self.shop.floor, self.items)
        found += check_secrets(self.shop) + check_database(self.shop)
        if code:
            found.append(f"the daemon ended with {code} when it was asked to stop")
        report.problems += found
        report.seconds = round(time.monotonic() - self._begun, 1)
        report.moves = dict(self._operator.deeds)
        report.kills = dict(self._killer.aims)
        report.counts = {
            "orders": self._plan.orders,
            "items": len(self.items),
            "orders posted again after no answer": self._posting.cut,
            "orders posted again although taken": self._posting.repeated,
            "kill -9": len(self._killer.times),
            "receiver troubles": self._outages,
            "signals expected": 5 * len(self.items),
            "signals arrived": len(accepted),
            "missing": still_missing(accepted, self.items),
            "out of order": len(out_of_order(accepted)),
            "doubled, on the wire at a kill": doubles,
            "doubled without excuse": len(unexcused),
            "withdrawn": int(states.get("withdrawn", 0)),
        }

    def _wait_for_calm(self) -> list[str]:
        """Until all is said and done, or nothing more can come; what is still not as it should be.

        That is what the program itself complains of.
        """
        end = time.monotonic() + CALM_SECONDS
        while True:
            self._wait_a_little()
            status = self.shop.ask("status")
            found = _complaints(status)
            missing = still_missing(self.shop.accepted(), self.items)
            if time.monotonic() > end or not (found or missing):
                return found
            jobs = {stage["key"]: stage["jobs"] for stage in status["stages"]}
            if not _is_busy(status) and jobs["shipped"] == len(self.items):
                return found

    def _wait_a_little(self) -> None:
        end = time.monotonic() + QUIET_SECONDS
        while time.monotonic() < end and still_missing(self.shop.accepted(), self.items):
            self.shop.check_alive()
            time.sleep(0.2)


def _is_busy(status: Mapping[str, Any]) -> bool:
    """Whether signals are on their way, or a note may still solve itself."""
    states = status["signals"]
    return bool(states.get("waiting") or states.get("sending") or status["notes"])


def _complaints(status: Mapping[str, Any]) -> list[str]:
    """What should not be when all jobs went the whole way."""
    states = {name: n for name, n in status["signals"].items() if name not in DONE_WITH}
    found = [f"{count} signals are {state}" for state, count in states.items()]
    notes = [f"{one['stage']}/{one['name']}: {one['words']}" for one in status["notes"]]
    return found + [f"this note stayed: {words}" for words in notes]


def _items(orders: int) -> list[ItemKey]:
    made = (make_order(n, base_url="http://localhost", apikey="-") for n in range(1, orders + 1))
    return [(order.order_id, item) for order in made for item in order.item_ids]
