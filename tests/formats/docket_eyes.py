"""How a docket is looked at: by PDF readers and a barcode reader that had no part in its making."""

import shutil
import subprocess
from collections.abc import Iterator
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
class Letter:
    """A sign on the page with ink, in millimetres from the upper left corner."""

    sign: str
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """A PDF as PDFium sees it: its pages, and what is on the first. Sizes are millimetres."""

    pages: int
    text: str
    size: tuple[float, float]
    letters: tuple[Letter, ...]
    made: str


def look_at(pdf: bytes) -> Look:
    document = pypdfium2.PdfDocument(pdf)
    page = document[0]
    text = page.get_textpage()
    found = Look(
        pages=len(document),
        text=text.get_text_range(),
        size=(page.get_width() * MM_PER_POINT, page.get_height() * MM_PER_POINT),
        letters=tuple(_letters(text, page.get_height())),
        made=document.get_metadata_value("CreationDate"),
    )
    document.close()
    return found


def _letters(text: pypdfium2.PdfTextPage, height: float) -> Iterator[Letter]:
    for at in range(text.count_chars()):
        left, bottom, right, top = text.get_charbox(at)
        if right > left:
            yield Letter(
                sign=text.get_text_range(at, 1),
                left=left * MM_PER_POINT,
                top=(height - top) * MM_PER_POINT,
                right=right * MM_PER_POINT,
                bottom=(height - bottom) * MM_PER_POINT,
            )


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
