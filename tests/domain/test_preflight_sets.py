"""Which files an item needs, how many pages they have, and whether the pages are of one size."""

import pytest

from hotfolder.domain.finding import Check, Level
from hotfolder.domain.pdf import Size
from hotfolder.domain.pdf_checks import FileRead
from hotfolder.domain.product_spec import ProductSpec
from tests.domain.pdf_facts import A4, A5, COVER, POSTER, asked, book, cover, form, found, sheet


@pytest.mark.parametrize(
    ("file", "pages", "finding"),
    [
        (
            book(form(count=23)),
            "24",
            (Check.PAGE_COUNT, Level.WARN, "the block has 23 pages, the order says 24"),
        ),
        (
            book(form()),
            "2",
            (Check.PAGE_COUNT, Level.WARN, "the block has 1 page, the order says 2"),
        ),
        (
            sheet(form(POSTER, count=2)),
            "1",
            (Check.SHEET_COUNT, Level.NOTE, "the file has 2 pages, the order says 1"),
        ),
    ],
)
def test_another_number_of_pages_is_told_with_both(
    file: FileRead, pages: str, finding: tuple[Check, Level, str]
) -> None:
    files = [cover(), file] if file.kind == "book" else [file]
    product = "textbook" if file.kind == "book" else "poster"
    assert found(*files, pages=pages, product=product) == [(*finding, "CancelPageCount")]


@pytest.mark.parametrize("pages", ["", "24", "twenty-four", "-24", "9" * 5000])
def test_pages_that_are_no_number_are_not_compared(pages: str) -> None:
    assert found(cover(), book(), pages=pages) == []


def test_the_pages_of_a_cover_are_not_compared() -> None:
    assert found(cover(form(COVER, count=4)), book()) == []


@pytest.mark.parametrize(
    ("files", "product", "missing"),
    [
        ([cover()], "textbook", "the item has no book file; it has cover"),
        ([book()], "textbook", "the item has no cover file; it has book"),
        ([book()], "x", "the item has no cover file; it has book"),
    ],
)
def test_a_book_needs_cover_and_block(files: list[FileRead], product: str, missing: str) -> None:
    assert found(*files, product=product) == [
        (Check.FILE_SET, Level.WARN, missing, "CancelValidateError")
    ]


@pytest.mark.parametrize("product", ["textbook_cw_a5_p_bw", "Photobook_pb_a4", "notebook"])
def test_a_product_named_as_a_book_needs_both(product: str) -> None:
    checks = [code for code, *_ in found(sheet(form(count=24)), product=product)]
    assert checks == [Check.FILE_SET, Check.FILE_SET]


@pytest.mark.parametrize("product", ["poster_a2", "bookmark_a6", "calendar_book", "", "puzzle"])
def test_other_products_need_no_certain_file(product: str) -> None:
    assert found(sheet(form(count=24)), product=product) == []


def test_two_blocks_are_told() -> None:
    ((check, level, words, _),) = found(cover(), book(), book())
    assert (check, level) == (Check.FILE_SET, Level.WARN)
    assert words == "the item has 2 files of type book"


def test_the_table_says_which_files_must_be_there() -> None:
    spec = ProductSpec(product="puzzle", files=("product", "box"))
    findings = asked(spec, sheet(form(count=24)), product="puzzle")
    assert findings == [
        (Check.FILE_SET, "the item has no box file; it has product", "CancelValidateError")
    ]


def test_a_file_that_is_no_pdf_by_the_order_is_noted() -> None:
    file = FileRead(name="a.jpg", type="product", pdf=None)
    ((check, level, _, _),) = found(file, product="poster")
    assert (check, level) == (Check.NOT_CHECKED, Level.NOTE)


def test_pages_that_differ_in_size_are_told_with_the_first_of_them() -> None:
    odd = book(form(count=23), form(A4, first=5))
    assert found(cover(), odd) == [
        (
            Check.MIXED_SIZES,
            Level.WARN,
            (
                "the pages of the block differ in size: most are 148 x 210 mm, not page 5"
                " (210 x 297 mm)"
            ),
            "CancelBookSize",
        )
    ]


def test_the_size_of_most_pages_is_the_usual_one_wherever_they_stand() -> None:
    odd = book(form(A4, count=2), form(first=3, count=22))
    ((_, _, words, _),) = found(cover(), odd)
    assert words.endswith("most are 148 x 210 mm, not 2 pages, the first is page 1 (210 x 297 mm)")


def test_pages_within_the_tolerance_are_of_one_size() -> None:
    nearly = Size(width=148.9, height=209.2)
    assert found(cover(), book(form(count=23), form(nearly, first=24))) == []


def test_the_trim_counts_and_not_the_bleed_around_it() -> None:
    wide = form(first=24, shown=A5.grown(20), media=A5.grown(20), margin=20)
    assert found(cover(), book(form(count=23), wide)) == []


def test_a_page_without_a_size_is_told() -> None:
    blank = form(None, first=24, margin=None)
    ((check, level, words, cause),) = found(cover(), book(form(count=23), blank))
    assert (check, level, cause) == (Check.NO_SIZE, Level.WARN, "CancelBookSize")
    assert words == "the block has no usable size on page 24"
