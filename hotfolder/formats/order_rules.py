"""Rules of an order document that look at more than one field."""

import re
from collections.abc import Iterator
from typing import Any

from hotfolder.errors import Problem
from hotfolder.formats.order_fields import MISSING

_COUNTRY = re.compile(r"[A-Za-z]{2}")


def country_code(country: str) -> str:
    """The code in capitals as ISO 3166-1 has it; a text that is no code stays as it came."""
    return country.upper() if _COUNTRY.fullmatch(country) else country


def problems_across(order: dict[str, Any]) -> Iterator[Problem]:
    """Problems between the fields of a shaped document, whatever its single fields hold.

    They are looked for in the plain data, so that they show beside the problems of single fields.
    """
    yield from _repeated_ids(order.get("items", ()))
    yield from _receiver_problems(order.get("addresses", ()))


def _repeated_ids(items: list[Any]) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for at, item in enumerate(items):
        item_id = item.get("id") if isinstance(item, dict) else None
        if not isinstance(item_id, str) or not item_id:
            continue
        if item_id in first:
            what = f"is the same id as that of order.items[{first[item_id]}]"
            hint = "each item needs an id of its own, signals could not tell them apart"
            yield Problem(f"order.items[{at}].id", what, hint)
        else:
            first[item_id] = at


def _receiver_problems(addresses: list[Any]) -> Iterator[Problem]:
    receivers = 0
    for at, address in enumerate(addresses):
        if isinstance(address, dict) and address.get("type") == "delivery":
            receivers += 1
            yield from _address_problems(f"order.addresses[{at}]", address)
    if not receivers:
        hint = 'write the receiver as an address with the type "delivery"'
        yield Problem("order.addresses", "there is no delivery address", hint)


def _address_problems(where: str, address: dict[str, Any]) -> Iterator[Problem]:
    if not address.get("name") and not address.get("company"):
        yield Problem(f"{where}.name", MISSING, "write a name or a company")
    if not address.get("street1"):
        yield Problem(f"{where}.street1", MISSING, "write the street")
    country = address.get("country")
    if not country:
        yield Problem(f"{where}.country", MISSING, "write the country as two letters")
    elif isinstance(country, str) and not _COUNTRY.fullmatch(country):
        hint = "two letters, as in ISO 3166-1 alpha-2"
        yield Problem(f"{where}.country", "is not a country code", hint)
