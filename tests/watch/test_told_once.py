"""What is told where it lies is not out of sight as well."""

import shutil
from dataclasses import replace

import pytest

from hotfolder.domain.job import Job
from hotfolder.files.floor import Floor
from hotfolder.services.shop import Shop
from tests.floor_model.shop import side_stages
from tests.steps import drag, folder_of, notes
from tests.watch.conftest import PATIENCE, Hands

TICKET = "job-ticket.json"


def kinds(shop: Shop) -> set[tuple[str, str, str]]:
    """Every note: stage, name and kind."""
    return {(note.stage, note.name, note.kind) for note in shop.store.notes.all()}


@pytest.fixture
def shop(shop: Shop) -> Shop:
    """With some stages beside the flow."""
    floor = Floor(shop.floor.path, shop.flows, shop.floor.floor_id, side_stages())
    floor.prepare()
    return replace(shop, floor=floor)


@pytest.mark.parametrize("stage", ["new", "print"])
@pytest.mark.parametrize("restart", [False, True])
def test_a_job_with_a_spoiled_ticket_is_told_once_wherever_its_folder_goes(
    hands: Hands, shop: Shop, job: Job, stage: str, restart: bool
) -> None:
    folder = folder_of(shop, job)
    (folder / TICKET).write_text("rubbish")
    moved = folder.rename(shop.floor.stage_path(stage) / "renamed")
    if restart:
        hands.restart()
    hands.wait(3 * PATIENCE)

    assert notes(shop) == {(stage, "renamed"): "unreadable"}
    shutil.rmtree(moved)
    hands.wait(3 * PATIENCE)
    assert notes(shop) == {("new", folder.name): "out of sight"}


def test_a_ticket_spoiled_where_the_job_stands_is_told_once(
    hands: Hands, shop: Shop, job: Job
) -> None:
    folder = folder_of(shop, job)
    (folder / TICKET).write_text("rubbish")
    for _ in range(2):
        hands.wait(3 * PATIENCE)
        assert kinds(shop) == {("new", folder.name, "unreadable")}
        hands.restart()


@pytest.mark.parametrize("stage", ["canceled", "archive", "delayed"])
@pytest.mark.parametrize("copied", [False, True])
@pytest.mark.parametrize("restart", [False, True])
def test_a_drag_that_is_refused_is_told_once(
    hands: Hands, shop: Shop, job: Job, stage: str, copied: bool, restart: bool
) -> None:
    folder = folder_of(shop, job)
    refused = shop.floor.stage_path(stage) / folder.name
    if copied:
        shutil.copytree(folder, refused)
        shutil.rmtree(folder)
    else:
        drag(shop, folder, stage)
    if restart:
        hands.restart()
    hands.wait(3 * PATIENCE)
    assert notes(shop) == {(stage, folder.name): "wrong stage"}

    shutil.rmtree(refused)
    hands.wait(3 * PATIENCE)
    assert notes(shop) == {("new", folder.name): "out of sight"}


def test_a_new_folder_with_the_number_of_a_deleted_job_does_not_hide_that_it_is_gone(
    hands: Hands, shop: Shop, job: Job
) -> None:
    """Disks give a number again at once: only a folder that holds a ticket may be the job."""
    folder = folder_of(shop, job)
    emptied = folder.rename(folder.with_name("New folder"))
    for path in emptied.iterdir():
        path.unlink()
    hands.wait(3 * PATIENCE)

    assert notes(shop) == {("new", folder.name): "out of sight", ("new", "New folder"): "no ticket"}
