"""Finished jobs go to the archive whole and checked, and only then from where they were."""

import shutil
from pathlib import Path

import pytest

from hotfolder.domain.job import JobState
from hotfolder.domain.retention import ArchiveForm, Keep
from hotfolder.errors import StopAsked
from hotfolder.services.archive_jobs import AGAIN_SECONDS, Archive, Archiving
from hotfolder.services.edit_signals import park, resend
from hotfolder.services.order_story import order_story
from hotfolder.services.overview import overview
from hotfolder.services.shop import Shop
from hotfolder.services.tell_trouble import cancel
from hotfolder.watch.rounds import Rounds
from tests.fakes import ManualClock, RecordingSender
from tests.services.archiving import (
    AFTER,
    DAY,
    an_archive,
    archive_all,
    archived_path,
    files_below,
    files_in,
    finished_job,
    name_of,
    record_of,
)
from tests.steps import (
    actions,
    again,
    drag,
    folder_of,
    job_on_floor,
    note,
    notes,
    order_in,
    send_all,
    signals_of,
    with_sides,
)


@pytest.fixture
def shop(shop: Shop) -> Shop:
    return with_sides(shop)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return an_archive(tmp_path / "archive")


@pytest.mark.parametrize("form", ArchiveForm)
def test_a_finished_job_goes_to_the_archive_after_its_time_with_all_that_lies_in_its_folder(
    shop: Shop, clock: ManualClock, tmp_path: Path, form: ArchiveForm
) -> None:
    archive = an_archive(tmp_path / "archive", form)
    job = finished_job(shop, clock)
    folder = folder_of(shop, job)
    (folder / "proofs").mkdir()
    (folder / "proofs" / "from the client.txt").write_text("mine")
    (folder / ".hidden").write_text("kept as well")
    files = files_below(folder)
    clock.turn(AFTER.total_seconds() - 1)
    assert archive_all(shop, archive) == []
    assert folder.is_dir()
    clock.turn(1)

    ending = ".zip" if form is ArchiveForm.ZIP else ""
    expected = tmp_path / "archive" / "2026-03" / f"{folder.name}{ending}"
    assert archive_all(shop, archive) == [expected]
    assert files_in(expected) == files
    assert not folder.exists()
    assert list(shop.spool.path.iterdir()) == []
    assert [path.name for path in expected.parent.iterdir()] == [expected.name]
    assert archived_path(shop, job) == expected
    assert again(shop, job).place is None
    assert again(shop, job).state is JobState.DONE
    assert actions(shop, job.order_id)[-2:] == ["job put away", "job archived"]
    assert archive_all(shop, archive) == []


def test_the_archive_tells_which_job_it_was_and_the_story_of_the_order_where_it_lies(
    shop: Shop, clock: ManualClock, archive: Archive
) -> None:
    job = finished_job(shop, clock)
    name = name_of(shop, job)
    clock.turn(AFTER.total_seconds())
    (path,) = archive_all(shop, archive)

    record = record_of(path)
    assert (record["order"], record["item"], record["run"]) == (job.order_id, job.item_id, 1)
    assert (record["stage"], record["folder"]) == ("shipped", name)
    assert {one["name"]: one["sha256"] for one in record["entries"]} == files_in(path)

    story = order_story(shop, job.order_id)
    assert story["journal"][-1]["words"] == f"its folder is archived: {path}"
    assert all(file["fetched"] for file in story["items"][0]["files"])
    assert story["jobs"][0]["state"] == "done"


def test_what_is_not_finished_stays(shop: Shop, clock: ManualClock, archive: Archive) -> None:
    waits = job_on_floor(shop, 1)
    note(shop, waits, "shipped")  # its tracking is missing
    half = job_on_floor(shop, 2)
    note(shop, half, "packed")
    held = job_on_floor(shop, 3)
    note(shop, held, "hold")
    order_in(shop, 4)
    send_all(shop)
    clock.turn(10 * AFTER.total_seconds())
    send_all(shop)

    assert archive_all(shop, archive) == []
    assert all(folder_of(shop, job).is_dir() for job in (waits, half, held))


def test_a_signal_that_is_not_through_keeps_the_job_and_counts_from_when_it_is(
    shop: Shop, clock: ManualClock, archive: Archive, sent: RecordingSender
) -> None:
    job = job_on_floor(shop)
    note(shop, job, "shipped")
    (folder_of(shop, job) / "tracking.txt").write_text("JD0123456789\n")
    Rounds(shop, 5).step()
    park(shop, signals_of(shop, job)["ItemPacked"])
    clock.turn(AFTER.total_seconds())
    send_all(shop)
    clock.turn(AFTER.total_seconds())
    assert archive_all(shop, archive) == [], "it is parked"

    resend(shop, signals_of(shop, job)["ItemPacked"])
    assert archive_all(shop, archive) == [], "it waits"
    send_all(shop)
    assert "ItemPacked" in sent.said(job.item_id)
    assert archive_all(shop, archive) == [], "it just came through"
    clock.turn(AFTER.total_seconds())
    assert len(archive_all(shop, archive)) == 1


