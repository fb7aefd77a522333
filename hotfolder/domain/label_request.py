"""What a label program is told of a parcel: the values that a profile puts where it wants them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

from hotfolder.domain.conditions import fits
from hotfolder.domain.label_form import LabelProgram, Weight, mapped
from hotfolder.domain.order import Address, Item, Order

PLACEHOLDER = re.compile(r"\{([A-Za-z0-9_.]+)\}")
UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\s]+')
LABEL_FILE = "shipping_label"  # type of the file with a ready label that an order may bring
PLACEHOLDERS: Mapping[str, str] = {
    "reference": "what the reply must come back with",
    "order": "id of the order",
    "item": "id of the first item",
    "items": "ids of all items in the parcel",
    "count": "copies in the parcel, of all items",
    "contents": "product references of the items",
    "receiver.name": "name of the receiver, or the company where there is none",
    "receiver.company": "company of the receiver, where there is a name as well",
    "receiver.company_or_name": "company, or the name where there is none",
    "receiver.attention": "name, where there is a company as well",
    "receiver.street1": "street",
    "receiver.street2": "second line of the street",
    "receiver.zip": "postal code",
    "receiver.city": "city",
    "receiver.state": "state",
    "receiver.country": "country, two letters",
    "receiver.email": "address for mail",
    "receiver.phone": "telephone",
    "receiver.tax_id": "tax or personal id, for customs",
    "sender": "the consignor: the name that stands on the label as sender",
    "account": "what `accounts` says to the consignor",
    "method": "shipping method of the order",
    "service": "what `services` says to the shipping method",
    "weight_g": "weight in grams",
    "weight_kg": "weight in kilograms, with a point",
    "customs.value": "value for customs",
    "customs.currency": "its currency",
    "customs.hc": "harmonised codes of the items",
    "ship_by": "date to ship by, as the order has it",
    "date": "today: 2026-03-02",
    "yyyymmdd": "today: 20260302",
    "hhmm": "now: 0830",
    "hhmmss": "now: 083015",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class LabelRequest:
    """One parcel for a label program. `troubles`: why it can not be asked for, in words.

    `values` hold personal data: they go into the request and nowhere else.
    """

    reference: str
    values: Mapping[str, str]
    troubles: tuple[str, ...] = ()


def label_request(
    program: LabelProgram, order: Order, item_ids: Iterable[str], reference: str, now: datetime
) -> LabelRequest:
    """The request for these items of an order. `now` is in the zone of the shop."""
    wanted = set(item_ids)
    items = [item for item in order.items if item.id in wanted]
    service = mapped(order.shipping.method, program.services)
    account = mapped(order.shipping.consignor, program.accounts)
    grams = _grams(program, order, items)
    values = {
        "reference": reference,
        "order": order.id,
        "item": items[0].id if items else "",
        "items": " ".join(item.id for item in items),
        "count": str(sum(item.count for item in items)),
        "contents": ", ".join(dict.fromkeys(item.product for item in items)),
        **_receiver(order.delivery),
        "sender": order.shipping.consignor,
        "account": account or "",
        "method": order.shipping.method,
        "service": service if program.services else order.shipping.method,
        "weight_g": str(grams) if grams else "",
        "weight_kg": f"{Decimal(grams) / 1000:.3f}" if grams else "",
        **_customs(order, items),
        "ship_by": order.shipping_date,
        "date": f"{now:%Y-%m-%d}",
        "yyyymmdd": f"{now:%Y%m%d}",
        "hhmm": f"{now:%H%M}",
        "hhmmss": f"{now:%H%M%S}",
    }
    return LabelRequest(
        reference=reference,
        values={name: value or "" for name, value in values.items()},
        troubles=tuple(_unmapped(program, order, service, account)),
    )


def _unmapped(
    program: LabelProgram, order: Order, service: str | None, account: str | None
) -> Iterator[str]:
    if program.services and service is None:
        method = order.shipping.method or "(the order names none)"
        yield f"services of label program {program.name} has no line for the method {method}"
    if program.accounts and account is None:
        consignor = order.shipping.consignor or "(the order names none)"
        yield f"accounts of label program {program.name} has no line for {consignor}"


def brings_label(order: Order) -> bool:
    """Whether the order has a ready label: then none is asked for."""
    return any(file.type == LABEL_FILE for file in order.files)


def filled(pattern: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders filled in; one that is not known is left as it is."""
    return PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), pattern)


def file_name(pattern: str, values: Mapping[str, str]) -> str:
    """The name of a request, safe on any file system whatever the values hold."""
    safe = {name: UNSAFE.sub("_", value).strip("._") for name, value in values.items()}
    return filled(pattern, safe)


def unknown_placeholders(text: str) -> list[str]:
    """Names in braces that no request has."""
    return [name for name in PLACEHOLDER.findall(text) if name not in PLACEHOLDERS]


def _receiver(to: Address) -> dict[str, str]:
    both = bool(to.company and to.name)
    return {
        "receiver.name": to.name or to.company,
        "receiver.company": to.company if both else "",
        "receiver.company_or_name": to.company or to.name,
        "receiver.attention": to.name if both else "",
        "receiver.street1": to.street1,
        "receiver.street2": to.street2,
        "receiver.zip": to.zip,
        "receiver.city": to.city,
        "receiver.state": to.state,
        "receiver.country": to.country,
        "receiver.email": to.email or "",
        "receiver.phone": to.phone,
        "receiver.tax_id": to.customer_identification,
    }


def _customs(order: Order, items: Sequence[Item]) -> dict[str, str]:
    """By the prices of the items; without them what the order says, for a parcel that holds all."""
    proforma = order.shipping.proforma_invoice
    prices = [_number(item.price) for item in items]
    value: Decimal | None = None
    currency = next((item.currency for item in items if item.currency), "")
    if prices and all(prices):
        value = sum(
            (price * item.count for price, item in zip(prices, items, strict=True) if price),
            Decimal(),
        )
    elif len(items) == len(order.items):
        value = _number(proforma.get("total"))
        currency = f"{proforma.get('currency') or currency}"
    codes = dict.fromkeys(item.hc for item in items if item.hc)
    return {
        "customs.value": f"{value:.2f}" if value else "",
        "customs.currency": currency,
        "customs.hc": " ".join(codes),
    }


def _grams(program: LabelProgram, order: Order, items: Sequence[Item]) -> int:
    """By the weights of the products; else what the order says, for a parcel that holds all."""
    weights = [_item_grams(program.weights, item) for item in items]
    if items and all(weight is not None for weight in weights):
        whole = sum(weight for weight in weights if weight is not None)
        return round(whole + program.packaging_grams)
    told = _number(order.shipping.proforma_invoice.get("weight"))
    if told and len(items) == len(order.items):
        return round(float(told) + program.packaging_grams)
    return program.default_grams


def _item_grams(weights: Sequence[Weight], item: Item) -> float | None:
    found = next((one for one in weights if fits(item.product, one.product)), None)
    if found is None:
        return None
    pages = int(item.pages) if item.pages.isascii() and item.pages.isdecimal() else 0
    return item.count * (found.grams + pages * found.grams_per_page)


def _number(text: object) -> Decimal | None:
    """Money and weights come as text, with a point or a comma; None for anything else."""
    try:
        found = Decimal(str(text).strip().replace(",", "."))
    except InvalidOperation:
        return None
    return found if found.is_finite() and found > 0 else None
