"""The business day: closed once by local date, whatever the clocks do."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from hotfolder.domain.day import (
    DayRule,
    DueDay,
    OwnDay,
    close_moment,
    due_day,
    next_close,
    worked_since,
)

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
EVERY_DAY = frozenset(range(7))
FIVE = DayRule(cutoff=time(17), zone=BERLIN)
MONDAY = date(2026, 3, 2)
HOUR = timedelta(hours=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "cutoff", "day", "expected"),
    [
        (BERLIN, time(17), date(2026, 3, 2), "2026-03-02T16:00"),
        (BERLIN, time(17), date(2026, 7, 1), "2026-07-01T15:00"),
        # spring: 02:00 to 03:00 is left out in Berlin on 29 March, in New York on 8 March 2026
        (BERLIN, time(17), date(2026, 3, 28), "2026-03-28T16:00"),
        (BERLIN, time(17), date(2026, 3, 29), "2026-03-29T15:00"),
        (BERLIN, time(2, 30), date(2026, 3, 29), "2026-03-29T01:30"),
        (NEW_YORK, time(2, 30), date(2026, 3, 8), "2026-03-08T07:30"),
        # autumn: an hour is shown twice on 25 October and on 1 November; the first one counts
        (BERLIN, time(2, 30), date(2026, 10, 25), "2026-10-25T00:30"),
        (NEW_YORK, time(1, 30), date(2026, 11, 1), "2026-11-01T05:30"),
        (NEW_YORK, time(17), date(2026, 11, 1), "2026-11-01T22:00"),
        (UTC, time(0), date(2026, 3, 2), "2026-03-02T00:00"),
    ],
)
def test_a_day_is_closed_at_a_moment(
    zone: ZoneInfo, cutoff: time, day: date, expected: str
) -> None:
    assert close_moment(DayRule(cutoff=cutoff, zone=zone), day) == utc(expected)


def test_without_a_time_no_day_is_ever_due() -> None:
    assert close_moment(DayRule(), MONDAY) is None
    assert due_day(DayRule(), None, LONG_AGO, utc("2026-03-02T23:59")) is None
    assert next_close(DayRule(), None, utc("2026-03-02T12:00")) is None


@pytest.mark.parametrize(
    ("now", "last_closed", "expected"),
    [
        ("2026-03-02T15:59", date(2026, 2, 27), None),
        ("2026-03-02T16:00", date(2026, 2, 27), DueDay(day=MONDAY)),
        ("2026-03-02T16:00", MONDAY, None),
        ("2026-03-03T15:59", MONDAY, None),
        ("2026-03-02T16:16", date(2026, 2, 27), DueDay(day=MONDAY, late=True)),
        # the machine was off over the cut-off: the next morning
        ("2026-03-03T07:00", date(2026, 2, 27), DueDay(day=MONDAY, late=True)),
        # and for three days: one close for all of them
        (
            "2026-03-05T07:00",
            date(2026, 2, 27),
            DueDay(day=date(2026, 3, 4), late=True, missed=(MONDAY, date(2026, 3, 3))),
        ),
        # a weekend has no day; what Friday left is due until it is closed
        ("2026-03-07T16:30", date(2026, 3, 6), None),
        ("2026-03-08T20:00", date(2026, 3, 5), DueDay(day=date(2026, 3, 6), late=True)),
        # closed by hand on a Saturday: Friday is not closed behind it
        ("2026-03-07T17:30", date(2026, 3, 7), None),
    ],
)
def test_a_day_is_due_once_and_late_when_nobody_was_there(
    now: str, last_closed: date, expected: DueDay | None
) -> None:
    assert due_day(FIVE, last_closed, LONG_AGO, utc(now)) == expected


def test_holidays_and_free_days_are_not_closed() -> None:
    rule = replace(
        FIVE, holidays=frozenset({date(2026, 12, 24)}), yearly=frozenset({(12, 25), (1, 1)})
    )
    assert due_day(rule, date(2026, 12, 23), LONG_AGO, utc("2026-12-27T20:00")) is None
    assert next_close(rule, None, utc("2026-12-23T17:00")) == utc("2026-12-28T16:00")
    assert next_close(rule, date(2026, 12, 28), utc("2026-12-28T09:00")) == utc("2026-12-29T16:00")


def test_what_was_due_before_the_shop_was_set_up_is_not_closed() -> None:
    evening = utc("2026-03-02T20:00")
    assert due_day(FIVE, None, evening, evening + HOUR) is None
    assert due_day(FIVE, None, evening, utc("2026-03-03T16:00")) == DueDay(day=date(2026, 3, 3))


def test_a_clock_that_starts_in_1970_closes_nothing() -> None:
    assert due_day(FIVE, MONDAY, LONG_AGO, utc("1970-01-01T18:00")) is None


def test_a_new_time_counts_from_now_on_and_closes_no_day_twice() -> None:
    at_three = replace(FIVE, cutoff=time(15))
    assert due_day(at_three, MONDAY, LONG_AGO, utc("2026-03-02T18:00")) is None
    assert due_day(at_three, MONDAY, LONG_AGO, utc("2026-03-03T14:00")) == DueDay(
        day=date(2026, 3, 3)
    )


@pytest.mark.parametrize("zone", [BERLIN, NEW_YORK])
@pytest.mark.parametrize("cutoff", [time(0, 0), time(1, 30), time(2, 30), time(3, 0), time(17)])
@pytest.mark.parametrize("around", [date(2026, 3, 8), date(2026, 3, 29), date(2026, 10, 25)])
def test_each_local_date_is_closed_exactly_once_across_a_clock_change(
    zone: ZoneInfo, cutoff: time, around: date
) -> None:
    rule = DayRule(cutoff=cutoff, zone=zone, working_days=EVERY_DAY)
    start = datetime.combine(around - timedelta(days=3), time(), UTC)
    last, closed = None, []
    for step in range(12 * 24 * 10):
        now = start + timedelta(minutes=5 * step)
        if due := due_day(rule, last, start, now):
            assert not due.late
            closed.append(due.day)
            last = due.day
    days = {(start + timedelta(hours=h)).astimezone(zone).date() for h in range(30, 24 * 9)}
    assert len(closed) == len(set(closed))
    assert days <= set(closed)


def test_a_flow_has_its_own_day_over_that_of_the_shop() -> None:
    own = OwnDay(cutoff=time(12), zone=NEW_YORK)
    assert own.over(FIVE) == DayRule(cutoff=time(12), zone=NEW_YORK)
    assert OwnDay().over(FIVE) == FIVE


@pytest.mark.parametrize(
    ("hours", "since"),
    [
        (0, "2026-03-02T12:00"),  # a Monday
        (12, "2026-03-02T00:00"),
        (13, "2026-02-27T23:00"),
        (36, "2026-02-27T00:00"),
        (37, "2026-02-26T23:00"),
    ],
)
def test_working_time_counts_back_over_a_weekend(hours: int, since: str) -> None:
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    found = worked_since(DayRule(), now, timedelta(hours=hours))
    assert found == datetime.fromisoformat(since).replace(tzinfo=UTC)


def test_where_nobody_ever_works_no_time_counts() -> None:
    rule = DayRule(working_days=frozenset())
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    assert now - worked_since(rule, now, timedelta(hours=1)) > timedelta(days=390)
