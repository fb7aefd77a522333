"""The frame of a long run: its options, its folder, its programs, its report and its exit code."""

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from place import Place
from programs import Programs, Trouble, end_on_request

FINE, NOT_SO, WRONGLY_USED, INTERRUPTED = 0, 1, 2, 130


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """What the command line of every long run says."""

    folder: Path | None
    keep: bool
    json: bool


@dataclass(kw_only=True, slots=True)
class Report:
    """What came of it; no problems means all is as it should be. `seed` is that of the dice."""

    seed: int | None = None
    seconds: float = 0.0
    counts: dict[str, float] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """What was counted, for a person."""
        width = max([36, *map(len, self.counts)]) + 2
        return [f"{name:<{width}}{number:>8}" for name, number in self.counts.items()]


def a_parser(flag: str, description: str | None) -> argparse.ArgumentParser:
    """The command line of `scripts/soak FLAG`, with what `Options` holds."""
    parser = argparse.ArgumentParser(prog=f"scripts/soak {flag}".strip(), description=description)
    parser.add_argument("--folder", type=Path, help="where, instead of a new temporary folder")
    parser.add_argument("--keep", action="store_true", help="keep the folder also when all is fine")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    return parser


def add_dice(parser: argparse.ArgumentParser, *, kills: int, fault: Mapping[str, Any]) -> None:
    """What a run at random takes beside: how many kills, the seed, and how the receiver fails."""
    parser.add_argument(
        "--kills", type=int, default=kills, help=f"how many kill -9 (default {kills})"
    )
    parser.add_argument("--seed", type=int, default=1, help="of the dice (default 1)")
    parser.add_argument(
        "--fault",
        type=_fault,
        default=fault,
        metavar="JSON",
        help="how the receiver fails all the time, instead of as it does by itself",
    )


def _fault(text: str) -> Mapping[str, Any]:
    with suppress(ValueError):
        fault = json.loads(text)
        if isinstance(fault, dict):
            return fault
    raise argparse.ArgumentTypeError(f"{text!r} is no object in JSON")


def run(
    options: Options, report: Report, fine: str, work: Callable[[Path, Programs], object]
) -> int:
    """The exit code: 0 fine, 1 not so, 2 used wrongly, 130 stopped by Ctrl-C.

    `work` fills the report; what Trouble it raises is a problem more. `fine` are the words for no
    problems. The folder stays when it was asked for, when it is to be kept, and when all is not so.
    """
    end_on_request()
    try:
        place = Place(options.folder, "hotfolder-soak-")
    except Trouble as trouble:
        print(f"soak: {trouble}", file=sys.stderr)
        return WRONGLY_USED
    code = INTERRUPTED
    try:
        with Programs() as programs:
            _fill(report, lambda: work(place.folder, programs))
        code = NOT_SO if report.problems else FINE
        _print(report, fine, as_json=options.json)
    except KeyboardInterrupt:
        print("Stopped; everything that was started has ended.", file=sys.stderr)
    finally:
        place.leave(keep=options.keep or code == NOT_SO)
    if place.folder.exists():
        print(f"What it wrote is in {place.folder}", file=sys.stderr)
    return code


def _fill(report: Report, work: Callable[[], object]) -> None:
    try:
        work()
    except Trouble as trouble:
        report.problems.append(str(trouble))


def _print(report: Report, fine: str, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"fine": not report.problems, **asdict(report)}, indent=2))
        return
    for line in report.lines():
        print(line)
    for problem in report.problems:
        print(f"FAILED: {problem}")
    if not report.problems:
        print(f"FINE: {fine} ({report.seconds:.0f} s)")
    if report.seed is not None:
        print(f"seed {report.seed}")
