"""scripts/soak: many orders, random moves and kill -9, judged by what arrived."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import long_run
from long_run import a_parser, add_dice, run
from programs import Programs
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from soak import Plan, Soak, SoakReport

MOST = 100_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Options(long_run.Options):
    """What was asked for on the command line."""

    orders: int
    kills: int
    seed: int
    minutes: float
    fault: Mapping[str, Any]


def read_options() -> Options:
    """The command line; ends the program with 2 when it is wrong."""
    parser = a_parser(
        "",
        "Pushes orders to the real daemon, moves the job folders at random, ends the "
        "daemon by kill -9 at bad moments and starts it again. At the end every item must have "
        "all its signals at the receiver, in order, and no job may be lost.",
    )
    parser.add_argument("--orders", type=int, default=100, help="how many (default 100)")
    parser.add_argument(
        "--minutes", type=float, default=0.0, help="spread the orders over this time"
    )
    add_dice(parser, kills=5, fault={})
    given = parser.parse_args()
    if not 1 <= given.orders <= MOST or not 0 <= given.kills <= MOST or not given.minutes >= 0:
        parser.error(f"--orders goes from 1 and --kills from 0 to {MOST}, --minutes from 0")
    return Options(**vars(given))


def main() -> int:
    """The exit code, as `run` says."""
    options = read_options()
    report = SoakReport(seed=options.seed)

    def work(folder: Path, programs: Programs) -> None:
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
            soak.judge(report)
        finally:
            soak.close()

    return run(options, report, "every signal arrived in order, no job was lost", work)


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


if __name__ == "__main__":
    sys.exit(main())
