"""What lies on the floor, is in production or was said stands in the way of other content."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hotfolder.domain.job import JobState
from hotfolder.files.floor import Floor
from hotfolder.services.compact_signals import compact_signals
from hotfolder.services.decide_order import take_changed
from hotfolder.services.parcel import Parcel
from hotfolder.services.ship_item import give_tracking
from hotfolder.services.shop import Shop
from tests.builders import a_place
from tests.changes import another_address, another_item, come_changed, more_copies
from tests.fakes import ManualClock
from tests.services.deciding import ORDER, held_job, refused
from tests.steps import (
    again,
    drag,
    fetch_all,
    folder_of,
    job_on_floor,
    note,
    order_in,
    send_all,
    the_job,
)


def test_a_held_job_that_somebody_works_on_is_in_the_way(shop: Shop, clock: ManualClock) -> None:
    job = held_job(shop, clock)
    folder = drag(shop, folder_of(shop, job), "print")  # nobody has looked there yet
    come_changed(shop, more_copies)

    assert f"lies in {folder}" in refused(shop)
    assert the_job(shop, ORDER) == job


@pytest.mark.parametrize("change", [more_copies, another_address])
def test_a_folder_in_the_first_stage_has_to_be_taken_off_the_floor_first(
    shop: Shop, change: Callable[[dict[str, Any]], None]
) -> None:
    job = job_on_floor(shop)
    send_all(shop)
    folder = folder_of(shop, job)
    come_changed(shop, change)

    words = refused(shop)
    assert f"lies in {folder}" in words
    assert "take it off the floor" in words

    shutil.rmtree(folder)
    take_changed(shop, ORDER)
    assert again(shop, job).place is None
    fetch_all(shop)
    assert folder_of(shop, job).is_dir()
    assert again(shop, job).state is JobState.FLOOR


def test_a_folder_that_was_renamed_or_copied_on_the_floor_is_seen_too(shop: Shop) -> None:
    job = job_on_floor(shop)
    folder = folder_of(shop, job)
    come_changed(shop, more_copies)

    aside = folder.rename(folder.with_name("aside"))
    assert f"lies in {aside}" in refused(shop)
    copy = shop.floor.stage_path("packed") / "copy"
    shutil.copytree(aside, copy)
    shutil.rmtree(aside)
    assert f"lies in {copy}" in refused(shop)


def test_a_folder_that_lost_its_ticket_is_seen_by_what_the_disk_calls_it(shop: Shop) -> None:
    folder = folder_of(shop, job_on_floor(shop))
    come_changed(shop, more_copies)
    (folder / "job-ticket.json").unlink()
    aside = folder.rename(folder.with_name("aside"))

    assert f"lies in {aside}" in refused(shop)


def test_the_folder_of_another_order_with_the_number_of_a_deleted_one_is_not_in_the_way(
    shop: Shop,
) -> None:
    """What the disk called a deleted folder it soon calls another one: its ticket tells."""
    job, other = job_on_floor(shop), job_on_floor(shop, 2)
    come_changed(shop, more_copies)
    folder = folder_of(shop, job)
    ticket = (folder_of(shop, other) / "job-ticket.json").read_bytes()
    reused = folder.rename(shop.floor.stage_path("print") / "of the other order")
    (reused / "job-ticket.json").write_bytes(ticket)

    take_changed(shop, ORDER)
    assert again(shop, job).state is JobState.WAITING


def test_the_folder_of_a_job_in_its_place_is_in_the_way_whatever_ticket_it_holds(
    shop: Shop,
) -> None:
    job, other = job_on_floor(shop), job_on_floor(shop, 2)
    come_changed(shop, more_copies)
    folder = folder_of(shop, job)
    ticket = (folder_of(shop, other) / "job-ticket.json").read_bytes()
    (folder / "job-ticket.json").write_bytes(ticket)

    assert f"lies in {folder}" in refused(shop)


def test_while_a_stage_can_not_be_looked_at_no_folder_counts_as_gone(
    shop: Shop, floor: Floor
) -> None:
    job = job_on_floor(shop)
    come_changed(shop, more_copies)
    shutil.rmtree(folder_of(shop, job))
    marker = next(floor.stage_path("packed").glob(".*"))
    kept = marker.read_bytes()
    marker.unlink()

    assert "may lie in stage packed, which can not be looked at" in refused(shop)

    marker.write_bytes(kept)
    assert take_changed(shop, ORDER).anew == [job.item_id]


def test_a_folder_that_is_just_being_put_there_can_not_change(shop: Shop) -> None:
    order_in(shop)
    with shop.store.transaction():  # all that a release writes before its rename
        place = a_place(stage="new", folder="soon there")
        assert shop.store.jobs.release(the_job(shop, ORDER), place, shop.clock.now())
    come_changed(shop, more_copies)

    assert "is just being put there" in refused(shop)


@pytest.mark.parametrize("stage", ["print", "packed"])
@pytest.mark.parametrize("change", [more_copies, another_address, another_item])
def test_an_order_in_production_does_not_change(
    shop: Shop, stage: str, change: Callable[[dict[str, Any]], None]
) -> None:
    note(shop, job_on_floor(shop), stage)
    come_changed(shop, change)

    assert f"is in production already: it is in stage {stage}" in refused(shop)


def test_an_order_about_which_more_was_said_does_not_change(shop: Shop, clock: ManualClock) -> None:
    job = job_on_floor(shop)
    note(shop, job, "print")
    clock.turn(60)
    send_all(shop)
    note(shop, job, "new")  # too late to be taken back
    come_changed(shop, another_item)

    assert "ItemProduce stands for it already" in refused(shop)


def test_what_went_to_the_archive_was_said(shop: Shop, clock: ManualClock, tmp_path: Path) -> None:
    job = job_on_floor(shop)
    give_tracking(shop, job, Parcel(tracking="JD7", shipping_option="dhl"))
    note(shop, job, "shipped")
    clock.turn(60)
    send_all(shop)
    clock.turn(24 * 3600)
    assert compact_signals(shop, tmp_path / "archive", timedelta(hours=1))
    note(shop, again(shop, job), "new")
    assert shop.store.signals.find({"order": ORDER}) == []
    come_changed(shop, more_copies)

    assert "ItemShipped stands for it already" in refused(shop)


def test_a_drag_that_was_taken_back_in_time_stands_in_no_way(shop: Shop) -> None:
    job = job_on_floor(shop)
    note(shop, job, "print")
    note(shop, job, "new")
    come_changed(shop, another_item)

    assert take_changed(shop, ORDER).added == ["000000010002"]
