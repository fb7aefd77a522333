"""A plain manifest: the day's parcels, as `reference;tracking` a line."""

import csv
from hashlib import sha256

from hotfolder.domain.label import LabelReply
from hotfolder.errors import NotUnderstood
from hotfolder.formats.label_reply import MOST_ROWS, BadRow, ReplyFile
from hotfolder.formats.tracking_file import looks_right

DELIMITERS = ";,\t|"
HEADINGS = {"reference", "order", "item", "ref"}


def read_manifest(data: bytes) -> ReplyFile:
    """The lines of a manifest; a bad one keeps no other one back.

    Columns are reference, tracking code and, if wanted, shipping option, separated by a semicolon,
    comma, tab or bar; a first line that begins with `reference`, `order` or `item` is a heading.
    Raises NotUnderstood for what is no such file at all.
    """
    lines = _decoded(data).splitlines()[: MOST_ROWS + 1]
    if any("\0" in line for line in lines):
        raise NotUnderstood("it is no text file")
    delimiter = next((sign for sign in DELIMITERS if any(sign in line for line in lines)), ";")
    rows: list[LabelReply] = []
    bad: list[BadRow] = []
    for number, line in enumerate(lines, start=1):
        cells = _cells(line, delimiter)
        if not any(cells) or (number == 1 and cells[0].lower() in HEADINGS):
            continue
        reference, tracking, option, *_ = [*cells, "", "", ""]
        digest = sha256(line.encode("utf-8", "replace")).hexdigest()
        if words := _why_bad(reference, tracking, option):
            bad.append(BadRow(line=number, words=words, digest=digest))
        else:
            rows.append(
                LabelReply(
                    line=number, key=reference, tracking=tracking, digest=digest, service=option
                )
            )
    return ReplyFile(rows=tuple(rows), bad=tuple(bad))


def _why_bad(reference: str, tracking: str, option: str) -> str:
    if not reference or not tracking:
        return "has no reference or no tracking code"
    if not all(looks_right(value) for value in (reference, tracking, option)):
        return "does not look like a tracking code"
    return ""


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        found = next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        found = []
    return [cell.strip() for cell in found] or [""]


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
