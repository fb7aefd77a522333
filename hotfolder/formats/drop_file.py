"""A label request as the file that a label program reads, by its profile."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from xml.sax.saxutils import escape

from hotfolder.domain.label_form import Column, FileForm, Quoting, RequestForm
from hotfolder.domain.label_request import PLACEHOLDER, LabelRequest, filled
from hotfolder.formats.letters import codec_of, fitted

_QUOTING: Mapping[Quoting, Literal[0, 1, 3]] = {
    Quoting.MINIMAL: csv.QUOTE_MINIMAL,
    Quoting.ALL: csv.QUOTE_ALL,
    Quoting.NONE: csv.QUOTE_NONE,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class DropFile:
    """The bytes to write. `notes` tell what could not be written as it is, `troubles` why none is.

    Neither holds a value of the request.
    """

    data: bytes
    notes: tuple[str, ...] = ()
    troubles: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Cell:
    column: Column
    text: str


def drop_file(request: LabelRequest, form: RequestForm) -> DropFile:
    """The request written down, its letters as near as the encoding has them.

    It has troubles when a value holds letters that can not be written at all, such as a name in
    another script: a label with question marks would not arrive.
    """
    notes: list[str] = []
    lost: list[str] = []
    values: dict[str, str] = {}
    used = set(_used(form))
    for name, value in request.values.items():
        plain = " ".join("".join(one if one.isprintable() else " " for one in value).split())
        found = fitted(plain, form.encoding)
        values[name] = found.text
        if name in used and found.lost:
            lost.append(name)
        elif name in used and found.changed:
            notes.append(f"{name} is written with letters that {form.encoding} has")
    text = _text(form, values, notes)
    troubles = [f"{name} holds letters that {form.encoding} can not have" for name in lost]
    return DropFile(
        data=fitted(text, form.encoding).text.encode(codec_of(form.encoding), "replace"),
        notes=tuple(dict.fromkeys(notes)),
        troubles=tuple(troubles),
    )


def _used(form: RequestForm) -> Iterator[str]:
    texts = [form.xml] if form.xml else [column.value for column in form.columns]
    for text in (*texts, *form.header_lines):
        yield from PLACEHOLDER.findall(text)


def _text(form: RequestForm, values: Mapping[str, str], notes: list[str]) -> str:
    if form.xml:
        safe = {name: escape(value, {'"': "&quot;"}) for name, value in values.items()}
        return form.newline.join(filled(form.xml, safe).splitlines()) + form.newline
    cells = [_Cell(column=one, text=_cut(one, values, notes)) for one in form.columns]
    if form.form is FileForm.JSON:
        return json.dumps(_nested(cells), ensure_ascii=False, indent=2) + form.newline
    return _csv(form, values, cells, notes)


def _cut(column: Column, values: Mapping[str, str], notes: list[str]) -> str:
    text = filled(column.value, values)
    if not column.longest or len(text) <= column.longest:
        return text
    notes.append(f"{column.name} is cut to {column.longest} letters")
    return text[: column.longest].rstrip()


def _csv(form: RequestForm, values: Mapping[str, str], cells: list[_Cell], notes: list[str]) -> str:
    out = io.StringIO()
    lines = [filled(line, values) for line in form.header_lines]
    out.writelines(line + form.newline for line in lines)
    writer = csv.writer(
        out,
        delimiter=form.delimiter,
        quoting=_QUOTING[form.quoting],
        lineterminator=form.newline,
        # without quotes nothing may need one: what does is replaced below
        quotechar=None if form.quoting is Quoting.NONE else '"',
    )
    if form.header:
        writer.writerow([cell.column.name for cell in cells])
    writer.writerow([_bare(form, cell, notes) for cell in cells])
    return out.getvalue()


def _bare(form: RequestForm, cell: _Cell, notes: list[str]) -> str:
    """Without quotes a value can not hold the sign between columns."""
    if form.quoting is not Quoting.NONE or form.delimiter not in cell.text:
        return cell.text
    notes.append(f"{cell.column.name} is written without {form.delimiter!r}")
    return " ".join(cell.text.replace(form.delimiter, " ").split())


def _nested(cells: list[_Cell]) -> dict[str, Any]:
    """`receiver.name` is the member `name` of `receiver`."""
    data: dict[str, Any] = {}
    for cell in cells:
        *holders, name = cell.column.name.split(".")
        inner = data
        for holder in holders:
            found = inner.setdefault(holder, {})
            inner = found if isinstance(found, dict) else {}
        inner[name] = cell.text
    return data
