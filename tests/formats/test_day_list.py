"""The list of a day as CSV and on paper."""

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pypdfium2
import pytest

from hotfolder.domain.day_list import ClosedBy, DayLine, DayList, DaySheet, Said
from hotfolder.formats.day_drawing import draw_day
from hotfolder.formats.day_list import csv_text, file_name, headline

BERLIN = ZoneInfo("Europe/Berlin")


def line(item: str, said: Said = Said.CLOSE, **fields: str) -> DayLine:
    usual = {"order_id": "1001", "tracking": "1Z999AA10123456784", "shipping_option": "ups"}
    return DayLine(job_id=1, item_id=item, said=said, **{**usual, **fields})


DAY = DayList(
    calendar="",
    day=date(2026, 3, 2),
    closed_at=datetime(2026, 3, 2, 16, 0, 3, tzinfo=UTC),
    by=ClosedBy.TIMER,
    lines=(
        line("1001-1"),
        line("1001-2"),
        line("1002-1", order_id="1002", tracking="JD01", shipping_option="dhl"),
        line("1001-3", Said.NOT, tracking="", shipping_option="", words="held: torn, again"),
    ),
)


def sheet(day: DayList = DAY) -> DaySheet:
    return DaySheet(shop="Print & Co", day=day, zone=BERLIN)


def test_the_csv_has_a_line_for_each_item_by_carrier_and_what_is_left_last() -> None:
    rows = list(csv.DictReader(io.StringIO(csv_text(DAY))))
    assert [(row["kind"], row["carrier"], row["tracking"], row["item"]) for row in rows] == [
        ("parcel", "dhl", "JD01", "1002-1"),
        ("parcel", "ups", "1Z999AA10123456784", "1001-1"),
        ("parcel", "ups", "1Z999AA10123456784", "1001-2"),
        ("left", "", "", "1001-3"),
    ]
    assert rows[-1]["words"] == "held: torn, again"
    assert {row["day"] for row in rows} == {"2026-03-02"}


@pytest.mark.parametrize("text", ["=1+1", "+49", "-5", "@sum"])
def test_no_cell_is_a_formula_to_a_spreadsheet(text: str) -> None:
    day = replace(DAY, lines=(line("1", tracking=text),))
    (row,) = csv.DictReader(io.StringIO(csv_text(day)))
    assert row["tracking"] == f"'{text}"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "2026-03-02"),
        ({"times": 2}, "2026-03-02_2"),
        ({"calendar": "early birds/2"}, "2026-03-02_early%20birds%2F2"),
        ({"calendar": "../x", "times": 3}, "2026-03-02_%2E%2E%2Fx_3"),
    ],
)
def test_each_close_has_files_of_its_own(changes: dict[str, Any], expected: str) -> None:
    assert file_name(replace(DAY, **changes)) == expected


def test_the_head_tells_when_by_whom_and_how_much() -> None:
    assert headline(sheet()) == [
        "Print & Co",
        "closed 2026-03-02 17:00 CET by the timer",
        "2 parcels with 3 items, 1 item left over",
    ]


def test_the_head_tells_what_is_unusual() -> None:
    day = replace(
        DAY,
        calendar="cards",
        late=True,
        missed=(date(2026, 2, 27),),
        times=2,
        by=ClosedBy.COMMAND,
        reopened_at=datetime(2026, 7, 2, 16, tzinfo=UTC),
        lines=(),
    )
    assert headline(sheet(day)) == [
        "Print & Co, flow cards",
        "closed 2026-03-02 17:00 CET by a person, for the 2. time",
        "LATE: it was closed after its time",
        "Nobody closed 2026-02-27: it is all in here",
        "OPENED AGAIN 2026-07-02 18:00 CEST: close it with `hotfolder day close`",
        "0 parcels with 0 items, 0 items left over",
    ]
    assert headline(sheet(replace(DAY, closed_at=None)))[1] == "not closed yet"


def text_of(pdf: bytes) -> str:
    """The text of all pages, as PDFium reads it."""
    document = pypdfium2.PdfDocument(pdf)
    text = "\n".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return text


def no_fonts(_letters: frozenset[str], _bold: bool) -> tuple[()]:
    return ()


def test_the_paper_tells_every_parcel_and_why_others_are_left() -> None:
    drawn = draw_day(sheet(), no_fonts)
    text = text_of(drawn.pdf)
    for words in (
        "Day list 2026-03-02",
        "closed 2026-03-02 17:00 CET by the timer",
        "dhl: 1",
        "ups: 1",
        "1Z999AA10123456784",
        "1001-1, 1001-2",
        "Left over: 1",
        "held: torn, again",
        "page 1 of 1",
    ):
        assert words in text
    assert draw_day(sheet(), no_fonts).pdf == drawn.pdf


def test_a_long_day_goes_over_several_pages_and_loses_nothing() -> None:
    lines = tuple(line(f"item-{n:03}", tracking=f"T{n:03}") for n in range(120))
    left = tuple(line(f"left-{n:03}", Said.NOT, words="no tracking") for n in range(40))
    text = text_of(draw_day(sheet(replace(DAY, lines=(*lines, *left))), no_fonts).pdf)
    assert "page 4 of 4" in text
    missing = [one.item_id for one in (*lines, *left) if one.item_id not in text]
    assert missing == []


def test_a_parcel_of_many_items_names_them_all() -> None:
    lines = tuple(line(f"700100020{n:03}") for n in range(30))
    text = text_of(draw_day(sheet(replace(DAY, lines=lines)), no_fonts).pdf)
    assert [one.item_id for one in lines if one.item_id not in text] == []


def test_letters_that_no_font_has_are_told() -> None:
    day = replace(DAY, lines=(line("1", words="書"),))
    assert draw_day(sheet(day), no_fonts).missing_glyphs == ("書",)


def test_a_day_that_is_not_closed_has_no_list() -> None:
    with pytest.raises(ValueError, match="not closed"):
        draw_day(sheet(replace(DAY, closed_at=None)), no_fonts)
