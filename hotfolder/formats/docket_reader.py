"""Plain data, as a template file has it, to a template; or every Problem, each with its place."""

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, TypeVar

from hotfolder.domain.docket import Mark
from hotfolder.errors import ConfigError, Problem
from hotfolder.formats import docket_words
from hotfolder.formats.docket_template import (
    Align,
    Box,
    Code,
    CodeKind,
    DocketTemplate,
    Element,
    Frame,
    MarkSign,
    Rule,
    Text,
    Thumbnail,
)

PAGES: Mapping[str, tuple[float, float]] = {"A4": (210, 297), "A5": (148, 210)}
MOST_ELEMENTS = 200

_Choice = TypeVar("_Choice", bound=StrEnum)


def read_template(data: Any) -> DocketTemplate:
    """The template that plain data (the content of a YAML file) describes.

    Raises ConfigError with every Problem; places read like `elements[3].size`.
    """
    page = _Entry("", data)
    size = page.choice("page", tuple(PAGES))
    margin = page.number("margin", 0, 50, 8)
    elements = page.entries("elements")
    page.refuse_others()
    width, height = PAGES[size or "A4"]
    sheet = Box(x=margin, y=margin, width=width - 2 * margin, height=height - 2 * margin)
    read = [_element(entry, sheet) for entry in elements]
    problems = [*page.problems, *(problem for entry in elements for problem in entry.problems)]
    if problems:
        raise ConfigError(problems)
    return DocketTemplate(
        width=width, height=height, elements=tuple(found for found in read if found is not None)
    )


class _Entry:
    """A mapping that is read key by key; what does not fit becomes a Problem."""

    def __init__(self, where: str, data: Any) -> None:
        self.where = where
        self.problems: list[Problem] = []
        self._known: list[str] = []
        self._data: Mapping[Any, Any] = data if isinstance(data, Mapping) else {}
        if not isinstance(data, Mapping):
            self._report("", "must be `key: value` lines")

    def number(self, key: str, least: float, most: float, usual: float) -> float:
        value = self._get(key, usual)
        if _is_number(value) and least <= value <= most:
            return float(value)
        self._report(key, f"must be a number from {least:g} to {most:g}")
        return usual

    def pair(self, key: str, least: float) -> tuple[float, float]:
        value = self._get(key, None)
        if isinstance(value, Sequence) and len(value) == 2 and all(map(_is_number, value)):
            if min(value) >= least:
                return float(value[0]), float(value[1])
            self._report(key, f"must hold numbers of at least {least:g}")
        else:
            what = "is missing" if value is None else "must be two numbers, as in [10, 20]"
            self._report(key, what, "in millimetres" if value is None else "")
        return least, least

    def text(self, key: str, usual: str | None = None) -> str:
        value = self._get(key, usual)
        if not isinstance(value, str) or not value.strip():
            self._report(key, "is missing" if value is None else "must be text")
            return ""
        try:
            names = docket_words.placeholders(value)
        except ValueError as error:
            self._report(key, str(error), "write {{ and }} for braces that are to be printed")
            return ""
        for name in names:
            if name not in docket_words.PLACEHOLDERS:
                near = get_close_matches(name, docket_words.PLACEHOLDERS, n=1)
                known = ", ".join(docket_words.PLACEHOLDERS)
                hint = f"did you mean {{{near[0]}}}?" if near else f"known here: {known}"
                self._report(key, f"knows no placeholder {{{name}}}", hint)
        return value

    def flag(self, key: str) -> bool:
        value = self._get(key, False)
        if not isinstance(value, bool):
            self._report(key, "must be true or false")
        return value is True

    def choice(self, key: str, allowed: Sequence[str], usual: str | None = None) -> str | None:
        value = self._get(key, usual)
        if isinstance(value, str) and value in allowed:
            return value
        what = "is missing" if value is None else "is not known"
        self._report(key, what, f"one of {', '.join(allowed)}")
        return None

    def one_of(self, key: str, kind: type[_Choice], usual: _Choice) -> _Choice:
        return kind(self.choice(key, tuple(kind), usual) or usual)

    def entries(self, key: str) -> list["_Entry"]:
        value = self._get(key, None)
        if not isinstance(value, list) or not 0 < len(value) <= MOST_ELEMENTS:
            self._report(key, f"must be a list of 1 to {MOST_ELEMENTS} entries")
            return []
        return [_Entry(f"{key}[{number}]", entry) for number, entry in enumerate(value)]

    def box(self, sheet: Box, least: float = 1) -> Box:
        x, y = self.pair("at", 0)
        width, height = self.pair("size", least)
        room = f"there are {sheet.width:g} x {sheet.height:g} mm inside the margins"
        if x + width > sheet.width + 1e-6:
            self._report("size", f"runs off the page: it ends at {x + width:g} mm", room)
        if y + height > sheet.height + 1e-6:
            self._report("size", f"runs off the page: it ends at {y + height:g} mm down", room)
        return Box(x=sheet.x + x, y=sheet.y + y, width=width, height=height)

    def refuse_others(self) -> None:
        """Report the keys that nobody asked for."""
        for key in self._data:
            if key not in self._known:
                self._report(str(key), "is not known here", f"known here: {', '.join(self._known)}")

    def _get(self, key: str, usual: Any) -> Any:
        self._known.append(key)
        return self._data.get(key, usual)

    def _report(self, key: str, what: str, hint: str = "") -> None:
        where = ".".join(part for part in (self.where, key) if part)
        self.problems.append(Problem(where, what, hint))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e6


def _element(entry: _Entry, sheet: Box) -> Element | None:
    if entry.problems:
        return None
    kind = entry.choice("kind", tuple(_KINDS))
    if kind is None:
        return None
    element = _KINDS[kind](entry, sheet)
    entry.refuse_others()
    return element


def _text(entry: _Entry, sheet: Box) -> Text:
    size = entry.number("font", 3, 200, 9)
    return Text(
        box=entry.box(sheet),
        text=entry.text("text"),
        size=size,
        least=entry.number("least", 3, size, min(size, 6)),
        bold=entry.flag("bold"),
        align=entry.one_of("align", Align, Align.START),
    )


def _mark(entry: _Entry, sheet: Box) -> MarkSign:
    mark = Mark(entry.choice("mark", tuple(Mark)) or Mark.TEST)
    return MarkSign(box=entry.box(sheet), mark=mark, text=entry.text("text", mark))


def _line(entry: _Entry, sheet: Box) -> Rule:
    return Rule(box=entry.box(sheet, 0), thickness=entry.number("thickness", 0.05, 10, 0.2))


def _box(entry: _Entry, sheet: Box) -> Frame:
    return Frame(box=entry.box(sheet), thickness=entry.number("thickness", 0.05, 10, 0.2))


def _thumbnail(entry: _Entry, sheet: Box) -> Thumbnail:
    return Thumbnail(box=entry.box(sheet))


def _code128(entry: _Entry, sheet: Box) -> Code:
    text = entry.text("text", "{item_id}")
    return Code(box=entry.box(sheet), kind=CodeKind.CODE128, text=text)


def _qr(entry: _Entry, sheet: Box) -> Code:
    text = entry.text("text", "{item_id}")
    return Code(box=entry.box(sheet), kind=CodeKind.QR, text=text)


_KINDS: Mapping[str, Callable[[_Entry, Box], Element]] = {
    "text": _text,
    "mark": _mark,
    "line": _line,
    "box": _box,
    "thumbnail": _thumbnail,
    "code128": _code128,
    "qr": _qr,
}
