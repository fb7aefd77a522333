"""A JSON order document as plain data (Order API JSON v2.1 and v2.2).

Numbers become text exactly as they are written, so that no id or amount passes through a float. A
member that stands twice in one object becomes a list of its values, as a repeated XML element
does: refused later where one value is expected, kept where the member is unknown to us.
"""

import json
from typing import Any, NoReturn

from hotfolder.errors import OrderRefused
from hotfolder.formats.plain_data import MARK_LIMIT, NumberText, is_usable_encoding, refused

BESIDE_ORDER = "beside_order"


def read(body: bytes, charset: str = "") -> dict[str, Any]:
    """Contents of the member `order`.

    `charset` is what the Content-Type said; it counts only for a body that is not Unicode. Members
    beside `order` are kept in the member `beside_order`. Raises OrderRefused.
    """
    if body.count(b",") > MARK_LIMIT:
        raise refused("order", "has far too many members")
    top = _parse(_decode(body, charset))
    if not isinstance(top, dict) or not isinstance(top.get("order"), dict):
        hint = 'a JSON order document is an object with the single member "order"'
        raise refused("order", "there is no object of this name at the top", hint)
    order: dict[str, Any] = top.pop("order")
    top.pop("apikey", None)  # no place for the key, and kept members are shown to people
    if top:
        order.setdefault(BESIDE_ORDER, top)
    return order


def _decode(body: bytes, charset: str) -> str:
    encodings: list[str] = [json.detect_encoding(body)]
    if is_usable_encoding(charset):
        encodings.append(charset)
    for encoding in encodings:
        try:
            return body.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    raise refused("document", "is not valid Unicode text", "send UTF-8")


def _parse(text: str) -> Any:
    try:
        return json.loads(
            text,
            parse_int=str,
            parse_float=NumberText,
            parse_constant=_not_a_number,
            object_pairs_hook=_members,
        )
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise refused(where, f"the JSON is not well-formed: {error.msg}") from None
    except RecursionError:
        raise refused("document", "is nested far too deep") from None


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) == len(pairs):
        return members
    gathered: dict[str, list[Any]] = {}
    for name, value in pairs:
        gathered.setdefault(name, []).append(value)
    return {name: values if len(values) > 1 else values[0] for name, values in gathered.items()}


def _not_a_number(text: str) -> NoReturn:
    refusal: OrderRefused = refused("document", f"{text} is not a number of JSON")
    raise refusal
