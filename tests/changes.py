"""Order documents that differ from those of the catalogue in what a test says."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from hotfolder.errors import OrderChanged
from hotfolder.services.shop import Shop
from hotfolder.services.take_order import take_order
from hotfolder.test_center.catalogue import make_order
from tests.steps import FILE_SERVER, LIVE_KEY

Edit = Callable[[dict[str, Any]], None]


def body_of(
    number: int = 1, edit: Edit | None = None, *, key: str = LIVE_KEY, **more: Any
) -> bytes:
    """A document of the catalogue after `edit` was made to its `order` object."""
    document = make_order(number, base_url=FILE_SERVER, apikey=key, **{"kind": "poster", **more})
    data = json.loads(document.body)
    if edit is not None:
        edit(data["order"])
    return json.dumps(data, ensure_ascii=False).encode()


def come_changed(shop: Shop, edit: Edit, number: int = 1, **more: Any) -> int:
    """The order comes again after this edit and is answered as changed; its document's number."""
    with pytest.raises(OrderChanged):
        take_order(shop, body_of(number, edit, **more), None)
    return max(document.number for document in shop.store.documents.to_look_at())


def more_copies(order: dict[str, Any]) -> None:
    """The first item is wanted 77 times."""
    order["items"][0]["count"] = "77"


def another_item(order: dict[str, Any]) -> None:
    """One more item, like the last one, and the sums that go with it."""
    last = order["items"][-1]
    order["items"].append({**last, "id": f"{int(last['id']) + 1:012}"})
    order["costs"] = {"currency": "EUR", "total": "99.0000"}
    order["shipping"]["invoice"]["total"] = "9.0000"


def one_item_less(order: dict[str, Any]) -> None:
    """The last item is not in it any more."""
    order["items"].pop()


def another_address(order: dict[str, Any]) -> None:
    """The receiver lives elsewhere."""
    order["addresses"][0]["street1"] = "9 Elsewhere Road"
