"""The list of a day: each parcel once, and each one left over with the reason."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hotfolder.domain.day_list import Said
from hotfolder.domain.flow import Ships, Skipped
from hotfolder.domain.job import END_OF_DAY
from hotfolder.services.close_day import close_by_hand, close_by_time
from hotfolder.services.shop import Shop
from hotfolder.services.tell_trouble import cancel
from tests.builders import a_flow, a_flow_that, no_preflight
from tests.fakes import ManualClock
from tests.services.days import (
    CLOSE,
    day_shop,
    hand_over,
    items_of,
    left,
    shipped,
    turn_to,
    with_days,
)
from tests.steps import TEST_KEY, again, database_of, look_up, note, promised


@pytest.fixture
def shop(shop: Shop) -> Shop:
    return with_days(shop)


def test_what_a_person_must_let_go_is_parked_and_said_on_the_list(
    shop: Shop, clock: ManualClock
) -> None:
    flow = replace(
        a_flow_that(Skipped.HOLD, "packed"),
        preflight=no_preflight(),
        ships=Ships.END_OF_DAY,
    )
    shop = replace(shop, flows=[flow])
    (job,) = items_of(shop)
    hand_over(shop, job)
    turn_to(clock, CLOSE)
    (day,) = close_by_time(shop)
    assert promised(shop, job)[-1] == "ItemShipped parked"
    assert [line.words for line in day.shipped] == ["its ItemShipped waits for a person"]


def test_tests_are_marked_on_the_list(shop: Shop, clock: ManualClock) -> None:
    goes, stays = items_of(shop, 2, items=2, key=TEST_KEY)
    hand_over(shop, goes)
    note(shop, stays, "packed")
    assert [line.words for line in close_by_hand(shop, "").lines] == [
        "TEST",
        "TEST: packed, but not in shipped",
    ]


def test_each_one_left_over_is_told_with_the_reason(shop: Shop, clock: ManualClock) -> None:
    ships, held, no_code, unpacked, off = items_of(shop, 2, items=5)
    (packed,) = items_of(shop, 3)
    (elsewhere,) = items_of(shop, 4)
    hand_over(shop, ships)
    hand_over(shop, held)
    note(shop, held, "hold")
    note(shop, no_code, "shipped")
    note(shop, unpacked, "print")
    note(shop, packed, "packed")
    note(shop, elsewhere, "print")
    cancel(shop, off, "CancelBookRip", "torn")
    look_up(database_of(shop), "update orders set ship_by = '2026-03-03'")
    turn_to(clock, CLOSE)
    (day,) = close_by_time(shop)

    assert shipped(day) == [(ships.item_id, "T1", Said.CLOSE)]
    assert left(day) == {
        held.item_id: "held: put on hold",
        no_code.item_id: "no tracking",
        unpacked.item_id: "not packed: in print",
        packed.item_id: "packed, but not in shipped",
        off.item_id: f"canceled: {again(shop, off).reason}",
    }
    assert again(shop, held).waits_for == END_OF_DAY, "it ships with a later day"


def test_work_whose_order_should_have_gone_by_today_is_left_over(
    shop: Shop, clock: ManualClock
) -> None:
    (job,) = items_of(shop)
    look_up(database_of(shop), "update orders set ship_by = '2026-03-02 12:00:00'")
    turn_to(clock, CLOSE)
    (day,) = close_by_time(shop)
    assert left(day) == {job.item_id: "not packed: in new"}


def test_the_next_day_does_not_tell_again_what_shipped(shop: Shop, clock: ManualClock) -> None:
    first, second = items_of(shop, 2, items=2)
    hand_over(shop, first)
    turn_to(clock, CLOSE)
    close_by_time(shop)
    hand_over(shop, second, "T2")
    turn_to(clock, CLOSE + timedelta(days=1))
    (day,) = close_by_time(shop)
    assert shipped(day) == [(second.item_id, "T2", Said.CLOSE)]
    assert left(day) == {}


def test_the_list_of_a_shop_that_ships_at_once_tells_the_parcels_of_the_day(
    shop: Shop, clock: ManualClock
) -> None:
    shop = day_shop(shop, ships=Ships.AT_ONCE)
    (job,) = items_of(shop)
    hand_over(shop, job)
    turn_to(clock, CLOSE)
    (day,) = close_by_time(shop)
    assert shipped(day) == [(job.item_id, "T1", Said.BEFORE)]
    turn_to(clock, CLOSE + timedelta(days=1))
    (day,) = close_by_time(shop)
    assert shipped(day) == []


def test_a_job_whose_flow_is_gone_is_left_and_told(shop: Shop, clock: ManualClock) -> None:
    (job,) = items_of(shop)
    hand_over(shop, job)
    other = a_flow(name="others", ships=Ships.END_OF_DAY)
    turn_to(clock, CLOSE)
    (day,) = close_by_time(replace(shop, flows=[other]))
    assert left(day) == {job.item_id: "its flow books is not configured any more"}
    assert again(shop, job).waits_for == END_OF_DAY
