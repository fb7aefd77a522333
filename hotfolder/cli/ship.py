"""hotfolder ship: give an item its tracking code."""

from typing import Annotated

import typer

from hotfolder.app import build_shop
from hotfolder.cli.common import ConfigOption, fail, load, say, told
from hotfolder.services.parcel import Parcel
from hotfolder.services.ship_item import ship_item


def ship(
    order: Annotated[str, typer.Argument(help="Order id.")],
    item: Annotated[str, typer.Argument(help="Item id.")],
    config: ConfigOption,
    tracking: Annotated[str, typer.Option(help="Tracking code of the parcel.")],
    option: Annotated[
        str, typer.Option(help="Shipping option really used; default: the order's method.")
    ] = "",
) -> None:
    """Keep the tracking code; ItemShipped goes out when the job is in its shipping stage."""
    loaded = load(config)
    if not tracking.strip():
        fail("an empty tracking code is not sent; give the code after --tracking")
    with told():
        shop = build_shop(loaded)
        try:
            parcel = Parcel(tracking=tracking.strip(), shipping_option=option.strip())
            say(ship_item(shop, order, item, parcel))
        except LookupError as error:
            fail(str(error.args[0]))
