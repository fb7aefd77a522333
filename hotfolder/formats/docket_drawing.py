"""Draws a docket: every element of the template, the notes last. Loads the PDF library."""

from hotfolder.domain.docket import Docket, DocketFacts
from hotfolder.domain.typeface import Fonts
from hotfolder.formats import barcodes
from hotfolder.formats.docket_sheet import Sheet
from hotfolder.formats.docket_template import (
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
from hotfolder.formats.docket_words import NOTES, Values, fill, placeholders, values_of

# Below these, in millimetres, hand scanners of a shop no longer read a printed code for sure.
LEAST_BAR = 0.19
LEAST_SQUARE = 0.33
# Wider bars than these do not help a scanner.
MOST_BAR = 0.8
MOST_SQUARE = 1.2

# What the page may say by itself, whatever the facts are.
_ALWAYS = frozenset(map(chr, range(32, 127))) | {"…"}
_NAMED_GLYPHS = 8


def draw(
    facts: DocketFacts, template: DocketTemplate, fonts: Fonts, thumbnail: bytes | None
) -> Docket:
    """See `docket.render_docket`."""
    drawing = _Drawing(facts, template, fonts, thumbnail)
    later = [element for element in template.elements if _tells_notes(element)]
    for element in template.elements:
        if element not in later:
            drawing.add(element)
    drawing.write_notes()
    for element in later:
        drawing.add(element)
    return drawing.docket()


class _Drawing:
    def __init__(
        self, facts: DocketFacts, template: DocketTemplate, fonts: Fonts, thumbnail: bytes | None
    ) -> None:
        title = f"Docket {facts.item_id}"
        self._values = values_of(facts)
        self._marks = frozenset(facts.marks)
        self._thumbnail = thumbnail
        self._cut: list[str] = []
        self._left_out: list[str] = []
        self._sheet = Sheet(template.width, template.height, facts.received_at, title)
        self._sheet.take_pens(_letters(template, self._values), fonts)

    def add(self, element: Element) -> None:
        match element:
            case Text():
                self._write(element)
            case MarkSign() if element.mark in self._marks:
                self._sheet.sign(element.box, " ".join(fill(element.text, self._values)))
            case Rule():
                self._sheet.line(element.box, element.thickness)
            case Frame():
                self._sheet.frame(element.box, element.thickness)
            case Thumbnail() if self._thumbnail is not None:
                if not self._sheet.picture(element.box, self._thumbnail):
                    self._left_out.append("thumbnail: it is no usable PNG picture")
            case Code():
                self._encode(element)

    def write_notes(self) -> None:
        """Let the notes tell what is missing so far."""
        notes = [f"Left out: {what}" for what in self._left_out]
        if self._cut:
            notes.append(f"Cut to fit: {', '.join(self._cut)}; see job-ticket.json")
        if missing := self._sheet.missing():
            named = " ".join(f"U+{ord(glyph):04X}" for glyph in missing[:_NAMED_GLYPHS])
            more = " ..." if len(missing) > _NAMED_GLYPHS else ""
            notes.append(f"No font here has: {named}{more}; see job-ticket.json")
        self._values[NOTES] = tuple(notes)

    def docket(self) -> Docket:
        return Docket(
            pdf=self._sheet.pdf(),
            missing_glyphs=self._sheet.missing(),
            cut=tuple(self._cut),
            left_out=tuple(self._left_out),
        )

    def _write(self, text: Text) -> None:
        lines = fill(text.text, self._values)
        if not lines:
            return
        sizes = (text.size, text.least)
        if self._sheet.write(text.box, lines, sizes, text.align, bold=text.bold):
            told = [name for name in placeholders(text.text) if self._values[name]]
            self._cut.extend(name for name in told if name not in self._cut)

    def _encode(self, code: Code) -> None:
        text = " ".join(fill(code.text, self._values))
        if not text:
            return
        reason = (
            self._qr(code.box, text) if code.kind is CodeKind.QR else self._bars(code.box, text)
        )
        if reason:
            self._left_out.append(f"{code.kind}: {reason}")

    def _bars(self, box: Box, text: str) -> str:
        bars = barcodes.code128(text)
        if bars is None:
            return "it can hold only the printable signs of ASCII"
        module = min(box.width / (len(bars) + 2 * barcodes.CODE128_QUIET), MOST_BAR)
        if module < LEAST_BAR:
            return f"the text is too long for {box.width:g} mm, its bars could not be read"
        wide = module * len(bars)
        left = box.x + (box.width - wide) / 2
        self._sheet.modules(Box(x=left, y=box.y, width=wide, height=box.height), [bars])
        return ""

    def _qr(self, box: Box, text: str) -> str:
        rows = barcodes.qr(text)
        edge = min(box.width, box.height)
        if rows is None:
            return "the text is too long for a QR code"
        module = min(edge / (len(rows) + 2 * barcodes.QR_QUIET), MOST_SQUARE)
        if module < LEAST_SQUARE:
            return f"the text is too long for {edge:g} mm, its squares could not be read"
        wide = module * len(rows)
        left, top = box.x + (box.width - wide) / 2, box.y + (box.height - wide) / 2
        self._sheet.modules(Box(x=left, y=top, width=wide, height=wide), rows)
        return ""


def _letters(template: DocketTemplate, values: Values) -> dict[bool, frozenset[str]]:
    letters: dict[bool, set[str]] = {False: set(_ALWAYS), True: set(_ALWAYS)}
    for element in template.elements:
        if isinstance(element, Text | MarkSign):
            bold = isinstance(element, MarkSign) or element.bold
            letters[bold].update(*fill(element.text, values))
    return {bold: frozenset(found) for bold, found in letters.items()}


def _tells_notes(element: Element) -> bool:
    return isinstance(element, Text) and NOTES in placeholders(element.text)
