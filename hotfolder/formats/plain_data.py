"""What JSON and XML documents share once they are plain data: limits, paths and clean text."""

import re
from collections.abc import Iterable
from typing import Any

from hotfolder.errors import OrderRefused, Problem

DEPTH_LIMIT = 32
ENTRY_LIMIT = 20_000
TEXT_LIMIT = 20_000
NAME_LIMIT = 200

# A document with more commas or tags than this can not keep to ENTRY_LIMIT; it is not even parsed.
MARK_LIMIT = 3 * ENTRY_LIMIT

_NESTED = (dict, list)

_ODD = re.compile("[\0\ud800-\udfff]")
_PLAIN_NAME = re.compile(r"[\w@#.: -]{1,60}")
_ENCODING = re.compile(
    r"utf-?(8|16|32)(-?[bl]e)?|(us-)?ascii|iso-?8859-\d{1,2}|latin-?1|windows-125\d", re.IGNORECASE
)


class NumberText(str):
    """A JSON number with a fraction or exponent, or true or false: text, but never an id."""

    __slots__ = ()


def refused(where: str, what: str, hint: str = "") -> OrderRefused:
    return OrderRefused([Problem(where, what, hint)])


def is_usable_encoding(name: str) -> bool:
    """Whether a document may name this encoding; Python's stranger codecs are left alone."""
    return _ENCODING.fullmatch(name) is not None


def path_text(path: Iterable[Any]) -> str:
    """Path as a person reads it: `order.items[1].files[0].md5sum`."""
    text = "order"
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            name = step if _PLAIN_NAME.fullmatch(step) else ascii(step[:20])
            text += f".{name}"
    return text


def check_limits(data: Any) -> None:
    """Refuse what no order looks like, so that later walks over `data` are short and shallow.

    Raises OrderRefused.
    """
    level, depth, entries = [data], 0, 0
    while level:
        depth += 1
        entries += sum(map(len, level))
        if depth > DEPTH_LIMIT:
            raise refused("order", f"is nested deeper than {DEPTH_LIMIT} levels")
        if entries > ENTRY_LIMIT:
            raise refused("order", f"has more than {ENTRY_LIMIT} members, entries or elements")
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, _NESTED)
        ]


def clean(data: Any) -> tuple[Any, list[Problem]]:
    """Copy of `data` in which every value is text, an object or a list, none of them empty but "".

    The Problems name texts and member names that are too long.
    """
    problems: list[Problem] = []
    return _clean(data, None, problems), problems


def _clean(value: Any, path: Any, problems: list[Problem]) -> Any:
    # Texts first and in place: most of a document are short texts, and this runs for each of them.
    if type(value) is str and value.isprintable() and len(value) <= TEXT_LIMIT:
        return value.strip()
    if isinstance(value, dict):
        return {
            name
            if name.isidentifier() and len(name) <= NAME_LIMIT
            else _clean_name(name, path, problems): _clean(inner, (path, name), problems)
            for name, inner in value.items()
        } or ""
    if isinstance(value, list):
        return [_clean(inner, (path, at), problems) for at, inner in enumerate(value)] or ""
    if value is None:
        return ""
    if isinstance(value, str):
        fits = isinstance(value, NumberText) and len(value) <= TEXT_LIMIT
        return value if fits else _clean_text(value, path, problems)
    return _clean_number(value)


def _clean_number(value: float) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return NumberText(str(value).lower())


def _clean_text(value: str, path: Any, problems: list[Problem]) -> str:
    # NUL ends a text for C code, a lone surrogate can not be written as UTF-8: both would break
    # the store or an answer long after the order was accepted.
    value = _ODD.sub("\ufffd", value.replace("\0", "")).strip()
    if len(value) > TEXT_LIMIT:
        hint = f"at most {TEXT_LIMIT} characters"
        problems.append(Problem(_linked(path), "the text is too long", hint))
    return value


def _clean_name(name: str, path: Any, problems: list[Problem]) -> str:
    if len(name) > NAME_LIMIT:
        hint = f"at most {NAME_LIMIT} characters"
        problems.append(Problem(_linked(path), "the name of a member is too long", hint))
    # Unlike in text, NUL is not dropped here: "id\0" must not become a second "id".
    return _ODD.sub("\ufffd", name)


def _linked(path: Any) -> str:
    steps: list[Any] = []
    while path is not None:
        path, step = path
        steps.append(step)
    return path_text(reversed(steps))
