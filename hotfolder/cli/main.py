"""The program `hotfolder`: its commands and how it ends."""

from typing import Annotated

import typer

from hotfolder import __version__
from hotfolder.cli.check import check
from hotfolder.cli.common import say
from hotfolder.cli.decide import decide
from hotfolder.cli.documents import document, documents
from hotfolder.cli.import_orders import import_orders
from hotfolder.cli.init import init
from hotfolder.cli.jobs import jobs
from hotfolder.cli.order import order
from hotfolder.cli.orders import orders
from hotfolder.cli.prepare import prepare
from hotfolder.cli.run import run
from hotfolder.cli.ship import ship
from hotfolder.cli.signals import signals
from hotfolder.cli.status import status
from hotfolder.cli.test_center import run_test_center

EPILOG = (
    "Exit codes: 0 fine, 1 it did not work, 2 configuration or command line, 3 store, 4 floor, "
    "5 another daemon runs."
)

app = typer.Typer(
    name="hotfolder",
    help="Hot-folder workflow daemon for Cloudprinter.com print partners.",
    epilog=EPILOG,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in (init, run, check, prepare, status, orders, order, jobs, signals, ship):
    app.command()(command)
for kept in (decide, documents, document):
    app.command()(kept)
app.command("import")(import_orders)
app.command("test-center")(run_test_center)


def _version(asked: bool) -> None:
    if asked:
        say(f"hotfolder {__version__}")
        raise typer.Exit


@app.callback()
def start(
    _asked: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Options before the command."""


def main() -> None:
    """Run the program with the command line it was called with."""
    app()
