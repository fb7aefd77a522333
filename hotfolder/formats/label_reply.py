"""What a label program has written back: rows with a reference and a tracking code, by its profile.

A bad row never keeps the others back. Words about rows hold none of their values.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Literal

from hotfolder.domain.label import LabelReply
from hotfolder.domain.label_form import FileForm, ReplyForm, Rows
from hotfolder.errors import NotUnderstood
from hotfolder.formats.label_reply_tree import Tree, json_rows, value_at, xml_rows
from hotfolder.formats.letters import codec_of

DELIMITERS = (";", ",", "\t", "|")
LOOKED_AT = 20  # lines
LONGEST = 200
MOST_ROWS = 100_000


@dataclass(frozen=True, kw_only=True, slots=True)
class BadRow:
    """A row that was not understood, and why."""

    line: int
    words: str
    digest: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ReplyFile:
    """What a reply file says, in the order of its lines."""

    rows: tuple[LabelReply, ...]
    bad: tuple[BadRow, ...] = ()


def read_reply(data: bytes, form: ReplyForm) -> ReplyFile:
    """The rows of a reply. Raises NotUnderstood when the file as a whole can not be read.

    Of a file that is appended to, a last line without its end is left for later.
    """
    if form.form is FileForm.XML:
        return _from_trees(xml_rows(data, form.row), form)
    text = _decoded(data, form.encoding)
    if form.rows is Rows.APPENDED:
        text = text[: text.rfind("\n") + 1]
    if form.form is FileForm.JSON:
        return _from_trees(json_rows(text, form.row), form)
    return _from_lines(text.splitlines(), form)


def _decoded(data: bytes, encoding: str) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    if data.startswith(b"\xef\xbb\xbf"):
        return data.decode("utf-8-sig", "replace")
    try:
        return data.decode(codec_of(encoding))
    except UnicodeDecodeError:
        return data.decode("windows-1252", "replace")


def _from_trees(trees: Sequence[Tree], form: ReplyForm) -> ReplyFile:
    rows, bad = [], []
    for number, tree in enumerate(trees[:MOST_ROWS], 1):
        digest = _digest(repr(tree))
        if not isinstance(tree, dict):
            bad.append(BadRow(line=number, words="it holds no members", digest=digest))
            continue
        cells = {name: value_at(tree, getattr(form, name)) for name in _PARTS}
        rows.append(_reply(form, number, digest, cells))
    return ReplyFile(rows=tuple(rows), bad=tuple(bad))


_PARTS = ("key", "tracking", "service", "date", "status", "error")


def _from_lines(lines: Sequence[str], form: ReplyForm) -> ReplyFile:
    delimiter = form.delimiter or _sniffed([line for line in lines if line.strip()][:LOOKED_AT])
    head = [_cells(line, delimiter, form) for line in lines[: form.header_rows]]
    if form.header_rows and len(head) < form.header_rows:
        raise NotUnderstood("it has no header yet")
    places = {name: _place(getattr(form, name), head) for name in _PARTS if getattr(form, name)}
    rows: list[LabelReply] = []
    bad: list[BadRow] = []
    needed = max(places["key"], places["tracking"])
    for number, line in enumerate(lines[form.header_rows :], form.header_rows + 1):
        cells = _cells(line, delimiter, form)
        if not any(cells) or cells in head:  # some programs write the header again
            continue
        if len(rows) + len(bad) >= MOST_ROWS:
            break
        if len(cells) <= needed:
            words = f"it has {len(cells)} columns, at least {needed + 1} are needed"
            bad.append(BadRow(line=number, words=words, digest=_digest(line)))
            continue
        found = {name: cells[place] if place < len(cells) else "" for name, place in places.items()}
        rows.append(_reply(form, number, _digest(line), found))
    return ReplyFile(rows=tuple(rows), bad=tuple(bad))


def _cells(line: str, delimiter: str, form: ReplyForm) -> list[str]:
    """Each line by itself: a quote that is not closed spoils one row and not all below it."""
    line = line.replace("\0", "")
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if form.quote else csv.QUOTE_NONE
    try:
        found = next(
            csv.reader([line], delimiter=delimiter, quotechar=form.quote or None, quoting=quoting),
            [],
        )
    except csv.Error:
        found = line.split(delimiter)
    return [cell.strip() for cell in found]


def _place(where: str, head: Sequence[Sequence[str]]) -> int:
    """The column of a name or position, from 0. Names may stand in any of the header rows."""
    if where.isascii() and where.isdecimal():
        return int(where) - 1
    for names in reversed(head):
        for place, name in enumerate(names):
            if name.casefold() == where.casefold():
                return place
    raise NotUnderstood(f"it has no column {where!r} in its header")


def _sniffed(lines: Sequence[str]) -> str:
    """The sign that divides most lines into equally many columns."""

    def score(delimiter: str) -> tuple[int, int]:
        counts = Counter(len(next(csv.reader([line], delimiter=delimiter), [])) for line in lines)
        many = {columns: times for columns, times in counts.items() if columns > 1}
        best = max(many, key=lambda columns: (many[columns], columns), default=0)
        return many.get(best, 0), best

    return max(DELIMITERS, key=score)


def _reply(form: ReplyForm, line: int, digest: str, cells: dict[str, str]) -> LabelReply:
    plain = {name: _plain(cell) for name, cell in cells.items()}
    return LabelReply(
        line=line,
        key=plain["key"],
        tracking=plain["tracking"],
        digest=digest,
        service=plain.get("service", ""),
        day=_date(plain.get("date", ""), form.date_format),
        error=_error(form, plain),
    )


def _date(text: str, written: str) -> date | None:
    """None for what can not be read as it should be written: it only helps to notice old rows."""
    try:
        if written:
            return datetime.strptime(text, written).date()  # noqa: DTZ007 (a day of the shop)
        return date.fromisoformat(text[: len("2026-03-02")])
    except ValueError:
        return None


def _error(form: ReplyForm, cells: dict[str, str]) -> str:
    status, error = cells.get("status", ""), cells.get("error", "")
    good = {one.casefold() for one in form.good}
    if form.status and good:
        failed = status.casefold() not in good
        where = "status" if form.status.isdecimal() else re.split("[/@]", form.status)[-1]
        said = f"{where} {status}" if status else f"no {where}"
        return "; ".join(_words(said, error)) if failed else ""
    return error


def _words(*texts: str) -> Iterator[str]:
    return (text for text in texts if text)


def _plain(cell: str) -> str:
    """Without what keeps a spreadsheet from rounding a number, and of no great length."""
    cell = cell.strip()
    if cell.startswith('="') and cell.endswith('"'):
        cell = cell[2:-1]
    text = "".join(letter if letter.isprintable() else " " for letter in cell.lstrip("'"))
    return text.strip()[:LONGEST]


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "replace")).hexdigest()
