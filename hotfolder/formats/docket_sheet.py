"""Pages of PDF and the pens to draw on them. The only module that knows fpdf2."""

import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import uharfbuzz
from fpdf import FPDF
from fpdf.fonts import HarfBuzzFont, TTFFont
from PIL import Image

from hotfolder.domain.typeface import Face, Fonts
from hotfolder.formats.docket_template import Box
from hotfolder.formats.docket_text import ELLIPSIS, LEADING, Fitted, Line, Room, fit

_POINT = 72 / 25.4
_CORE = "helvetica"
# An accent above capitals and a long tail may leave the line a little, nothing may leave by more.
_BLEED = 0.6
_EDGE = 0.1
_JOINED = frozenset({"R", "AL", "AN"})
MOST_PIXELS = 4_000_000
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)


class Pen:
    """One weight of letters: its faces, what they print and how wide that is."""

    def __init__(self, pdf: FPDF, faces: Sequence[Face], first: int) -> None:
        self._pdf = pdf
        self._families = [f"face{first + number}" for number in range(len(faces))]
        self._core = not faces
        self._covered = frozenset[str]().union(*(face.covers for face in faces))
        self._widths: dict[str, float] = {}
        self.missing: set[str] = set()
        for family, face in zip(self._families, faces, strict=True):
            pdf.fonts[family] = _CutFont(pdf, family, face.data)

    def use(self, size: float, *, bold: bool) -> None:
        """Write with this pen from now on."""
        if self._core:
            self._pdf.set_font(_CORE, style="B" if bold else "", size=size)
        else:
            self._pdf.set_font(self._families[0], size=size)
            self._pdf.set_fallback_fonts(self._families[1:], exact_match=False)

    def writable(self, text: str) -> str:
        """The text, with a question mark for what has no letter; that is remembered as missing."""
        return "".join(character for letter in text for character in self._letter(letter))

    def width(self, text: str) -> float:
        """Width in mm of a text in size 1; the pen must be in use."""
        known = self._widths.get(text)
        if known is None:
            self.shape([text], rtl=False)
            known = self._pdf.get_string_width(text) / self._pdf.font_size_pt
            self._widths[text] = known
        return known

    def shape(self, texts: Iterable[str], *, rtl: bool) -> None:
        """Join letters and order them by HarfBuzz where the script asks for it."""
        wanted = not self._core and any(map(_needs_shaping, texts))
        self._pdf.set_text_shaping(wanted, direction="rtl" if rtl else "ltr")

    def ellipsis(self) -> str:
        """What shows that a text goes on, as well as these faces can."""
        return next((sign for sign in (ELLIPSIS, "...") if all(map(self._has, sign))), "")

    def _letter(self, letter: str) -> str:
        if self._has(letter):
            return letter
        if letter in "\u200c\u200d":
            return ""
        self.missing.add(letter)
        return "?" if self._has("?") else ""

    def _has(self, letter: str) -> bool:
        return _in_core_font(letter) if self._core else letter in self._covered


