"""Placeholders of a docket: which there are, and a text with them filled in."""

import re
from collections.abc import Iterator
from dataclasses import fields
from string import Formatter

from hotfolder.domain.docket import DocketFacts

NOTES = "notes"
PLACEHOLDERS = (
    *(field.name for field in fields(DocketFacts) if field.name != "received_at"),
    NOTES,
)

Values = dict[str, tuple[str, ...]]
"""The lines that each placeholder stands for; none when there is nothing to say."""


def values_of(facts: DocketFacts) -> Values:
    """What the placeholders of this docket stand for, all but the notes."""
    found: Values = {}
    for name in PLACEHOLDERS:
        value = getattr(facts, name, "")
        lines = (value,) if isinstance(value, str) else tuple(str(line) for line in value)
        found[name] = tuple(line for line in lines if line)
    return found


def placeholders(text: str) -> list[str]:
    """The names between braces. Raises ValueError with the reason when the braces do not match."""
    names = []
    for _, name, form, conversion in Formatter().parse(text):
        if name is not None:
            if form or conversion or not re.fullmatch(r"\w+", name):
                raise ValueError("holds more than a name between { and }")
            names.append(name)
    return names


def fill(text: str, values: Values) -> list[str]:
    """The lines of a text with its placeholders filled in.

    A line whose placeholders are all empty is left out. A placeholder of several lines that stands
    alone gives as many lines; among other words they are joined by commas.
    """
    return [filled for line in text.splitlines() for filled in _fill_line(line, values)]


def _fill_line(line: str, values: Values) -> Iterator[str]:
    names = placeholders(line)
    if not names:
        yield line.format()
    elif line.strip() == f"{{{names[0]}}}":
        yield from values[names[0]]
    elif any(values[name] for name in names):
        yield line.format_map({name: ", ".join(values[name]) for name in names})
