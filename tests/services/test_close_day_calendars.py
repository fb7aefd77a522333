"""Flows with a day of their own are closed by it, also where clocks change."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from hotfolder.domain.day import DayRule, OwnDay
from hotfolder.domain.day_list import Said
from hotfolder.domain.flow import Ships
from hotfolder.errors import NotPossible
from hotfolder.services.close_day import close_by_hand, close_by_time
from hotfolder.services.shop import Shop
from tests.builders import a_flow
from tests.fakes import ManualClock
from tests.services.days import (
    BERLIN,
    CLOSE,
    MONDAY,
    day_shop,
    hand_over,
    items_of,
    shipped,
    turn_to,
    with_days,
)

NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture
def shop(shop: Shop) -> Shop:
    return with_days(shop)


def test_a_flow_with_a_day_of_its_own_is_closed_by_itself(shop: Shop, clock: ManualClock) -> None:
    (usual,) = items_of(shop)
    hand_over(shop, usual)
    early = replace(shop.flows[0], name="early", day=OwnDay(cutoff=time(12)))
    shop = replace(shop, flows=[*shop.flows, early])
    close_by_time(shop)
    (job,) = items_of(replace(shop, flows=[early]), 3)
    hand_over(shop, job, "T2")
    turn_to(clock, CLOSE - timedelta(hours=5))
    (day,) = close_by_time(shop)
    assert (day.calendar, day.day) == ("early", MONDAY)
    assert shipped(day) == [(job.item_id, "T2", Said.CLOSE)]
    turn_to(clock, CLOSE)
    (day,) = close_by_time(shop)
    assert (day.calendar, shipped(day)) == ("", [(usual.item_id, "T1", Said.CLOSE)])


@pytest.mark.parametrize("calendar", ["books", "nobody"])
def test_a_flow_without_a_day_of_its_own_has_none_to_close(shop: Shop, calendar: str) -> None:
    with pytest.raises(NotPossible, match=f"flow {calendar} (has no day|is not configured)"):
        close_by_hand(shop, calendar)


CLOCK_CHANGES = [
    (datetime(2026, 3, 6, 12, tzinfo=UTC), 27),  # New York on the 8th, Berlin on the 29th
    (datetime(2026, 10, 23, 12, tzinfo=UTC), 13),  # Berlin on 25 October, New York on 1 November
]


@pytest.mark.parametrize(("start", "days"), CLOCK_CHANGES)
def test_two_zones_are_closed_once_a_day_across_their_clock_changes(
    shop: Shop, clock: ManualClock, start: datetime, days: int
) -> None:
    every_day = frozenset(range(7))
    rule = DayRule(cutoff=time(2, 30), zone=BERLIN, working_days=every_day)
    there = a_flow(name="there", day=OwnDay(cutoff=time(17), zone=NEW_YORK))
    shop = replace(day_shop(shop, rule), flows=[a_flow(ships=Ships.END_OF_DAY), there])
    turn_to(clock, start)
    assert [one.day for one in close_by_time(shop)] == [start.date()], "the shop is known longer"
    closed = []
    while clock.now() < start + timedelta(days=days):
        clock.turn(600)
        closed += close_by_time(shop)
    assert not [one for one in closed if one.late or one.missed]
    for calendar, zone, cutoff in (("", BERLIN, time(2, 30)), ("there", NEW_YORK, time(17))):
        mine = [one for one in closed if one.calendar == calendar]
        first = mine[0].day
        assert [one.day for one in mine] == [first + timedelta(days=n) for n in range(days)]
        for one in mine:
            assert one.closed_at is not None
            local = one.closed_at.astimezone(zone)
            assert local.date() == one.day
            assert local.time() == cutoff or (one.day, local.hour) == (date(2026, 3, 29), 3)
