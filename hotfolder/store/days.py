"""Closed days: each once by calendar and date, with the lines of its list."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from peewee import fn

from hotfolder.domain.day_list import ClosedBy, DayLine, DayList, Said
from hotfolder.domain.signal import SignalType
from hotfolder.store.database import Database
from hotfolder.store.day_rows import CalendarRow, DayItemRow, DayRow
from hotfolder.store.job_sql import UNMADE
from hotfolder.store.rows import JobRow, OrderRow, SignalRow
from hotfolder.store.signal_state import STANDING
from hotfolder.store.statement import Statement, defaults, insert, slot

DATE_LENGTH = len("2026-03-02")
THIS = (DayRow.calendar == slot("calendar"), DayRow.date == slot("date"))

KNOWN_SINCE = Statement(
    lambda: CalendarRow.select().where(CalendarRow.name == slot("name")), CalendarRow
)
KNOW = insert(CalendarRow)
GET = Statement(lambda: DayRow.select().where(*THIS), DayRow)
NEWEST = Statement(
    lambda: (
        DayRow.select()
        .where(DayRow.calendar == slot("calendar"), DayRow.date <= slot("until"))
        .order_by(DayRow.date.desc())
        .limit(slot("most"))
    ),
    DayRow,
)
ADD = insert(DayRow)
AGAIN = Statement(
    lambda: DayRow.update(
        closed_at=slot("closed_at"),
        closed_by=slot("closed_by"),
        late=slot("late"),
        times=DayRow.times + 1,
        reopened_at=None,
        list_due=True,
    ).where(*THIS)
)
REOPEN = Statement(
    lambda: DayRow.update(reopened_at=slot("at"), list_due=False).where(
        *THIS, DayRow.reopened_at.is_null()
    )
)
LISTS_DUE = Statement(
    lambda: DayRow.select().where(DayRow.list_due == slot("due")).order_by(DayRow.id), DayRow
)
LISTED = Statement(
    lambda: DayRow.update(list_due=False).where(*THIS, DayRow.times == slot("times"))
)
ADD_ITEM = insert(DayItemRow)
ITEMS = Statement(
    lambda: DayItemRow.select().where(DayItemRow.day_id == slot("day_id")).order_by(DayItemRow.id),
    DayItemRow,
)
DROP_LEFT = Statement(
    lambda: DayItemRow.delete().where(
        DayItemRow.day_id == slot("day_id"), DayItemRow.said == Said.NOT.value
    )
)
DROP_ITEM = Statement(
    lambda: DayItemRow.delete().where(
        DayItemRow.day_id == slot("day_id"), DayItemRow.job_id == slot("job_id")
    )
)
LAST_CLOSE = Statement(
    lambda: DayRow.select(fn.MAX(DayRow.closed_at).alias("closed_at")).where(
        DayRow.calendar == slot("calendar"), DayRow.date != slot("date")
    ),
    DayRow,
)
LISTED_ITEM = DayItemRow.alias()
SHIPPED = Statement(
    lambda: (
        SignalRow.select()
        .where(
            SignalRow.type == SignalType.SHIPPED.value,
            SignalRow.at >= slot("since"),
            SignalRow.state << STANDING,
            ~fn.EXISTS(
                LISTED_ITEM.select(LISTED_ITEM.id).where(
                    LISTED_ITEM.job_id == SignalRow.job_id, LISTED_ITEM.said != Said.NOT.value
                )
            ),
        )
        .order_by(SignalRow.id)
    ),
    SignalRow,
)
# texts of another shape than a date are sorted out by who reads them
SHIP_BY = Statement(
    lambda: (
        JobRow.select(JobRow.order_id, OrderRow.ship_by)
        .join(OrderRow, on=(OrderRow.order_id == JobRow.order_id))
        .where(
            (JobRow.state << UNMADE) | (JobRow.stage.is_null(False)),
            OrderRow.ship_by != "",
            fn.SUBSTR(OrderRow.ship_by, 1, DATE_LENGTH) <= slot("date"),
        )
        .distinct()
    )
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Closing:
    """A day to be closed now."""

    calendar: str
    day: date
    at: datetime
    by: ClosedBy
    late: bool = False
    missed: tuple[date, ...] = ()


class Days:
    def __init__(self, database: Database) -> None:
        self._database = database

    def know(self, calendar: str, now: datetime) -> datetime:
        """Since when there is this calendar; from now on, when it is seen for the first time."""
        since = self.known_since(calendar)
        if since is None:
            self._database.add(KNOW, name=calendar, since=now)
        return since or now

    def known_since(self, calendar: str) -> datetime | None:
        """Since when there is this calendar; None when it was never seen."""
        rows = self._database.rows(KNOWN_SINCE, name=calendar)
        return rows[0]["since"] if rows else None

    def last(self, calendar: str, until: date) -> date | None:
        """The newest day of this date or before that was closed, reopened or not."""
        rows = self._database.rows(NEWEST, calendar=calendar, until=until.isoformat(), most=1)
        return date.fromisoformat(rows[0]["date"]) if rows else None

    def get(self, calendar: str, day: date) -> DayList | None:
        """The day with its lines; None when it was never closed."""
        rows = self._database.rows(GET, calendar=calendar, date=day.isoformat())
        return self._day(rows[0]) if rows else None

    def close(self, closing: Closing) -> int:
        """The number of the day, closed by this call, once more if it was before.

        Its lines of what was left are gone then: they are told anew. Belongs into a transaction
        that has looked whether the day may be closed.
        """
        place = {"calendar": closing.calendar, "date": closing.day.isoformat()}
        values = {"closed_at": closing.at, "closed_by": closing.by, "late": closing.late}
        if not self._database.run(AGAIN, **place, **values):
            missed = " ".join(day.isoformat() for day in closing.missed)
            row = defaults(DayRow) | place | values | {"missed": missed}
            return self._database.add(ADD, **row)
        number = int(self._database.rows(GET, **place)[0]["id"])
        self._database.run(DROP_LEFT, day_id=number)
        return number

    def add_lines(self, day_id: int, lines: Iterable[DayLine]) -> None:
        """More lines of a day's list."""
        for line in lines:
            self._database.add(
                ADD_ITEM,
                day_id=day_id,
                job_id=line.job_id,
                order_id=line.order_id,
                item_id=line.item_id,
                said=line.said,
                tracking=line.tracking,
                shipping_option=line.shipping_option,
                stage=line.stage,
                words=line.words,
            )

    def reopen(self, day: DayList, at: datetime, taken_back: Iterable[DayLine]) -> bool:
        """True when the day was closed and is open now; these lines and what was left are gone."""
        place = {"calendar": day.calendar, "date": day.day.isoformat()}
        if not self._database.run(REOPEN, at=at, **place):
            return False
        number = self._database.rows(GET, **place)[0]["id"]
        self._database.run(DROP_LEFT, day_id=number)
        for line in taken_back:
            self._database.run(DROP_ITEM, day_id=number, job_id=line.job_id)
        return True

    def lists_due(self) -> list[DayList]:
        """The days whose lists are not written yet."""
        return [self._day(row) for row in self._database.rows(LISTS_DUE, due=1)]

    def listed(self, day: DayList) -> None:
        """The list of the day is written; not done when it was closed once more meanwhile."""
        place = {"calendar": day.calendar, "date": day.day.isoformat()}
        self._database.run(LISTED, times=day.times, **place)

    def last_close(self, calendar: str, but: date) -> datetime | None:
        """When a day of this calendar, other than this one, was closed last."""
        rows = self._database.rows(LAST_CLOSE, calendar=calendar, date=but.isoformat())
        return rows[0]["closed_at"] if rows else None

    def shipped_since(self, since: datetime) -> list[dict[str, Any]]:
        """The standing ItemShipped of this time or later that are on the list of no day."""
        return self._database.rows(SHIPPED, since=since)

    def ship_by(self, until: date) -> dict[str, str]:
        """By order that may have work in the house, its date to ship, when that is over by then.

        Among them are texts that are no dates.
        """
        return self._database.pairs(SHIP_BY, date=until.isoformat())

    def _day(self, row: dict[str, Any]) -> DayList:
        lines = self._database.rows(ITEMS, day_id=row["id"])
        return DayList(
            calendar=row["calendar"],
            day=date.fromisoformat(row["date"]),
            closed_at=row["closed_at"],
            by=ClosedBy(row["closed_by"]),
            late=row["late"],
            missed=tuple(date.fromisoformat(day) for day in row["missed"].split()),
            times=row["times"],
            reopened_at=row["reopened_at"],
            lines=tuple(_line(line) for line in lines),
        )


def _line(row: dict[str, Any]) -> DayLine:
    return DayLine(
        job_id=row["job_id"],
        order_id=row["order_id"],
        item_id=row["item_id"],
        said=Said(row["said"]),
        tracking=row["tracking"],
        shipping_option=row["shipping_option"],
        stage=row["stage"],
        words=row["words"],
    )
