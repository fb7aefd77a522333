"""hotfolder ship: give an item, an order or a list of items its tracking codes."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click

from hotfolder.cli.common import Exit, config_option, fail, load, say, told
from hotfolder.cli.lists import Entry, csv_option, end, item_argument, order_argument, targets
from hotfolder.errors import NotPossible, NotUnderstood
from hotfolder.services.jobs_meant import jobs_of
from hotfolder.services.parcel import Parcel
from hotfolder.services.ship_item import ship_item
from hotfolder.services.shop import Shop
from hotfolder.shopfront import build_shop


@click.command
@order_argument
@item_argument
@config_option
@click.option("--tracking", default="", show_default=False, help="Tracking code of the parcel.")
@click.option(
    "--option",
    default="",
    show_default=False,
    help="Shipping option really used; the order's method when not given.",
)
@csv_option("order,item,tracking,option")
def ship(
    config: Path, order: str, item: str, tracking: str, option: str, csv_file: Path | None
) -> None:
    """Keep the tracking code of ITEM, of every item of ORDER, or of a list.

    ItemShipped goes out when the job is in its shipping stage.
    """
    wanted = targets(order, item, csv_file)
    if csv_file is None:
        if not tracking.strip():
            fail("an empty tracking code is not sent; give the code after --tracking")
        wanted = [replace(entry, more=(tracking, option)) for entry in wanted]
    elif tracking or option:
        fail("tracking codes stand in the list; leave out --tracking", Exit.CONFIGURATION)
    with told():
        end(_each(build_shop(load(config)), wanted))


def _each(shop: Shop, wanted: list[Entry]) -> Iterator[str]:
    """Every item by itself: one that can not be shipped never keeps the others. What failed."""
    for entry in wanted:
        tracking, option, *_ = [*(cell.strip() for cell in entry.more), "", ""]
        where = " ".join(part for part in (entry.order, entry.item) if part)
        if not tracking:
            yield f"{where}: NOT shipped: it has no tracking code"
            continue
        parcel = Parcel(tracking=tracking, shipping_option=option)
        try:
            jobs = jobs_of(shop, entry.order, entry.item)
        except NotPossible as error:
            yield f"{where}: NOT shipped: {error}"
            continue
        for job in jobs:
            try:
                say(f"{entry.order} {job.item_id}: {ship_item(shop, job, parcel)}")
            except (NotPossible, NotUnderstood) as error:
                yield f"{entry.order} {job.item_id}: NOT shipped: {error}"
