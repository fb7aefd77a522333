"""hotfolder orders: every order, how it stands, and which come first."""

from pathlib import Path

import click

from hotfolder.cli.common import (
    Exit,
    config_option,
    fail,
    json_option,
    load,
    parse_since,
    print_json,
    since_option,
    told,
)
from hotfolder.cli.table import marks, print_table
from hotfolder.domain.job import Mode
from hotfolder.services.order_list import LONG_AGO, Filter, order_lines, state_names
from hotfolder.shopfront import build_shop


@click.command
@config_option
@since_option
@click.option("--state", help="open, finished, late, changed, waiting, held, canceled or a stage.")
@click.option(
    "--mode",
    type=click.Choice([mode.value for mode in Mode]),
    help="Only live orders, or only tests.",
)
@json_option
def orders(
    config: Path, since: str | None, state: str | None, mode: str | None, as_json: bool
) -> None:
    """List the orders: unfinished ones first, of these reorders, then what is late."""
    loaded = load(config)
    with told():
        shop = build_shop(loaded)
        if state and state not in state_names(shop):
            known = ", ".join(state_names(shop))
            fail(f"--state {state} is unknown; known here: {known}", Exit.CONFIGURATION)
        wanted = Filter(
            since=parse_since(since, shop.clock.now()) if since is not None else LONG_AGO,
            state=state or "",
            mode=Mode(mode) if mode else None,
        )
        lines = order_lines(shop, wanted)
    if as_json:
        print_json(lines)
        return
    print_table(
        ["Order", "Received", "Interface", "Mode", "Marks", "Items", "Ship by", "State"],
        [
            [
                line["order"],
                line["received"],
                line["interface"],
                line["mode"],
                marks(line),
                line["items"],
                line["ship_by"],
                "finished" if line["finished"] else line["state"],
            ]
            for line in lines
        ],
        "There are no such orders." if since or state or mode else "There are no orders.",
    )
