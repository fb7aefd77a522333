"""Clean plain data in one shape: lists are lists, an empty optional part is absent."""

from typing import Any

_BLOCKS_OF_ORDER = ("shipping", "creator", "client", "costs")
_BLOCKS_OF_SHIPPING = ("invoice", "proforma_invoice")

# Known members of the blocks: empty means absent. An unknown empty one may be a flag and is kept.
_KNOWN_IN_BLOCKS = frozenset(
    {"id", "name", "version", "date", "reference", "shipments"}
    | {"currency", "shipping", "items", "vat", "total", "weight"}
)


def in_shape(order: dict[str, Any]) -> dict[str, Any]:
    """Shape what a document may write in several ways; `order` is changed and returned.

    What does not fit is left as it is, for the rules of `order_document` to refuse.
    """
    order.pop("apikey", None)
    for name in ("addresses", "items"):
        _make_list(order, name)
    _make_list(order, "files", may_be_empty=True)
    for address in filter(_is_object, order.get("addresses", ())):
        _shape_address(address)
    for item in filter(_is_object, order.get("items", ())):
        _shape_item(item)
    for name in _BLOCKS_OF_ORDER:
        _make_block(order, name)
    if _is_object(order.get("shipping")):
        for name in _BLOCKS_OF_SHIPPING:
            _make_block(order["shipping"], name)
    return order


def _shape_item(item: dict[str, Any]) -> None:
    _make_list(item, "files")
    _make_list(item, "options", may_be_empty=True)
    if "options" in item:
        item["options"] = [
            {"option": option} if isinstance(option, str) else option for option in item["options"]
        ]


def _shape_address(address: dict[str, Any]) -> None:
    # The JSON example has a space in this name, the client API an underscore.
    spaced = address.pop("customer identification", "")
    if not spaced:
        return
    if address.get("customer_identification") in ("", None, spaced):
        address["customer_identification"] = spaced
    else:
        address["customer identification"] = spaced


def _make_list(parent: dict[str, Any], name: str, *, may_be_empty: bool = False) -> None:
    value = parent.get(name, "")
    if value == "":
        parent.pop(name, None)
    elif not isinstance(value, list):
        parent[name] = [value]
    elif may_be_empty:
        parent[name] = [entry for entry in value if entry != ""]


def _make_block(parent: dict[str, Any], name: str) -> None:
    value = parent.get(name, "")
    if value == "":
        parent.pop(name, None)
    elif _is_object(value):
        parent[name] = {
            key: inner for key, inner in value.items() if inner != "" or key not in _KNOWN_IN_BLOCKS
        }


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)
