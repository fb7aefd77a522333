"""The look into one PDF, as a process of its own: reads standard input, prints JSON and ends.

Started by pdf.py and by nobody else. It limits its own processor time and memory, so whatever a
hostile file does to it ends here. The daemon never imports this module.
"""

import json
import os
from collections.abc import Iterator
from math import isfinite
from typing import Any

import pikepdf

from hotfolder.files.child import restrict

MM_PER_POINT = 25.4 / 72
STANDARD_INPUT = "/proc/self/fd/0"
MOST_FORMS = 100
MOST_FONTS = 100
LONGEST_NAME = 100
MEMORY_USED_UP, NOT_READABLE = 3, 4  # exit statuses that pdf.py knows
FONT_FILES = ("/FontFile", "/FontFile2", "/FontFile3")
# PDF 32000-1, 7.7.3.4: what a page takes over from the nodes above it
INHERITED = ("/MediaBox", "/CropBox", "/Rotate", "/Resources")

Box = tuple[float, float, float, float]
Lengths = tuple[float, float]


class _TooManyPages(Exception):
    pass


def main(limits: str) -> None:
    """Look into standard input within `limits`: JSON with seconds, cpu, memory, pages, answer."""
    given = json.loads(limits)
    restrict(given["seconds"], given["cpu"], given["memory"], given["answer"])
    os.write(1, json.dumps(_answer(given["pages"])).encode())
    os._exit(0)  # tearing down a million objects takes longer than reading them


def _answer(most_pages: int) -> dict[str, Any]:
    try:
        return _facts(most_pages)
    except _TooManyPages:
        return {"trouble": "too many pages"}
    except pikepdf.PasswordError:
        return {"trouble": "locked"}
    except MemoryError:
        os._exit(MEMORY_USED_UP)
    except OSError:
        os._exit(NOT_READABLE)
    except pikepdf.PdfError as error:
        # protection by certificates instead of passwords is only told in words
        return {"trouble": "locked" if "encrypt" in str(error).lower() else "damaged"}
    except Exception:  # noqa: BLE001 (whatever else happens here, the file made it happen)
        return {"trouble": "damaged"}


def _facts(most_pages: int) -> dict[str, Any]:
    # by a name, since what Python opens is read twenty times slower; not mapped into memory,
    # since then the length of the file would count against our memory
    with pikepdf.open(
        STANDARD_INPUT, access_mode=pikepdf.AccessMode.stream, inherit_page_attributes=False
    ) as pdf:
        forms = _Forms()
        fonts = _Fonts()
        lost = 0
        for page in _pages(pdf.Root.get("/Pages"), most_pages):
            if page is None:
                lost += 1
                continue
            forms.add(page)
            fonts.look_at(page)
        return {
            "pages": forms.pages,
            "forms": [[first, count, *form] for form, (first, count) in forms.found.items()],
            "fonts": sorted(fonts.missing),
            "lost": lost,
            "version": str(pdf.pdf_version)[:10],
            "encrypted": pdf.is_encrypted,
            "may_print": pdf.allow.print_lowres or pdf.allow.print_highres,
            "rebuilt": any("reconstruct" in text for text in map(str, pdf.get_warnings())),
        }


def _pages(root: Any, most: int) -> Iterator[dict[str, Any] | None]:
    """The pages in order, each with what it inherits; None for one that is not there.

    Own steps instead of the library's list of pages, which repairs the tree silently and makes
    all pages before it gives the first.
    """
    if not isinstance(root, pikepdf.Dictionary):
        return
    seen: set[tuple[int, int]] = set()
    above: list[tuple[Iterator[Any], dict[str, Any]]] = [(iter([root]), {})]
    given = 0
    while above:
        kids, inherited = above[-1]
        kid = next(kids, None)
        if kid is None:
            above.pop()
        elif isinstance(kid, pikepdf.Dictionary) and "/Kids" in kid:
            if kid.is_indirect and kid.objgen in seen:
                raise ValueError("the page tree bites its tail")
            seen.add(kid.objgen)
            above.append((_kids(kid), _own(kid, inherited)))
        else:
            given += 1
            if given > most:
                raise _TooManyPages
            whole = isinstance(kid, pikepdf.Dictionary)
            yield {**inherited, **dict(kid.items())} if whole else None


def _kids(node: Any) -> Iterator[Any]:
    """The kids of a node, with False for one that is not there."""
    kids = node["/Kids"]
    if not isinstance(kids, pikepdf.Array):
        raise TypeError("kids are no list")
    return (False if kid is None else kid for kid in kids)


def _own(node: Any, inherited: dict[str, Any]) -> dict[str, Any]:
    return inherited | {key: node[key] for key in INHERITED if key in node}


class _Forms:
    """The different forms of pages, with the first page and the count of each."""

    def __init__(self) -> None:
        self.pages = 0
        self.found: dict[tuple[Any, ...], tuple[int, int]] = {}

    def add(self, page: dict[str, Any]) -> None:
        self.pages += 1
        form = _form(page)
        first, count = self.found.get(form, (self.pages, 0))
        if count or len(self.found) < MOST_FORMS:
            self.found[form] = (first, count + 1)


