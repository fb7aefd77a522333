"""scripts/try: a shop in a box, with a live account of what happens in it."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from live import Screen
from place import Place
from programs import Programs, Trouble, end_on_request
from trial import Options, Trial

DOWN = {"status": 503, "seconds": 4}
MOST_ORDERS = 1000
INTERRUPTED = 130
WRONGLY_USED = 2


def read_options(arguments: Sequence[str] | None = None) -> Options:
    """The command line; ends the program with 2 when it is wrong."""
    parser = argparse.ArgumentParser(
        prog="scripts/try",
        description="Makes a print shop in a folder, lets a simulated Cloudprinter send it orders, "
        "moves the job folders as an operator would, and shows which signals go out. "
        "Nothing real is called.",
    )
    parser.add_argument("--folder", type=Path, help="where, instead of a new temporary folder")
    parser.add_argument("--orders", type=int, default=6, help="sample orders (default 6)")
    parser.add_argument(
        "--keep", action="store_true", help="leave all running, to drag folders yourself"
    )
    parser.add_argument("--speed", type=float, default=1.0, help="2 halves the operator's pauses")
    parser.add_argument(
        "--fault",
        type=json.loads,
        default=DOWN,
        metavar="JSON",
        help='what the receiver does in the middle instead of being down, e.g. \'{"close": true, '
        '"times": 3}\'; see `hotfolder test-center --help`',
    )
    given = parser.parse_args(arguments)
    if not 1 <= given.orders <= MOST_ORDERS or not 0.1 <= given.speed <= 100:
        parser.error(f"--orders goes from 1 to {MOST_ORDERS}, --speed from 0.1 to 100")
    return Options(**vars(given))


def run(options: Options, screen: Screen, place: Place) -> int:
    """The exit code: 0 every signal once and in order, 1 not so, 130 stopped by Ctrl-C."""
    code = INTERRUPTED
    try:
        with Programs() as programs:
            code = play(Trial(options, place.folder, programs, screen), screen, options)
    except KeyboardInterrupt:
        screen.across("Stopped; everything that was started has ended.")
    finally:
        place.leave(keep=options.keep or code == 1)
    if place.folder.exists():
        screen.across(f"What it wrote is in {place.folder}")
    return code


def play(trial: Trial, screen: Screen, options: Options) -> int:
    """The run with its verdict; 0 when all was as it should be."""
    code = INTERRUPTED
    try:
        trial.open()
        problems = trial.play()
        if not options.keep:
            problems += trial.end_daemon()
        tell(screen, problems)
        code = 1 if problems else 0
        if options.keep:
            trial.stay()
    except Trouble as trouble:
        screen.across(f"FAILED: {trouble}", "bold red")
        code = 1
    except KeyboardInterrupt:
        screen.across("Stopped.")
    finally:
        trial.close()
    return code


def tell(screen: Screen, problems: Sequence[str]) -> None:
    """The verdict, in words."""
    screen.across()
    if not problems:
        words = "every signal arrived once and in order"
        screen.across(f"FINE: {words}", "bold green")
    for problem in problems:
        screen.across(f"FAILED: {problem}", "bold red")


def main() -> int:
    """Run with the command line; the exit code."""
    options = read_options()
    end_on_request()
    try:
        place = Place(options.folder, "hotfolder-try-")
    except Trouble as trouble:
        print(f"try: {trouble}", file=sys.stderr)
        return WRONGLY_USED
    return run(options, Screen(), place)


if __name__ == "__main__":
    sys.exit(main())
