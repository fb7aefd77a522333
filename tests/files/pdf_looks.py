"""What `read_pdf` tells of a file, in the short forms that tests ask for."""

from pathlib import Path

from hotfolder.domain.pdf import PageForm, PdfFacts, PdfTrouble, Size
from hotfolder.files.pdf import PdfLimits, read_pdf

EXAMPLES = Path(__file__).parents[1] / "examples" / "files"
A5 = Size(width=148, height=210)
A5_LANDSCAPE = Size(width=210, height=148)


def facts(path: Path, limits: PdfLimits | None = None) -> PdfFacts:
    found = read_pdf(path, limits or PdfLimits())
    assert isinstance(found, PdfFacts), found
    return found


def trouble(path: Path, limits: PdfLimits | None = None) -> PdfTrouble:
    found = read_pdf(path, limits or PdfLimits())
    assert isinstance(found, PdfTrouble), found
    return found


def only_form(path: Path) -> PageForm:
    (form,) = facts(path).forms
    return form


def near(size: Size | None, wanted: Size) -> bool:
    return size is not None and size.fits(wanted, 0.02)


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path
