"""A job in its shipping stage waits for the end of the day, and for nothing else."""

from dataclasses import replace

import pytest

from hotfolder.domain.job import END_OF_DAY
from hotfolder.services.close_day import close_by_time
from hotfolder.services.parcel import Parcel
from hotfolder.services.ship_item import ship_item, ship_waiting
from hotfolder.services.shop import Shop
from tests.builders import a_flow, no_preflight
from tests.fakes import ManualClock, RecordingSender
from tests.services.days import CLOSE, hand_over, items_of, left, shipped, turn_to, with_days
from tests.steps import again, note, pass_undo_time, promised


@pytest.fixture
def shop(shop: Shop) -> Shop:
    return with_days(shop)


def test_a_job_in_its_shipping_stage_waits_for_the_end_of_the_day(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    (job,) = items_of(shop)
    hand_over(shop, job)
    pass_undo_time(shop, clock)

    assert again(shop, job).waits_for == END_OF_DAY
    assert sent.said(job.item_id)[-1] == "ItemPacked"
    assert ship_waiting(shop) == {}, "nobody has to give anything"


def test_tracking_that_comes_after_the_move_waits_for_the_end_of_the_day(shop: Shop) -> None:
    (job,) = items_of(shop)
    note(shop, job, "shipped")
    assert again(shop, job).waits_for == "tracking"
    words = ship_item(shop, job, Parcel(tracking="T1", shipping_option="ups"))

    assert words == "kept; ItemShipped goes out at the end of the day"
    assert again(shop, job).waits_for == END_OF_DAY
    assert "ItemShipped waiting" not in promised(shop, job)


def test_tracking_before_the_move_still_says_where_it_has_to_go(shop: Shop) -> None:
    (job,) = items_of(shop)
    words = ship_item(shop, job, Parcel(tracking="T1", shipping_option="ups"))
    assert words == "kept; ItemShipped goes out when the job reaches its shipping stage"


def test_dragging_back_takes_the_job_off_the_day(shop: Shop, clock: ManualClock) -> None:
    (job,) = items_of(shop)
    hand_over(shop, job)
    note(shop, job, "packed")
    assert again(shop, job).waits_for == ""

    turn_to(clock, CLOSE)
    (day,) = close_by_time(shop)
    assert shipped(day) == []
    assert left(day) == {job.item_id: "packed, but not in shipped"}


def test_a_flow_that_ships_at_once_after_all_says_it_at_the_next_look(shop: Shop) -> None:
    (job,) = items_of(shop)
    hand_over(shop, job)
    at_once = replace(shop, flows=[a_flow(preflight=no_preflight())])
    assert ship_waiting(at_once) == {}
    assert promised(shop, job)[-1] == "ItemShipped waiting"
    assert again(shop, job).waits_for == ""
