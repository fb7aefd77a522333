"""scripts/soak --hours 24: whole days of a shop, on a clock that runs many times faster.

The real daemon takes orders, fetches and draws, an operator drags every job through the shop, the
receiver takes the signals. At the end all must have arrived, and the daemon must need no more
memory in the last hour than in the first one.
"""

import sys
import time
from dataclasses import dataclass
from math import inf
from pathlib import Path
from random import Random
from statistics import mean

import long_run
from fast_clock import FastClock
from hands import STAGES, drag, job_folders, write_tracking
from judgement import all_signals, check_database, check_floor, check_secrets, still_missing
from long_run import Report, a_parser, run
from posting import Posting
from programs import Programs, Trouble
from shop import Pace, Shop

from hotfolder.test_center.catalogue import make_order
from hotfolder.test_center.verdict import judge

PACE = Pace(undo=20, settle=10, look=60)
FAST_DAEMON = Path(__file__).with_name("fast_daemon.py")
HOUR = 3600.0
STAYS = (600.0, 5400.0)  # seconds that a job stays in a stage, by the fast clock
LOOK_SECONDS = 0.05
DRAIN_SECONDS = 60.0
MIB = 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class Options(long_run.Options):
    """What the command line says."""

    hours: float
    orders: int
    faster: float
    growth: float


def main() -> int:
    """The exit code, as `run` says."""
    parser = a_parser("--hours", __doc__)
    parser.add_argument("--hours", type=float, default=24, help="by the fast clock (default 24)")
    parser.add_argument("--orders", type=int, default=2000, help="that come in (default 2000)")
    parser.add_argument("--faster", type=float, default=60, help="how many times (default 60)")
    parser.add_argument(
        "--growth", type=float, default=10, help="of memory, at most, in percent (default 10)"
    )
    given = parser.parse_args()
    if given.orders < 1 or not given.hours > 0 or not given.faster >= 1 or not given.growth > 0:
        parser.error("--orders and --faster go from 1, --hours and --growth are more than 0")
    options = Options(**vars(given))
    report = Report()

    def work(folder: Path, programs: Programs) -> None:
        Day(options, folder, programs).live(report)

    return run(options, report, "every signal arrived, memory stayed flat", work)


class Day:
    """The shop, its operator, and what is measured."""

    def __init__(self, options: Options, folder: Path, programs: Programs) -> None:
        self._options = options
        quick = (str(FAST_DAEMON), f"{options.faster:g}")
        self._shop = Shop(folder, programs, daemon=quick)
        self._dice = Random(1)
        made = (
            make_order(n, base_url="http://localhost", apikey="-")
            for n in range(1, options.orders + 1)
        )
        self._items = [(order.order_id, item) for order in made for item in order.item_ids]
        self._leaves: dict[tuple[str, str], float] = {}
        self._memory: dict[int, list[float]] = {}
        self._span = options.hours * HOUR

    def live(self, report: Report) -> None:
        """All of it; raises Trouble when it can not go on."""
        begun = time.monotonic()
        self._shop.open(PACE)
        self._clock = FastClock(self._options.faster)
        posting = Posting(self._shop, self._options.orders, self._dice, self._may_post)
        posting.start()
        try:
            while self._clock.monotonic() < self._span:
                self._step(posting)
            late = self._options.orders - posting.taken
            self._drain(posting)
        finally:
            posting.end()
        self._judge(report, late)
        report.seconds = round(time.monotonic() - begun, 1)

    def _may_post(self, number: int) -> bool:
        return self._clock.monotonic() >= self._span * (number - 1) / self._options.orders

    def _step(self, posting: Posting) -> None:
        if posting.trouble:
            raise Trouble(posting.trouble)
        self._shop.check_alive()
        self._measure()
        self._move(self._clock.monotonic())
        time.sleep(LOOK_SECONDS)

    def _measure(self) -> None:
        hour = int(self._clock.monotonic() // HOUR)
        self._memory.setdefault(hour, []).append(memory_of(self._shop.daemon.pid))

    def _move(self, now: float) -> None:
        """Whoever has stayed long enough goes on to the next stage."""
        for job in job_folders(self._shop.floor):
            if job.stage == STAGES[-1]:
                continue
            leaves = self._leaves.setdefault((job.item, job.stage), now + self._stay())
            if now >= leaves:
                following = STAGES[STAGES.index(job.stage) + 1]
                if following == STAGES[-1]:
                    write_tracking(job.path, f"JD{job.item}")
                drag(job.path, following)

    def _stay(self) -> float:
        return min(self._dice.uniform(*STAYS), self._span / 8)

    def _drain(self, posting: Posting) -> None:
        """The last jobs go their way after closing time, as long as any goes on."""
        arrived, end = 0, time.monotonic() + DRAIN_SECONDS
        while time.monotonic() < end:
            self._shop.check_alive()
            self._move(inf)
            accepted = self._shop.accepted()
            if posting.is_over and not still_missing(accepted, self._items):
                return
            if len(accepted) > arrived:
                arrived, end = len(accepted), time.monotonic() + DRAIN_SECONDS
            time.sleep(10 * LOOK_SECONDS)

    def _judge(self, report: Report, late: int) -> None:
        refused = self._shop.account()["refused"]
        code = self._shop.daemon.stop()
        accepted = self._shop.accepted()
        found = judge(accepted, all_signals(self._items), doubles_allowed=0)
        found += [f"the receiver refused {', '.join(one['signals'])}" for one in refused]
        found += check_floor(self._shop.floor, self._items)
        found += check_secrets(self._shop) + check_database(self._shop)
        if code:
            found.append(f"the daemon ended with {code} when it was asked to stop")
        hours = [mean(self._memory[hour]) for hour in sorted(self._memory)]
        growth = 100 * (hours[-1] / hours[0] - 1)
        if growth > self._options.growth:
            found.append(f"memory grew by {growth:.1f} % from the first hour to the last one")
        report.problems += found
        report.counts = {
            "hours by the fast clock": self._options.hours,
            "orders": self._options.orders,
            "orders that came later than they should": late,
            "items": len(self._items),
            "signals arrived": len(accepted),
            "signals missing": still_missing(accepted, self._items),
            "MiB in the first hour": round(hours[0], 1),
            "MiB in the hour in the middle": round(hours[len(hours) // 2], 1),
            "MiB in the last hour": round(hours[-1], 1),
            "MiB at the most": round(max(map(max, self._memory.values())), 1),
            "growth in percent": round(growth, 1),
        }


def memory_of(pid: int) -> float:
    """What a process has in memory, in MiB (proc_pid_status(5), VmRSS). Raises Trouble."""
    try:
        text = Path(f"/proc/{pid}/status").read_text("ascii", "replace")
        [line] = [line for line in text.splitlines() if line.startswith("VmRSS:")]
    except (OSError, ValueError) as error:
        raise Trouble(f"the memory of process {pid} can not be read") from error
    return int(line.split()[1]) / MIB


if __name__ == "__main__":
    sys.exit(main())
