"""What the commands share: options, exit codes, and one way to tell a problem."""

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click
from click.exceptions import Exit as Ended

from hotfolder.errors import (
    AlreadyRunning,
    ConfigError,
    FloorError,
    HotfolderError,
    Problem,
    StoreError,
)
from hotfolder.files.flows_in_use import flows_in_use

if TYPE_CHECKING:
    from hotfolder.config.check import Loaded


Command = TypeVar("Command", bound=Callable[..., Any])


class Exit(IntEnum):
    """Exit codes; 2 is also what a wrong command line gives."""

    FINE = 0
    FAILED = 1
    CONFIGURATION = 2
    STORE = 3
    FLOOR = 4
    ALREADY_RUNNING = 5


NUMBER = click.IntRange(1, 2**63 - 1)  # what the store can number, or hold as one
FILE = click.Path(path_type=Path)


def _config_option(**more: Any) -> Callable[[Command], Command]:
    return click.option(
        "--config",
        envvar="HOTFOLDER_CONFIG",
        show_envvar=True,
        type=FILE,
        help="The shop's configuration file.",
        **more,
    )


def _config_of(context: click.Context, option: click.Parameter, given: Path | None) -> Path:
    """What stands behind the command, or else behind the group that it belongs to."""
    found: Path | None = given if _is_typed(context, option) else context.obj or given
    if found is None:
        raise click.MissingParameter(ctx=context, param=option)
    return found


def _is_typed(context: click.Context, option: click.Parameter) -> bool:
    source = context.get_parameter_source(option.name or "")
    return source is click.core.ParameterSource.COMMANDLINE


config_option = _config_option(required=True)
# of a group, whose commands take it as well; None when it stands behind the command
group_config_option = _config_option()
command_config_option = _config_option(callback=_config_of)
since_option = click.option(
    "--since",
    metavar="WHEN",
    help="Only of this time or later: 2026-03-02, 2026-03-02T08:00, 7d, 12h, 30m.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print plain JSON for programs.")

LONGEST_AGE = 5  # digits
UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def parse_since(text: str, now: datetime) -> datetime:
    """A moment written as a time, in UTC unless it names a zone, or as an age (30m, 12h, 7d).

    Ends the program with words for anything else.
    """
    number, unit = text[:-1], text[-1:]
    try:
        if unit in UNITS and number.isdecimal() and len(number) <= LONGEST_AGE:
            return now - timedelta(**{UNITS[unit]: int(number)})
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        fail(f"--since {text} is no time; write 2026-03-02, 7d, 12h or 30m", Exit.CONFIGURATION)


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
    if isinstance(error, AlreadyRunning):
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
