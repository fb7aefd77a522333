"""hotfolder fetch: get the files of a held job again."""

from hotfolder.app import build_shop
from hotfolder.cli.arguments import ItemArgument, OrderArgument
from hotfolder.cli.common import ConfigOption, fail, load, say, told
from hotfolder.services.fetch_files import fetch_again


def fetch(order: OrderArgument, item: ItemArgument, config: ConfigOption) -> None:
    """Fetch the files of a job on hold anew; it goes on when they are as ordered."""
    shop = build_shop(load(config))
    with told():
        job = shop.store.jobs.of_item(order, item)
        if job is None:
            fail(f"there is no item {item} of an order {order} here")
        fetch_again(shop, job)
    say("the files are fetched again")
