"""Which flow each item of an order goes through, and why. Nothing is changed."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace

from hotfolder.domain.conditions import work_of
from hotfolder.domain.job import Mode
from hotfolder.domain.order import Item, Order
from hotfolder.domain.takes import Choice, choose_flow
from hotfolder.errors import NotPossible
from hotfolder.formats.order_document import to_order
from hotfolder.formats.order_record import order_from_data
from hotfolder.services.read_document import read_document
from hotfolder.services.shop import Shop


@dataclass(frozen=True, kw_only=True, slots=True)
class Explained:
    """The choice for an item; `goes_through` is the flow of its job, empty without one."""

    item: str
    product: str
    choice: Choice
    goes_through: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Explanation:
    """Of an order; `interface` is empty for a document with a key of nobody, counted as live."""

    order: str
    interface: str
    mode: Mode
    items: list[Explained]


def explain_order(shop: Shop, order_id: str, item_id: str = "") -> Explanation:
    """Why the items of a known order go where they go. Raises NotPossible for an unknown one."""
    taken = shop.store.orders.get(order_id)
    if taken is None:
        raise NotPossible(f"there is no order {order_id} here; --file explains a document")
    order = order_from_data(json.loads(taken.record))
    explained = _explain(shop, order, item_id, taken.interface, taken.mode)
    jobs = {job.item_id: job for job in shop.store.jobs.of_order(order_id)}
    items = [
        replace(one, goes_through=jobs[one.item].flow if one.item in jobs else "")
        for one in explained
    ]
    return Explanation(order=order_id, interface=taken.interface, mode=taken.mode, items=items)


def explain_document(shop: Shop, body: bytes) -> Explanation:
    """Where the items of a document would go. Raises OrderRefused when it is not valid."""
    parsed = read_document(shop, body, None)
    order = to_order(parsed.data)
    known = [one for one in shop.interfaces if parsed.apikey and one.key == parsed.apikey]
    interface = known[0] if known else None
    name = interface.name if interface else ""
    mode = interface.mode if interface else Mode.LIVE
    items = list(_explain(shop, order, "", name, mode))
    return Explanation(order=order.id, interface=name, mode=mode, items=items)


def _explain(
    shop: Shop, order: Order, item_id: str, interface: str, mode: Mode
) -> Iterator[Explained]:
    wanted: list[Item] = [item for item in order.items if item_id in ("", item.id)]
    if not wanted:
        raise NotPossible(f"order {order.id} has no item {item_id}")
    flows = tuple(shop.flows)
    for item in wanted:
        choice = choose_flow(flows, work_of(order, item, mode, interface))
        yield Explained(item=item.id, product=item.product, choice=choice)
