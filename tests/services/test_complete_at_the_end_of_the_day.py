"""Parcels complete and the end of the day: what waits for both ships when both are there."""

from datetime import timedelta

import pytest

from hotfolder.domain.flow import ShipComplete
from hotfolder.domain.job import END_OF_DAY, Job
from hotfolder.domain.shelf import OTHER_ITEMS
from hotfolder.services.close_day import close_by_time
from hotfolder.services.shelf import mind_shelves
from hotfolder.services.ship_item import ship_waiting
from hotfolder.services.shop import Shop
from hotfolder.services.tell_trouble import cancel
from tests.builders import no_preflight, sides
from tests.fakes import ManualClock, RecordingSender
from tests.services.days import CLOSE, hand_over, items_of, left, shipped, turn_to, with_days
from tests.steps import actions, again, note, notes, pass_undo_time, promised, send_all, with_flow

SHIPPED = "ItemShipped waiting"


@pytest.fixture
def shop(shop: Shop) -> Shop:
    for stage in sides():
        shop.floor.stages[stage.key] = stage
    shop.floor.prepare()
    return with_days(shop, ship_complete=ShipComplete(wait_hours=24))


@pytest.fixture
def jobs(shop: Shop) -> list[Job]:
    """Three items of an order, all in their shipping stage with their codes."""
    found = items_of(shop, items=3)
    for number, job in enumerate(found):
        hand_over(shop, job, f"T{number}")
    ship_waiting(shop)
    return found


def waits(shop: Shop, jobs: list[Job]) -> list[str]:
    return [again(shop, job).waits_for for job in jobs]


def test_an_order_that_is_complete_ships_with_the_close(
    shop: Shop, clock: ManualClock, jobs: list[Job]
) -> None:
    assert waits(shop, jobs) == [END_OF_DAY] * 3
    turn_to(clock, CLOSE)
    (day,) = close_by_time(shop)
    assert len(shipped(day)) == 3


def test_an_item_taken_back_keeps_the_others_from_shipping_as_if_complete(
    shop: Shop, clock: ManualClock, sent: RecordingSender, jobs: list[Job]
) -> None:
    one, two, three = jobs
    note(shop, two, "print")
    turn_to(clock, CLOSE)
    (day,) = close_by_time(shop)  # nobody has looked at the shelf since
    assert shipped(day) == []
    assert left(day) == {
        one.item_id: f"waits for {OTHER_ITEMS}",
        two.item_id: "not packed: in print",
        three.item_id: f"waits for {OTHER_ITEMS}",
    }
    ship_waiting(shop)
    assert waits(shop, [one, three]) == [OTHER_ITEMS] * 2

    note(shop, two, "shipped")
    ship_waiting(shop)
    assert waits(shop, jobs) == [END_OF_DAY] * 3
    clock.turn(timedelta(days=1).total_seconds())
    (day,) = close_by_time(shop)
    assert len(shipped(day)) == 3
    pass_undo_time(shop, clock)
    send_all(shop)
    assert all(sent.said(job.item_id).count("ItemShipped") == 1 for job in jobs)


def test_who_is_waited_for_is_on_the_list_too(shop: Shop, clock: ManualClock) -> None:
    one, two = items_of(shop, items=2)
    hand_over(shop, one, "T1")
    note(shop, two, "hold")
    turn_to(clock, CLOSE)
    (day,) = close_by_time(shop)
    assert left(day)[one.item_id] == f"waits for {OTHER_ITEMS}"
    assert left(day)[two.item_id].startswith("held")


def test_an_item_taken_back_in_the_moment_of_the_close_counts(
    shop: Shop, clock: ManualClock, jobs: list[Job]
) -> None:
    def take_back(step: str) -> None:
        if step == "close":
            note(shop, jobs[1], "packed")
            note(shop, jobs[1], "print")

    turn_to(clock, CLOSE)
    (day,) = close_by_time(shop, take_back)
    assert shipped(day) == []
    assert left(day)[jobs[0].item_id] == f"waits for {OTHER_ITEMS}"
    assert not any(SHIPPED in promised(shop, job) for job in jobs)


def test_a_packed_item_without_its_code_does_not_keep_the_others(
    shop: Shop, clock: ManualClock
) -> None:
    one, two = items_of(shop, items=2)
    hand_over(shop, one, "T1")
    note(shop, two, "packed")
    ship_waiting(shop)
    turn_to(clock, CLOSE)
    (day,) = close_by_time(shop)
    assert [item for item, _, _ in shipped(day)] == [one.item_id]
    assert left(day) == {two.item_id: "packed, but not in shipped"}


def test_who_is_in_the_archive_waits_for_an_item_taken_back_as_well(
    shop: Shop, clock: ManualClock, jobs: list[Job]
) -> None:
    one, two, three = jobs
    note(shop, one, "archive")
    note(shop, two, "print")
    ship_waiting(shop)
    assert waits(shop, [one, three]) == [OTHER_ITEMS] * 2
    turn_to(clock, CLOSE)
    (day,) = close_by_time(shop)
    assert shipped(day) == []

    cancel(shop, again(shop, two), "CancelMiscError", "void")
    ship_waiting(shop)
    clock.turn(timedelta(days=1).total_seconds())
    (day,) = close_by_time(shop)
    assert sorted(item for item, _, _ in shipped(day)) == [one.item_id, three.item_id]


def test_an_item_taken_back_for_too_long_is_told_and_ships_where_the_flow_says_so(
    shop: Shop, clock: ManualClock, jobs: list[Job]
) -> None:
    one, two, three = jobs
    note(shop, two, "print")
    ship_waiting(shop)
    clock.turn(timedelta(hours=24).total_seconds())
    mind_shelves(shop)
    assert set(notes(shop).values()) == {"items missing"}

    letting = with_flow(
        shop,
        preflight=no_preflight(),
        ships=shop.flows[0].ships,
        ship_complete=ShipComplete(wait_hours=24, lets_go=True),
    )
    ship_waiting(letting)
    assert waits(letting, [one, three]) == [END_OF_DAY] * 2
    (day,) = close_by_time(letting)
    assert sorted(item for item, _, _ in shipped(day)) == [one.item_id, three.item_id]
    assert actions(letting, one.order_id).count("shipped without other items") == 2


@pytest.mark.parametrize("ends", [False, True])
def test_who_goes_to_the_archive_before_the_others_are_there_ships_with_them(
    shop: Shop, clock: ManualClock, sent: RecordingSender, *, ends: bool
) -> None:
    rule = shop.flows[0].ship_complete
    there = shop if ends else with_flow(shop, ship_complete=rule, preflight=no_preflight())
    one, two = items_of(there, items=2)
    hand_over(there, one, "T1")
    assert note(there, one, "archive") == []
    ship_waiting(there)
    assert again(there, one).waits_for == OTHER_ITEMS
    hand_over(there, two, "T2")
    ship_waiting(there)
    turn_to(clock, CLOSE)
    close_by_time(there)
    pass_undo_time(there, clock)
    send_all(there)
    assert [sent.said(job.item_id)[-1] for job in (one, two)] == ["ItemShipped"] * 2
