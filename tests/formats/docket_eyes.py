"""How a docket is looked at: by PDF readers and a barcode reader that had no part in its making."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
import pytest

MM_PER_POINT = 25.4 / 72

needs_poppler = pytest.mark.skipif(
    shutil.which("pdftoppm") is None or shutil.which("pdftotext") is None,
    reason="needs pdftoppm and pdftotext (Debian: poppler-utils)",
)
needs_zbar = pytest.mark.skipif(
    shutil.which("zbarimg") is None or shutil.which("pdftoppm") is None,
    reason="needs zbarimg and pdftoppm (Debian: zbar-tools, poppler-utils)",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """A PDF as PDFium sees it: its pages, the text of the first, and where its letters stand.

    `letters` has left, top, right and bottom in millimetres from the upper left corner.
    """

    pages: int
    text: str
    size: tuple[float, float]
    letters: tuple[tuple[float, float, float, float], ...]


def look_at(pdf: bytes) -> Look:
    document = pypdfium2.PdfDocument(pdf)
    page = document[0]
    width, height = page.get_size()
    text = page.get_textpage()
    boxes = [text.get_charbox(at, loose=False) for at in range(text.count_chars())]
    found = Look(
        pages=len(document),
        text=text.get_text_range(),
        size=(width * MM_PER_POINT, height * MM_PER_POINT),
        letters=tuple(
            (
                left * MM_PER_POINT,
                (height - top) * MM_PER_POINT,
                right * MM_PER_POINT,
                (height - bottom) * MM_PER_POINT,
            )
            for left, bottom, right, top in boxes
            if right > left
        ),
    )
    document.close()
    return found


def words_of(pdf: bytes) -> str:
    """The text as poppler reads it, in logical order."""
    return _run(["pdftotext", "-layout", "-", "-"], pdf).decode("utf-8")


def as_png(pdf: bytes, path: Path, dots: int = 200) -> Path:
    """The first page as a picture, drawn by poppler with so many dots an inch."""
    command = ["pdftoppm", "-r", str(dots), "-gray", "-png", "-singlefile", "-", str(path)]
    _run(command, pdf)
    return path.with_name(path.name + ".png")


def scanned(png: Path) -> set[str]:
    """What zbar reads: `QR-Code:...` and `CODE-128:...`."""
    done = subprocess.run(
        ["zbarimg", "--quiet", "--nodbus", str(png)], capture_output=True, check=False
    )
    return set(done.stdout.decode("utf-8").splitlines())


def _run(command: list[str], given: bytes) -> bytes:
    done = subprocess.run(command, input=given, capture_output=True, check=True)
    assert not done.stderr, done.stderr
    return done.stdout
