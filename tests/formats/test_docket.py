"""The docket as it comes out of a printer."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotfolder.domain.docket import Mark
from hotfolder.domain.job import Mode
from hotfolder.domain.order import Reorder
from hotfolder.domain.ticket import JobTicket
from hotfolder.domain.typeface import Fonts
from tests.builders import a_ticket, an_item
from tests.formats.docket_eyes import look_at, needs_poppler, words_of
from tests.formats.dockets import (
    SHELF,
    a_page,
    a_png,
    a_text,
    drawn,
    full_ticket,
    no_fonts,
    ours,
    squares,
    with_title,
)


@pytest.mark.parametrize("fonts", [no_fonts, SHELF.faces], ids=["no fonts", "fonts"])
@pytest.mark.parametrize(("name", "size"), [("a5", (148, 210)), ("a4", (210, 297))])
def test_a_docket_says_all_of_a_job_on_one_page(
    name: str, size: tuple[float, float], fonts: Fonts
) -> None:
    docket = drawn(full_ticket(), ours(name), fonts)

    seen = look_at(docket.pdf)
    assert seen.pages == 1
    assert seen.size == pytest.approx(size, abs=0.1)
    for words in (
        "700100030001",
        "Order 700100030000",
        "Field Notes for Beekeepers",
        "Casewrap textbook A5 portrait",
        "24 pages",
        "250",
        "Cover, 130 gsm coated gloss",
        "2026-03-05 16:00",
        "dhl_national_standard",
        "Lantern Press",
        "Alma Testperson",
        "Willow Lane 12",
        "700100030001_cover.pdf (9 kB)",
        "Reorder of 600100010001",
        "Crushed corner",
        "REORDER",
        "TEST",
    ):
        assert words in seen.text
    assert (docket.missing_glyphs, docket.cut, docket.left_out) == ((), (), ())


@needs_poppler
def test_poppler_reads_the_same_words() -> None:
    words = words_of(drawn(full_ticket(), ours(), SHELF.faces).pdf)

    assert "Field Notes for Beekeepers" in words
    assert "2026-03-05 16:00" in words


@pytest.mark.parametrize(
    ("ticket", "marks"),
    [
        (a_ticket(), set[Mark]()),
        (a_ticket(mode=Mode.TEST), {Mark.TEST}),
        (a_ticket(item=an_item(reorder=Reorder(cause="x"))), {Mark.REORDER}),
    ],
)
def test_only_the_marks_of_the_job_are_there(ticket: JobTicket, marks: set[Mark]) -> None:
    text = look_at(drawn(ticket, ours(), SHELF.faces).pdf).text

    assert {mark for mark in Mark if mark in text} == marks


def test_same_facts_give_the_same_bytes() -> None:
    ticket = with_title("Ελληνικά and Latin {nb}", id="a-1")

    first, second = (drawn(ticket, ours(), SHELF.faces, a_png()) for _ in range(2))

    assert first == second
    assert look_at(first.pdf).made.startswith("D:20260302120000")


def test_what_a_pdf_library_reads_as_its_own_sign_is_printed_as_it_is() -> None:
    title = "{nb} **bold** __under__ \\(x\\) ~~gone~~"

    text = look_at(drawn(with_title(title), a_page(a_text()), squares).pdf).text

    assert " ".join(text.split()) == title


def test_the_thumbnail_is_on_the_page() -> None:
    page = a_page({"kind": "thumbnail", "at": [0, 0], "size": [40, 40]})

    without = drawn(a_ticket(), page, no_fonts)
    docket = drawn(a_ticket(), page, no_fonts, a_png())

    assert b"/Subtype /Image" not in without.pdf
    assert b"/Subtype /Image" in docket.pdf
    assert docket.left_out == ()


@pytest.mark.parametrize(
    "png",
    [b"", b"no picture", a_png()[:60], b"GIF89a", a_png(20000, 300), b"\x89PNG\r\n\x1a\n" * 9],
    ids=["empty", "text", "half", "gif", "huge", "heads"],
)
def test_a_picture_that_is_none_is_told_and_left_out(png: bytes) -> None:
    docket = drawn(a_ticket(), ours(), no_fonts, png)

    assert docket.left_out == ("thumbnail: it is no usable PNG picture",)
    assert b"/Subtype /Image" not in docket.pdf
    assert look_at(docket.pdf).pages == 1


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 100), st.binary(max_size=4))
def test_a_damaged_picture_never_spoils_the_docket(at: int, damage: bytes) -> None:
    png = a_png()
    at %= len(png)

    docket = drawn(a_ticket(), a_page({"kind": "thumbnail", "at": [0, 0], "size": [40, 40]}),
                   no_fonts, png[:at] + damage + png[at + len(damage) :])  # fmt: skip

    assert look_at(docket.pdf).pages == 1


def test_a_docket_with_a_very_long_text_takes_little_time() -> None:
    ticket = with_title("long " * 4000)
    drawn(ticket, ours(), SHELF.faces)
    start = time.process_time()

    drawn(ticket, ours(), SHELF.faces)

    assert time.process_time() - start < 1
