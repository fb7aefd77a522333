"""A job is in another stage: its journal line, its signals, and what is taken back."""

from dataclasses import replace
from typing import Any

import pytest

from hotfolder.domain.flow import Flow, Stage
from hotfolder.domain.job import JobState, Place
from hotfolder.domain.move import Arrival
from hotfolder.files.floor import Floor
from hotfolder.services.note_move import note_moves
from hotfolder.services.parcel import Parcel
from hotfolder.services.ship_item import ship_item, ship_waiting
from hotfolder.services.shop import Shop
from hotfolder.services.tell_trouble import cancel
from hotfolder.store.journal import Line
from tests.builders import a_flow
from tests.fakes import ManualClock, RecordingSender
from tests.steps import (
    ALL_TYPES,
    again,
    drag,
    folder_of,
    job_on_floor,
    note,
    promised,
    send_all,
    stage_of,
)

UNDO = 20.0


def moves(shop: Shop, order_id: str) -> list[Line]:
    return [line for line in shop.store.journal.of_order(order_id) if line.action == "job moved"]


def flow_of(shop: Shop, **changes: Any) -> Shop:
    return replace(shop, flows=[a_flow(**changes)])


def test_a_step_forward_says_its_signal_after_the_undo_time(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    job = job_on_floor(shop)
    send_all(shop)
    note(shop, job, "print")

    clock.turn(UNDO - 0.001)
    send_all(shop)
    assert sent.said(job.item_id) == ["ItemRegistered"]

    clock.turn(0.001)
    send_all(shop)
    assert sent.said(job.item_id) == ["ItemRegistered", "ItemProduce"]


def test_a_signal_tells_the_time_of_the_move_and_not_of_the_sending(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    job = job_on_floor(shop)
    clock.turn(60)
    note(shop, job, "print")
    clock.turn(7200)
    send_all(shop)

    assert [signal["datetime"] for signal in sent.signals] == [
        "2026-03-02 08:00:00 GMT",
        "2026-03-02 08:01:00 GMT",
    ]


def test_each_move_is_one_line_in_the_journal(shop: Shop) -> None:
    job = job_on_floor(shop)
    for stage in ("print", "produced", "packed"):
        note(shop, job, stage)

    assert [
        (line.detail["from"], line.detail["to"], line.detail["kind"], line.detail["signals"])
        for line in moves(shop, job.order_id)
    ] == [
        ("new", "print", "forward", ["ItemProduce"]),
        ("print", "produced", "forward", ["ItemProduced"]),
        ("produced", "packed", "forward", ["ItemPacked"]),
    ]
    assert {line.item_id for line in moves(shop, job.order_id)} == {job.item_id}


def test_a_jump_says_the_signals_of_the_skipped_stages_in_order_and_marks_them(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    job = job_on_floor(shop)
    note(shop, job, "packed")
    clock.turn(UNDO)
    send_all(shop)

    assert sent.said(job.item_id) == ALL_TYPES[:4]
    inferred = {row["type"]: row["inferred"] for row in shop.store.signals.find({})}
    assert inferred == {
        "ItemRegistered": False,
        "ItemProduce": True,
        "ItemProduced": True,
        "ItemPacked": False,
    }
    line = moves(shop, job.order_id)[0]
    assert line.detail["kind"] == "skipped"
    assert line.detail["inferred"] == ["ItemProduce", "ItemProduced"]


def test_where_the_flow_does_not_fill_in_only_the_target_speaks(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    shop = flow_of(shop, fill_skipped=False)
    job = job_on_floor(shop)
    note(shop, job, "packed")
    clock.turn(UNDO)
    send_all(shop)

    assert sent.said(job.item_id) == ["ItemRegistered", "ItemPacked"]
    assert moves(shop, job.order_id)[0].detail["kind"] == "skipped"


def test_a_stage_without_undo_time_speaks_at_once(shop: Shop, sent: RecordingSender) -> None:
    stages = tuple(replace(stage, undo_seconds=0) for stage in a_flow().stages)
    shop = flow_of(shop, stages=stages)
    job = job_on_floor(shop)
    note(shop, job, "print")
    send_all(shop)

    assert sent.said(job.item_id) == ["ItemRegistered", "ItemProduce"]


def test_a_folder_dragged_back_within_the_undo_time_withdraws_its_signal(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    job = job_on_floor(shop)
    note(shop, job, "print")
    clock.turn(UNDO - 1)
    send_all(shop)
    note(shop, job, "new")
    clock.turn(3600)
    send_all(shop)

    assert sent.said(job.item_id) == ["ItemRegistered"]
    assert promised(shop, job) == ["ItemRegistered sent", "ItemProduce withdrawn"]
    back = moves(shop, job.order_id)[-1]
    assert (back.detail["kind"], back.detail["withdrawn"]) == ("back", ["ItemProduce"])


def test_a_wrong_jump_dragged_back_withdraws_only_what_lies_behind(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    job = job_on_floor(shop)
    note(shop, job, "packed")
    note(shop, job, "print")
    clock.turn(UNDO)
    send_all(shop)

    assert sent.said(job.item_id) == ["ItemRegistered", "ItemProduce"]


def test_what_was_withdrawn_is_said_when_the_job_really_goes_on(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    job = job_on_floor(shop)
    note(shop, job, "print")
    note(shop, job, "new")
    note(shop, job, "print")
    clock.turn(UNDO)
    send_all(shop)

    assert sent.said(job.item_id) == ["ItemRegistered", "ItemProduce"]


def test_what_was_sent_stays_said_and_is_never_said_twice(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    job = job_on_floor(shop)
    note(shop, job, "produced")
    clock.turn(UNDO)
    send_all(shop)
    for stage in ("print", "new", "print", "produced", "new", "produced"):
        note(shop, job, stage)
        clock.turn(UNDO)
        send_all(shop)

    assert sent.said(job.item_id) == ["ItemRegistered", "ItemProduce", "ItemProduced"]
    assert len(moves(shop, job.order_id)) == 7
    assert "withdrawn" not in moves(shop, job.order_id)[1].detail


def test_item_registered_is_not_taken_back_by_any_move(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    job = job_on_floor(shop)
    note(shop, job, "print")
    note(shop, job, "new")
    clock.turn(UNDO)
    send_all(shop)

    assert sent.said(job.item_id) == ["ItemRegistered"]


def test_moves_that_were_seen_together_are_kept_together_or_not_at_all(
    shop: Shop, floor: Floor
) -> None:
    first, second = job_on_floor(shop, 1), job_on_floor(shop, 2)
    arrivals = []
    for job in (first, second):
        folder = drag(shop, folder_of(shop, job), "print")
        inode = floor.inode("print", folder.name)
        assert inode is not None
        arrivals.append(
            Arrival(job=job, place=Place(stage="print", folder=folder.name, inode=inode))
        )
    broken = replace(arrivals[1], place=replace(arrivals[1].place, folder="\udcff"))

    with pytest.raises(UnicodeError):
        note_moves(shop, [arrivals[0], broken])
    assert [stage_of(shop, job) for job in (first, second)] == ["new", "new"]
    assert len(shop.store.signals.find({})) == 2

    note_moves(shop, arrivals)
    assert [stage_of(shop, job) for job in (first, second)] == ["print", "print"]


def test_a_move_that_another_has_noted_is_not_noted_again(shop: Shop) -> None:
    job = job_on_floor(shop)
    note(shop, job, "print")
    place = again(shop, job).place
    assert place is not None
    note_moves(shop, [Arrival(job=job, place=place)])

    assert len(moves(shop, job.order_id)) == 1
    assert promised(shop, job) == ["ItemRegistered waiting", "ItemProduce waiting"]


def test_a_stage_of_another_flow_is_refused_with_words_and_says_nothing(
    shop: Shop, floor: Floor
) -> None:
    other = Flow(
        name="posters",
        stages=(Stage(key="new", folder="new"), Stage(key="cut", folder="25-cut")),
    )
    floor.stages["cut"] = other.stages[1]
    floor.prepare()
    shop = replace(shop, flows=[*shop.flows, other])
    job = job_on_floor(shop)

    refused = note(shop, job, "cut")

    assert [why for _, why in refused] == ["stage cut is not part of the flow books"]
    assert stage_of(shop, job) == "new"
    assert moves(shop, job.order_id) == []


def test_a_job_whose_flow_is_no_longer_configured_is_refused_with_words(shop: Shop) -> None:
    job = job_on_floor(shop)
    shop = flow_of(shop, name="renamed")

    refused = note(shop, job, "print")

    assert [why for _, why in refused] == ["its flow books is not configured any more"]
    assert promised(shop, job) == ["ItemRegistered waiting"]


def with_archive(shop: Shop) -> Shop:
    archive = Stage(key="archive", folder="60-archive")
    shop.floor.stages["archive"] = archive
    shop.floor.prepare()
    return flow_of(shop, stages=(*a_flow().stages, archive))


@pytest.mark.parametrize("way", [["shipped", "archive"], ["archive"]])
def test_a_job_that_leaves_its_shipping_stage_before_its_tracking_came_still_ships(
    shop: Shop, clock: ManualClock, sent: RecordingSender, way: list[str]
) -> None:
    shop = with_archive(shop)
    job = job_on_floor(shop)
    for stage in way:
        note(shop, job, stage)
    assert again(shop, job).waits_for == "tracking"

    ship_item(shop, job.order_id, job.item_id, Parcel(tracking="TRACK-1"))
    clock.turn(UNDO)
    send_all(shop)

    assert sent.said(job.item_id) == ALL_TYPES
    assert again(shop, job).waits_for == ""


def test_a_job_dragged_back_before_its_tracking_came_does_not_wait_for_it(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    job = job_on_floor(shop)
    note(shop, job, "shipped")
    note(shop, job, "packed")
    assert again(shop, job).waits_for == ""

    ship_item(shop, job.order_id, job.item_id, Parcel(tracking="TRACK-1"))
    clock.turn(UNDO)
    send_all(shop)
    assert sent.said(job.item_id) == ALL_TYPES[:4]


def test_tracking_given_while_a_move_is_being_noted_is_not_lost(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    job = job_on_floor(shop)
    seen_before = again(shop, job)
    ship_item(shop, job.order_id, job.item_id, Parcel(tracking="TRACK-1"))
    folder = drag(shop, folder_of(shop, job), "shipped")
    inode = shop.floor.inode("shipped", folder.name)
    assert inode is not None
    place = Place(stage="shipped", folder=folder.name, inode=inode)

    note_moves(shop, [Arrival(job=seen_before, place=place)])
    ship_waiting(shop)
    clock.turn(UNDO)
    send_all(shop)

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
    last = moves(shop, job.order_id)[-1]
    assert last.detail == {"from": "print", "to": "shipped", "kind": "canceled", "signals": []}


def test_a_canceled_job_may_go_where_its_flow_never_goes(shop: Shop, floor: Floor) -> None:
    floor.stages["bin"] = Stage(key="bin", folder="bin")
    floor.prepare()
    job = job_on_floor(shop)
    cancel(shop, job, "CancelMiscError", "not needed")

    assert note(shop, job, "bin") == []
    assert stage_of(shop, job) == "bin"


def test_a_job_canceled_while_its_folder_was_looked_at_says_nothing(shop: Shop) -> None:
    job = job_on_floor(shop)
    folder = drag(shop, folder_of(shop, job), "print")
    inode = shop.floor.inode("print", folder.name)
    assert inode is not None
    seen = Arrival(
        job=again(shop, job), place=Place(stage="print", folder=folder.name, inode=inode)
    )
    cancel(shop, job, "CancelMiscError", "not needed")

    assert note_moves(shop, [seen]) == []
    assert stage_of(shop, job) == "print"
    assert promised(shop, job) == ["ItemRegistered waiting", "ItemCanceled waiting"]
