"""hotfolder orders: every order, how it stands, and which come first."""

from datetime import UTC, datetime
from pathlib import Path

import click

from hotfolder.cli.common import (
    UNITS,
    Exit,
    config_option,
    fail,
    json_option,
    load,
    parse_age,
    print_json,
    told,
)
from hotfolder.cli.table import marks, print_table
from hotfolder.domain.job import Mode
from hotfolder.services.order_list import LONG_AGO, Filter, order_lines, state_names
from hotfolder.services.shop import Shop
from hotfolder.shopfront import build_shop


@click.command
@config_option
@click.option("--since", help="Only those that came since: 2026-03-02, 2026-03-02T08:00, 7d, 12h.")
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
            since=_moment(shop, since), state=state or "", mode=Mode(mode) if mode else None
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


def _moment(shop: Shop, since: str | None) -> datetime:
    """The time from which on orders are wanted; UTC unless the text names a zone."""
    if not since:
        return LONG_AGO
    if since.endswith(tuple(UNITS)):
        return shop.clock.now() - parse_age(since)
    try:
        found = datetime.fromisoformat(since)
    except ValueError:
        fail(f"--since {since} is no time; write 2026-03-02, 7d or 12h", Exit.CONFIGURATION)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
