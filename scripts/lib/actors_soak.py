"""scripts/soak --actors: many hands on the real floor at once, while the daemon is killed."""

import sys
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import long_run
from acting import Actor, Crew
from actors_floor import check_folders, misplaced
from actors_judge import Judge, Judgement, read_journal
from hands import job_folders
from judgement import check_database, check_secrets, complaints
from long_run import a_parser, add_dice, run
from posting import Posting
from programs import Programs, Trouble
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from shop import Pace, Shop
from soak import DONE_WITH, SoakReport
from truth import FOLDERS, Life, Stay, Uptimes

SAID_AGAIN = "reprint:\n  rule: silence\n  say_again: true\n"
JOBS_EACH = 2
ITEMS = 2  # of each order
POSTED_WITHIN = 0.3  # of the time
LOOK_SECONDS, ASK_SECONDS = 0.25, 0.05
BUSY = {"waiting", "sending"}
CALM_SECONDS, STUCK_SECONDS = 90.0, 180.0
LINGERS = {"delay_seconds": 0.4, "times": 8}  # so that a kill finds signals on the wire
MOST = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class Options(long_run.Options):
    """What was asked for on the command line."""

    actors: int
    minutes: float
    settle: float
    kills: int
    seed: int
    fault: Mapping[str, Any]


def read_options() -> Options:
    """The command line; ends the program with 2 when it is wrong."""
    parser = a_parser(
        "",
        "Actors drag, copy, rename, hold, delay and archive job folders on a real floor, all at "
        "once, and the daemon is ended by kill -9. Each true move must be noted and its signals "
        "must arrive, in order; nothing else may be noted or said, and nothing be deleted.",
    )
    parser.add_argument("--actors", type=int, default=50, help="how many (default 50)")
    parser.add_argument("--minutes", type=float, default=10.0, help="how long (default 10)")
    parser.add_argument(
        "--settle",
        type=float,
        default=6.0,
        help="seconds with a daemon that runs after which a stay must have been noted (default 6)",
    )
    add_dice(parser, kills=40, fault={})
    given = parser.parse_args()
    if not 1 <= given.actors <= MOST or not 0 <= given.kills <= MOST:
        parser.error(f"--actors goes from 1 and --kills from 0 to {MOST}")
    if not (given.minutes > 0 and given.settle > 0):
        parser.error("--minutes and --settle must be more than 0")
    return Options(**vars(given))


def main() -> int:
    """The exit code, as `run` says."""
    options = read_options()
    report = SoakReport(seed=options.seed)

    def work(folder: Path, programs: Programs) -> None:
        soak = ActorsSoak(options, Shop(folder, programs))
        try:
            soak.open()
            watch(soak)
            soak.judge(report)
        finally:
            soak.close()

    return run(options, report, "0 missed, 0 extra: every true move was noted and told", work)


def watch(soak: "ActorsSoak") -> None:
    """Work until the time is over; a bar on a terminal, silence elsewhere."""
    console = Console(stderr=True)
    deeds = TextColumn("{task.fields[deeds]} deeds")
    columns = (TextColumn("{task.description}"), BarColumn(), deeds, TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True,
                  disable=not console.is_terminal) as bar:  # fmt: skip
        task = bar.add_task("acting", total=soak.seconds, deeds=0)
        while not soak.is_over:
            soak.work()
            bar.update(task, completed=soak.passed, deeds=soak.crew.deeds.total())