def test_canceled_jobs_and_those_in_the_archive_stage_go_and_keep_what_they_are(
    shop: Shop, clock: ManualClock, archive: Archive
) -> None:
    by_drag, by_command = job_on_floor(shop, 1), job_on_floor(shop, 2)
    note(shop, by_drag, "canceled/CancelBookRip")
    cancel(shop, by_command, "CancelMiscError", "no paper")
    aside = finished_job(shop, clock, 3)
    note(shop, aside, "archive")
    clock.turn(60)
    send_all(shop)
    clock.turn(AFTER.total_seconds())

    assert len(archive_all(shop, archive)) == 3
    states = [again(shop, job).state for job in (by_drag, by_command, aside)]
    assert states == [JobState.CANCELED, JobState.CANCELED, JobState.DONE]
    assert overview(shop).jobs == {"canceled": 2, "done": 1}


def test_nothing_goes_without_a_time_but_what_has_begun_comes_to_its_end(
    shop: Shop, clock: ManualClock, archive: Archive
) -> None:
    first, second = finished_job(shop, clock, 1), finished_job(shop, clock, 2)
    clock.turn(AFTER.total_seconds())

    def stop(step: str) -> None:
        if step == "copy":
            raise StopAsked("Hotfolder stops")

    with pytest.raises(StopAsked):
        archive_all(shop, archive, stop)
    off = Archive(keep=Keep(after=None), place=archive.place)
    assert len(archive_all(shop, off)) == 1
    assert archived_path(shop, first)
    assert folder_of(shop, second).is_dir()


def test_a_folder_that_is_written_to_waits(
    shop: Shop, clock: ManualClock, archive: Archive
) -> None:
    job = finished_job(shop, clock)
    clock.turn(AFTER.total_seconds())
    with (folder_of(shop, job) / "scan.tif").open("wb"):
        assert archive_all(shop, archive) == []
    assert len(archive_all(shop, archive)) == 1


def test_a_folder_that_is_not_the_known_one_is_left_alone(
    shop: Shop, clock: ManualClock, archive: Archive
) -> None:
    job = finished_job(shop, clock)
    folder = folder_of(shop, job)
    clock.turn(AFTER.total_seconds())
    elsewhere = drag(shop, folder, "packed")  # not noted yet
    folder.mkdir()
    assert archive_all(shop, archive) == []

    folder.rmdir()
    elsewhere.rename(folder)
    (folder / "job-ticket.json").rename(folder / "ticket.json")
    assert archive_all(shop, archive) == []
    assert folder.is_dir()


def test_a_file_that_changes_while_it_is_copied_is_archived_as_it_is_in_the_end(
    shop: Shop, clock: ManualClock, archive: Archive
) -> None:
    job = finished_job(shop, clock)
    (folder_of(shop, job) / "scan.tif").write_bytes(b"first")
    clock.turn(AFTER.total_seconds())
    changed: list[Path] = []

    def change(step: str) -> None:
        if step == "" and not changed:
            changed.append(shop.spool.path / f"archive-{job.id}" / "scan.tif")
            changed[0].write_bytes(b"other")

    archiving = Archiving(shop, archive, change)
    assert archiving.run() == []
    assert "was changed while it was copied" in "".join(archiving.troubles.values())
    assert files_below(archive.place.path).keys() == {".hotfolder-archive"}
    clock.turn(AGAIN_SECONDS)
    (path,) = archiving.run()
    assert notes(shop) == {}
    assert "scan.tif" in files_in(path)


def test_two_folders_of_one_name_get_two_archives(
    shop: Shop, clock: ManualClock, archive: Archive
) -> None:
    first, second = finished_job(shop, clock, 1), finished_job(shop, clock, 2)
    note(shop, first, "archive")
    for job in (first, second):
        folder_of(shop, job).rename(folder_of(shop, job).with_name("same"))
    Rounds(shop, 5).step()
    clock.turn(AFTER.total_seconds())

    assert sorted(path.name for path in archive_all(shop, archive)) == ["same.zip", "same_2.zip"]


def test_an_archived_folder_that_comes_back_is_told_and_left_alone(
    shop: Shop, clock: ManualClock, archive: Archive
) -> None:
    job = finished_job(shop, clock)
    rounds = Rounds(shop, 5)
    rounds.step()
    clock.turn(AFTER.total_seconds())
    (path,) = archive_all(shop, archive)
    rounds.step()
    clock.turn(DAY)
    rounds.step()
    assert notes(shop) == {}, "that it is gone is no news"

    shutil.unpack_archive(path, shop.floor.stage_path("print") / "unpacked")
    clock.turn(5)
    rounds.step()
    clock.turn(shop.rules.note_after_seconds)
    rounds.step()
    (told,) = shop.store.notes.all()
    assert (told.stage, told.name, told.kind) == ("print", "unpacked", "archived")
    assert told.words == "is finished and was archived; nothing is done with it"
    assert again(shop, job).place is None
