"""A job folder that is not on the floor: a note after a while, and never a signal."""

import shutil
from pathlib import Path

from hotfolder.domain.job import Job
from hotfolder.services.shop import Shop
from tests.steps import drag, folder_of, job_on_floor, notes, promised, stage_of
from tests.watch.conftest import EVERY, PATIENCE, Hands, moves


def test_a_deleted_folder_is_a_note_after_a_while_and_never_a_signal(
    hands: Hands, shop: Shop, job: Job
) -> None:
    name = folder_of(shop, job).name
    shutil.rmtree(folder_of(shop, job))
    hands.wait(PATIENCE - EVERY)
    assert notes(shop) == {}

    hands.wait(3 * EVERY)
    assert notes(shop) == {("new", name): "out of sight"}
    hands.wait(3600)
    assert stage_of(shop, job) == "new"
    assert promised(shop, job) == ["ItemRegistered waiting"]


def test_a_folder_restored_from_a_backup_is_back_without_a_move(
    hands: Hands, shop: Shop, job: Job, tmp_path: Path
) -> None:
    folder = folder_of(shop, job)
    shutil.copytree(folder, tmp_path / "backup")
    shutil.rmtree(folder)
    hands.wait(60)
    assert list(notes(shop).values()) == ["out of sight"]

    shutil.copytree(tmp_path / "backup", folder)
    hands.wait(EVERY)

    assert notes(shop) == {}
    assert moves(shop, job) == 0
    drag(shop, folder, "print")
    hands.look("print")
    assert stage_of(shop, job) == "print"


def test_a_folder_taken_off_the_floor_and_put_back_is_noted_once_and_then_solved(
    hands: Hands, shop: Shop, job: Job, tmp_path: Path, logged: list[str]
) -> None:
    folder = folder_of(shop, job)
    outside = folder.rename(tmp_path / "desk")
    hands.wait(300)
    assert len([line for line in logged if "out of sight" in line]) == 1

    outside.rename(folder)
    hands.wait(EVERY)
    assert notes(shop) == {}
    assert moves(shop, job) == 0


def test_a_job_folder_dropped_into_another_is_out_of_sight_and_says_nothing(
    hands: Hands, shop: Shop
) -> None:
    inner, outer = job_on_floor(shop, 1), job_on_floor(shop, 2)
    drag(shop, folder_of(shop, outer), "print")
    hands.look()
    folder = folder_of(shop, inner)
    dropped = folder.rename(folder_of(shop, outer) / folder.name)
    hands.wait(60)

    inside = ("print", folder_of(shop, outer).name)
    assert notes(shop) == {("new", folder.name): "out of sight", inside: "job inside"}
    assert promised(shop, inner) == ["ItemRegistered waiting"]

    dropped.rename(shop.floor.stage_path("print") / folder.name)
    hands.wait(2 * EVERY)
    assert stage_of(shop, inner) == "print"
    assert notes(shop) == {}


def test_a_job_that_moved_on_leaves_no_note_behind(hands: Hands, shop: Shop, job: Job) -> None:
    away = folder_of(shop, job).rename(shop.floor.path.parent / "on the way")
    hands.wait(60)
    away.rename(shop.floor.stage_path("print") / "back")
    hands.wait(3 * EVERY)

    assert stage_of(shop, job) == "print"
    assert notes(shop) == {}


def test_a_job_that_vanishes_after_its_ticket_was_spoiled_is_told(
    hands: Hands, shop: Shop, job: Job
) -> None:
    folder = folder_of(shop, job)
    (folder / "job-ticket.json").write_text("rubbish")
    hands.wait(3 * PATIENCE)
    assert notes(shop) == {("new", folder.name): "unreadable"}

    shutil.rmtree(folder)
    hands.wait(3 * PATIENCE)
    assert notes(shop) == {("new", folder.name): "out of sight"}


def test_a_job_that_came_back_with_a_spoiled_ticket_and_vanishes_is_told(
    hands: Hands, shop: Shop, job: Job, tmp_path: Path
) -> None:
    folder = folder_of(shop, job)
    (folder / "job-ticket.json").write_text("rubbish")
    away = folder.rename(tmp_path / "desk")
    hands.look("new")
    away.rename(folder)
    hands.look("new")
    shutil.rmtree(folder)
    hands.wait(3 * PATIENCE)
    assert notes(shop) == {("new", folder.name): "out of sight"}


def test_a_job_that_vanishes_before_it_was_ever_seen_is_told(
    hands: Hands, shop: Shop, job: Job
) -> None:
    """It was released after the first look at its stage, and taken away before the next one."""
    unseen = job_on_floor(shop, 2)
    name = folder_of(shop, unseen).name
    shutil.rmtree(folder_of(shop, unseen))
    hands.wait(3 * PATIENCE)

    assert notes(shop) == {("new", name): "out of sight"}
    hands.restart()
    hands.wait(3 * PATIENCE)
    assert notes(shop) == {("new", name): "out of sight"}


def test_a_job_that_was_dragged_on_before_it_was_ever_seen_is_not_missed(
    hands: Hands, shop: Shop, job: Job
) -> None:
    unseen = job_on_floor(shop, 2)
    drag(shop, folder_of(shop, unseen), "print")
    hands.wait(3 * PATIENCE)

    assert stage_of(shop, unseen) == "print"
    assert notes(shop) == {}