class ActorsSoak:
    """`work` until `is_over`, then `judge`. All of it raises Trouble when it can not go on."""

    def __init__(self, options: Options, shop: Shop) -> None:
        self._options = options
        self._dice = Random(options.seed)
        self._jobs = JOBS_EACH * options.actors
        orders = -(-self._jobs // ITEMS)
        self.shop = shop
        self.seconds = options.minutes * 60
        self._uptimes = Uptimes()
        self.crew = Crew(shop.floor, self._uptimes, options.settle)
        self._actors = [
            Actor(self.crew, Random(self._dice.random())) for _ in range(options.actors)
        ]
        self._posting = Posting(shop, orders, Random(options.seed + 1), self._may_post, items=ITEMS)
        self._lives: dict[str, Life] = {}
        self._kill_at = [
            self.seconds * (number + self._dice.uniform(0.2, 0.8)) / options.kills
            for number in range(options.kills)
        ]
        self._kills: list[float] = []
        self._begun = time.monotonic()
        self._start_at: float | None = None
        self._next_look = self._next_ask = 0.0

    def open(self) -> None:
        self.shop.open(Pace(undo=0, settle=0.6, look=0.5), flow_more=SAID_AGAIN)
        self._begun = time.monotonic()
        if self._options.fault:
            self.shop.set_fault(self._options.fault)
        self._posting.start()
        for actor in self._actors:
            actor.start()

    def close(self) -> None:
        self._posting.end()
        self.crew.over.set()

    @property
    def passed(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self._begun

    @property
    def is_over(self) -> bool:
        is_all_there = len(self._lives) == self._posting.orders * ITEMS
        return self.passed >= self.seconds and is_all_there and not self._kill_at

    def _may_post(self, number: int) -> bool:
        return self.passed >= POSTED_WITHIN * self.seconds * (number - 1) / self._posting.orders

    def work(self) -> None:
        """A moment of the run."""
        self._take_up_new()
        self._mind_daemon()
        if self._kill_at and self.passed >= self._kill_at[0]:
            self._kill_at.pop(0)
            self._kill()
        self._check()
        time.sleep(0.01)

    def _take_up_new(self) -> None:
        now = time.monotonic()
        if now < self._next_look:
            return
        self._next_look = now + LOOK_SECONDS
        for job in job_folders(self.shop.floor):
            if job.stage == FOLDERS["new"] and job.item and job.item not in self._lives:
                seen = time.time()
                stay = Stay(stage="new", began=seen, there=seen)
                life = Life(order=f"{job.item[:8]}0000", item=job.item, path=job.path, stays=[stay])
                actor = self._actors[len(self._lives) % len(self._actors)]
                self._lives[job.item] = life
                if self._dice.random() < 0.7:
                    actor.write_code(life)
                actor.take(life)

    def _mind_daemon(self) -> None:
        """Start it again when its pause is over; note since when it is ready."""
        now = time.monotonic()
        if self._start_at is not None:
            if now >= self._start_at:
                self._start_at = None
                self.shop.start_daemon()
        elif not self._uptimes.is_up and now >= self._next_ask:
            self._next_ask = now + ASK_SECONDS
            if self.shop.daemon_is_ready():
                self._uptimes.up(time.time())

    def _kill(self) -> None:
        if not self._options.fault and self._dice.random() < 0.5:
            self.shop.set_fault(LINGERS)
            time.sleep(self._dice.uniform(0.2, 0.8))
        if self._start_at is None:
            self.shop.check_alive()
            self._uptimes.down(time.time())
            self.shop.daemon.kill()
            self._kills.append(time.time())
            self._start_at = time.monotonic() + self._dice.uniform(0, 1.5)

    def _check(self) -> None:
        if self._start_at is None:
            self.shop.check_alive()
        for trouble in (self._posting.trouble, self.crew.trouble):
            if trouble:
                raise Trouble(trouble)
        if self.passed > self.seconds + STUCK_SECONDS:
            raise Trouble(f"after all this time only {len(self._lives)} jobs have appeared")

    # the end

    def judge(self, report: SoakReport) -> None:
        """The verdict, into the report, once everything had its time to arrive."""
        self._rest()
        if not self._options.fault:
            self.shop.set_fault({})
        found = self._wait_for_calm()
        jobs = {job["item"]: job for job in self.shop.ask("jobs")}
        account = self.shop.account()
        code = self.shop.daemon.stop()
        if code:
            found.append(f"the daemon ended with {code} when it was asked to stop")
        lives = sorted(self._lives.values(), key=lambda life: life.item)
        judge = Judge(self._uptimes, self._options.settle, self._kills)
        database = next((self.shop.shop / "state").glob("*.sqlite"))
        told = judge.judge(lives, read_journal(database), self.shop.accepted())
        found += [words for life in lives for words in misplaced(life, jobs.get(life.item, {}))]
        found += check_folders(self.shop.floor, lives)
        found += complaints(account) + check_secrets(self.shop) + check_database(self.shop)
        if "Traceback" in self.shop.daemon_log.read_text("utf-8", "replace"):
            found.append(f"something broke: see Traceback in {self.shop.daemon_log}")
        report.problems += [*told.missed, *told.extra, *found]
        report.seconds = round(self.passed, 1)
        report.moves = dict(self.crew.deeds)
        report.counts = self._counts(told)

    def _counts(self, told: Judgement) -> dict[str, float]:
        return {
            "actors": len(self._actors),
            "jobs": len(self._lives),
            "kill -9": len(self._kills),
            "deeds": self.crew.deeds.total(),
            "stays in a stage": told.stays,
            "of these long enough to be noted": told.settled,
            "moves noted": told.moves,
            "signals promised": told.promised + told.withdrawn,
            "withdrawn before they were sent": told.withdrawn,
            "signals arrived": len(self.shop.accepted()),
            "doubled, on the wire at a kill": told.doubles,
            "missed": len(told.missed),
            "extra": len(told.extra),
        }

    def _rest(self) -> None:
        """The actors end, every parcel has its code, and the daemon has its time to note it."""
        self.crew.over.set()
        for actor in self._actors:
            actor.join()
        for life in self._lives.values():
            if life.tracked > time.time():
                self._actors[0].write_code(life)
        begun, end = time.time(), time.monotonic() + CALM_SECONDS
        while self._uptimes.longest(begun, time.time()) < self._options.settle:
            self._mind_daemon()
            self._check()
            if time.monotonic() > end:
                raise Trouble("the daemon does not become ready any more")
            time.sleep(0.02)

    def _wait_for_calm(self) -> list[str]:
        """Until no signal is on its way; what is still not as it should be then."""
        end = time.monotonic() + CALM_SECONDS
        while True:
            status = self.shop.ask("status")
            states = {n: c for n, c in status["signals"].items() if c and n not in DONE_WITH}
            copies = Counter(note["kind"] for note in status["notes"])
            jobs = self.shop.ask("jobs")
            waits = any(job["waits_for"] and job["state"] == "floor" for job in jobs)
            if time.monotonic() > end or not (waits or states.keys() & BUSY):
                break
            time.sleep(0.2)
        left = sum(len(life.copies) for life in self._lives.values())
        found = [f"{count} signals are {state}" for state, count in states.items()]
        if copies["seen twice"] > left:
            found.append(f"{copies['seen twice']} copies are told of, {left} were left")
        notes = [note for note in status["notes"] if note["kind"] != "seen twice"]
        found += [
            f"this note stayed: {one['stage']}/{one['name']}: {one['words']}" for one in notes
        ]
        return found


if __name__ == "__main__":
    sys.exit(main())
