"""Order documents as tests want them: plain data, JSON text, XML text, and an Order written out."""

import copy
import json
from typing import Any
from xml.sax.saxutils import escape

from hotfolder.domain.order import Address, Item, Order, ProductFile, Shipping

KEY = "aaaaaaaaaaaaaaaaaaaaaaaaaaaa0001"
GONE = object()

Path = tuple[str | int, ...]

_ONE_OF = {"addresses": "address", "items": "item", "files": "file", "options": "option"}


def a_document() -> dict[str, Any]:
    """The contents of `order` in a valid document with two items and nothing odd in it."""
    return {
        "apikey": KEY,
        "id": "700100020000",
        "date": "2026-03-02 08:25:08",
        "priority": "2",
        "shipping_date": "2026-03-05 16:00:00",
        "creator": {"id": "1", "name": "Maker", "version": "2.2", "date": "2026-03-02 08:25:08"},
        "client": {"id": "731", "name": "Lantern Press", "reference": "lantern-2026-000451"},
        "costs": {"currency": "EUR", "shipping": "4.2000", "total": "11.2000"},
        "shipping": {
            "method": "dhl_national_standard",
            "consignor": "Lantern Press",
            "invoice": {"shipments": "1", "currency": "EUR", "total": "4.2000"},
        },
        "addresses": [
            {
                "type": "delivery",
                "company": "Willow Lane Reading Room",
                "name": "Alma Testperson",
                "street1": "Willow Lane 12",
                "zip": "10115",
                "city": "Berlin",
                "country": "DE",
                "email": "alma@example.org",
            }
        ],
        "items": [
            {
                "id": "700100020001",
                "count": "1",
                "title": "Field Notes for Beekeepers",
                "product": "textbook_cw_a5_p_bw",
                "pages": "24",
                "files": [_a_file("cover"), _a_file("book")],
                "options": [_an_option("pageblock_80off"), _an_option("cover_130mcg")],
            },
            {
                "id": "700100020002",
                "count": "2",
                "title": "Harbour at Dusk",
                "product": "poster_a2_p_fc",
                "pages": "1",
                "files": [_a_file("product")],
                "options": [_an_option("paper_200mcs")],
            },
        ],
    }


def _a_file(kind: str) -> dict[str, Any]:
    return {
        "type": kind,
        "format": "pdf",
        "url": f"http://files.example.org/{kind}.pdf",
        "md5sum": "b4ef984ca48683e43400b5d57b48a181",
        "size": "677",
    }


def _an_option(reference: str) -> dict[str, Any]:
    return {"option": reference, "desc": "words", "count": "1", "type": "type_main_paper"}


def with_value(document: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    """A copy of the document with this value at this place, or without the place (GONE)."""
    changed = copy.deepcopy(document)
    inner: Any = changed
    for step in path[:-1]:
        inner = inner[step]
    if value is GONE:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return changed


def as_json(document: Any) -> bytes:
    return json.dumps({"order": document}).encode()


def as_xml(document: dict[str, Any], *, boxed: bool = False) -> bytes:
    """XML with repeated elements, or with boxes such as <items> around them."""
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return (head + _element("order", document, boxed)).encode()


def _element(name: str, value: Any, boxed: bool) -> str:
    if isinstance(value, list):
        one = _ONE_OF.get(name, name)
        inside = "".join(_element(one, entry, boxed) for entry in value)
        return f"<{name}>{inside}</{name}>" if boxed and one != name else inside
    if isinstance(value, dict):
        inside = "".join(_element(key, inner, boxed) for key, inner in value.items())
    elif isinstance(value, bool):
        inside = str(value).lower()
    else:
        inside = "" if value is None else escape(str(value))
    return f"<{name}>{inside}</{name}>"


def document_of(order: Order) -> dict[str, Any]:
    """The document an order source would write for this Order."""
    return {
        "apikey": KEY,
        "id": order.id,
        "date": order.date,
        "priority": order.priority,
        "shipping_date": order.shipping_date,
        "creator": dict(order.creator),
        "client": dict(order.client),
        "costs": dict(order.costs),
        "email": order.email,
        "shipping": _shipping(order.shipping),
        "addresses": [_address(address) for address in order.addresses],
        "files": [_file(file) for file in order.files],
        "items": [_item(item) for item in order.items],
        **order.extra,
    }


def _shipping(shipping: Shipping) -> dict[str, Any]:
    return {
        "method": shipping.method,
        "consignor": shipping.consignor,
        "invoice": dict(shipping.invoice),
        "proforma_invoice": dict(shipping.proforma_invoice),
        **shipping.extra,
    }


def _address(address: Address) -> dict[str, Any]:
    names = "type company name street1 street2 zip city country state email phone"
    own = {name: getattr(address, name) for name in names.split()}
    return {**own, "customer_identification": address.customer_identification, **address.extra}


def _file(file: ProductFile) -> dict[str, Any]:
    return {
        "type": file.type,
        "format": file.format,
        "url": file.url,
        "md5sum": file.md5,
        "size": file.size,
        **file.extra,
    }


def _item(item: Item) -> dict[str, Any]:
    names = "id count product title desc pages price currency hc"
    written = {name: getattr(item, name) for name in names.split()}
    written["files"] = [_file(file) for file in item.files]
    written["options"] = [
        {
            "option": option.option,
            "desc": option.desc,
            "count": option.count,
            "type": option.type,
            **option.extra,
        }
        for option in item.options
    ]
    if item.reorder:
        for name in ("cause", "desc", "order_id", "item_id"):
            written[f"reorder_{name}"] = getattr(item.reorder, name)
    return {**written, **item.extra}
