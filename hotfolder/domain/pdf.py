"""What a look into a PDF found: facts, or why there are none. Lengths in millimetres."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, kw_only=True, slots=True)
class Size:
    """Width and height as a reader sees the page: turned by its rotation, scaled by UserUnit."""

    width: float
    height: float

    def __str__(self) -> str:
        return f"{_millimetres(self.width)} x {_millimetres(self.height)} mm"

    @property
    def turned(self) -> "Size":
        return Size(width=self.height, height=self.width)

    def grown(self, margin: float) -> "Size":
        """With this margin on all four sides."""
        return Size(width=self.width + 2 * margin, height=self.height + 2 * margin)

    def fits(self, other: "Size", tolerance: float) -> bool:
        """Whether neither side differs by more than the tolerance."""
        apart = max(abs(self.width - other.width), abs(self.height - other.height))
        return apart <= tolerance + 1e-6


def _millimetres(length: float) -> str:
    return f"{length:.1f}".removesuffix(".0")


@dataclass(frozen=True, kw_only=True, slots=True)
class PageForm:
    """Pages of one and the same form: how many, and the number of the first, from 1.

    `shown` is the CropBox, or the MediaBox where none is set; None when the page has no usable
    size. `trim` and `bleed` are None unless the page itself sets these boxes. `margin` is what
    lies around the trim on its narrowest side: up to the BleedBox, or to the edge of the page.
    """

    first: int
    count: int
    shown: Size | None
    media: Size | None = None
    trim: Size | None = None
    bleed: Size | None = None
    margin: float | None = None

    @property
    def size(self) -> Size | None:
        """The size of the finished page, as far as the file tells (PDF: TrimBox, else CropBox)."""
        return self.trim or self.shown


@dataclass(frozen=True, kw_only=True, slots=True)
class PdfFacts:
    """A PDF that opens without a password.

    `forms` by first page; of a file with more than a hundred different ones the first hundred.
    `lost_pages`: pages that the file names but does not hold. `rebuilt`: its table of objects was
    damaged and had to be made anew. `fonts_missing` names fonts that are not embedded.
    """

    pages: int
    forms: tuple[PageForm, ...]
    version: str = ""
    fonts_missing: tuple[str, ...] = ()
    lost_pages: int = 0
    rebuilt: bool = False
    encrypted: bool = False
    may_print: bool = True


class TroubleKind(StrEnum):
    """Why there are no facts."""

    EMPTY = "empty"
    NOT_A_PDF = "not a pdf"
    DAMAGED = "damaged"
    LOCKED = "locked"
    TOO_MANY_PAGES = "too many pages"
    TOO_HARD = "too hard"


@dataclass(frozen=True, kw_only=True, slots=True)
class PdfTrouble:
    """A file that gives no facts; `words` go on after the name of the file: `is empty`."""

    kind: TroubleKind
    words: str
