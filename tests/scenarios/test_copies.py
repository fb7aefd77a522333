"""Scenarios 8 to 11 and 20 to 22: folders are copied, and not renamed."""

import shutil
from pathlib import Path

import pytest

from hotfolder.domain.job import Job
from hotfolder.services.shop import Shop
from tests.scenarios.conftest import TICKET, files_of, lines_of
from tests.steps import (
    copy_files,
    drag,
    folder_of,
    moves_of,
    notes,
    promised,
    way,
)
from tests.watch.conftest import EVERY, PATIENCE, SETTLE, Hands

MINUTES = 60.0


def copy(shop: Shop, job: Job, stage: str, name: str) -> Path:
    return shutil.copytree(folder_of(shop, job), shop.floor.stage_path(stage) / name)


# 8


def test_a_copy_in_another_stage_is_one_alert_and_no_move(
    hands: Hands, shop: Shop, job: Job, logged: list[str]
) -> None:
    copied = copy(shop, job, "print", folder_of(shop, job).name)
    hands.wait(PATIENCE - EVERY)
    assert notes(shop) == {}
    hands.wait(10 * MINUTES)

    assert notes(shop) == {("print", copied.name): "seen twice"}
    assert lines_of(logged, "seen twice") == 1
    assert moves_of(shop, job) == []


# 9


@pytest.mark.parametrize("name", ["{} - Copy", "{} - Kopie", "{} copy"])
def test_a_copy_in_the_same_stage_is_one_alert_and_no_move(
    hands: Hands, shop: Shop, job: Job, logged: list[str], name: str
) -> None:
    original = folder_of(shop, job)
    copied = copy(shop, job, "new", name.format(original.name))
    hands.wait(10 * MINUTES)

    assert notes(shop) == {("new", copied.name): "seen twice"}
    assert lines_of(logged, "seen twice") == 1
    assert moves_of(shop, job) == []
    assert folder_of(shop, job) == original


# 10


def test_when_the_original_is_deleted_the_job_has_moved_to_its_copy(
    hands: Hands, shop: Shop, job: Job
) -> None:
    copied = copy(shop, job, "print", "copy")
    hands.wait(MINUTES)
    shutil.rmtree(folder_of(shop, job))
    hands.wait(MINUTES)

    assert way(shop, job) == ["print"]
    assert folder_of(shop, job) == copied
    assert notes(shop) == {}


def test_when_the_copy_is_deleted_the_alert_is_closed(hands: Hands, shop: Shop, job: Job) -> None:
    copied = copy(shop, job, "print", "copy")
    hands.wait(MINUTES)
    assert list(notes(shop).values()) == ["seen twice"]
    shutil.rmtree(copied)
    hands.wait(MINUTES)

    assert notes(shop) == {}
    assert moves_of(shop, job) == []


# 11


@pytest.mark.parametrize("copy_in", ["new", "print"])
def test_the_job_goes_on_with_its_original_and_the_older_copy_is_an_alert(
    hands: Hands, shop: Shop, job: Job, copy_in: str
) -> None:
    copied = copy(shop, job, copy_in, "older copy")
    hands.wait(MINUTES)
    moved = drag(shop, folder_of(shop, job), "produced")
    hands.wait(10 * MINUTES)

    assert folder_of(shop, job) == moved
    assert way(shop, job) == ["produced"]
    assert notes(shop) == {(copy_in, copied.name): "seen twice"}


# 20


def test_a_copy_whose_ticket_comes_last_is_nothing_before_it_is_there(
    hands: Hands, shop: Shop, job: Job, leaving: Path
) -> None:
    target = shop.floor.stage_path("print") / "arriving"
    for name in files_of(leaving):
        copy_files(leaving, target, [name])
        hands.wait(5 * MINUTES)
    assert moves_of(shop, job) == []

    copy_files(leaving, target, [TICKET])
    hands.wait(SETTLE - 1)
    assert moves_of(shop, job) == []
    hands.wait(2 * SETTLE)
    assert way(shop, job) == ["print"]


# 21


def test_a_copy_whose_ticket_comes_first_is_nothing_before_every_file_is_whole(
    hands: Hands, shop: Shop, job: Job, leaving: Path
) -> None:
    target = shop.floor.stage_path("print") / "arriving"
    copy_files(leaving, target, [TICKET])
    for name in files_of(leaving):
        content = (leaving / name).read_bytes()
        (target / name).write_bytes(content[: len(content) // 2])
        hands.wait(2.5 * MINUTES)
        assert moves_of(shop, job) == []
        (target / name).write_bytes(content)

    hands.wait(MINUTES)
    assert way(shop, job) == ["print"]
    assert notes(shop) == {}


# 22


def test_a_copy_that_was_broken_off_never_counts_and_is_told(
    hands: Hands, shop: Shop, job: Job, leaving: Path, logged: list[str]
) -> None:
    target = shop.floor.stage_path("print") / "arriving"
    copy_files(leaving, target, [TICKET, *files_of(leaving)[:1]])
    hands.wait(20 * MINUTES)

    assert notes(shop)["print", "arriving"] == "unfinished copy"
    assert lines_of(logged, "WARNING unfinished copy") == 1
    assert promised(shop, job) == ["ItemRegistered waiting"]
    hands.wait(20 * MINUTES)
    assert moves_of(shop, job) == []
