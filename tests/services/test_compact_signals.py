"""Old delivered signals go to the archive whole, once, and only when their item is done."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from hotfolder.domain.job import Job
from hotfolder.files.archive import add_lines
from hotfolder.services.compact_signals import archived_signals, compact_signals
from hotfolder.services.edit_signals import park
from hotfolder.services.overview import overview, signal_story
from hotfolder.services.parcel import Parcel
from hotfolder.services.ship_item import give_tracking
from hotfolder.services.shop import Shop
from hotfolder.services.tell_trouble import cancel
from tests.fakes import ManualClock, RecordingSender
from tests.steps import ALL_TYPES, again, job_on_floor, note, promised, send_all, signals_of

KEEP = timedelta(days=90)
PARCEL = Parcel(tracking="JD1", shipping_option="dhl")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "archive"


def ship(shop: Shop, clock: ManualClock, number: int = 1) -> Job:
    """A job whose every signal was delivered."""
    job = job_on_floor(shop, number)
    note(shop, job, "shipped")
    give_tracking(shop, again(shop, job), PARCEL)
    clock.turn(60)
    send_all(shop)
    return job


def compact_all(shop: Shop, folder: Path) -> int:
    moved = 0
    while count := compact_signals(shop, folder, KEEP):
        moved += count
    return moved


def test_signals_of_a_shipped_item_go_to_the_archive_after_their_time(
    shop: Shop, clock: ManualClock, sent: RecordingSender, folder: Path
) -> None:
    job = ship(shop, clock)
    stories = [signal_story(shop, row["id"]) for row in shop.store.signals.find({})]
    clock.turn(KEEP.total_seconds() - 1)
    assert compact_signals(shop, folder, KEEP) == 0
    assert list(archived_signals(folder)) == []
    clock.turn(1)

    assert compact_all(shop, folder) == 5
    assert shop.store.signals.find({}) == []
    assert list(archived_signals(folder)) == stories
    assert [story["type"] for story in stories if story] == ALL_TYPES
    assert [path.name for path in folder.iterdir()] == ["signals-2026-03.jsonl.gz"]
    assert promised(shop, job) == []
    assert overview(shop).signals == {}


def test_an_item_that_is_still_made_keeps_its_signals(
    shop: Shop, clock: ManualClock, sent: RecordingSender, folder: Path
) -> None:
    job = job_on_floor(shop)
    note(shop, job, "packed")
    clock.turn(60)
    send_all(shop)
    clock.turn(10 * KEEP.total_seconds())

    assert compact_all(shop, folder) == 0
    assert len(promised(shop, job)) == 4


def test_a_canceled_item_goes_to_the_archive_with_what_was_withdrawn(
    shop: Shop, clock: ManualClock, sent: RecordingSender, folder: Path
) -> None:
    job = job_on_floor(shop)
    note(shop, job, "print")
    cancel(shop, job, "CancelMiscError", "no paper")
    send_all(shop)
    clock.turn(KEEP.total_seconds())

    assert compact_all(shop, folder) == 3
    assert {one["type"]: one["state"] for one in archived_signals(folder)} == {
        "ItemRegistered": "sent",
        "ItemProduce": "withdrawn",
        "ItemCanceled": "sent",
    }


def test_what_a_person_has_to_decide_about_stays(
    shop: Shop, clock: ManualClock, sent: RecordingSender, folder: Path
) -> None:
    job = job_on_floor(shop)
    note(shop, job, "shipped")
    give_tracking(shop, again(shop, job), PARCEL)
    park(shop, signals_of(shop, job)["ItemPacked"])
    clock.turn(60)
    send_all(shop)
    clock.turn(KEEP.total_seconds())

    assert compact_all(shop, folder) == 4
    assert promised(shop, job) == ["ItemPacked parked"]


def test_a_job_whose_signals_went_to_the_archive_does_not_say_them_again(
    shop: Shop, clock: ManualClock, sent: RecordingSender, folder: Path
) -> None:
    job = ship(shop, clock)
    clock.turn(KEEP.total_seconds())
    compact_all(shop, folder)
    for stage in ("packed", "shipped"):
        note(shop, job, stage)
    words = give_tracking(shop, again(shop, job), replace(PARCEL, tracking="JD2"))
    clock.turn(60)
    send_all(shop)

    assert "was said before" in words
    assert sent.said(job.item_id) == ALL_TYPES


def test_a_signal_that_a_crash_left_in_both_places_is_told_once(
    shop: Shop, clock: ManualClock, sent: RecordingSender, folder: Path
) -> None:
    ship(shop, clock)
    clock.turn(KEEP.total_seconds())

    stories = [signal_story(shop, row["id"]) for row in shop.store.signals.find({})]
    add_lines(folder / "signals-2026-03.jsonl.gz", [json.dumps(story) for story in stories])

    assert compact_all(shop, folder) == 5
    assert [one["type"] for one in archived_signals(folder)] == ALL_TYPES


def test_many_go_in_steps_and_none_is_forgotten(
    shop: Shop, clock: ManualClock, sent: RecordingSender, folder: Path
) -> None:
    jobs = [ship(shop, clock, number) for number in range(1, 111)]
    clock.turn(KEEP.total_seconds())

    assert compact_signals(shop, folder, KEEP) == 500
    assert compact_all(shop, folder) == 50
    archived = list(archived_signals(folder))
    assert {one["order"] for one in archived} == {job.order_id for job in jobs}
    assert len({one["id"] for one in archived}) == 550


def test_the_archive_can_be_asked_for_one_order_or_what_is_new(
    shop: Shop, clock: ManualClock, sent: RecordingSender, folder: Path
) -> None:
    first = ship(shop, clock, 1)
    clock.turn(40 * 24 * 3600)
    between = clock.now()
    second = ship(shop, clock, 2)
    clock.turn(KEEP.total_seconds())
    compact_all(shop, folder)

    assert len(list(folder.iterdir())) == 2, "one file a month"
    of_first = list(archived_signals(folder, {"order": first.order_id, "item": None}))
    assert {one["order"] for one in of_first} == {first.order_id}
    new = list(archived_signals(folder, {"since": between}))
    assert {one["order"] for one in new} == {second.order_id}
    assert list(archived_signals(folder, {"state": "parked"})) == []
    assert list(archived_signals(folder, {"late": clock.now()})) == []
