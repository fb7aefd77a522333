"""The program `hotfolder`: its commands and how it ends."""

import sys
from collections.abc import Iterable
from importlib import import_module
from typing import Annotated

import typer

from hotfolder import __version__
from hotfolder.cli.common import say

# where each command is: to load the modules of all takes longer than most commands do
COMMANDS = {
    "init": "init:init",
    "run": "run:run",
    "check": "check:check",
    "prepare": "prepare:prepare",
    "status": "status:status",
    "orders": "orders:orders",
    "order": "order:order",
    "jobs": "jobs:jobs",
    "signals": "signals:app",
    "ship": "ship:ship",
    "fetch": "fetch:fetch",
    "delay": "trouble:delay",
    "cancel": "trouble:cancel",
    "documents": "documents:documents",
    "document": "documents:document",
    "decide": "decide:decide",
    "import": "import_orders:import_orders",
    "backup": "backup:backup",
    "restore": "backup:restore",
    "test-center": "test_center:run_test_center",
}
SIGNAL_COMMANDS = ("show", "send-now", "resend", "withdraw", "park", "edit")

EPILOG = (
    "Exit codes: 0 fine, 1 it did not work, 2 configuration or command line, 3 store, 4 floor, "
    "5 another daemon runs."
)


def program(names: Iterable[str] = COMMANDS, *, list_only: bool = False) -> typer.Typer:
    """The program with these commands; `list_only`: without those below `signals`."""
    made = typer.Typer(
        name="hotfolder",
        help="Hot-folder workflow daemon for Cloudprinter.com print partners.",
        epilog=EPILOG,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    made.callback()(_start)
    for name in names:
        module, _, place = COMMANDS[name].partition(":")
        command = getattr(import_module(f"hotfolder.cli.{module}"), place)
        if isinstance(command, typer.Typer):
            made.add_typer(command, name=name)
            if not list_only:
                import_module("hotfolder.cli.signal_changes")
        else:
            made.command(name)(command)
    return made


def _version(asked: bool) -> None:
    if asked:
        say(f"hotfolder {__version__}")
        raise typer.Exit


def _start(
    _asked: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Options before the command."""


def main() -> None:
    """Run the program with the command line it was called with."""
    words = sys.argv[1:]
    named = [word for word in words[:1] if word in COMMANDS]
    program(named or COMMANDS, list_only=not {*SIGNAL_COMMANDS, "--help"} & {*words})()
