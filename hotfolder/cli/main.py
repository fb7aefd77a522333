"""The program `hotfolder`: its commands and how it ends."""

import click

from hotfolder import __version__
from hotfolder.cli.lazy import LazyGroup

COMMANDS = {
    "init": "hotfolder.cli.init:init",
    "run": "hotfolder.cli.run:run",
    "check": "hotfolder.cli.check:check",
    "doctor": "hotfolder.cli.doctor:doctor",
    "flows": "hotfolder.cli.flows:flows",
    "prepare": "hotfolder.cli.prepare:prepare",
    "status": "hotfolder.cli.status:status",
    "orders": "hotfolder.cli.orders:orders",
    "order": "hotfolder.cli.order:order",
    "jobs": "hotfolder.cli.jobs:jobs",
    "signals": "hotfolder.cli.signals:signals",
    "ship": "hotfolder.cli.ship:ship",
    "day": "hotfolder.cli.day:day",
    "devices": "hotfolder.cli.devices:devices",
    "labels": "hotfolder.cli.labels:labels",
    "shelf": "hotfolder.cli.shelf:shelf",
    "fetch": "hotfolder.cli.fetch:fetch",
    "delay": "hotfolder.cli.trouble:delay",
    "cancel": "hotfolder.cli.trouble:cancel",
    "documents": "hotfolder.cli.documents:documents",
    "document": "hotfolder.cli.documents:document",
    "decide": "hotfolder.cli.decide:decide",
    "import": "hotfolder.cli.import_orders:import_orders",
    "alerts": "hotfolder.cli.alerts:alerts",
    "archive": "hotfolder.cli.archive:archive",
    "backup": "hotfolder.cli.backup:backup",
    "restore": "hotfolder.cli.restore:restore",
    "doubts": "hotfolder.cli.doubts:doubts",
    "completion": "hotfolder.cli.completion:completion",
    "test-center": "hotfolder.cli.test_center:run_test_center",
}

ORDER_COMMANDS = ["ship", "labels", "devices", "fetch", "delay", "cancel", "decide"]
TROUBLE_COMMANDS = ["alerts", "doctor", "check", "documents", "document", "doubts"]
SHOP_COMMANDS = ["init", "run", "prepare", "flows", "import", "archive", "backup", "restore"]
SECTIONS = {
    "Every day": ["status", "orders", "order", "jobs", "signals", "shelf", "day"],
    "Act on an order": ORDER_COMMANDS,
    "When something is wrong": TROUBLE_COMMANDS,
    "Set up and keep": SHOP_COMMANDS,
}

EPILOG = (
    "Most commands take --config FILE, or find it in HOTFOLDER_CONFIG; all that list take --json. "
    "COMMAND --help tells the rest. "
    "Exit codes: 0 fine, 1 it did not work, 2 configuration or command line, 3 store, 4 floor, "
    "5 another daemon runs."
)


@click.group(
    "hotfolder",
    cls=LazyGroup,
    places=COMMANDS,
    sections=SECTIONS,
    epilog=EPILOG,
    context_settings={"show_default": True, "max_content_width": 100},
)
@click.version_option(__version__, prog_name="hotfolder", message="%(prog)s %(version)s")
def program() -> None:
    """Hot-folder workflow daemon for Cloudprinter.com print partners."""


def main() -> None:
    """Run the program with the command line it was called with."""
    program(prog_name="hotfolder")
