"""The template of a docket: what stands where on the page. All lengths are millimetres.

Places start at the corner inside the margins; sizes of letters are points.
"""

from dataclasses import dataclass
from enum import StrEnum

from hotfolder.domain.docket import Mark


class Align(StrEnum):
    """Where the lines of a text stand; `start` follows the direction of writing."""

    START = "start"
    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


@dataclass(frozen=True, kw_only=True, slots=True)
class Box:
    """A place on the page, from its upper left corner."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """Words and {placeholders}; a line whose placeholders are all empty is left out."""

    box: Box
    text: str
    size: float
    least: float
    bold: bool
    align: Align


@dataclass(frozen=True, kw_only=True, slots=True)
class MarkSign:
    """White letters on black, there only when the job has the mark."""

    box: Box
    mark: Mark
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """A straight line across the box, from corner to corner."""

    box: Box
    thickness: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """The outline of a box."""

    box: Box
    thickness: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Thumbnail:
    """The picture of the cover, as large as fits."""

    box: Box


class CodeKind(StrEnum):
    """The barcodes a docket can carry."""

    CODE128 = "code128"
    QR = "qr"


@dataclass(frozen=True, kw_only=True, slots=True)
class Code:
    """A barcode of a text; its quiet zone is part of the box."""

    box: Box
    kind: CodeKind
    text: str


Element = Text | MarkSign | Rule | Frame | Thumbnail | Code


@dataclass(frozen=True, kw_only=True, slots=True)
class DocketTemplate:
    """A page, its size in millimetres, and what stands on it."""

    width: float
    height: float
    elements: tuple[Element, ...]
