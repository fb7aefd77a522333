"""What the order source sends. Theirs: read once, never changed by us.

Field names are those of the Order API documents (JSON v2.2), except `md5` for `md5sum`. Text is
kept as it came, without the white space around it. A member we do not know is kept in `extra`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Extra = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class ProductFile:
    """A file to fetch. `size` in bytes, `md5` as 32 lower-case hex digits; both may be absent."""

    type: str
    url: str
    format: str = "pdf"
    md5: str | None = None
    size: int | None = None
    extra: Extra = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    """A paper, finishing or the like; `option` is the reference, `desc` the words."""

    option: str
    desc: str = ""
    count: str = ""
    type: str = ""
    extra: Extra = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reorder:
    """Why an item is made again and which one it replaces (How to handle reorders)."""

    cause: str
    desc: str = ""
    order_id: str = ""
    item_id: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One line of an order; signals are about items."""

    id: str
    count: int
    product: str
    files: tuple[ProductFile, ...]
    title: str = ""
    desc: str = ""
    pages: str = ""
    options: tuple[Option, ...] = ()
    reorder: Reorder | None = None
    price: str = ""
    currency: str = ""
    hc: str = ""
    extra: Extra = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """An address; the receiver is the one of type `delivery`."""

    type: str
    company: str = ""
    name: str = ""
    street1: str = ""
    street2: str = ""
    zip: str = ""
    city: str = ""
    country: str = ""
    state: str = ""
    email: str = ""
    phone: str = ""
    customer_identification: str = ""
    extra: Extra = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Shipping:
    """How the parcel goes out; `consignor` is the sender's name on label and papers."""

    method: str = ""
    consignor: str = ""
    invoice: Extra = field(default_factory=dict)
    proforma_invoice: Extra = field(default_factory=dict)
    extra: Extra = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """One order document without its key.

    `warnings` are sentences on what is odd but accepted (reference sections 3 and 5).
    """

    id: str
    items: tuple[Item, ...]
    addresses: tuple[Address, ...]
    shipping: Shipping = field(default_factory=Shipping)
    files: tuple[ProductFile, ...] = ()
    version: str = ""
    date: str = ""
    priority: str = ""
    shipping_date: str = ""
    creator: Extra = field(default_factory=dict)
    client: Extra = field(default_factory=dict)
    costs: Extra = field(default_factory=dict)
    email: str = ""
    extra: Extra = field(default_factory=dict)
    warnings: tuple[str, ...] = field(default=(), compare=False)

    @property
    def delivery(self) -> Address:
        """The receiver; the reader refuses an order that has none."""
        return next(address for address in self.addresses if address.type == "delivery")
