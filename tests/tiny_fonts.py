"""Fonts made on the spot: every letter of them is a square. No font of the machine is needed."""

import io

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

UNITS = 1000
ADVANCE = 600


def tiny_font(characters: str, name: str = "Tiny", *, variable: bool = False) -> bytes:
    """A TrueType font with these characters; a variable one has weights from 400 to 900."""
    glyphs = {f"u{ord(character):04X}": ord(character) for character in characters}
    order = [".notdef", *glyphs]
    builder = FontBuilder(UNITS, isTTF=True)
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap({code: glyph for glyph, code in glyphs.items()})
    builder.setupGlyf({glyph: _square() for glyph in order})
    builder.setupHorizontalMetrics(dict.fromkeys(order, (ADVANCE, 50)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": name, "styleName": "Regular", "fullName": name})
    builder.setupOS2(sTypoAscender=800, sTypoDescender=-200, usWeightClass=400)
    builder.setupPost()
    if variable:
        builder.setupFvar([("wght", 400, 400, 900, "Weight")], [])
        builder.setupGvar({})
    file = io.BytesIO()
    builder.save(file)
    return file.getvalue()


def _square() -> object:
    pen = TTGlyphPen(None)
    pen.moveTo((50, 0))
    pen.lineTo((50, 500))
    pen.lineTo((550, 500))
    pen.lineTo((550, 0))
    pen.closePath()
    return pen.glyph()
