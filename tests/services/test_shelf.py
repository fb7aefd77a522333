"""Parcels complete: ItemShipped waits for the other items of its order, but not for ever."""

import pytest

from hotfolder.domain.flow import ShipComplete, Ships
from hotfolder.domain.job import END_OF_DAY, Job
from hotfolder.domain.shelf import OTHER_ITEMS
from hotfolder.services.order_story import order_story
from hotfolder.services.parcel import Parcel
from hotfolder.services.shelf import mind_shelves, shelves
from hotfolder.services.ship_item import ship_item, ship_waiting
from hotfolder.services.shop import Shop
from hotfolder.services.tell_trouble import cancel
from tests.builders import no_preflight
from tests.fakes import ManualClock, RecordingSender
from tests.services.labeling import jobs_on_floor
from tests.steps import actions, again, job_on_floor, note, notes, pass_undo_time, with_flow

HOUR = 3600.0


@pytest.fixture
def waiting(shop: Shop) -> Shop:
    """Its flow lets items wait for each other, for a day."""
    return with_flow(shop, preflight=no_preflight(), ship_complete=ShipComplete(wait_hours=24))


@pytest.fixture
def jobs(waiting: Shop) -> list[Job]:
    """Three items of an order, their tracking known."""
    found = jobs_on_floor(waiting)
    for job in found:
        ship_item(waiting, job, Parcel(tracking=f"JD{job.item_id}"))
    return found


def round_of(shop: Shop) -> None:
    ship_waiting(shop)
    mind_shelves(shop)


def test_item_shipped_waits_until_all_are_packed(
    waiting: Shop, clock: ManualClock, sent: RecordingSender, jobs: list[Job]
) -> None:
    one, two, three = jobs
    note(waiting, one, "shipped")
    note(waiting, two, "packed")
    round_of(waiting)
    pass_undo_time(waiting, clock)
    assert again(waiting, one).waits_for == OTHER_ITEMS
    assert "ItemPacked" in sent.said(one.item_id)
    assert "ItemShipped" not in sent.said(one.item_id)

    note(waiting, three, "packed")
    round_of(waiting)
    pass_undo_time(waiting, clock)
    assert "ItemShipped" in sent.said(one.item_id)
    assert again(waiting, one).waits_for == ""


def test_all_dragged_together_ship_together(
    waiting: Shop, clock: ManualClock, sent: RecordingSender, jobs: list[Job]
) -> None:
    for job in jobs:
        note(waiting, job, "shipped")
    round_of(waiting)
    pass_undo_time(waiting, clock)
    assert all("ItemShipped" in sent.said(job.item_id) for job in jobs)


def test_a_canceled_item_is_not_waited_for(
    waiting: Shop, clock: ManualClock, sent: RecordingSender, jobs: list[Job]
) -> None:
    one, two, three = jobs
    for job in (one, two):
        note(waiting, job, "shipped")
    cancel(waiting, again(waiting, three), "CancelMiscError", "void")
    round_of(waiting)
    pass_undo_time(waiting, clock)
    assert all("ItemShipped" in sent.said(job.item_id) for job in (one, two))


def test_tracking_that_comes_first_or_last_makes_no_difference(
    waiting: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    one, two = jobs_on_floor(waiting, 2)
    note(waiting, one, "shipped")
    assert again(waiting, one).waits_for == "tracking"
    words = ship_item(waiting, one, Parcel(tracking="JD1"))
    assert words == f"kept; ItemShipped still needs {OTHER_ITEMS}"
    before = actions(waiting, one.order_id)
    round_of(waiting)
    round_of(waiting)
    assert actions(waiting, one.order_id) == before
    note(waiting, two, "packed")
    round_of(waiting)
    pass_undo_time(waiting, clock)
    assert "ItemShipped" in sent.said(one.item_id)


def test_dragging_back_ends_the_wait(waiting: Shop, jobs: list[Job]) -> None:
    note(waiting, jobs[0], "shipped")
    note(waiting, again(waiting, jobs[0]), "packed")
    assert again(waiting, jobs[0]).waits_for == ""


def test_too_long_a_wait_is_told_and_goes_on(
    waiting: Shop, clock: ManualClock, sent: RecordingSender, jobs: list[Job]
) -> None:
    one, two, three = jobs
    note(waiting, one, "shipped")
    note(waiting, two, "packed")
    round_of(waiting)
    assert notes(waiting) == {}
    clock.turn(24 * HOUR)
    round_of(waiting)
    round_of(waiting)
    assert notes(waiting) == {("", f"{one.order_id} {one.item_id}"): "items missing"}
    pass_undo_time(waiting, clock)
    assert "ItemShipped" not in sent.said(one.item_id)

    note(waiting, three, "packed")
    round_of(waiting)
    assert notes(waiting) == {}


def test_after_the_limit_it_ships_where_the_flow_says_so(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    rule = ShipComplete(wait_hours=2, lets_go=True)
    waiting = with_flow(shop, preflight=no_preflight(), ship_complete=rule)
    one, two = jobs_on_floor(waiting, 2)
    ship_item(waiting, one, Parcel(tracking="JD1"))
    note(waiting, one, "shipped")
    clock.turn(2 * HOUR - 1)
    round_of(waiting)
    assert again(waiting, one).waits_for == OTHER_ITEMS
    clock.turn(1)
    round_of(waiting)
    pass_undo_time(waiting, clock)
    assert "ItemShipped" in sent.said(one.item_id)
    assert actions(waiting, one.order_id).count("shipped without other items") == 1
    told = order_story(waiting, one.order_id)["journal"]
    assert any(f"ships without item {two.item_id}" in line["words"] for line in told)


def test_without_the_option_nothing_waits(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    one, _ = jobs_on_floor(shop, 2)
    ship_item(shop, one, Parcel(tracking="JD1"))
    note(shop, one, "shipped")
    pass_undo_time(shop, clock)
    assert "ItemShipped" in sent.said(one.item_id)


def test_an_order_is_shown_as_a_shelf(waiting: Shop, jobs: list[Job]) -> None:
    one, two, three = jobs
    job_on_floor(waiting, 9)
    assert shelves(waiting) == []
    note(waiting, one, "packed")
    note(waiting, two, "hold")
    (found,) = shelves(waiting)
    assert (found["order"], found["complete"]) == (one.order_id, False)
    told = [(line["item"], line["packed"], line["where"]) for line in found["items"]]
    assert told == [
        (one.item_id, True, "packed"),
        (two.item_id, False, "held"),
        (three.item_id, False, "new"),
    ]
    assert order_story(waiting, one.order_id)["shelf"] == found["items"]


def test_the_other_items_come_before_the_end_of_the_day(shop: Shop, clock: ManualClock) -> None:
    rule = ShipComplete(wait_hours=24)
    waiting = with_flow(shop, preflight=no_preflight(), ship_complete=rule, ships=Ships.END_OF_DAY)
    one, two = jobs_on_floor(waiting, 2)
    ship_item(waiting, one, Parcel(tracking="JD1"))
    note(waiting, one, "shipped")
    assert again(waiting, one).waits_for == OTHER_ITEMS
    round_of(waiting)
    assert again(waiting, one).waits_for == OTHER_ITEMS
    note(waiting, two, "packed")
    round_of(waiting)
    assert again(waiting, one).waits_for == END_OF_DAY
    note(waiting, two, "shipped")
    assert again(waiting, two).waits_for == "tracking"
    ship_item(waiting, two, Parcel(tracking="JD2"))
    assert again(waiting, two).waits_for == END_OF_DAY
