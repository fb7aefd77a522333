"""A manifest: what a label program lists of the day's parcels, `reference;tracking` a line."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field

from hotfolder.errors import NotUnderstood
from hotfolder.formats.tracking_file import looks_right

DELIMITERS = ";,\t|"
HEADINGS = {"reference", "order", "item", "ref"}


@dataclass(frozen=True, kw_only=True, slots=True)
class ManifestRow:
    """What a line tells: whose parcel (item or order), its code, the option really used if told."""

    line: int
    reference: str
    tracking: str
    shipping_option: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """The rows, and of each line that was not understood why."""

    rows: Sequence[ManifestRow]
    problems: Sequence[str] = field(default=())


def read_manifest(name: str, data: bytes) -> Manifest:
    """The lines of a manifest; a bad one keeps no other one back.

    Columns are reference, tracking code and, if wanted, shipping option, separated by a semicolon,
    comma, tab or bar; a first line that begins with `reference`, `order` or `item` is a heading.
    Raises NotUnderstood for what is no such file at all.
    """
    rows: list[ManifestRow] = []
    problems: list[str] = []
    lines = _decoded(data).splitlines()
    if any("\0" in line for line in lines):
        raise NotUnderstood(f"{name}: it is no text file")
    delimiter = next((sign for sign in DELIMITERS if any(sign in line for line in lines)), ";")
    for number, line in enumerate(lines, start=1):
        cells = [cell.strip() for cell in _cells(line, delimiter)]
        if not any(cells) or (number == 1 and cells[0].lower() in HEADINGS):
            continue
        reference, tracking, option, *_ = [*cells, "", "", ""]
        if not reference or not tracking:
            problems.append(f"line {number}: has no reference or no tracking code")
        elif not (looks_right(tracking) and looks_right(option)):
            problems.append(f"line {number}: does not look like a tracking code")
        else:
            rows.append(
                ManifestRow(
                    line=number, reference=reference, tracking=tracking, shipping_option=option
                )
            )
    return Manifest(rows=rows, problems=problems)


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return [""]


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
