"""Jobs that wait for their tracking are noted, those that are canceled are not."""

import shutil

import pytest

from hotfolder.domain.job import Job
from hotfolder.services.shop import Shop
from hotfolder.services.tell_trouble import cancel
from hotfolder.store.notes import Note
from tests.builders import a_flow
from tests.fakes import START
from tests.steps import (
    drag,
    folder_of,
    job_on_floor,
    new_stage,
    notes,
    promised,
    stage_of,
    way,
    with_flow,
)
from tests.watch.conftest import EVERY, PATIENCE, Hands

# --- tracking -----------------------------------------------------------------------------------


def wait_for_tracking(hands: Hands, shop: Shop, job: Job) -> None:
    """The job goes to shipping before its tracking came, and is seen there."""
    drag(shop, folder_of(shop, job), "shipped")
    hands.wait(EVERY)


def test_a_job_that_waits_for_its_tracking_is_shown_until_the_file_is_there(
    hands: Hands, shop: Shop, job: Job
) -> None:
    wait_for_tracking(hands, shop, job)
    (note,) = shop.store.notes.all()
    assert (note.stage, note.name) == ("shipped", folder_of(shop, job).name)
    assert (note.kind, note.words) == ("waits", "waits for tracking")

    (folder_of(shop, job) / "tracking.txt").write_text("JD0123")
    hands.wait(EVERY)
    assert notes(shop) == {}
    assert promised(shop, job)[-1] == "ItemShipped waiting"


def test_what_a_job_waits_for_is_noted_once_beside_the_other_notes_of_its_stage(
    hands: Hands, shop: Shop, job: Job, logged: list[str]
) -> None:
    shipped = shop.floor.stage_path("shipped")
    drag(shop, folder_of(shop, job), "shipped")
    (shipped / "New folder").mkdir()
    hands.wait(2 * PATIENCE)
    since = {note.kind: note.since for note in shop.store.notes.all()}
    assert since.keys() == {"waits", "no ticket"}

    hands.restart()
    hands.wait(2 * PATIENCE)
    after = {note.kind: note.since for note in shop.store.notes.all()}
    assert after["waits"] == since["waits"]
    assert after.keys() == since.keys()
    assert len([line for line in logged if "waits for tracking" in line]) == 1

    (shipped / "New folder").rmdir()
    hands.wait(PATIENCE)
    assert notes(shop) == {("shipped", folder_of(shop, job).name): "waits"}


def test_a_job_that_waits_in_a_stage_that_can_not_be_read_is_noted_beside_that(
    hands: Hands, shop: Shop, job: Job, logged: list[str]
) -> None:
    wait_for_tracking(hands, shop, job)
    shop.floor.stage_path("shipped").rename(shop.floor.path / "away")
    hands.wait(6 * EVERY)

    assert notes(shop) == {
        ("shipped", ""): "frozen",
        ("shipped", folder_of(shop, job).name): "waits",
    }
    assert len([line for line in logged if line.startswith("WARNING frozen")]) == 1


def test_the_note_goes_where_the_waiting_job_goes(hands: Hands, shop: Shop) -> None:
    kept = new_stage(shop, "kept", "kept")
    shop = with_flow(shop, stages=(*a_flow().stages, kept))
    hands.shop = shop
    hands.restart()
    job = job_on_floor(shop)
    hands.look()
    wait_for_tracking(hands, shop, job)
    drag(shop, folder_of(shop, job), "kept")
    hands.wait(EVERY)

    assert notes(shop) == {("kept", folder_of(shop, job).name): "waits"}


def test_a_note_of_an_earlier_version_about_tracking_goes(hands: Hands, shop: Shop) -> None:
    with shop.store.transaction():
        shop.store.notes.add(
            Note(stage="tracking", name="1/2", kind="waits", since=START, words="waits")
        )
    hands.restart()
    hands.look()

    assert notes(shop) == {}


# --- canceled -----------------------------------------------------------------------------------


def change_her_mind(shop: Shop, job: Job) -> None:
    cancel(shop, job, "CancelUserRequest", "the client changed her mind")


@pytest.mark.parametrize("stage", ["print", "shipped"])
def test_a_canceled_job_is_followed_without_note_or_signal(
    hands: Hands, shop: Shop, job: Job, stage: str
) -> None:
    change_her_mind(shop, job)
    drag(shop, folder_of(shop, job), stage)
    hands.wait(2 * PATIENCE)

    assert stage_of(shop, job) == stage
    assert way(shop, job) == [stage]
    assert notes(shop) == {}
    assert promised(shop, job) == ["ItemRegistered waiting", "ItemCanceled waiting"]


def test_the_folder_of_a_canceled_job_may_be_thrown_away(
    hands: Hands, shop: Shop, job: Job
) -> None:
    change_her_mind(shop, job)
    shutil.rmtree(folder_of(shop, job))
    hands.wait(2 * PATIENCE)

    assert notes(shop) == {}


def test_a_job_that_waits_for_tracking_and_is_canceled_waits_no_more(
    hands: Hands, shop: Shop, job: Job
) -> None:
    wait_for_tracking(hands, shop, job)
    change_her_mind(shop, job)
    (folder_of(shop, job) / "tracking.txt").write_text("JD0123")
    hands.wait(EVERY)

    assert notes(shop) == {}
    assert promised(shop, job)[-1] == "ItemCanceled waiting"
