"""The values of an order document and their rules (our reading of the Order API, v2.1 and v2.2).

Each type takes clean text, as `plain_data.clean` leaves it, and says in plain words what is wrong.
"""

import re
from decimal import Decimal
from typing import Annotated, Any, NoReturn
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, StringConstraints
from pydantic_core import PydanticCustomError

from hotfolder.formats.plain_data import NumberText

COUNT_LIMIT = 10**9
SIZE_LIMIT = 10**15

_ID = re.compile(r"(?!\.)[A-Za-z0-9._-]{1,64}")
_MD5 = re.compile(r"[0-9a-f]{32}")
# Three digits behind a comma are more likely thousands: such a number is not guessed.
_WHOLE = re.compile(r"[0-9]{1,18}(\.[0-9]{1,18}|,[0-9]{1,2})?([eE]\+?[0-9]{1,2})?")
_CONTROL = re.compile("[\0-\x1f\x7f]")

MISSING = "is missing or empty"


def is_id(text: str) -> bool:
    """Whether text can be an order or item id: such an id is safe in a file name and a URL."""
    return _ID.fullmatch(text) is not None


def _fail(what: str, hint: str) -> NoReturn:
    # The words go in as values, so that a brace in them is never a placeholder.
    raise PydanticCustomError("rule", "{what}", {"what": what, "hint": hint})


def _shown(value: Any) -> str:
    """Short form of a value for an error text; only for fields that hold no personal data."""
    text = ascii(value) if isinstance(value, str) else "a list or an object"
    return text if len(text) <= 40 else f"{text[:37]}..."


def _id(value: Any) -> Any:
    hint = "1 to 64 letters, digits, dots, underscores or hyphens, not starting with a dot"
    if value == "":
        _fail(MISSING, hint)
    if isinstance(value, NumberText):
        _fail(f"{_shown(str(value))} is not an id", "write the id as text or as a whole number")
    if not isinstance(value, str) or not is_id(value):
        _fail(f"{_shown(value)} is not an id", hint)
    return value


def _whole(value: Any, limit: int) -> int | None:
    if not isinstance(value, str) or not _WHOLE.fullmatch(value):
        return None
    number = Decimal(value.replace(",", "."))
    if number > limit or number != number.to_integral_value():
        return None
    return int(number)


def _count(value: Any) -> int:
    hint = f"a whole number from 1 to {COUNT_LIMIT}"
    if value == "":
        _fail(MISSING, hint)
    count = _whole(value, COUNT_LIMIT)
    if not count:
        _fail(f"{_shown(value)} is not a number of copies", hint)
    return count


def _size(value: Any) -> int | None:
    if value == "" or value is None:
        return None
    size = _whole(value, SIZE_LIMIT)
    if size is None:
        _fail(f"{_shown(value)} is not a file size", "a whole number of bytes, 0 or more")
    return size


def _md5(value: Any) -> str | None:
    if value == "" or value is None:
        return None
    if isinstance(value, str) and _MD5.fullmatch(lower := value.lower()):
        return lower
    _fail(f"{_shown(value)} is not an MD5 checksum", "32 hexadecimal digits")


def _url(value: str) -> str:
    hint = "http:// or https:// and a host"
    if value == "":
        _fail(MISSING, hint)
    try:
        parts = urlsplit(value)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fits = False
    if not fits or _CONTROL.search(value):
        _fail("is not an address to fetch a file from", hint)
    return value


Text = str
SomeText = Annotated[str, StringConstraints(min_length=1)]
Id = Annotated[str, BeforeValidator(_id)]
Count = Annotated[int, BeforeValidator(_count)]
Size = Annotated[int | None, BeforeValidator(_size)]
Md5 = Annotated[str | None, BeforeValidator(_md5)]
Url = Annotated[str, AfterValidator(_url)]
