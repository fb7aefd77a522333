"""The business day: when it is closed, and which one is due. Dates are those of the rule's zone.

A time that a clock change leaves out or shows twice is read as RFC 5545 (3.3.5) reads it: one that
is left out as if the clock had not been changed yet; of two that are shown the first one counts.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

MONDAY_TO_FRIDAY = frozenset(range(5))
LATE_AFTER = timedelta(minutes=15)
FARTHEST_BACK = 400  # days; what nobody closed for longer is not counted one by one
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class DayRule:
    """When the day is closed. Without a `cutoff` only a person closes it.

    `working_days` are 0 for Monday to 6 for Sunday; on others and on holidays no day is due.
    `yearly` are month and day of holidays that come every year.
    """

    cutoff: time | None = None
    zone: tzinfo = UTC
    working_days: frozenset[int] = MONDAY_TO_FRIDAY
    holidays: frozenset[date] = frozenset()
    yearly: frozenset[tuple[int, int]] = frozenset()

    def works_on(self, day: date) -> bool:
        """Whether this is a working day and no holiday."""
        is_holiday = day in self.holidays or (day.month, day.day) in self.yearly
        return day.weekday() in self.working_days and not is_holiday

    def today(self, now: datetime) -> date:
        """The date on the wall."""
        return now.astimezone(self.zone).date()


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnDay:
    """What a flow says about its day; what is None is as the shop has it."""

    cutoff: time | None = None
    zone: tzinfo | None = None
    working_days: frozenset[int] | None = None
    holidays: frozenset[date] | None = None
    yearly: frozenset[tuple[int, int]] | None = None

    def over(self, shop: DayRule) -> DayRule:
        """The rule of the flow in a shop with this one."""
        own = {
            "cutoff": self.cutoff,
            "zone": self.zone,
            "working_days": self.working_days,
            "holidays": self.holidays,
            "yearly": self.yearly,
        }
        changes: dict[str, Any] = {key: value for key, value in own.items() if value is not None}
        return replace(shop, **changes)


@dataclass(frozen=True, kw_only=True, slots=True)
class DueDay:
    """A day to be closed now. `missed` are working days before it that nobody has closed.

    `late`: it should have been closed a while ago, as when the machine was off.
    """

    day: date
    late: bool = False
    missed: tuple[date, ...] = ()


def close_moment(rule: DayRule, day: date) -> datetime | None:
    """The moment, in UTC, at which this day is closed; None when only a person closes it."""
    if rule.cutoff is None:
        return None
    return datetime.combine(day, rule.cutoff, rule.zone).astimezone(UTC)


def due_day(
    rule: DayRule, last_closed: date | None, known_since: datetime, now: datetime
) -> DueDay | None:
    """The day to be closed now, or None.

    `last_closed` is the newest closed day that is not after today: one of a clock that was ahead
    must not keep all days until then open. Of several days that nobody closed only the last one is
    closed. What was due before `known_since`, when these days were set up, is nobody's.
    """
    for day in _backwards(rule, now):
        moment = close_moment(rule, day)
        if moment is None or moment < known_since or (last_closed and day <= last_closed):
            return None
        if moment <= now:
            missed = tuple(_missed(rule, day, last_closed, known_since))
            return DueDay(day=day, late=now - moment > LATE_AFTER or bool(missed), missed=missed)
    return None


def next_close(rule: DayRule, last_closed: date | None, now: datetime) -> datetime | None:
    """When the next day is closed by the timer; None when it never is."""
    today = rule.today(now)
    for ahead in range(FARTHEST_BACK):
        day = today + ahead * ONE_DAY
        moment = close_moment(rule, day)
        if moment is None:
            return None
        if rule.works_on(day) and moment > now and (last_closed is None or day > last_closed):
            return moment
    return None


def day_after(rule: DayRule, day: date) -> date:
    """The next working day; the next day where there is none for a year."""
    ahead = (day + days * ONE_DAY for days in range(1, FARTHEST_BACK))
    return next((one for one in ahead if rule.works_on(one)), day + ONE_DAY)


def _backwards(rule: DayRule, now: datetime) -> Iterator[date]:
    today = rule.today(now)
    days = (today - back * ONE_DAY for back in range(FARTHEST_BACK))
    return (day for day in days if rule.works_on(day))


def _missed(
    rule: DayRule, due: date, last_closed: date | None, known_since: datetime
) -> Iterator[date]:
    """Oldest first."""
    for back in range(FARTHEST_BACK, 0, -1):
        day = due - back * ONE_DAY
        moment = close_moment(rule, day)
        is_known = moment is not None and moment >= known_since
        if rule.works_on(day) and is_known and (last_closed is None or day > last_closed):
            yield day


def worked_since(rule: DayRule, now: datetime, span: timedelta) -> datetime:
    """The moment since when so much of working days has passed; nights count, free days do not."""
    until = now
    for back in range(FARTHEST_BACK):
        day = rule.today(now) - back * ONE_DAY
        midnight = datetime.combine(day, time(), rule.zone).astimezone(UTC)
        if rule.works_on(day):
            if until - midnight >= span:
                return until - span
            span -= until - midnight
        until = midnight
    return until
