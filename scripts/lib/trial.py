"""One run of scripts/try: the shop, its orders, the operator's story, the verdict."""

import select
import shlex
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hands import STAGES
from judgement import (
    ItemKey,
    all_signals,
    check_database,
    check_floor,
    check_secrets,
    complaints,
    still_missing,
)
from live import Screen, Watcher
from programs import Programs, Trouble
from remarks import Remarks
from shop import Pace, Shop
from story import UNDO_SECONDS, Story

from hotfolder.test_center.verdict import doubled, judge, out_of_order

SAMPLES = ("textbook", "poster", "mixed", "reorder", "non-ascii", "labelled", "album", "calendar")
FORMS = ("json", "xml")
INTRODUCTION = (
    "Hotfolder runs, and beside it a simulated Cloudprinter that sends orders and takes signals.",
    "Every ordered item becomes a job folder: 3-1 is the first item of order 3. The operator drags",
    f"it from stage to stage. A signal waits {UNDO_SECONDS:g} s, so a wrong drag can be undone.",
    "",
)
UNDER_WAY = ("waiting", "sending")
ARRIVE_SECONDS = 45.0
QUIET_SECONDS = 4.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """What the visitor asked for; `fault` is what the receiver does in the middle."""

    folder: Path | None
    orders: int
    keep: bool
    speed: float
    fault: Mapping[str, Any]


