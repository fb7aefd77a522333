"""hotfolder decide: which document an order follows when it came again with other content."""

from pathlib import Path

import click

from hotfolder.cli.common import NUMBER, config_option, fail, load, say, tell_problems, told
from hotfolder.errors import DecisionRefused
from hotfolder.services.decide_order import Switched, keep_first, take_changed
from hotfolder.services.shop import Shop
from hotfolder.shopfront import build_shop


@click.command
@click.argument("order")
@config_option
@click.option("--keep", is_flag=True, help="The order stays as it is.")
@click.option("--take", is_flag=True, help="The new content becomes the order.")
@click.option("--document", type=NUMBER, help="With --take: which document, of several.")
def decide(order: str, config: Path, keep: bool, take: bool, document: int | None) -> None:
    """Decide about an order that came again with other content."""
    if keep is take:
        raise click.BadParameter("give either --keep or --take")
    if keep and document is not None:
        raise click.BadParameter("--document goes with --take; --keep declines them all")
    loaded = load(config)
    with told():
        try:
            for line in _decided(build_shop(loaded), order, document, take=take):
                say(line)
        except DecisionRefused as error:
            tell_problems(error.problems)
            fail(f"order {order} stays as it is")


def _decided(shop: Shop, order: str, document: int | None, *, take: bool) -> list[str]:
    if take:
        return _told(order, take_changed(shop, order, document))
    numbers = ", ".join(str(number) for number in keep_first(shop, order))
    return [f"order {order} stays as it is; declined: document {numbers}"]


def _told(order: str, switched: Switched) -> list[str]:
    parts = {
        "new": switched.added,
        "made anew": switched.anew,
        "not made any more": switched.off,
        "left as they were": switched.alone,
    }
    items = [f"  {words}: item {', '.join(ids)}" for words, ids in parts.items() if ids]
    return [f"order {order} is now as in document {switched.document}", *items]
