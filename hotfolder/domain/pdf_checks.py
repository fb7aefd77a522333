"""The faults of one file. Sizes are looked at in size_checks.py."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hotfolder.domain.cause import cause_of_file
from hotfolder.domain.finding import Check, Fault
from hotfolder.domain.pdf import PdfFacts, PdfTrouble, TroubleKind
from hotfolder.domain.product_spec import ProductSpec
from hotfolder.domain.size_checks import size_faults

MOST_FONTS = 5
WHOLE_NUMBER_DIGITS = 9

_SUBJECTS: Mapping[str, str] = {"book": "the block", "cover": "the cover", "box": "the box file"}
_TROUBLES: Mapping[TroubleKind, Check] = {
    TroubleKind.EMPTY: Check.UNREADABLE,
    TroubleKind.NOT_A_PDF: Check.UNREADABLE,
    TroubleKind.DAMAGED: Check.UNREADABLE,
    TroubleKind.LOCKED: Check.LOCKED,
    TroubleKind.TOO_MANY_PAGES: Check.TOO_HARD,
    TroubleKind.TOO_HARD: Check.TOO_HARD,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class FileRead:
    """A file of an item: its name in the job folder, its type in the order, what it is.

    `pdf` is None for a file that was not ordered as a PDF.
    """

    name: str
    type: str
    pdf: PdfFacts | PdfTrouble | None

    @property
    def kind(self) -> str:
        return self.type.strip().casefold()

    @property
    def subject(self) -> str:
        return _SUBJECTS.get(self.kind, "the file")


@dataclass(frozen=True, kw_only=True, slots=True)
class Ordered:
    """What a file is compared with; `block_pages` is what the block really holds."""

    pages: int | None
    block_pages: int | None
    spec: ProductSpec | None


def whole_number(text: str) -> int | None:
    """The number that a text is, or None."""
    usable = text.isdecimal() and len(text) <= WHOLE_NUMBER_DIGITS
    return int(text) if usable else None


def faults_of(file: FileRead, ordered: Ordered) -> Iterator[Fault]:
    """Everything about this file that is not as ordered."""
    pdf = file.pdf
    if pdf is None:
        words = f"{file.subject} was not looked into: it is not ordered as a PDF"
        yield Fault(check=Check.NOT_CHECKED, words=words, cause="CancelValidateError")
    elif isinstance(pdf, PdfTrouble):
        words = f"{file.subject} {pdf.words}"
        yield Fault(check=_TROUBLES[pdf.kind], words=words, cause=_corrupt(file))
    else:
        yield from _open_faults(file, pdf)
        if pdf.pages:
            yield from _page_faults(file, pdf, ordered)
            spec = ordered.spec
            wanted = spec.size_of(file.kind, ordered.block_pages) if spec else None
            yield from size_faults(file.subject, file.kind, pdf.forms, spec, wanted)
            yield from _font_faults(file, pdf)


def _corrupt(file: FileRead) -> str:
    return cause_of_file("Corrupt", file.kind)


def _open_faults(file: FileRead, pdf: PdfFacts) -> Iterator[Fault]:
    subject, corrupt = file.subject, _corrupt(file)
    if pdf.lost_pages:
        words = f"{subject} names {_count(pdf.lost_pages, 'page')} that it does not hold"
        yield Fault(check=Check.LOST_PAGES, words=words, cause=corrupt)
    elif not pdf.pages:
        yield Fault(check=Check.NO_PAGES, words=f"{subject} has no pages", cause=corrupt)
    if pdf.rebuilt:
        words = f"{subject} is damaged: it opens after a repair, but parts of it may be missing"
        yield Fault(check=Check.REBUILT, words=words, cause=corrupt)
    if not pdf.may_print:
        words = f"{subject} is protected against printing"
        yield Fault(check=Check.PRINT_FORBIDDEN, words=words, cause=cause_of_file("Rip", file.kind))
    elif pdf.encrypted:
        words = f"{subject} is encrypted; it opens without a password and may be printed"
        yield Fault(check=Check.RESTRICTED, words=words, cause=cause_of_file("Rip", file.kind))


def _page_faults(file: FileRead, pdf: PdfFacts, ordered: Ordered) -> Iterator[Fault]:
    if file.kind not in {"book", "product"}:
        return
    spec, held = ordered.spec, f"{file.subject} has {_count(pdf.pages, 'page')}"
    # a single sheet with two sides may be ordered as one page or as two
    check = Check.PAGE_COUNT if file.kind == "book" else Check.SHEET_COUNT
    if ordered.pages not in {None, pdf.pages} and (spec is None or spec.ordered_pages):
        words = f"{held}, the order says {ordered.pages}"
        yield Fault(check=check, words=words, cause="CancelPageCount")
    for rule in spec.broken_page_rules(pdf.pages) if spec else ():
        yield Fault(check=Check.PAGE_RULE, words=f"{held}, {rule}", cause="CancelPageCount")


def _font_faults(file: FileRead, pdf: PdfFacts) -> Iterator[Fault]:
    if pdf.fonts_missing:
        named = ", ".join(pdf.fonts_missing[:MOST_FONTS])
        more = len(pdf.fonts_missing) - MOST_FONTS
        words = f"{file.subject} uses fonts that are not embedded: {named}"
        words += f" and {more} more" if more > 0 else ""
        yield Fault(check=Check.FONTS, words=words, cause="CancelUnknownFont")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