class Trial:
    """One run: the shop, its orders, the story, the verdict."""

    def __init__(self, options: Options, folder: Path, programs: Programs, screen: Screen) -> None:
        self.shop = Shop(folder, programs)
        self.screen = screen
        self.remarks = Remarks(self.shop, screen)
        self.items: list[ItemKey] = []
        self.orders = 0
        self._options = options
        self._watcher: Watcher | None = None

    def open(self) -> None:
        self.screen.across(f"Making a print shop in {self.shop.folder}")
        self.shop.open(Pace(undo=UNDO_SECONDS, settle=1.0, look=1.0))
        for line in INTRODUCTION:
            self.screen.across(line)
        self.screen.head("folders: what the operator does", "signals: what arrives")
        self._watcher = Watcher(self.screen, self.shop.floor, self.shop.center_log)
        self._watcher.start()
        self.remarks.start()

    @property
    def moves(self) -> int:
        """How many changes of the floor were seen so far."""
        return self._watcher.floor.moves if self._watcher else 0

    def close(self) -> None:
        """Show what is left to show."""
        self.remarks.end()
        if self._watcher:
            self._watcher.end()

    def end_daemon(self) -> list[str]:
        """Ask the daemon to end; what was wrong with that, and with what it leaves."""
        code = self.shop.daemon.stop()
        found = [f"the daemon ended with {code} when it was asked to stop"] if code else []
        return found + check_database(self.shop) + check_secrets(self.shop)

    def take_orders(self, count: int) -> None:
        """Cloudprinter posts orders. Raises Trouble when one is not taken."""
        for number in range(self.orders + 1, self.orders + count + 1):
            kind = SAMPLES[(number - 1) % len(SAMPLES)]
            form = FORMS[number // 2 % 2]
            pushed = self.shop.push(number, kind=kind, forms=[form])
            if pushed["status"] != 200:
                raise Trouble(f"order {number} was not taken: {pushed['answer']}")
            count = len(pushed["items"])
            jobs = f"jobs {number}-1 to {number}-{count}" if count > 1 else f"job {number}-1"
            self.screen.left(f"order {number} comes in ({kind}, {form.upper()}): {jobs}", "bold")
            self.items += [(pushed["order"], item) for item in pushed["items"]]
            self.orders += 1
            time.sleep(0.3 / self._options.speed)

    def play(self) -> list[str]:
        """The whole story; what went wrong, in sentences."""
        self.take_orders(self._options.orders)
        story = Story(self.shop, self.screen, self.remarks, self._options.speed)
        story.play(story.find_jobs(self.items), self._options.fault)
        said = self._wait_for_signals()
        self.remarks.show_signals(said)
        return self._judge(said, must_withdraw=story.withdrawing)

    def _wait_for_signals(self) -> list[Mapping[str, Any]]:
        """Until all arrived and nothing is left to send, or nothing more can come.

        What `hotfolder signals` says then.
        """
        end = time.monotonic() + ARRIVE_SECONDS
        while True:
            self._wait_a_little()
            said: list[Mapping[str, Any]] = self.shop.ask("signals")
            if time.monotonic() > end:
                return said
            if any(one["state"] in UNDER_WAY for one in said):
                continue
            if not still_missing(self.shop.accepted(), self.items) or self._all_shipped():
                return said

    def _wait_a_little(self) -> None:
        end = time.monotonic() + QUIET_SECONDS
        while time.monotonic() < end and still_missing(self.shop.accepted(), self.items):
            self.shop.check_alive()
            time.sleep(0.1)

    def _all_shipped(self) -> bool:
        jobs = self.shop.ask("jobs")
        return all(job["stage"] == "shipped" and not job["waits_for"] for job in jobs)

    def _judge(self, said: Sequence[Mapping[str, Any]], *, must_withdraw: bool) -> list[str]:
        accepted = self.shop.accepted()
        withdrawn = sum(one["state"] == "withdrawn" for one in said)
        found = judge(accepted, all_signals(self.items))
        found += complaints(self.shop.account())
        found += check_floor(self.shop.floor, self.items)
        found += [
            f"{one['type']} of {one['item']} was given up: {one['last_answer']}"
            for one in said
            if one["state"] == "parked"
        ]
        if must_withdraw and not withdrawn:
            found.append("the drag to a wrong folder and back withdrew no signal")
        self._tell_counts(
            {
                "orders": self.orders,
                "items": len(self.items),
                "signals expected": 5 * len(self.items),
                "signals arrived": len(accepted),
                "missing": still_missing(accepted, self.items),
                "doubled": len(doubled(accepted)),
                "out of order": len(out_of_order(accepted)),
                "withdrawn in time": withdrawn,
            }
        )
        return found

    def _tell_counts(self, counts: Mapping[str, int]) -> None:
        self.screen.across()
        self.screen.across("Summary", "bold")
        for name, count in counts.items():
            bad = count and name in ("missing", "doubled", "out of order")
            self.screen.across(f"  {name:<18}{count:>6}", "bold red" if bad else "")

    def stay(self) -> None:
        """Leave all running until Ctrl-C; Enter brings another order."""
        self.take_orders(2)
        self._tell_how()
        seen, hears = self.moves, sys.stdin.isatty()
        while True:
            time.sleep(0.5)
            self.shop.check_alive()
            if self.moves != seen:
                seen = self.moves
                time.sleep(0.5)
                self.remarks.ask()
            if hears and select.select([sys.stdin], [], [], 0)[0]:
                hears = bool(sys.stdin.readline())
                self.take_orders(int(hears))

    def _tell_how(self) -> None:
        status = [sys.executable, "-m", "hotfolder", "status", "--config", str(self.shop.config)]
        lines = [
            "",
            "All is left running. Drag the job folders from one of these to the next and watch:",
            *(f"  {self.shop.floor / stage}" for stage in STAGES),
            f"  (a drag back within {UNDO_SECONDS:g} s takes its signal back; for ItemShipped save",
            "  a file tracking.txt with the parcel's code in the job folder)",
            f"Orders are posted to {self.shop.order_url}",
            f"Cloudprinter is played by {self.shop.center_url} (its account: /account)",
            f"How it stands: {shlex.join(status)}",
            *(["Press Enter for another order."] if sys.stdin.isatty() else []),
            "Ctrl-C ends it all; the folder stays.",
            "",
        ]
        for line in lines:
            self.screen.across(line)
