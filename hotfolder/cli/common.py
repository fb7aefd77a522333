"""What the commands share: options, exit codes, and one way to tell a problem."""

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click
from click.exceptions import Exit as Ended

from hotfolder.errors import ConfigError, FloorError, HotfolderError, Problem, StoreError
from hotfolder.files.flows_in_use import flows_in_use

if TYPE_CHECKING:
    from hotfolder.config.check import Loaded


class Exit(IntEnum):
    """Exit codes; 2 is also what a wrong command line gives."""

    FINE = 0
    FAILED = 1
    CONFIGURATION = 2
    STORE = 3
    FLOOR = 4
    ALREADY_RUNNING = 5


FILE = click.Path(path_type=Path)

config_option = click.option(
    "--config",
    envvar="HOTFOLDER_CONFIG",
    show_envvar=True,
    required=True,
    type=FILE,
    help="The shop's configuration file.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print plain JSON for programs.")

LONGEST_AGE = 5  # digits
UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def parse_age(text: str) -> timedelta:
    """A span such as 30m, 12h or 7d; ends the program with words for anything else."""
    number, unit = text[:-1], text[-1:]
    if not number.isdecimal() or len(number) > LONGEST_AGE or unit not in UNITS:
        fail(f"{text!r} is no span of time; write it like 30m, 12h or 7d", Exit.CONFIGURATION)
    return timedelta(**{UNITS[unit]: int(number)})


def load(config: Path, *, needs_keys: bool = False, on_disk: bool = False) -> "Loaded":
    """The shop's configuration; ends the program with every problem when it has any.

    The flows are those that the daemon uses, when one runs, unless those `on_disk` are wanted. Who
    needs no keys is not kept off by one of an environment that only the daemon has.
    """
    from hotfolder.config.check import load_shop  # noqa: PLC0415 (slow to load, and --help needs none of it)

    in_use = None if on_disk else flows_in_use
    with told():
        try:
            return load_shop(config, os.environ, in_use)
        except ConfigError:
            if needs_keys:
                raise
        return load_shop(config, None, in_use)


@contextmanager
def told() -> Iterator[None]:
    """Errors on purpose end the program with their words and the exit code of their kind."""
    try:
        yield
    except ConfigError as error:
        tell_problems(error.problems)
        raise Ended(Exit.CONFIGURATION) from None
    except HotfolderError as error:
        fail(str(error), _code(error))


def _code(error: HotfolderError) -> Exit:
    if type(error).__name__ == "AlreadyRunning":
        return Exit.ALREADY_RUNNING
    if isinstance(error, StoreError):
        return Exit.STORE
    return Exit.FLOOR if isinstance(error, FloorError) else Exit.FAILED


def tell_problems(problems: Sequence[Problem]) -> None:
    """Each problem on stderr: where, what, and on a line of its own what to do."""
    for problem in problems:
        where = f"{problem.where}: " if problem.where else ""
        warn(f"{where}{problem.what}")
        if problem.hint:
            warn(f"    {problem.hint}")


def fail(words: str, code: Exit = Exit.FAILED) -> NoReturn:
    """End the program with these words."""
    warn(f"hotfolder: {words}")
    raise Ended(code)


def say(words: str) -> None:
    """A line on stdout. Whatever it holds from outside, nothing in it can steer the terminal."""
    print(shown(words))


def warn(words: str) -> None:
    """A line on stderr, made harmless like those of `say`."""
    print(shown(words), file=sys.stderr)


def shown(text: str) -> str:
    """Text from outside as it may stand on a terminal: nothing in it can steer the terminal."""
    return "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text
    )


def print_json(data: Mapping[str, Any] | Sequence[Any]) -> None:
    """Data for programs."""
    print(json.dumps(data, ensure_ascii=False, indent=2))
