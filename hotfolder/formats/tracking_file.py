"""tracking.txt and tracking.json: how a person or a program gives a job its tracking code."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hotfolder.errors import NotUnderstood

NAMES = ("tracking.json", "tracking.txt", "tracking.txt.txt", "tracking")
LONGEST = 200
LONGEST_LINE = 500
TRACKING_WORDS = ("tracking", "tracking_number", "tracking_code")
OPTION_WORDS = ("shipping_option", "option", "carrier")


@dataclass(frozen=True, kw_only=True, slots=True)
class Tracking:
    """The code of the parcel, and the shipping option really used when the file tells."""

    tracking: str
    shipping_option: str = ""


def read(name: str, data: bytes) -> Tracking:
    """What the file says.

    Text: the code on the first line and, if wanted, the shipping option on the second, or lines
    like `tracking: ...` and `option: ...`. JSON: an object with `tracking` and `shipping_option`.
    Raises NotUnderstood with what is wrong with it.
    """
    text = _decode(data).strip()
    found = _from_json(text) if name.lower().endswith(".json") else _from_lines(text)
    if not found.tracking:
        raise _refused(name, "it holds no tracking code", "write the code on the first line")
    for value in (found.tracking, found.shipping_option):
        if not looks_right(value):
            raise _refused(name, "it does not look like a tracking code", "one code, one line")
    return found


def looks_right(value: str) -> bool:
    """Whether this may be a tracking code or a shipping option: one line of no great length."""
    return len(value) <= LONGEST and value.isprintable()


def _decode(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _from_json(text: str) -> Tracking:
    try:
        data: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _refused(
            "tracking.json", "it is not valid JSON", 'write {"tracking": "..."}'
        ) from error
    if _plain_text(data):
        data = {"tracking": data}
    if not isinstance(data, dict):
        raise _refused("tracking.json", "it is not an object", 'write {"tracking": "..."}')
    return _from_words({name.lower(): _plain_text(value) for name, value in data.items()})


def _plain_text(value: Any) -> str:
    """A text or whole number; a list, object or truth value is no code and counts as empty."""
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _from_lines(text: str) -> Tracking:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    short = [line for line in lines if len(line) <= LONGEST_LINE]
    named = [re.match(r"([A-Za-z_ ]+?)\s*[:=]\s*(.*)$", line) for line in short]
    words = {m[1].lower().replace(" ", "_"): m[2] for m in named if m}
    if words.keys() & {*TRACKING_WORDS, *OPTION_WORDS}:
        return _from_words(words)
    return Tracking(
        tracking=lines[0] if lines else "", shipping_option=lines[1] if len(lines) > 1 else ""
    )


def _from_words(words: Mapping[str, str]) -> Tracking:
    tracking = next((words[name] for name in TRACKING_WORDS if words.get(name)), "")
    option = next((words[name] for name in OPTION_WORDS if words.get(name)), "")
    return Tracking(tracking=tracking.strip(), shipping_option=option.strip())


def _refused(name: str, what: str, hint: str) -> NotUnderstood:
    return NotUnderstood(f"{name}: {what} ({hint})")
