"""A job is in another stage: its journal line and its signals."""

from dataclasses import replace

import pytest

from hotfolder.domain.flow import Flow, Skipped, Stage
from hotfolder.domain.move import Arrival
from hotfolder.services.note_move import note_moves
from hotfolder.services.shop import Shop
from tests.builders import a_flow, a_flow_that
from tests.fakes import ManualClock, RecordingSender
from tests.steps import (
    ALL_TYPES,
    UNDO,
    again,
    arrive,
    job_on_floor,
    moves_of,
    new_stage,
    note,
    pass_undo_time,
    promised,
    send_all,
    stage_of,
    with_flow,
)


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
        for line in moves_of(shop, job)
    ] == [
        ("new", "print", "forward", ["ItemProduce"]),
        ("print", "produced", "forward", ["ItemProduced"]),
        ("produced", "packed", "forward", ["ItemPacked"]),
    ]
    assert {line.item_id for line in moves_of(shop, job)} == {job.item_id}


def test_a_jump_says_the_signals_of_the_skipped_stages_in_order_and_marks_them(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    job = job_on_floor(shop)
    note(shop, job, "packed")
    pass_undo_time(shop, clock)

    assert sent.said(job.item_id) == ALL_TYPES[:4]
    inferred = {row["type"]: row["inferred"] for row in shop.store.signals.find({})}
    assert inferred == {
        "ItemRegistered": False,
        "ItemProduce": True,
        "ItemProduced": True,
        "ItemPacked": False,
    }
    line = moves_of(shop, job)[0]
    assert line.detail["kind"] == "skipped"
    assert line.detail["inferred"] == ["ItemProduce", "ItemProduced"]


def test_where_the_flow_does_not_fill_in_only_the_target_speaks(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    shop = with_flow(shop, stages=a_flow_that(Skipped.LEAVE).stages)
    job = job_on_floor(shop)
    note(shop, job, "packed")
    pass_undo_time(shop, clock)

    assert sent.said(job.item_id) == ["ItemRegistered", "ItemPacked"]
    assert moves_of(shop, job)[0].detail["kind"] == "skipped"


def test_a_stage_without_undo_time_speaks_at_once(shop: Shop, sent: RecordingSender) -> None:
    stages = tuple(replace(stage, undo_seconds=0) for stage in a_flow().stages)
    shop = with_flow(shop, stages=stages)
    job = job_on_floor(shop)
    note(shop, job, "print")
    send_all(shop)

    assert sent.said(job.item_id) == ["ItemRegistered", "ItemProduce"]


def test_moves_that_were_seen_together_are_kept_together_or_not_at_all(shop: Shop) -> None:
    first, second = job_on_floor(shop, 1), job_on_floor(shop, 2)
    arrivals = [arrive(shop, job, "print") for job in (first, second)]
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

    assert len(moves_of(shop, job)) == 1
    assert promised(shop, job) == ["ItemRegistered waiting", "ItemProduce waiting"]


def test_a_stage_of_another_flow_is_refused_with_words_and_says_nothing(shop: Shop) -> None:
    cut = new_stage(shop, "cut", "25-cut")
    other = Flow(name="posters", stages=(Stage(key="new", folder="new"), cut))
    shop = replace(shop, flows=[*shop.flows, other])
    job = job_on_floor(shop)

    refused = note(shop, job, "cut")

    assert [why for _, why in refused] == ["stage cut is not part of the flow books"]
    assert stage_of(shop, job) == "new"
    assert moves_of(shop, job) == []


def test_a_job_whose_flow_is_no_longer_configured_is_refused_with_words(shop: Shop) -> None:
    job = job_on_floor(shop)
    shop = with_flow(shop, name="renamed")

    refused = note(shop, job, "print")

    assert [why for _, why in refused] == ["its flow books is not configured any more"]
    assert promised(shop, job) == ["ItemRegistered waiting"]
