"""Which jobs a person means who names an order, or an item of it."""

from hotfolder.domain.job import Job, newest
from hotfolder.errors import NotPossible
from hotfolder.services.shop import Shop


def jobs_of(shop: Shop, order_id: str, item_id: str = "") -> list[Job]:
    """The newest job of an item, or of every item of an order. Raises NotPossible for none."""
    found = newest(shop.store.jobs.of_order(order_id))
    if item_id:
        found = {item_id: found[item_id]} if item_id in found else {}
    if not found:
        what = f"item {item_id} of an order {order_id}" if item_id else f"order {order_id}"
        raise NotPossible(f"there is no {what} here")
    return list(found.values())
