"""scripts/soak: many orders, random moves and kill -9, judged by what arrived."""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from place import Place
from programs import Programs, Trouble, end_on_request
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from soak import Plan, Report, Soak

INTERRUPTED = 130
WRONGLY_USED = 2
MOST = 100_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """What was asked for on the command line."""

    orders: int
    kills: int
    seed: int
    minutes: float
    folder: Path | None
    keep: bool
    json: bool
    fault: Mapping[str, Any]


def read_options(arguments: Sequence[str] | None = None) -> Options:
    """The command line; ends the program with 2 when it is wrong."""
    parser = argparse.ArgumentParser(
        prog="scripts/soak",
        description="Pushes orders to the real daemon, moves the job folders at random, ends the "
        "daemon by kill -9 at bad moments and starts it again. At the end every item must have "
        "all its signals at the receiver, in order, and no job may be lost.",
    )
    parser.add_argument("--orders", type=int, default=100, help="how many (default 100)")
    parser.add_argument("--kills", type=int, default=5, help="how many kill -9 (default 5)")
    parser.add_argument("--seed", type=int, default=1, help="of the dice (default 1)")
    parser.add_argument(
        "--minutes", type=float, default=0.0, help="spread the orders over this time"
    )
    parser.add_argument("--folder", type=Path, help="where, instead of a new temporary folder")
    parser.add_argument("--keep", action="store_true", help="keep the folder also when all is fine")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.add_argument(
        "--fault",
        type=json.loads,
        default={},
        metavar="JSON",
        help="how the receiver fails all the time, instead of now and then for a moment",
    )
    given = parser.parse_args(arguments)
    if not 1 <= given.orders <= MOST or not 0 <= given.kills <= MOST or not given.minutes >= 0:
        parser.error(f"--orders goes from 1 and --kills from 0 to {MOST}, --minutes from 0")
    return Options(**vars(given))


def main() -> int:
    """The exit code: 0 fine, 1 not so, 2 used wrongly, 130 stopped by Ctrl-C."""
    options = read_options()
    end_on_request()
    try:
        place = Place(options.folder, "hotfolder-soak-")
    except Trouble as trouble:
        print(f"soak: {trouble}", file=sys.stderr)
        return WRONGLY_USED
    code = INTERRUPTED
    try:
        with Programs() as programs:
            code = run(options, place.folder, programs)
    except KeyboardInterrupt:
        print("Stopped; everything that was started has ended.", file=sys.stderr)
    finally:
        place.leave(keep=options.keep or code == 1)
    if place.folder.exists():
        print(f"What it wrote is in {place.folder}", file=sys.stderr)
    return code


def run(options: Options, folder: Path, programs: Programs) -> int:
    """The run with its report."""
    plan = Plan(
        folder=folder,
        orders=options.orders,
        kills=options.kills,
        seed=options.seed,
        minutes=options.minutes,
        fault=options.fault,
    )
    soak = Soak(plan, programs)
    try:
        soak.open()
        watch(soak)
        report = soak.judge()
    except Trouble as trouble:
        report = Report(seed=options.seed, problems=[str(trouble)])
    finally:
        soak.close()
    if options.json:
        print(json.dumps({"fine": not report.problems, **asdict(report)}, indent=2))
    else:
        tell(report)
    return 1 if report.problems else 0


def watch(soak: Soak) -> None:
    """Work until all jobs went the whole way; a bar on a terminal, silence elsewhere."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed} of"))
    total = TextColumn("{task.total} jobs")
    with Progress(*columns, total, TimeElapsedColumn(), console=console, transient=True,
                  disable=not console.is_terminal) as bar:  # fmt: skip
        task = bar.add_task("soaking", total=len(soak.items))
        while not soak.is_over:
            soak.work()
            bar.update(task, completed=soak.done)


def tell(report: Report) -> None:
    """Counts, then the verdict."""
    for name, count in report.counts.items():
        print(f"{name:<38}{count:>7}")
    for title, counts in (("moves", report.moves), ("kill -9 during", report.kills)):
        if counts:
            words = ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
            print(f"{title}: {words}")
    for problem in report.problems:
        print(f"FAILED: {problem}")
    if not report.problems:
        print(f"FINE: every signal arrived in order, no job was lost ({report.seconds:.0f} s)")
    print(f"seed {report.seed}")


if __name__ == "__main__":
    sys.exit(main())
