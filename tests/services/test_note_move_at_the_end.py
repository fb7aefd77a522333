"""Moves of jobs that wait for tracking or are canceled."""

from dataclasses import replace

import pytest

from hotfolder.domain.job import JobState
from hotfolder.services.note_move import note_moves
from hotfolder.services.parcel import Parcel
from hotfolder.services.ship_item import ship_item, ship_waiting
from hotfolder.services.shop import Shop
from hotfolder.services.tell_trouble import cancel
from tests.builders import a_flow
from tests.fakes import ManualClock, RecordingSender
from tests.steps import (
    ALL_TYPES,
    again,
    arrive,
    job_on_floor,
    moves_of,
    new_stage,
    note,
    pass_undo_time,
    promised,
    stage_of,
    with_flow,
)


def with_archive(shop: Shop) -> Shop:
    archive = new_stage(shop, "archive", "60-archive")
    return with_flow(shop, stages=(*a_flow().stages, archive))


@pytest.mark.parametrize("way", [["shipped", "archive"], ["archive"]])
def test_a_job_that_leaves_its_shipping_stage_before_its_tracking_came_still_ships(
    shop: Shop, clock: ManualClock, sent: RecordingSender, way: list[str]
) -> None:
    shop = with_archive(shop)
    job = job_on_floor(shop)
    for stage in way:
        note(shop, job, stage)
    assert again(shop, job).waits_for == "tracking"

    ship_item(shop, job, Parcel(tracking="TRACK-1"))
    pass_undo_time(shop, clock)

    assert sent.said(job.item_id) == ALL_TYPES
    assert again(shop, job).waits_for == ""


def test_a_job_dragged_back_before_its_tracking_came_does_not_wait_for_it(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    job = job_on_floor(shop)
    note(shop, job, "shipped")
    note(shop, job, "packed")
    assert again(shop, job).waits_for == ""

    ship_item(shop, job, Parcel(tracking="TRACK-1"))
    pass_undo_time(shop, clock)
    assert sent.said(job.item_id) == ALL_TYPES[:4]


def test_tracking_given_while_a_move_is_being_noted_is_not_lost(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    job = job_on_floor(shop)
    seen_before = again(shop, job)
    ship_item(shop, job, Parcel(tracking="TRACK-1"))
    arrival = replace(arrive(shop, job, "shipped"), job=seen_before)

    note_moves(shop, [arrival])
    ship_waiting(shop)
    pass_undo_time(shop, clock)

    assert again(shop, job).tracking == "TRACK-1"
    assert sent.said(job.item_id) == ALL_TYPES


def test_the_move_of_a_canceled_job_is_written_and_nothing_is_said(
    shop: Shop, clock: ManualClock
) -> None:
    job = job_on_floor(shop)
    note(shop, job, "print")
    cancel(shop, job, "CancelBookRip", "the RIP stops on page 3")

    assert note(shop, job, "shipped") == []
    assert stage_of(shop, job) == "shipped"
    assert (again(shop, job).waits_for, again(shop, job).state) == ("", JobState.CANCELED)
    assert promised(shop, job) == [
        "ItemRegistered waiting",
        "ItemProduce withdrawn",
        "ItemCanceled waiting",
    ]
    last = moves_of(shop, job)[-1]
    assert last.detail == {"from": "print", "to": "shipped", "kind": "silent", "signals": []}


def test_a_canceled_job_may_go_where_its_flow_never_goes(shop: Shop) -> None:
    new_stage(shop, "bin", "bin")
    job = job_on_floor(shop)
    cancel(shop, job, "CancelMiscError", "not needed")

    assert note(shop, job, "bin") == []
    assert stage_of(shop, job) == "bin"


def test_a_job_canceled_while_its_folder_was_looked_at_says_nothing(shop: Shop) -> None:
    job = job_on_floor(shop)
    seen = arrive(shop, job, "print")
    cancel(shop, job, "CancelMiscError", "not needed")

    assert note_moves(shop, [seen]) == []
    assert stage_of(shop, job) == "print"
    assert promised(shop, job) == ["ItemRegistered waiting", "ItemCanceled waiting"]
