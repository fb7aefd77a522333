"""The first look after a start: the store says what should be there, the floor what is."""

import shutil
from pathlib import Path

import pytest

from hotfolder.domain.job import Job
from hotfolder.services.shop import Shop
from tests.steps import (
    again,
    commits,
    database_of,
    drag,
    folder_of,
    job_on_floor,
    look_up,
    notes,
    promised,
    stage_of,
    way,
)
from tests.watch.conftest import EVERY, PATIENCE, SETTLE, Hands

OTHER_DISK = "77"


@pytest.fixture
def more(shop: Shop, hands: Hands, job: Job) -> list[Job]:
    """More jobs: two beside the first one, and one that is already in print."""
    made = [job_on_floor(shop, number) for number in (2, 3, 4)]
    hands.look("new")
    drag(shop, folder_of(shop, made[2]), "print")
    hands.look("print")
    assert {stage_of(shop, one) for one in (job, *made)} == {"new", "print"}
    return made


def as_if_on_another_disk(shop: Shop) -> str:
    """All places have the number that the disk had before a boot. Its number now."""
    device = str(shop.floor.path.stat().st_dev)
    statement = "UPDATE job SET inode = ? || substr(inode, ?)"
    look_up(database_of(shop), statement, OTHER_DISK, len(device) + 1)
    return device


def disks_of(shop: Shop) -> set[str]:
    """The numbers of disks that places have."""
    return {job.place.inode.partition(":")[0] for job in shop.store.jobs.all() if job.place}


def test_a_start_at_which_nothing_has_changed_writes_nothing(
    hands: Hands, shop: Shop, job: Job, more: list[Job]
) -> None:
    hands.wait(EVERY)
    before = commits(shop)
    hands.restart()
    hands.look()
    hands.wait(3 * EVERY)

    assert commits(shop) == before
    assert [way(shop, one) for one in (job, *more)] == [[], [], [], ["print"]]


def test_a_folder_that_was_deleted_while_no_daemon_ran_is_told_after_a_while(
    hands: Hands, shop: Shop, job: Job, more: list[Job]
) -> None:
    folder = folder_of(shop, job)
    shutil.rmtree(folder)
    hands.restart()
    hands.wait(PATIENCE - EVERY)
    assert notes(shop) == {}

    hands.wait(3 * EVERY)
    assert notes(shop) == {("new", folder.name): "out of sight"}
    assert [stage_of(shop, one) for one in (job, *more)] == ["new", "new", "new", "print"]


def test_a_folder_that_was_restored_while_no_daemon_ran_is_the_job_without_a_move(
    hands: Hands, shop: Shop, job: Job, tmp_path: Path
) -> None:
    folder = folder_of(shop, job)
    shutil.copytree(folder, tmp_path / "backup")
    shutil.rmtree(folder)
    (tmp_path / "keeps the number").mkdir()
    shutil.copytree(tmp_path / "backup", folder)
    hands.restart()
    hands.wait(SETTLE + 2 * EVERY)

    place = again(shop, job).place
    assert place is not None
    assert place.inode == shop.floor.inode("new", folder.name)
    assert (way(shop, job), notes(shop)) == ([], {})


def test_what_is_odd_at_a_start_is_told_as_at_any_time(hands: Hands, shop: Shop, job: Job) -> None:
    (shop.floor.stage_path("new") / "list.txt").touch()
    (shop.floor.stage_path("print") / "New folder").mkdir()
    hands.restart()
    hands.wait(PATIENCE + EVERY)

    assert notes(shop) == {("new", "list.txt"): "stranger", ("print", "New folder"): "no ticket"}
    assert stage_of(shop, job) == "new"


def test_a_disk_with_another_number_moves_no_job_and_signals_nothing(
    hands: Hands, shop: Shop, job: Job, more: list[Job]
) -> None:
    jobs = (job, *more)
    before = [(way(shop, one), promised(shop, one)) for one in jobs]
    device = as_if_on_another_disk(shop)
    hands.restart()
    hands.wait(PATIENCE + SETTLE)

    assert disks_of(shop) == {device}
    assert [(way(shop, one), promised(shop, one)) for one in jobs] == before
    assert notes(shop) == {}


def test_of_jobs_on_a_disk_with_another_number_only_those_dragged_have_moved(
    hands: Hands, shop: Shop, job: Job, more: list[Job]
) -> None:
    """Also backwards, and the only job of a stage, beside which no folder shows what is what."""
    device = as_if_on_another_disk(shop)
    drag(shop, folder_of(shop, job), "print")
    drag(shop, folder_of(shop, more[0]), "packed")
    drag(shop, folder_of(shop, more[2]), "new")
    hands.restart()
    hands.wait(SETTLE + 3 * EVERY)

    assert [way(shop, one) for one in (job, *more)] == [["print"], ["packed"], [], ["print", "new"]]
    assert disks_of(shop) == {device}
    assert notes(shop) == {}


def test_another_disk_with_copies_of_the_jobs_moves_none_of_them(
    hands: Hands, shop: Shop, job: Job, more: list[Job]
) -> None:
    """Put back from a backup: the folders have other numbers, the jobs are the same."""
    jobs = (job, *more)
    for one in jobs:
        folder = folder_of(shop, one)
        shutil.copytree(folder, folder.with_name("copy"))
        shutil.rmtree(folder)
        folder.with_name("copy").rename(folder)
    as_if_on_another_disk(shop)
    hands.restart()
    hands.wait(PATIENCE + SETTLE)

    assert [way(shop, one) for one in jobs] == [[], [], [], ["print"]]
    assert OTHER_DISK not in disks_of(shop)
    assert notes(shop) == {}
