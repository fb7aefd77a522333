"""Order documents to push, made from a number: the same number gives the same bytes."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from hotfolder.errors import ConfigError, Problem
from hotfolder.test_center import goods
from hotfolder.test_center.goods import Good, Kind
from hotfolder.test_center.order_xml import write_order_xml
from hotfolder.test_center.sample_files import samples

MOST_NUMBER = 10**8 - 1
_FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)
_KINDS = tuple(Kind)
MOST_ITEMS = 9999
_T = TypeVar("_T")
_E = TypeVar("_E", bound=StrEnum)


class Form(StrEnum):
    """How an order document is written."""

    JSON = "json"
    XML = "xml"


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderDocument:
    """An order as it goes over the wire. The body holds the order key."""

    order_id: str
    item_ids: tuple[str, ...]
    body: bytes = field(repr=False)
    content_type: str
    form: Form


def make_order(
    number: int,
    *,
    base_url: str,
    apikey: str,
    items: int | None = None,
    form: Form | str = Form.JSON,
    kind: Kind | str | None = None,
) -> OrderDocument:
    """Order number 1 to 99999999, all of it fixed by the arguments.

    Ids are `NNNNNNNN0000` and, for items, `NNNNNNNN0001` and so on. Without `kind` the kinds
    take turns; `items` gives another number of items than the kind has. A third of the orders is
    of version 2.1. The files are served under `base_url`/files/. The date of the order is that
    many seconds after 2026 began. Raises ConfigError for a number, form or kind out of range.
    """
    _in_range("number", number, MOST_NUMBER)
    form, kind = _member(Form, "form", form), _member(Kind, "kind", kind or pick_kind(number))
    chosen = goods.GOODS[kind]
    if items is not None:
        _in_range("items", items, MOST_ITEMS)
        chosen = tuple(chosen[place % len(chosen)] for place in range(items))
    order = _order(number, kind, base_url.rstrip("/"))
    order["items"] = [
        _item(number, place, good, kind, base_url.rstrip("/"))
        for place, good in enumerate(chosen, 1)
    ]
    order = {"apikey": apikey, **order}
    return OrderDocument(
        order_id=order["id"],
        item_ids=tuple(item["id"] for item in order["items"]),
        body=_write(order, form, in_containers=number % 4 == 3),
        content_type=f"application/{form}",
        form=form,
    )


def pick_kind(number: int) -> Kind:
    """The kind of the order with this number, when no other is asked for."""
    return _KINDS[number % len(_KINDS)]


def pick_form(number: int, forms: Sequence[Form]) -> Form:
    """The form of the order with this number: over many orders each kind comes in each form."""
    return forms[(number + number // len(_KINDS)) % len(forms)]


def _write(order: Mapping[str, Any], form: Form, *, in_containers: bool) -> bytes:
    if form is Form.XML:
        return write_order_xml(order, in_containers=in_containers)
    return json.dumps({"order": order}, ensure_ascii=False, indent=2).encode("utf-8")


def _order(number: int, kind: Kind, base_url: str) -> dict[str, Any]:
    version = "2.1" if number % 3 == 2 else "2.2"
    made = _FIRST_DAY + timedelta(seconds=number)
    non_ascii = kind is Kind.NON_ASCII
    order: dict[str, Any] = {
        "id": f"{number:08}0000",
        "date": _date(made),
        "priority": "2",
        "shipping_date": _date(made + timedelta(days=3)),
        "creator": {"id": 1, "name": "Cloudprinter.com", "version": version, "date": _date(made)},
        "client": {
            "id": 1000 + number % 7,
            "name": "Example Press",
            "date": _date(made - timedelta(minutes=5)),
            "reference": f"test-center-{number}",
        },
        "shipping": {
            "method": goods.METHODS[number % len(goods.METHODS)],
            "consignor": "Åse & Søn Prøveforlag" if non_ascii else "Example Press",
            "invoice": {"shipments": 1, "currency": "EUR", "total": "4.2000"},
        },
        "addresses": [
            goods.NON_ASCII_ADDRESS if non_ascii else _turn(goods.ADDRESSES, number // len(_KINDS))
        ],
    }
    if version == "2.2":
        order["costs"] = _costs()
    if kind is Kind.LABELLED:
        order["files"] = [_file(*paper, base_url) for paper in goods.ORDER_PAPERS]
    return order


def _costs() -> dict[str, str]:
    return {
        "currency": "EUR",
        "shipping": "4.2000",
        "items": "7.0000",
        "vat": "0.0000",
        "total": "11.2000",
    }


def _item(number: int, place: int, good: Good, kind: Kind, base_url: str) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": f"{number:08}{place:04}",
        "count": str(1 + (number + place) % 5),
        "title": goods.NON_ASCII_TITLE if kind is Kind.NON_ASCII else good.title,
        "product": good.product,
        "desc": good.desc,
        "pages": good.pages,
        "files": [_file(type_, name, base_url) for type_, name in good.files],
        "options": [dict(option) for option in good.options],
    }
    if kind is Kind.REORDER:
        earlier = max(number - 1, 1)
        item |= {
            "reorder_cause": _turn(goods.REORDER_CAUSES, number // len(_KINDS)),
            "reorder_desc": "The customer sent a picture of a crushed corner.",
            "reorder_order_id": f"{earlier:08}0000",
            "reorder_item_id": f"{earlier:08}0001",
        }
    return item


def _file(type_: str, name: str, base_url: str) -> dict[str, str]:
    sample = samples()[name]
    return {
        "type": type_,
        "format": "pdf",
        "url": f"{base_url}/files/{name}",
        "md5sum": sample.md5,
        "size": str(sample.size),
    }


def _date(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def _turn(choices: Sequence[_T], turn: int) -> _T:
    return choices[turn % len(choices)]


def _in_range(name: str, value: int, most: int) -> None:
    if not 1 <= value <= most:
        raise ConfigError([Problem(name, f"{value} is not between 1 and {most}")])


def _member(choices: type[_E], name: str, value: str) -> _E:
    try:
        return choices(value)
    except ValueError as error:
        known = ", ".join(choices)
        raise ConfigError([Problem(name, f"{value!r} is unknown", f"known: {known}")]) from error