def _form(page: dict[str, Any]) -> tuple[Any, ...]:
    """MediaBox, CropBox, TrimBox and BleedBox as sizes, and the margin around the trim."""
    media = _box(page.get("/MediaBox"))
    if media is None:
        return None, None, None, None, None
    shown = _within(_box(page.get("/CropBox")), media) or media
    trim = _within(_box(page.get("/TrimBox")), media)
    bleed = _within(_box(page.get("/BleedBox")), media)
    scale = MM_PER_POINT * _unit(page.get("/UserUnit"))
    upright = _turns(page.get("/Rotate")) % 2 == 0
    sizes = [_size(box, scale, upright=upright) for box in (media, shown, trim, bleed)]
    return (*sizes, None if trim is None else _margin(trim, bleed or media, scale))


def _box(value: Any) -> Box | None:
    """The four numbers of a box, least first; None when it is no box."""
    if not isinstance(value, pikepdf.Array) or len(value) != 4:
        return None
    try:
        left, low, right, high = (float(number) for number in value)
    except (TypeError, ValueError, OverflowError):
        return None
    box = (min(left, right), min(low, high), max(left, right), max(low, high))
    usable = all(isfinite(number) and abs(number) < 1e7 for number in box)
    return box if usable and box[0] < box[2] and box[1] < box[3] else None


def _within(box: Box | None, media: Box) -> Box | None:
    """The part of a box that lies on the page (PDF 32000-1, 14.11.2)."""
    if box is None:
        return None
    left, low = max(box[0], media[0]), max(box[1], media[1])
    right, high = min(box[2], media[2]), min(box[3], media[3])
    return (left, low, right, high) if left < right and low < high else None


def _unit(value: Any) -> float:
    """UserUnit: how many points one unit is."""
    try:
        unit = float(value)
    except (TypeError, ValueError, OverflowError):
        return 1.0
    return unit if isfinite(unit) and 0 < unit < 1e4 else 1.0


def _turns(value: Any) -> int:
    """Quarter turns; a rotation that is none counts as upright."""
    try:
        angle = int(value)
    except (TypeError, ValueError, OverflowError):
        return 0
    return angle // 90 if angle % 90 == 0 else 0


def _size(box: Box | None, scale: float, *, upright: bool) -> Lengths | None:
    if box is None:
        return None
    width, height = round((box[2] - box[0]) * scale, 2), round((box[3] - box[1]) * scale, 2)
    return (width, height) if upright else (height, width)


def _margin(trim: Box, around: Box, scale: float) -> float:
    sides = (trim[0] - around[0], trim[1] - around[1], around[2] - trim[2], around[3] - trim[3])
    return round(min(sides) * scale, 2)


class _Fonts:
    """Names of the fonts in use that are not embedded."""

    def __init__(self) -> None:
        self.missing: set[str] = set()
        self._seen: set[tuple[int, int]] = set()

    def look_at(self, page: dict[str, Any]) -> None:
        """Take in the fonts of a page, of all it places, and of its notes and form fields."""
        todo = [page.get("/Resources"), *self._appearances(page.get("/Annots"))]
        while todo:
            resources = todo.pop()
            if not isinstance(resources, pikepdf.Dictionary) or not self._is_new(resources):
                continue
            for font in _entries(resources.get("/Font")):
                todo.append(font.get("/Resources"))
                if self._is_new(font):
                    self._note(font)
            for kind in ("/XObject", "/Pattern"):
                placed = (one for one in _entries(resources.get(kind)) if self._is_new(one))
                todo += [one.get("/Resources") for one in placed]

    def _is_new(self, thing: Any) -> bool:
        if not thing.is_indirect:
            return True
        known = thing.objgen in self._seen
        self._seen.add(thing.objgen)
        return not known

    def _appearances(self, notes: Any) -> Iterator[Any]:
        for note in notes if isinstance(notes, pikepdf.Array) else []:
            looks = note.get("/AP") if isinstance(note, pikepdf.Dictionary) else None
            for look in _entries(looks):
                # one look, or one for each state of a check box
                for state in (look, *(_entries(look) if not _is_stream(look) else ())):
                    yield state.get("/Resources")

    def _note(self, font: Any) -> None:
        name = font.get("/BaseFont")
        inner = font.get("/DescendantFonts")
        if isinstance(inner, pikepdf.Array) and len(inner):
            font = inner[0]
        if not isinstance(font, pikepdf.Dictionary) or font.get("/Subtype") == "/Type3":
            return
        carrier = font.get("/FontDescriptor")
        embedded = isinstance(carrier, pikepdf.Dictionary) and any(
            file in carrier for file in FONT_FILES
        )
        if not embedded and len(self.missing) < MOST_FONTS:
            self.missing.add(_plain(name))


def _entries(holder: Any) -> Iterator[Any]:
    """The dictionaries and streams in a dictionary."""
    if isinstance(holder, pikepdf.Dictionary):
        for entry in holder.values():
            if isinstance(entry, pikepdf.Dictionary) or _is_stream(entry):
                yield entry


def _is_stream(thing: Any) -> bool:
    return isinstance(thing, pikepdf.Stream)


def _plain(name: Any) -> str:
    text = str(name).removeprefix("/") if isinstance(name, pikepdf.Name) else ""
    kept = "".join(sign for sign in text if sign.isprintable())
    return kept[:LONGEST_NAME] or "a font without a name"
