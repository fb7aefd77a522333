"""Folders that hold more than their job: two tickets, another's ticket, other job folders."""

import json
import shutil
from pathlib import Path

import pytest

from hotfolder.domain.job import Job
from hotfolder.services.shop import Shop
from tests.steps import drag, folder_of, job_on_floor, notes, promised, stage_of, the_job
from tests.watch.conftest import EVERY, PATIENCE, Hands, moves

TICKET = "job-ticket.json"


@pytest.fixture
def other(hands: Hands, shop: Shop) -> Job:
    """One more job in the first stage, seen there."""
    made = job_on_floor(shop, 2)
    hands.look("new")
    return made


def words(shop: Shop, kind: str) -> list[str]:
    return [note.words for note in shop.store.notes.all() if note.kind == kind]


@pytest.mark.parametrize(
    "name", ["job-ticket (1).json", "JOB-TICKET.json", "job-ticket - Copy.json"]
)
def test_a_folder_with_the_tickets_of_two_jobs_says_nothing_for_either(
    hands: Hands, shop: Shop, job: Job, other: Job, name: str
) -> None:
    folder = folder_of(shop, job)
    shutil.copy(folder_of(shop, other) / TICKET, folder / name)
    moved = drag(shop, folder, "print")
    hands.wait(2 * PATIENCE)
    assert notes(shop)["print", moved.name] == "two tickets"
    (told,) = words(shop, "two tickets")
    assert job.ticket_id in told
    assert f"{name} of {other.ticket_id}" in told
    assert (stage_of(shop, job), stage_of(shop, other)) == ("new", "new")

    (moved / name).unlink()
    hands.wait(2 * EVERY)
    assert stage_of(shop, job) == "print"
    assert notes(shop) == {}


def test_a_copy_of_the_same_ticket_or_one_that_says_nothing_does_no_harm(
    hands: Hands, shop: Shop, job: Job
) -> None:
    folder = folder_of(shop, job)
    shutil.copy(folder / TICKET, folder / "job-ticket - Copy.json")
    (folder / "job-ticket (2).json").write_text("{")
    drag(shop, folder, "print")
    hands.look("print")
    assert stage_of(shop, job) == "print"
    hands.wait(2 * PATIENCE)
    assert notes(shop) == {}


def test_a_job_merged_onto_another_while_both_lie_still_is_found_and_can_be_mended(
    hands: Hands, shop: Shop, job: Job, other: Job
) -> None:
    ours, theirs = folder_of(shop, job), folder_of(shop, other)
    before = (ours / TICKET).read_text()
    shutil.copy(theirs / TICKET, ours / TICKET)
    hands.wait(PATIENCE + 3 * EVERY)
    (told,) = words(shop, "two jobs")
    assert job.ticket_id in told
    assert other.ticket_id in told

    shutil.rmtree(theirs)  # as a file manager does it at the end of a merge
    drag(shop, ours, "print")
    hands.wait(2 * PATIENCE)
    assert notes(shop)["print", ours.name] == "two jobs"
    assert (moves(shop, job), moves(shop, other)) == (0, 0)
    assert [promised(shop, one) for one in (job, other)] == [["ItemRegistered waiting"]] * 2

    (shop.floor.stage_path("print") / ours.name / TICKET).write_text(before)
    hands.wait(2 * EVERY)
    assert stage_of(shop, job) == "print"


def test_a_ticket_that_vanishes_from_a_known_folder_is_noted(
    hands: Hands, shop: Shop, job: Job
) -> None:
    folder = folder_of(shop, job)
    (folder / TICKET).rename(folder / "kept")
    hands.wait(PATIENCE + 3 * EVERY)
    assert notes(shop) == {("new", folder.name): "no ticket"}
    (folder / "kept").rename(folder / TICKET)
    hands.wait(3 * EVERY)
    assert notes(shop) == {}
    assert moves(shop, job) == 0


def test_a_job_inside_a_job_is_told_and_the_outer_one_goes_on(
    hands: Hands, shop: Shop, job: Job, other: Job
) -> None:
    outer, inner = folder_of(shop, job), folder_of(shop, other)
    dropped = inner.rename(outer / inner.name)
    hands.wait(PATIENCE + 3 * EVERY)
    assert notes(shop) == {("new", outer.name): "job inside", ("new", inner.name): "out of sight"}
    moved = drag(shop, outer, "print")
    hands.look("print")
    assert (stage_of(shop, job), stage_of(shop, other)) == ("print", "new")
    hands.wait(EVERY)
    assert notes(shop)["print", moved.name] == "job inside"

    (moved / dropped.name).rename(shop.floor.stage_path("print") / dropped.name)
    hands.wait(3 * EVERY)
    assert stage_of(shop, other) == "print"
    assert notes(shop) == {}


def test_job_folders_in_a_folder_that_is_no_job_are_told(
    hands: Hands, shop: Shop, job: Job
) -> None:
    monday = shop.floor.stage_path("print") / "Monday"
    monday.mkdir()
    folder = folder_of(shop, job)
    folder.rename(monday / folder.name)
    hands.wait(PATIENCE + 2 * EVERY)
    assert notes(shop)["print", "Monday"] == "job inside"
    assert folder.name in words(shop, "job inside")[0]


def test_a_new_folder_that_got_the_number_of_a_deleted_job_is_no_merge(
    hands: Hands, shop: Shop, job: Job, other: Job, tmp_path: Path
) -> None:
    """Names differ, so that equal inodes prove nothing; and the ticket says whose it is."""
    kept = shutil.copytree(folder_of(shop, other), tmp_path / "kept")
    shutil.rmtree(folder_of(shop, job))
    shutil.rmtree(folder_of(shop, other))
    shutil.copytree(kept, shop.floor.stage_path("print") / "restored")
    hands.wait(PATIENCE)
    assert stage_of(shop, the_job(shop, other.order_id)) == "print"
    assert moves(shop, job) == 0
    assert json.loads((kept / TICKET).read_text())["ticket"] == other.ticket_id
