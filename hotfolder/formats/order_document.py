"""Plain data of an order document, v2.1 or v2.2 -> Order, or every Problem in it at once.

Which fields are demanded is our own rule: the official list of required fields is not public. What
only looks odd is accepted with a warning, and what we do not know is kept in `extra`, because an
order that is refused for a detail is an order lost.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hotfolder.domain.order import (
    Address,
    Item,
    Option,
    Order,
    ProductFile,
    Reorder,
    Shipping,
)
from hotfolder.errors import OrderRefused, Problem
from hotfolder.formats.order_fields import MISSING, Count, Id, Md5, Size, SomeText, Text, Url
from hotfolder.formats.order_rules import country_code, problems_across
from hotfolder.formats.order_shape import in_shape
from hotfolder.formats.order_warnings import warnings_of
from hotfolder.formats.plain_data import clean, path_text

ITEM_LIMIT = 1000
PROBLEM_LIMIT = 200

Block = dict[str, Any]


class _Part(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True)

    @property
    def extra(self) -> dict[str, Any]:
        return self.model_extra or {}


class _File(_Part):
    type: SomeText
    url: Url
    format: Text = ""
    md5sum: Md5 = None
    size: Size = None


class _Option(_Part):
    option: Text = ""
    desc: Text = ""
    count: Text = ""
    type: Text = ""


class _Item(_Part):
    id: Id
    count: Count
    product: SomeText
    files: list[_File]
    title: Text = ""
    desc: Text = ""
    pages: Text = ""
    options: list[_Option] = []
    price: Text = ""
    currency: Text = ""
    hc: Text = ""
    reorder_cause: Text = ""
    reorder_desc: Text = ""
    reorder_order_id: Text = ""
    reorder_item_id: Text = ""


class _Address(_Part):
    type: SomeText
    company: Text = ""
    name: Text = ""
    street1: Text = ""
    street2: Text = ""
    zip: Text = ""
    city: Text = ""
    country: Text = ""
    state: Text = ""
    email: Text = ""
    phone: Text = ""
    customer_identification: Text = ""


class _Shipping(_Part):
    method: Text = ""
    consignor: Text = ""
    invoice: Block = {}
    proforma_invoice: Block = {}


class _Order(_Part):
    id: Id
    items: list[_Item] = Field(max_length=ITEM_LIMIT)
    addresses: list[_Address] = []
    shipping: _Shipping = _Shipping()
    files: list[_File] = []
    date: Text = ""
    priority: Text = ""
    shipping_date: Text = ""
    creator: Block = {}
    client: Block = {}
    costs: Block = {}
    email: Text = ""


def to_order(data: dict[str, Any]) -> Order:
    """Order that stands in `data`, the contents of the member or root element `order`.

    Raises OrderRefused with all Problems, each with its path in the document, the same path for
    JSON and XML. The texts hold no names, addresses or keys.
    """
    cleaned, problems = clean(data)
    shaped = in_shape(cleaned or {})
    problems += problems_across(shaped)
    document = None
    try:
        document = _Order.model_validate(shaped)
    except ValidationError as error:
        problems = [*_problems_of(error), *problems]
    if document is None or problems:
        raise _refusal(problems)
    order = _order(document)
    return replace(order, warnings=warnings_of(order))


def _refusal(problems: list[Problem]) -> OrderRefused:
    left_out = len(problems) - PROBLEM_LIMIT
    if left_out > 0:
        problems = [*problems[:PROBLEM_LIMIT], Problem("order", f"has {left_out} more problems")]
    return OrderRefused(problems)


_WORDS = {
    "missing": (MISSING, "an order needs it"),
    "string_too_short": (MISSING, "an order needs it"),
    "string_type": ("is not a text or a number", "write one value"),
    "model_type": ("is not an object", "write an object, or an element that holds elements"),
    "dict_type": ("is not an object", "write an object, or an element that holds elements"),
    "too_long": ("has too many entries", f"at most {ITEM_LIMIT}"),
}


def _problems_of(error: ValidationError) -> Iterator[Problem]:
    # Neither input nor url: what stands in a document may be personal.
    for fault in error.errors(include_url=False, include_input=False):
        where = path_text(fault["loc"])
        if fault["type"] == "rule":
            yield Problem(where, fault["ctx"]["what"], fault["ctx"]["hint"])
        else:
            yield Problem(where, *_WORDS.get(fault["type"], ("can not be read", "")))


def _order(document: _Order) -> Order:
    version = document.creator.get("version", "")
    return Order(
        id=document.id,
        items=tuple(_item(item) for item in document.items),
        addresses=tuple(_address(address) for address in document.addresses),
        shipping=_shipping(document.shipping),
        files=tuple(_file(file) for file in document.files),
        version=version if isinstance(version, str) else "",
        date=document.date,
        priority=document.priority,
        shipping_date=document.shipping_date,
        creator=document.creator,
        client=document.client,
        costs=document.costs,
        email=document.email,
        extra=document.extra,
    )


def _item(item: _Item) -> Item:
    return Item(
        id=item.id,
        count=item.count,
        product=item.product,
        files=tuple(_file(file) for file in item.files),
        title=item.title,
        desc=item.desc,
        pages=item.pages,
        options=tuple(Option(**vars(option), extra=option.extra) for option in item.options),
        reorder=_reorder(item),
        price=item.price,
        currency=item.currency,
        hc=item.hc,
        extra=item.extra,
    )


def _file(file: _File) -> ProductFile:
    return ProductFile(
        type=file.type,
        url=file.url,
        format=file.format or "pdf",
        md5=file.md5sum,
        size=file.size,
        extra=file.extra,
    )


def _reorder(item: _Item) -> Reorder | None:
    reorder = Reorder(
        cause=item.reorder_cause,
        desc=item.reorder_desc,
        order_id=item.reorder_order_id,
        item_id=item.reorder_item_id,
    )
    return None if reorder == Reorder(cause="") else reorder


def _address(address: _Address) -> Address:
    return Address(
        **{**vars(address), "country": country_code(address.country)}, extra=address.extra
    )


def _shipping(shipping: _Shipping) -> Shipping:
    return Shipping(**vars(shipping), extra=shipping.extra)
