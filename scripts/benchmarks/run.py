"""./scripts/bench: Hotfolder's speed against floors that are measured in the same run.

A real shop is made in a new folder: the daemon, the receiver of its signals (the test center) and
this driver are processes of their own, with real folders, a real database and real sockets. The
receiver takes the floor's signals as well as the daemon's. Everything is taken away afterwards.

Exit status: 0 every limit holds, 1 a line is over its limit, 2 used wrongly, 3 not measured.
"""

import argparse
import json
import os
import platform
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import apsw

from scripts.benchmarks import report
from scripts.benchmarks.drain import drain, enqueue, long_backlog
from scripts.benchmarks.full_floor import floor_elsewhere, floor_many, floor_moves
from scripts.benchmarks.idle import idle
from scripts.benchmarks.intake import fill, intake
from scripts.benchmarks.moves import burst, moves
from scripts.benchmarks.outage import recovery
from scripts.benchmarks.profile import recorded
from scripts.benchmarks.sizes import QUICK, Lines, Sizes
from scripts.benchmarks.stand import BenchError, Stand, bench_folder, stand

# in this order: moves and burst take jobs of the first stage, the last one brings more jobs
MEASURES: Mapping[str, Callable[[Stand, Sizes], Lines]] = {
    "idle": idle,
    "moves": moves,
    "burst": burst,
    "recovery": recovery,
    "orders": intake,
    "drain": drain,
    "enqueue": enqueue,
    "long": long_backlog,
    "floor-moves": floor_moves,
    "floor-elsewhere": floor_elsewhere,
    "floor-many": floor_many,
}

BACKLOG = {"drain", "enqueue", "long"}
FLOOR = {"floor-moves", "floor-elsewhere", "floor-many"}  # each with a shop of its own


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status; the outcome is on standard output."""
    options = _parser().parse_args(arguments)
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell's background job ignores the first
        signal.signal(number, signal.default_int_handler)
    in_force = report.limits(dict(options.limit), judge_all=not options.quick)
    try:
        lines = _measure(options)
    except (BenchError, KeyboardInterrupt) as error:
        print(f"bench: {str(error) or 'stopped'}", file=sys.stderr)
        return 3
    if options.json:
        print(json.dumps({"machine": _machine(), "lines": report.as_data(lines, in_force)}))
    else:
        print(report.as_table(lines, in_force))
    return 1 if report.is_over(lines, in_force) else 0


def _measure(options: argparse.Namespace) -> Lines:
    sizes = QUICK if options.quick else Sizes()
    if options.items:
        sizes = replace(sizes, items=(options.items,))
    lines: Lines = {}
    with bench_folder(options.folder) as folder, stand(folder) as ready:
        if not FLOOR.issuperset(options.only or [""]):
            _progress(f"putting {sizes.jobs} jobs on the floor")
            fill(ready, sizes)
        for name, measure in MEASURES.items():
            if _is_wanted(name, options):
                _progress(f"measuring {name}")
                with recorded(options.profile, name, ready.pid):
                    lines |= measure(ready, sizes)
        _progress("")
    return lines


def _is_wanted(name: str, options: argparse.Namespace) -> bool:
    if options.only:
        return name in options.only
    return (options.backlog or name not in BACKLOG) and (options.floor or name not in FLOOR)


def _progress(words: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{words}", end="", file=sys.stderr, flush=True)


def _machine() -> dict[str, object]:
    return {
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "cores": len(os.sched_getaffinity(0)),
        "load": os.getloadavg()[0],
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "python": platform.python_version(),
        "sqlite": apsw.sqlite_lib_version(),
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__.split("\n")[0])
    add = parser.add_argument
    add("--json", action="store_true", help="print JSON for programs instead of a table")
    add("--quick", action="store_true", help="small numbers; only limits given here are judged")
    add("--only", action="append", choices=MEASURES, help="measure only this; may be repeated")
    add("--backlog", action="store_true", help="also with 10,000 and 100,000 waiting signals")
    add("--floor", action="store_true", help="also with 10,000 and 100,000 jobs on the floor")
    add(
        "--limit",
        action="append",
        default=[],
        type=_limit,
        metavar="LINE=NUMBER",
        help=f"another limit for a line: {', '.join(report.LIMITS)}",
    )
    add(
        "--items",
        type=int,
        metavar="N",
        help="every order on the floor has so many items (default: 1 to 5, 3.3 on average)",
    )
    add(
        "--folder",
        type=Path,
        default=Path("/var/tmp"),
        help="where the shop is made; memory would make nothing durable (default: %(default)s)",
    )
    add(
        "--profile",
        type=Path,
        metavar="FOLDER",
        help="record with py-spy, one file a measurement, where the daemon spends its time",
    )
    return parser


def _limit(text: str) -> tuple[str, float]:
    name, _, number = text.partition("=")
    if name not in report.LIMITS:
        raise argparse.ArgumentTypeError(f"{name} is no line; known: {', '.join(report.LIMITS)}")
    try:
        return name, float(number)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{number!r} is no number") from None


if __name__ == "__main__":
    sys.exit(main())
