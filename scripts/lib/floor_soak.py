"""scripts/soak --floor: operators and accidents at random on real folders, for minutes or hours.

The property test of tests/floor_model, with fresh examples all the time.
"""

import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import long_run
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.errors import Flaky
from hypothesis.stateful import run_state_machine_as_test
from loguru import logger
from long_run import Report, a_parser, run
from programs import Programs
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from tests.floor_model.machine import FloorAtRandom

STEPS = 40  # in a shop at the most
SHOPS = 30  # from one seed
SHOPS_A_SECOND = 1.0  # at the least: a short run has fewer from its seed
MOST_SEED = 1_000_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Options(long_run.Options):
    """What the command line says."""

    minutes: float
    seed: int


def read_options() -> Options:
    """The command line; ends the program with 2 when it is wrong."""
    parser = a_parser(
        "--floor",
        "Plays operators and accidents at random on real folders, beside a small model of the "
        "rules: jobs are dragged, renamed, copied, deleted and restored, disks come and go, the "
        "program is killed. After every step all that was noted must be true, after some calm "
        "nothing may be left unknown. The first finding ends the run, with the least steps to it.",
    )
    parser.add_argument("--minutes", type=float, default=5.0, help="how long (default 5)")
    parser.add_argument(
        "--seed",
        type=int,
        default=random.randrange(MOST_SEED),
        help="of the first shops; the next ones have the next numbers (default: another each time)",
    )
    given = parser.parse_args()
    if not given.minutes > 0 or given.seed < 0:
        parser.error("--minutes must be more than 0, --seed at least 0")
    return Options(**vars(given))


def main() -> int:
    """The exit code, as `run` says."""
    options = read_options()
    report = Report(seed=options.seed)

    def work(folder: Path, _programs: Programs) -> None:
        tempfile.tempdir = str(folder)
        logger.remove()  # thousands of warnings that are the point of it
        with _shown(options.minutes * 60) as show:
            play(options, report, show)

    fine = "after every step all that was noted was true, and nothing was left unknown"
    return run(options, report, fine, work)


def play(options: Options, report: Report, show: Callable[[], None]) -> None:
    """Shop after shop until the time is over or something is found. `show` is called at a step."""
    steps: Counter[str] = Counter()
    shops = 0

    class Counted(FloorAtRandom):
        def __init__(self) -> None:
            nonlocal shops
            super().__init__()
            shops += 1

        def counted(self, kind: str) -> None:
            steps[kind] += 1
            show()

    begun = time.monotonic()
    end = begun + options.minutes * 60
    each_time = max(2, min(SHOPS, int(options.minutes * 60 * SHOPS_A_SECOND)))
    for number in _seeds(options.seed, end):
        report.seed = number
        problem = _problem(seed(number)(Counted), each_time)
        if problem:
            report.problems.append(problem)
            break
    else:
        report.seed = options.seed
    report.seconds = round(time.monotonic() - begun, 1)
    report.counts = {"shops": shops, "steps": steps.total(), **dict(sorted(steps.items()))}


def _seeds(first: int, end: float) -> Iterator[int]:
    """One at least."""
    yield first
    while time.monotonic() < end:
        first += 1
        yield first


def _problem(machine: type[FloorAtRandom], shops: int) -> str:
    """What was found in so many shops, with the fewest steps that lead to it; empty for nothing."""
    given = settings(
        max_examples=shops,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    try:
        run_state_machine_as_test(machine, settings=given)
    except Flaky as error:
        once = machine.found_first or error
        return "\n".join(("This was found once, and not when it was done again:", *_told(once)))
    except Exception as error:  # noqa: BLE001 (whatever it is, it was found)
        return "\n".join(_told(error))
    return ""


def _told(error: BaseException) -> Iterator[str]:
    yield f"{type(error).__name__}: {error}"
    yield from getattr(error, "__notes__", ())
    for one in getattr(error, "exceptions", ()):
        yield from _told(one)


@contextmanager
def _shown(seconds: float) -> Iterator[Callable[[], None]]:
    """A bar on a terminal, silence elsewhere; what is yielded moves it on."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[steps]} steps"),
    )
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True,
                  disable=not console.is_terminal) as bar:  # fmt: skip
        task = bar.add_task("at random", total=seconds, steps=0)
        begun, steps = time.monotonic(), count(1)
        yield lambda: bar.update(task, completed=time.monotonic() - begun, steps=next(steps))


if __name__ == "__main__":
    sys.exit(main())
