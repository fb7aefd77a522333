"""What is odd in an accepted order: sentences for the people of the shop, without personal data.

The rows marked "want" of our reading of the Order API, values it does not know, and sets of files
that look wrong. Nothing here refuses an order.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from hotfolder.domain.order import Address, Item, Order, ProductFile, Reorder
from hotfolder.formats.order_fields import is_id

WARNING_LIMIT = 100

_VERSIONS = ("2.1", "2.2")
_ITEM_FILES = frozenset({"cover", "book", "product", "box"})
_ORDER_FILES = frozenset({"shipping_label", "delivery_note", "promotion"})
_AMOUNT = re.compile(r"[+-]?[0-9]{1,18}([.,][0-9]{1,18})?")
_AMOUNTS = ("shipping", "items", "vat", "total", "weight")
_WITH_STATES = ("US", "CA")


def warnings_of(order: Order) -> tuple[str, ...]:
    """Sentences that start with the path they are about; at most WARNING_LIMIT and one more."""
    found = list(_of_order(order))
    left_out = len(found) - WARNING_LIMIT
    if left_out > 0:
        found = [*found[:WARNING_LIMIT], f"order: has {left_out} more warnings"]
    return tuple(found)


def _of_order(order: Order) -> Iterator[str]:
    yield from _of_head(order)
    yield from _of_addresses(order)
    yield from _of_shipping(order)
    for at, file in enumerate(order.files):
        yield from _of_file(f"order.files[{at}]", file, _ORDER_FILES)
    for at, item in enumerate(order.items):
        yield from _of_item(f"order.items[{at}]", item)
    originals = {item.reorder.order_id for item in order.items if item.reorder}
    if len(originals) > 1:
        yield "order.items: they are reorders of more than one order"


def _of_head(order: Order) -> Iterator[str]:
    if not order.version:
        yield "order.creator.version: is missing"
    elif order.version not in _VERSIONS:
        yield f"order.creator.version: is not one of {' and '.join(_VERSIONS)}, read all the same"
    if not order.date:
        yield "order.date: is missing"
    for name, text in (("date", order.date), ("shipping_date", order.shipping_date)):
        if text and not _is_date(text):
            yield f"order.{name}: can not be read as a date, kept as text"
    yield from _of_amounts("order.costs", order.costs)


def _of_addresses(order: Order) -> Iterator[str]:
    receivers = [at for at, each in enumerate(order.addresses) if each.type == "delivery"]
    if len(receivers) > 1:
        yield f"order.addresses: {len(receivers)} are delivery addresses, the first one is used"
    for at, address in enumerate(order.addresses):
        where = f"order.addresses[{at}]"
        if address.type == "delivery":
            yield from _of_receiver(where, address)
        else:
            yield f"{where}: the type of this address is not known, it is kept"


def _of_receiver(where: str, address: Address) -> Iterator[str]:
    if not address.city:
        yield f"{where}.city: is missing"
    if address.country in _WITH_STATES and not address.state:
        yield f"{where}.state: is missing, carriers need it in {address.country}"


def _of_shipping(order: Order) -> Iterator[str]:
    shipping = order.shipping
    if not shipping.method:
        yield "order.shipping.method: is missing"
    if not shipping.consignor:
        yield "order.shipping.consignor: is missing, the label has no sender name"
    yield from _of_amounts("order.shipping.invoice", shipping.invoice)
    yield from _of_amounts("order.shipping.proforma_invoice", shipping.proforma_invoice)


def _of_item(where: str, item: Item) -> Iterator[str]:
    for at, file in enumerate(item.files):
        yield from _of_file(f"{where}.files[{at}]", file, _ITEM_FILES)
    yield from _of_file_set(f"{where}.files", item)
    for at, option in enumerate(item.options):
        if not option.option:
            yield f"{where}.options[{at}].option: is missing"
    if item.pages and not item.pages.isdecimal():
        yield f"{where}.pages: is not a whole number"
    if item.price and not _AMOUNT.fullmatch(item.price):
        yield f"{where}.price: is not an amount, kept as text"
    if item.reorder:
        yield from _of_reorder(where, item.reorder)


def _of_file(where: str, file: ProductFile, known: frozenset[str]) -> Iterator[str]:
    if file.type not in known:
        yield f"{where}.type: is not known, the file is fetched and kept"
    if file.md5 is None:
        yield f"{where}.md5sum: is missing, the file can not be checked fully"
    if file.size is None:
        yield f"{where}.size: is missing"
    elif file.size == 0:
        yield f"{where}.size: is 0"


def _of_file_set(where: str, item: Item) -> Iterator[str]:
    types = Counter(file.type for file in item.files)
    if "book" in types and "cover" not in types:
        yield f"{where}: a book without a cover"
    if "cover" in types and "book" not in types:
        yield f"{where}: a cover without a book"
    if "product" in types and ("book" in types or "cover" in types):
        yield f"{where}: both a one-file product and a book"
    for name in sorted(_ITEM_FILES & types.keys()):
        if types[name] > 1:
            yield f"{where}: {types[name]} files of type {name}"


def _of_reorder(where: str, reorder: Reorder) -> Iterator[str]:
    if not reorder.cause:
        yield f"{where}.reorder_cause: is missing"
    for name, text in (("order", reorder.order_id), ("item", reorder.item_id)):
        if not text:
            yield f"{where}.reorder_{name}_id: is missing"
        elif not is_id(text):
            yield f"{where}.reorder_{name}_id: has characters that ids do not have"


def _of_amounts(where: str, block: Mapping[str, Any]) -> Iterator[str]:
    for name in _AMOUNTS:
        amount = block.get(name, "")
        if amount != "" and not (isinstance(amount, str) and _AMOUNT.fullmatch(amount)):
            yield f"{where}.{name}: is not an amount, kept as it came"


def _is_date(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