class Sheet:
    """Pages that are filled one after the other and handed out as PDF; same strokes, same bytes."""

    def __init__(self, width: float, height: float, made: datetime, title: str) -> None:
        self._pdf = pdf = FPDF(unit="mm", format=(width, height))
        pdf.core_fonts_encoding = "windows-1252"
        pdf.set_auto_page_break(auto=False)
        pdf.alias_nb_pages(None)  # type: ignore[arg-type]  # as its own documentation asks
        pdf.set_margin(0)
        pdf.c_margin = 0
        pdf.set_creation_date(made)
        pdf.set_title(title)
        pdf.add_page()
        self._pens: dict[bool, Pen] = {}

    def take_pens(self, letters: dict[bool, frozenset[str]], fonts: Fonts) -> None:
        """Have pens for these letters, True for the bold ones."""
        taken = 0
        for bold, wanted in letters.items():
            faces = fonts(wanted, bold)
            self._pens[bold] = Pen(self._pdf, faces, taken)
            taken += len(faces)

    def next_page(self) -> None:
        """All that follows is on one more page, as large as the first one."""
        self._pdf.add_page()

    def missing(self) -> tuple[str, ...]:
        """Characters that no pen could write so far."""
        return tuple(sorted(set().union(*(pen.missing for pen in self._pens.values()))))

    def write(
        self, box: Box, lines: Sequence[str], sizes: tuple[float, float], align: str, *, bold: bool
    ) -> bool:
        """Lines in a box, wrapped and shrunk between two sizes. Says whether some had to be cut."""
        pen = self._pens[bold]
        pen.use(sizes[0], bold=bold)
        room = Room(width=box.width, height=box.height * _POINT, size=sizes[0], least=sizes[1])
        fitted = fit([pen.writable(line) for line in lines], room, pen.width, pen.ellipsis())
        self._put(pen, box, fitted, align, bold=bold)
        return fitted.cut

    def sign(self, box: Box, text: str) -> None:
        """White letters on black, as large as the box allows."""
        self._pdf.set_fill_color(0)
        self._pdf.rect(box.x, box.y, box.width, box.height, style="F")
        self._pdf.set_text_color(255)
        pen = self._pens[True]
        pen.use(100, bold=True)
        words = pen.writable(text)
        inner = min(0.7 * box.height * _POINT, 0.9 * box.width / max(pen.width(words), 0.01))
        high = inner * LEADING / _POINT
        line = Fitted(lines=(Line(text=words, rtl=False),), size=inner, cut=False)
        room = Box(x=box.x, y=box.y + (box.height - high) / 2, width=box.width, height=high)
        self._put(pen, room, line, "center", bold=True)
        self._pdf.set_text_color(0)

    def line(self, box: Box, thickness: float) -> None:
        self._pdf.set_line_width(thickness)
        self._pdf.line(box.x, box.y, box.x + box.width, box.y + box.height)

    def frame(self, box: Box, thickness: float) -> None:
        self._pdf.set_line_width(thickness)
        self._pdf.rect(box.x, box.y, box.width, box.height)

    def modules(self, box: Box, rows: Sequence[Sequence[bool]]) -> None:
        """Black and white modules, stretched over the box."""
        self._pdf.set_fill_color(0)
        wide, high = box.width / len(rows[0]), box.height / len(rows)
        for number, row in enumerate(rows):
            for start, end in _runs(row):
                left, top = box.x + start * wide, box.y + number * high
                self._pdf.rect(left, top, (end - start) * wide, high, style="F")

    def picture(self, box: Box, png: bytes) -> bool:
        """A PNG picture, as large as fits, centered, with a thin edge (covers may be white).

        False when it is none, or is far too large.
        """
        try:
            with Image.open(io.BytesIO(png), formats=("PNG",)) as image:
                if image.width * image.height > MOST_PIXELS:
                    return False
                picture = image.convert("RGB")
        except (OSError, ValueError, SyntaxError, *_BOMBS):
            return False
        scale = min(box.width / picture.width, box.height / picture.height)
        wide, high = picture.width * scale, picture.height * scale
        place = (box.x + (box.width - wide) / 2, box.y + (box.height - high) / 2, wide, high)
        self._pdf.image(picture, *place)
        self._pdf.set_line_width(_EDGE)
        self._pdf.rect(*place)
        return True

    def pdf(self) -> bytes:
        return bytes(self._pdf.output())

    def _put(self, pen: Pen, box: Box, fitted: Fitted, align: str, *, bold: bool) -> None:
        pdf, high = self._pdf, fitted.size * LEADING / _POINT
        wide = box.width + 2 * _BLEED
        # The clip alone would leave fpdf2 in the belief that a font set inside it is still set.
        with (
            pdf.local_context(),
            pdf.rect_clip(box.x - _BLEED, box.y - _BLEED, wide, box.height + 2 * _BLEED),
        ):
            pen.use(fitted.size, bold=bold)
            for number, line in enumerate(fitted.lines):
                pen.shape([line.text], rtl=line.rtl)
                width = pdf.get_string_width(line.text)
                if width > box.width:
                    pdf.set_stretching(100 * box.width / width)
                pdf.set_xy(box.x, box.y + number * high)
                pdf.cell(box.width, high, line.text, align=_side(align, line))
                pdf.set_stretching(100)


class _CutFont(TTFFont):
    """A font that was handed in as bytes; fpdf2's own way would read it from the disk."""

    __slots__ = ("_data",)

    def __init__(self, pdf: FPDF, family: str, data: bytes) -> None:
        self._data = data
        super().__init__(pdf, io.BytesIO(data), family, "")  # type: ignore[arg-type]  # typed as a path, and bytes do

    @property
    def hbfont(self) -> HarfBuzzFont:
        if self._hbfont is None:
            self._hbfont = HarfBuzzFont(uharfbuzz.Face(self._data))
        return self._hbfont


def _side(align: str, line: Line) -> str:
    if align == "start":
        return "R" if line.rtl else "L"
    return {"left": "L", "center": "C", "right": "R"}[align]


def _needs_shaping(text: str) -> bool:
    if text.isascii():
        return False
    return any(
        unicodedata.bidirectional(letter) in _JOINED or unicodedata.category(letter)[0] == "M"
        for letter in text
    )


def _in_core_font(letter: str) -> bool:
    try:
        letter.encode("windows-1252")
    except UnicodeEncodeError:
        return False
    return re.match(r"[\x00-\x1f\x7f-\x9f]", letter) is None


def _runs(row: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Start and end of each run of black modules."""
    start = None
    for at, black in enumerate([*row, False]):
        if black and start is None:
            start = at
        elif not black and start is not None:
            yield start, at
            start = None
