"""Barcodes as black and white modules; how large a module gets on paper is the printer's matter."""

import segno
from barcode import Code128
from barcode.errors import IllegalCharacterError

CODE128_QUIET = 10
QR_QUIET = 4


def code128(text: str) -> tuple[bool, ...] | None:
    """The bars of a Code 128 from left to right, True is black, without the quiet zones.

    None for a text that Code 128 can not hold: other than the printable signs of ASCII.
    """
    if not text or not text.isascii() or not text.isprintable():
        return None
    try:
        bars = Code128(text).build()[0]
    except IllegalCharacterError:
        return None
    return tuple(module == "1" for module in bars)


def qr(text: str) -> tuple[tuple[bool, ...], ...] | None:
    """The rows of a QR code, True is black, without the quiet zone; None when the text is too long.

    It can lose a seventh of its area (level M) and still be read.
    """
    if not text:
        return None
    try:
        code = segno.make_qr(text, error="m", boost_error=False)
    except segno.DataOverflowError:
        return None
    return tuple(tuple(bool(module) for module in row) for row in code.matrix)
