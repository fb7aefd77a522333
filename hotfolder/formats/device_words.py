"""What a device says: the words of a report or marker, and the status of a ticket that came back.

It is text of another program: bounded, on few lines, without signs that steer a terminal.
"""

import json
import re
from typing import Any
from xml.parsers import expat

MOST_LINES = 6
MOST_LETTERS = 600
READABLE = (".txt", ".log", ".err", ".json", ".xml", ".html", ".htm", ".csv")
_RULE = re.compile(r"[-=]{4,}")
_TAG = re.compile(r"<[^<>]*>")


def words_in(name: str, text: str) -> str:
    """The first lines of a report that say anything, joined by `; `; empty for none.

    A line of four or more - or = under words ends them: what follows is for those who ask more.
    """
    if name.lower().endswith((".xml", ".html", ".htm")):
        text = _TAG.sub("\n", text)
    lines = (" ".join(_plain(line).split()) for line in text.splitlines())
    said: list[str] = []
    for line in lines:
        if said and _RULE.fullmatch(line):
            break
        if line and not _RULE.fullmatch(line):
            said.append(line)
    return bounded("; ".join(said[:MOST_LINES]))


def bounded(text: str) -> str:
    """A text that fits into a note."""
    plain = _plain(text)
    return plain if len(plain) <= MOST_LETTERS else f"{plain[:MOST_LETTERS]}..."


def is_readable(name: str) -> bool:
    """True for a file that may hold words, by its name."""
    return name.lower().endswith(READABLE)


def _plain(text: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in text)


def status_of(text: str) -> str:
    """The status that a returned ticket tells; empty when it tells none.

    In JSON the member `status` of the whole, in XML the first attribute of that name: JDF and XJDF
    have it on their root or on the audit of the node (https://www.cip4.org).
    """
    if text.lstrip()[:1] in ("{", "["):
        return _json_status(text)
    found: list[str] = []

    def start(_tag: str, attributes: dict[str, str]) -> None:
        found.extend(value for name, value in attributes.items() if name.lower() == "status")

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(text, True)
    except (expat.ExpatError, ValueError):
        return ""
    return _plain(found[0]) if found else ""


def _refuse(*_: object) -> None:
    raise ValueError("a document type could hold entities that grow without limit")


def _json_status(text: str) -> str:
    try:
        data: Any = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    members = data.items() if isinstance(data, dict) else ()
    return next((_plain(str(value)) for name, value in members if name.lower() == "status"), "")
