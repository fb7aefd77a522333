"""Is this request what the CloudSignal API v2.0 document asks for? Pure.

The test center judges what the rest of Hotfolder sends, so the tables below are written down here
a second time on purpose: a slip in `hotfolder.domain` must not hide itself.
"""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hotfolder.errors import SignalInvalid

KnownOrders = Mapping[str, Collection[str]]

# type -> (required, optional) members beside the four that every signal has
MEMBERS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "ItemRegistered": ((), ()),
    "ItemProduce": ((), ()),
    "ItemProduced": ((), ()),
    "ItemPacked": ((), ()),
    "ItemShipped": (("tracking", "shipping_option"), ()),
    "ItemDelay": ((), ("cause", "delay")),
    "ItemError": ((), ("cause", "delay")),
    "ItemCanceled": ((), ("cause", "message", "delay")),
}
COMMON = ("type", "order", "item", "datetime")

# Cloudprinter docs: Print partner cancellation causes v1.0
CANCEL_CAUSES = frozenset(
    {
        "CancelCoverSpine",
        "CancelBookSize",
        "CancelCoverSize",
        "CancelBookCorrupt",
        "CancelCoverCorrupt",
        "CancelBookTrim",
        "CancelCoverTrim",
        "CancelPageCount",
        "CancelUnknownFont",
        "CancelBookMargins",
        "CancelCoverMargins",
        "CancelBookRip",
        "CancelCoverRip",
        "CancelUserRequest",
        "CancelInkjetCoverage",
        "CancelDownloadError",
        "CancelValidateError",
        "CancelInvalidAddress",
        "CancelTestOrder",
        "CancelFilesCorrupt",
        "CancelMiscError",
    }
)

_DATETIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT")
_HOURS = re.compile(r"[0-9]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Post:
    """The parts of a signal request: the key, and the signals without it."""

    key: str = field(repr=False)
    elements: tuple[Any, ...]
    is_bundle: bool


def read_post(body: bytes) -> Post:
    """The request taken apart, single or bundle; its signals are not checked yet.

    Raises SignalInvalid when it is not a JSON object with a key.
    """
    try:
        data = json.loads(body.decode("utf-8"), object_pairs_hook=_object)
    except UnicodeDecodeError as error:
        raise SignalInvalid("the request is not UTF-8 text") from error
    except (ValueError, RecursionError) as error:
        raise SignalInvalid(f"the request is not JSON: {_json_fault(error)}") from error
    if not isinstance(data, dict):
        raise SignalInvalid("the request is not a JSON object")
    key = data.pop("apikey", None)
    if not isinstance(key, str) or not key:
        raise SignalInvalid("apikey is missing or not a text", ["apikey"])
    if "items" not in data:
        return Post(key=key, elements=(data,), is_bundle=False)
    return Post(key=key, elements=_bundled(data), is_bundle=True)


def _bundled(data: Mapping[str, Any]) -> tuple[Any, ...]:
    strange = sorted(set(data) - {"items"})
    if strange:
        raise SignalInvalid(f"a bundle has no member {_listed(strange)} beside apikey and items")
    if not isinstance(data["items"], list) or not data["items"]:
        raise SignalInvalid("items is not a list of signals, or is empty")
    return tuple(data["items"])


def check_post(post: Post, known_orders: KnownOrders | None) -> list[str]:
    """What is wrong with the signals of a request; empty when all are right."""
    if not post.is_bundle:
        return check_signal(post.elements[0], known_orders)
    found = [
        f"items[{place}]: {text}"
        for place, element in enumerate(post.elements)
        for text in check_signal(element, known_orders)
    ]
    orders = {element.get("order") for element in post.elements if isinstance(element, dict)}
    if not found and len(orders) > 1:
        found.append(f"the bundle holds signals of {len(orders)} orders; keep it to one")
    return found


def check_signal(element: Any, known_orders: KnownOrders | None) -> list[str]:
    """What is wrong with one signal (without its key); empty when it is right.

    `known_orders` are the pushed orders with their items; None accepts every order and item.
    """
    if not isinstance(element, dict):
        return ["is not a JSON object"]
    kind = element.get("type")
    if not isinstance(kind, str) or kind not in MEMBERS:
        return [f"type {_short(kind)} is not one of {', '.join(MEMBERS)}"]
    required, optional = MEMBERS[kind]
    found = _check_members(element, (*COMMON, *required), optional)
    return found or _check_values(element, kind, known_orders)


def _check_members(
    element: Mapping[str, Any], required: Sequence[str], optional: Sequence[str]
) -> list[str]:
    found = [f"{name} is missing" for name in required if name not in element]
    for name, value in element.items():
        if name not in required and name not in optional:
            found.append(f"{element['type']} has no member {_short(name)}")
        elif not isinstance(value, str):
            found.append(f"{name} is not a text")
        elif not value.strip():
            found.append(f"{name} is empty")
    return found


def _check_values(
    element: Mapping[str, str], kind: str, known_orders: KnownOrders | None
) -> list[str]:
    found = []
    if not is_datetime(element["datetime"]):
        found.append(f"datetime {_short(element['datetime'])} is not like 2016-01-20 13:00:00 GMT")
    if "delay" in element and not _HOURS.fullmatch(element["delay"]):
        found.append(f"delay {_short(element['delay'])} is not a whole number of hours")
    cause = element.get("cause")
    if kind == "ItemCanceled" and cause is not None and cause not in CANCEL_CAUSES:
        found.append(f"cause {_short(cause)} is not one of the {len(CANCEL_CAUSES)} causes")
    if known_orders is not None:
        found += _check_known(element["order"], element["item"], known_orders)
    return found


def _check_known(order: str, item: str, known_orders: KnownOrders) -> list[str]:
    if order not in known_orders:
        return [f"order {_short(order)} was never pushed by this test center"]
    if item not in known_orders[order]:
        return [f"order {order} has no item {_short(item)}"]
    return []


def is_datetime(text: str) -> bool:
    """True for a real moment written like `2016-01-20 13:00:00 GMT`."""
    if not _DATETIME.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text[:19])
    except ValueError:
        return False
    return True


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member stands twice in one object")
    return members


def _json_fault(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg}, line {error.lineno} column {error.colno}"
    return "nested too deep" if isinstance(error, RecursionError) else str(error)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(_short(name) for name in names)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
