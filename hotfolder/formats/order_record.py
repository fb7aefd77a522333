"""An Order as plain data that can be stored and read back, and the digest of its content."""

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from hashlib import sha256
from operator import attrgetter
from typing import Any

from hotfolder.domain.order import Address, Item, Option, Order, ProductFile, Reorder, Shipping

Data = dict[str, Any]


def _writer(kind: type) -> Callable[[Any], Data]:
    names = tuple(each.name for each in fields(kind))
    values = attrgetter(*names)
    return lambda record: dict(zip(names, values(record), strict=True))


_order_data = _writer(Order)
_item_data = _writer(Item)
_file_data = _writer(ProductFile)
_option_data = _writer(Option)
_reorder_data = _writer(Reorder)
_address_data = _writer(Address)
_shipping_data = _writer(Shipping)


def order_to_data(order: Order) -> Data:
    """Everything in the order, warnings too, as dicts, lists and text; `order_from_data` undoes it.

    The members are those of our own record and not of the document that came.
    """
    data = _order_data(order)
    data["items"] = [_item_to_data(item) for item in order.items]
    data["addresses"] = [_address_data(address) for address in order.addresses]
    data["files"] = [_file_data(file) for file in order.files]
    data["shipping"] = _shipping_data(order.shipping)
    data["warnings"] = list(order.warnings)
    return data


def _item_to_data(item: Item) -> Data:
    data = _item_data(item)
    data["files"] = [_file_data(file) for file in item.files]
    data["options"] = [_option_data(option) for option in item.options]
    data["reorder"] = _reorder_data(item.reorder) if item.reorder else None
    return data


def order_from_data(data: Mapping[str, Any]) -> Order:
    """Order that `order_to_data` wrote; members that were not known yet then get their defaults."""
    return Order(
        **{
            **data,
            "items": tuple(_item_from_data(item) for item in data["items"]),
            "addresses": tuple(Address(**address) for address in data["addresses"]),
            "files": tuple(ProductFile(**file) for file in data["files"]),
            "shipping": Shipping(**data["shipping"]),
            "warnings": tuple(data["warnings"]),
        }
    )


def _item_from_data(data: Mapping[str, Any]) -> Item:
    reorder = data["reorder"]
    return Item(
        **{
            **data,
            "files": tuple(ProductFile(**file) for file in data["files"]),
            "options": tuple(Option(**option) for option in data["options"]),
            "reorder": Reorder(**reorder) if reorder else None,
        }
    )


def digest(order: Order) -> str:
    """Fingerprint of the content (sha256, hex): equal for the JSON and the XML form of one order.

    Two documents with the same digest are the same order sent twice. The `creator` block (who made
    this copy of the document, and when) and our own warnings do not count.
    """
    data = order_to_data(order)
    for name in ("creator", "version", "warnings"):
        del data[name]
    text = json.dumps(_without_empty(data), sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


# Parts that hold members under the names of the document.
_AS_WRITTEN = frozenset({"client", "costs", "invoice", "proforma_invoice", "extra"})


def _without_empty(value: Any) -> Any:
    """Only what is there: a field that a later version adds leaves the digests of today alone."""
    if isinstance(value, dict):
        return {
            name: inner
            if isinstance(inner, str)
            else _without_short_lists(inner)
            if name in _AS_WRITTEN
            else _without_empty(inner)
            for name, inner in value.items()
            if inner or inner == 0  # a size of 0 bytes is there
        }
    return [_without_empty(inner) for inner in value] if isinstance(value, list) else value


def _without_short_lists(value: Any) -> Any:
    """Unknown data in which a list of one is its entry: XML can not tell the two apart."""
    if isinstance(value, dict):
        return {name: _without_short_lists(inner) for name, inner in value.items()}
    if isinstance(value, list):
        entries = [_without_short_lists(inner) for inner in value]
        return entries[0] if len(entries) == 1 else entries
    return value
