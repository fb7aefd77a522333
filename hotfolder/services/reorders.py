"""Items made again because of a complaint: what was made the first time, if we made it."""

from collections.abc import Iterable
from datetime import datetime

from hotfolder.domain.action import Action
from hotfolder.domain.job import Job
from hotfolder.domain.order import Item, Reorder
from hotfolder.formats.order_fields import is_id
from hotfolder.services.shop import Shop
from hotfolder.store.journal import Line


def original_job(shop: Shop, reorder: Reorder) -> Job | None:
    """The newest job of the item that is made again, or None when it was not made here."""
    return shop.store.jobs.of_item(reorder.order_id, reorder.item_id)


def reorder_warnings(shop: Shop, items: Iterable[Item]) -> list[str]:
    """A sentence for each item whose original we do not know; such an order is taken all the same.

    Reference: How to handle reorders.
    """
    return [
        f"item {item.id}: is a reorder of an item that was not made here"
        for item in items
        if item.reorder and original_job(shop, item.reorder) is None
    ]


def reorder_lines(shop: Shop, order_id: str, items: Iterable[Item], at: datetime) -> list[Line]:
    """What the journal tells of the reorders among new items."""
    return [
        Line(
            at=at,
            order_id=order_id,
            item_id=item.id,
            action=Action.REORDER_TAKEN,
            detail={
                "cause": _code(item.reorder.cause),
                "original_order": _code(item.reorder.order_id),
                "original_item": _code(item.reorder.item_id),
                "known": original_job(shop, item.reorder) is not None,
            },
        )
        for item in items
        if item.reorder
    ]


def _code(text: str) -> str:
    """What looks like an id or a code; free text may be personal and stays in the order."""
    return text if is_id(text) else ""
