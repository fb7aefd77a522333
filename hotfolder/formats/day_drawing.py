"""The list of a day on paper: A4, parcels by carrier, then what is left. Loads the PDF library."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil

from hotfolder.domain.day_list import DayLine, DaySheet, ParcelLine, by_carrier
from hotfolder.domain.docket import Docket
from hotfolder.domain.typeface import Fonts
from hotfolder.formats.day_list import carrier_name, headline
from hotfolder.formats.docket_sheet import Sheet
from hotfolder.formats.docket_template import Box

WIDTH, HEIGHT, MARGIN = 210.0, 297.0, 15.0
ROW, LINE, HEADING = 5.5, 3.8, 9.0
WIDE_LETTER = 1.9  # mm in the size of the rows; most are narrower
MOST_LINES = 12
PARCEL_COLUMNS = (("Tracking", 62.0), ("Order", 42.0), ("Items", 76.0))
LEFT_COLUMNS = (("Order", 42.0), ("Item", 38.0), ("Why it is left", 100.0))
_ALWAYS = frozenset(map(chr, range(32, 127))) | {"…"}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Part:
    """A strip over the whole width. `keep`: how much must follow it on the same page, in mm."""

    height: float
    draw: Callable[[Sheet, float], None]
    texts: Sequence[str]
    keep: float = 0.0


def draw_day(sheet: DaySheet, fonts: Fonts) -> Docket:
    """The pages of the list; letters that no font here has are told. Same day, same bytes."""
    parts = [*_parts(sheet)]
    pages = list(_paged(parts))
    letters = frozenset("".join(text for part in parts for text in part.texts)) | _ALWAYS
    made = sheet.day.closed_at
    if made is None:
        raise ValueError("a day that is not closed has no list")
    page = Sheet(WIDTH, HEIGHT, made, f"Day list {sheet.day.day}")
    page.take_pens({False: letters, True: letters}, fonts)
    for number, strips in enumerate(pages, start=1):
        if number > 1:
            page.next_page()
        y = MARGIN
        for part in strips:
            part.draw(page, y)
            y += part.height
        foot = f"Day list {sheet.day.day}, page {number} of {len(pages)}"
        _text(page, foot, Box(x=MARGIN, y=HEIGHT - 12, width=WIDTH - 2 * MARGIN, height=4), 8)
    return Docket(pdf=page.pdf(), missing_glyphs=page.missing(), cut=(), left_out=())


def _parts(sheet: DaySheet) -> Iterator[_Part]:
    yield _heading(f"Day list {sheet.day.day}", size=18)
    for line in headline(sheet):
        yield _row([(line, WIDTH - 2 * MARGIN)])
    for option, parcels in by_carrier(sheet.day.shipped).items():
        yield _heading(f"{carrier_name(option)}: {len(parcels)}")
        yield _columns(PARCEL_COLUMNS)
        for parcel in parcels:
            yield _row(_parcel(parcel))
    if sheet.day.left:
        yield _heading(f"Left over: {len(sheet.day.left)}")
        yield _columns(LEFT_COLUMNS)
        for one in sheet.day.left:
            yield _row(_left(one))


def _paged(parts: Iterable[_Part]) -> Iterator[list[_Part]]:
    page: list[_Part] = []
    used, room = 0.0, HEIGHT - 2 * MARGIN
    for part in parts:
        if page and used + part.height + part.keep > room:
            yield page
            page, used = [], 0.0
        page.append(part)
        used += part.height
    yield page


def _parcel(parcel: ParcelLine) -> list[tuple[str, float]]:
    items = ", ".join(
        f"{line.item_id} ({line.words})" if line.words else line.item_id for line in parcel.lines
    )
    return _cells((parcel.tracking, parcel.order_id, items), PARCEL_COLUMNS)


def _left(line: DayLine) -> list[tuple[str, float]]:
    return _cells((line.order_id, line.item_id, line.words), LEFT_COLUMNS)


def _cells(texts: Iterable[str], columns: Iterable[tuple[str, float]]) -> list[tuple[str, float]]:
    return [(text, width) for text, (_, width) in zip(texts, columns, strict=True)]


def _heading(text: str, size: float = 12) -> _Part:
    def draw(sheet: Sheet, y: float) -> None:
        box = Box(x=MARGIN, y=y + 2, width=WIDTH - 2 * MARGIN, height=HEADING - 3)
        _text(sheet, text, box, size, bold=True)

    return _Part(height=HEADING, draw=draw, texts=[text], keep=2 * ROW)


def _columns(columns: Sequence[tuple[str, float]]) -> _Part:
    part = _row(columns, bold=True)
    return replace(part, keep=ROW)


def _row(cells: Sequence[tuple[str, float]], *, bold: bool = False) -> _Part:
    lines = max(ceil(len(text) * WIDE_LETTER / width) for text, width in cells)
    height = ROW + LINE * (max(1, min(lines, MOST_LINES)) - 1)

    def draw(sheet: Sheet, y: float) -> None:
        x = MARGIN
        for text, width in cells:
            box = Box(x=x, y=y, width=width - 2, height=height - 1)
            if text:
                _text(sheet, text, box, 9, bold=bold)
            x += width
        if len(cells) > 1:
            rule = Box(x=MARGIN, y=y + height - 0.7, width=WIDTH - 2 * MARGIN, height=0)
            sheet.line(rule, 0.1)

    return _Part(height=height, draw=draw, texts=[text for text, _ in cells])


def _text(sheet: Sheet, text: str, box: Box, size: float, *, bold: bool = False) -> None:
    sheet.write(box, [text], (size, min(size, 6)), "left", bold=bold)
