"""Draws the first page of one PDF, as a process of its own: standard input to standard output.

Started by thumbnail.py and by nobody else. It limits its own time, processor time and memory, so
whatever a hostile file does to it ends here. The daemon never imports this module.
"""

import json
import os
import struct
import sys
import zlib

import pypdfium2

from hotfolder.files.child import restrict

NOT_OPENED, NOT_DRAWN, MEMORY_USED_UP = 3, 4, 5  # exit statuses that thumbnail.py knows

# A page that is higher than this many times its width becomes narrower instead.
MOST_HEIGHT = 4
MOST_OUTPUT = 16 * 1024 * 1024


def main(limits: str) -> None:
    """Draw within `limits`: JSON with width, seconds, cpu, memory."""
    given = json.loads(limits)
    restrict(given["seconds"], given["cpu"], given["memory"], MOST_OUTPUT)
    try:
        ended = _draw(given["width"])
    except MemoryError:
        ended = MEMORY_USED_UP
    os._exit(ended)  # nothing is to be tidied up after a file that may have broken the library


def _draw(width: int) -> int:
    try:
        page = pypdfium2.PdfDocument(sys.stdin.buffer)[0]
    except (pypdfium2.PdfiumError, OSError, IndexError, ValueError):
        return NOT_OPENED
    try:
        scale = min(width / page.get_width(), width * MOST_HEIGHT / page.get_height())
        bitmap = page.render(scale=scale, draw_annots=False, rev_byteorder=True)
    except (pypdfium2.PdfiumError, ArithmeticError, ValueError):
        return NOT_DRAWN
    wide = bitmap.width * bitmap.n_channels
    pixels = memoryview(bitmap.buffer).cast("B")
    starts = range(0, bitmap.height * bitmap.stride, bitmap.stride)
    rows = [bytes(pixels[start : start + wide]) for start in starts]
    sys.stdout.buffer.write(_png(rows, bitmap.width, bitmap.n_channels))
    sys.stdout.buffer.flush()
    return 0


def _png(rows: list[bytes], width: int, channels: int) -> bytes:
    """Rows of grey (1 byte), RGB (3) or RGBA (4) pixels as PNG (ISO/IEC 15948)."""
    kind = {1: 0, 3: 2, 4: 6}[channels]
    header = struct.pack(">IIBBBBB", width, len(rows), 8, kind, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + row for row in rows))
    chunks = ((b"IHDR", header), (b"IDAT", body), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
