"""Files as preflight is told of them, and what it finds in them."""

from dataclasses import replace
from typing import Any

from hotfolder.domain.finding import Check, Level
from hotfolder.domain.order import Item
from hotfolder.domain.pdf import PageForm, PdfFacts, Size
from hotfolder.domain.pdf_checks import FileRead
from hotfolder.domain.preflight import PreflightRules, preflight
from hotfolder.domain.product_spec import ProductSpec
from tests.builders import an_item

A4 = Size(width=210, height=297)
A5 = Size(width=148, height=210)
COVER = Size(width=312, height=216)
POSTER = Size(width=420, height=594)
OUR_RULES = PreflightRules()


def form(size: Size | None = A5, **fields: Any) -> PageForm:
    """A page of this trim with 3 mm of bleed."""
    shown = size.grown(3) if size else None
    made = PageForm(first=1, count=1, shown=shown, media=shown, trim=size, margin=3)
    return replace(made, **fields)


def untrimmed(size: Size, **fields: Any) -> PageForm:
    return PageForm(**{"first": 1, "count": 1, "shown": size, "media": size, **fields})


def a_pdf(*forms: PageForm, **fields: Any) -> PdfFacts:
    made = forms or (form(count=24),)
    return replace(PdfFacts(pages=sum(one.count for one in made), forms=made), **fields)


def cover(*forms: PageForm, **fields: Any) -> FileRead:
    return FileRead(name="1_cover.pdf", type="cover", pdf=a_pdf(*forms or (form(COVER),), **fields))


def book(*forms: PageForm, **fields: Any) -> FileRead:
    return FileRead(name="1_book.pdf", type="book", pdf=a_pdf(*forms, **fields))


def sheet(*forms: PageForm, **fields: Any) -> FileRead:
    made = forms or (form(POSTER),)
    return FileRead(name="1_product.pdf", type="product", pdf=a_pdf(*made, **fields))


def a_book_item(**fields: Any) -> Item:
    return an_item(**{"product": "textbook_cw_a5_p_bw", "pages": "24", **fields})


def found(*files: FileRead, **fields: Any) -> list[tuple[Check, Level, str, str]]:
    return [
        (one.code, one.level, one.words, one.cause)
        for one in preflight(a_book_item(**fields), files, OUR_RULES)
    ]


def asked(spec: ProductSpec, *files: FileRead, **fields: Any) -> list[tuple[Check, str, str]]:
    """What the table alone finds."""
    rules = PreflightRules(products=(spec,))
    findings = preflight(a_book_item(**fields), files, rules)
    return [(one.code, one.words, one.cause) for one in findings]


def a_spec(**fields: Any) -> ProductSpec:
    return ProductSpec(**{"product": "textbook_*", **fields})
