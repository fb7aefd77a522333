"""The list of a day as CSV, and its words. `day_drawing` has it on paper."""

import csv
import io
from collections.abc import Iterator

from hotfolder.domain.day_list import ClosedBy, DayLine, DayList, DaySheet, Said, by_carrier

COLUMNS = (
    "day",
    "flow",
    "kind",
    "carrier",
    "tracking",
    "order",
    "item",
    "said",
    "stage",
    "words",
)
WHO = {
    ClosedBy.TIMER: "by the timer",
    ClosedBy.COMMAND: "by a person",
    ClosedBy.MANIFEST: "by a manifest",
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def file_name(day: DayList) -> str:
    """The name of the files of a list, without their ending; another one for each close."""
    flow = "".join(
        sign if sign.isalnum() or sign in "-_" else f"%{ord(sign):02X}" for sign in day.calendar
    )
    parts = [day.day.isoformat(), flow, str(day.times) if day.times > 1 else ""]
    return "_".join(part for part in parts if part)


def csv_text(day: DayList) -> str:
    """One line an item: those that ship by carrier and parcel, then those that are left."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for line in _in_order(day):
        writer.writerow([_plain(cell) for cell in _cells(day, line)])
    return out.getvalue()


def headline(sheet: DaySheet) -> list[str]:
    """When and by whom the day was closed, and how much there is, each in a line."""
    day = sheet.day
    lines = [f"{sheet.shop}, flow {day.calendar}" if day.calendar else sheet.shop]
    if day.closed_at is None:
        ahead = f": {day.after} is closed already, this goes out with the next day"
        lines.append(f"not closed yet{ahead if day.after else ''}")
    else:
        closed = day.closed_at.astimezone(sheet.zone)
        again = f", for the {day.times}. time" if day.times > 1 else ""
        lines.append(f"closed {closed:%Y-%m-%d %H:%M %Z} {WHO[day.by]}{again}")
    if day.late:
        lines.append("LATE: it was closed after its time")
    if day.missed:
        lines.append(f"Nobody closed {', '.join(map(str, day.missed))}: it is all in here")
    if day.reopened_at:
        opened = day.reopened_at.astimezone(sheet.zone)
        lines.append(
            f"OPENED AGAIN {opened:%Y-%m-%d %H:%M %Z}: close it with `hotfolder day close`"
        )
    parcels = sum(len(found) for found in by_carrier(day.shipped).values())
    shipped = f"{_count(parcels, 'parcel')} with {_count(len(day.shipped), 'item')}"
    return [*lines, f"{shipped}, {_count(len(day.left), 'item')} left over"]


def carrier_name(option: str) -> str:
    """The shipping option as a heading."""
    return option or "no shipping option"


def _in_order(day: DayList) -> Iterator[DayLine]:
    for parcels in by_carrier(day.shipped).values():
        for parcel in parcels:
            yield from parcel.lines
    yield from day.left


def _cells(day: DayList, line: DayLine) -> tuple[str, ...]:
    return (
        day.day.isoformat(),
        day.calendar,
        "left" if line.said is Said.NOT else "parcel",
        line.shipping_option,
        line.tracking,
        line.order_id,
        line.item_id,
        line.said.value,
        line.stage,
        line.words,
    )


def _plain(cell: str) -> str:
    """A spreadsheet would take such a text for a formula (OWASP, CSV injection)."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
