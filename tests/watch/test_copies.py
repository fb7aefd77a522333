"""Copies: a job that is copied and then deleted has moved; a copy beside the original has not."""

import shutil
from pathlib import Path

import pytest

from hotfolder.domain.job import Job
from hotfolder.services.shop import Shop
from tests.fakes import ManualClock
from tests.steps import (
    again,
    copy_files,
    drag,
    folder_of,
    job_on_floor,
    notes,
    promised,
    stage_of,
    way,
)
from tests.watch.conftest import EVERY, PATIENCE, SETTLE, Hands, moves

TICKET = "job-ticket.json"


@pytest.fixture
def job(shop: Shop, hands: Hands) -> Job:
    """A job with two files and a ticket in the first stage, seen there."""
    job = job_on_floor(shop, kind="textbook")
    hands.look()
    return job


def names(folder: Path) -> list[str]:
    """The files of a job folder, the ticket last."""
    return sorted((path.name for path in folder.iterdir()), key=lambda name: (name == TICKET, name))


def copied_over(shop: Shop, job: Job, tmp_path: Path) -> Path:
    """The job's folder is away, and a copy with all its files is in print."""
    source = folder_of(shop, job).rename(tmp_path / "on its way")
    target = shop.floor.stage_path("print") / "arriving"
    copy_files(source, target)
    return target


def test_a_copy_counts_when_its_original_is_gone_and_it_has_settled(
    hands: Hands, shop: Shop, job: Job
) -> None:
    source = folder_of(shop, job)
    target = shop.floor.stage_path("print") / source.name
    shutil.copytree(source, target)
    hands.wait(EVERY)
    shutil.rmtree(source)
    hands.look("new", "print")
    hands.wait(SETTLE - 1)
    assert moves(shop, job) == 0

    hands.wait(EVERY)
    assert way(shop, job) == ["print"]
    assert folder_of(shop, job) == target
    place = again(shop, job).place
    assert place is not None
    assert place.inode == shop.floor.inode("print", target.name)
    assert notes(shop) == {}


@pytest.mark.parametrize("first", ["ticket", "files"])
def test_a_copy_counts_only_when_every_file_of_the_ticket_is_there(
    hands: Hands, shop: Shop, job: Job, tmp_path: Path, first: str
) -> None:
    source = folder_of(shop, job).rename(tmp_path / "on its way")
    target = shop.floor.stage_path("print") / "arriving"
    order = names(source) if first == "files" else list(reversed(names(source)))
    for name in order:
        assert moves(shop, job) == 0
        copy_files(source, target, [name])
        hands.look("print")
        hands.wait(60)

    assert way(shop, job) == ["print"]
    assert notes(shop) == {}


def test_a_copy_with_a_file_cut_short_never_counts_and_is_told(
    hands: Hands, shop: Shop, job: Job, tmp_path: Path
) -> None:
    target = copied_over(shop, job, tmp_path)
    book = next(path for path in target.iterdir() if "book" in path.name)
    whole = book.read_bytes()
    book.write_bytes(whole[:-1])
    hands.wait(300)

    assert moves(shop, job) == 0
    words = {note.name: note.words for note in shop.store.notes.all()}
    assert book.name in words["arriving"]
    assert promised(shop, job) == ["ItemRegistered waiting"]

    book.write_bytes(whole)
    hands.wait(SETTLE + EVERY + 1)
    assert way(shop, job) == ["print"]


def test_a_copy_somebody_still_writes_to_does_not_count(
    hands: Hands, shop: Shop, job: Job, tmp_path: Path
) -> None:
    target = copied_over(shop, job, tmp_path)
    book = next(path for path in target.iterdir() if "book" in path.name)
    with book.open("r+b"):  # its final length is there, its bytes may not be
        hands.wait(300)
        assert moves(shop, job) == 0
        assert notes(shop)["print", "arriving"] == "unfinished copy"

    hands.wait(2 * SETTLE + EVERY)
    assert way(shop, job) == ["print"]
    assert notes(shop) == {}


def test_a_copy_that_changes_starts_to_settle_anew(
    hands: Hands, shop: Shop, job: Job, tmp_path: Path
) -> None:
    target = copied_over(shop, job, tmp_path)
    for number in range(5):
        hands.wait(SETTLE - 1)
        (target / f"extra-{number}.txt").write_text("more")
        hands.look("print")
    assert moves(shop, job) == 0

    hands.wait(SETTLE + EVERY)
    assert moves(shop, job) == 1


def test_what_file_managers_write_into_a_copy_does_not_disturb_it(
    hands: Hands, shop: Shop, job: Job, tmp_path: Path
) -> None:
    target = copied_over(shop, job, tmp_path)
    hands.look("print")
    for name in (".DS_Store", "Thumbs.db", "._cover.pdf", ".~lock.x#"):
        (target / name).write_bytes(b"x")
        hands.wait(SETTLE / 4)

    assert way(shop, job) == ["print"]


def test_a_copy_with_an_old_date_settles_by_our_own_clock(
    hands: Hands, shop: Shop, job: Job, tmp_path: Path
) -> None:
    target = copied_over(shop, job, tmp_path)
    for path in target.iterdir():
        shutil.copystat("/", path)
    hands.look("print")
    hands.wait(SETTLE - 1)
    assert moves(shop, job) == 0


@pytest.mark.parametrize(
    ("stage", "name"), [("print", "{}"), ("new", "{} - Copy"), ("new", "Kopie von {}")]
)
def test_a_copy_beside_its_original_is_a_note_and_no_move(
    hands: Hands, shop: Shop, job: Job, stage: str, name: str
) -> None:
    source = folder_of(shop, job)
    copy = shop.floor.stage_path(stage) / name.format(source.name)
    shutil.copytree(source, copy)
    hands.wait(PATIENCE - 1)
    assert notes(shop) == {}
    hands.wait(600)

    assert notes(shop) == {(stage, copy.name): "seen twice"}
    assert moves(shop, job) == 0
    assert promised(shop, job) == ["ItemRegistered waiting"]

    shutil.rmtree(copy)
    hands.wait(EVERY)
    assert notes(shop) == {}
    assert folder_of(shop, job) == source


def test_when_the_original_is_deleted_later_the_copy_is_the_job(
    hands: Hands, shop: Shop, job: Job
) -> None:
    source = folder_of(shop, job)
    shutil.copytree(source, shop.floor.stage_path("print") / source.name)
    hands.wait(60)
    assert list(notes(shop).values()) == ["seen twice"]

    shutil.rmtree(source)
    hands.wait(SETTLE + 2 * EVERY)
    assert way(shop, job) == ["print"]
    assert notes(shop) == {}


def test_when_the_original_is_deleted_a_copy_in_its_stage_takes_its_place(
    hands: Hands, shop: Shop, job: Job
) -> None:
    source = folder_of(shop, job)
    copy = shop.floor.stage_path("new") / "copy"
    shutil.copytree(source, copy)
    hands.wait(60)
    shutil.rmtree(source)
    hands.wait(SETTLE + 60)

    assert folder_of(shop, job) == copy
    assert moves(shop, job) == 0
    assert notes(shop) == {}


@pytest.mark.parametrize("order", [["new", "produced"], ["produced", "new"], []])
@pytest.mark.parametrize("copy_in", ["new", "print"])
def test_an_original_that_moves_on_is_followed_and_the_copy_stays_a_copy(
    hands: Hands, shop: Shop, job: Job, copy_in: str, order: list[str]
) -> None:
    source = folder_of(shop, job)
    copy = shop.floor.stage_path(copy_in) / "older copy"
    shutil.copytree(source, copy)
    hands.wait(60)
    moved = drag(shop, source, "produced")
    for stage in order:
        hands.look(stage)
    hands.wait(600)

    assert folder_of(shop, job) == moved
    assert way(shop, job) == ["produced"]
    assert notes(shop) == {(copy_in, copy.name): "seen twice"}


def test_two_copies_without_an_original_are_one_job_and_one_copy(
    hands: Hands, shop: Shop, job: Job
) -> None:
    source = folder_of(shop, job)
    for name in ("one", "two"):
        shutil.copytree(source, shop.floor.stage_path("print") / name)
    shutil.rmtree(source)
    hands.wait(120)

    assert way(shop, job) == ["print"]
    other = {"one", "two"} - {folder_of(shop, job).name}
    assert notes(shop) == {("print", other.pop()): "seen twice"}


def test_the_folder_of_one_job_filled_with_another_job_is_that_other_job(
    hands: Hands, shop: Shop, job: Job, clock: ManualClock
) -> None:
    other = job_on_floor(shop, 2, kind="textbook")
    hands.look("new")
    source = folder_of(shop, other)
    reused = folder_of(shop, job).rename(shop.floor.stage_path("print") / "reused inode")
    for path in reused.iterdir():
        path.unlink()
    copy_files(source, reused)
    shutil.rmtree(source)
    hands.wait(120)

    assert folder_of(shop, other) == reused
    assert (stage_of(shop, job), moves(shop, job)) == ("new", 0)
    assert set(notes(shop).values()) == {"out of sight"}


def test_a_job_copied_on_while_the_daemon_was_down_is_noted_after_it_has_settled(
    hands: Hands, shop: Shop, job: Job
) -> None:
    source = folder_of(shop, job)
    shutil.copytree(source, shop.floor.stage_path("packed") / source.name)
    shutil.rmtree(source)
    hands.restart()
    hands.look()
    assert moves(shop, job) == 0

    hands.wait(SETTLE + EVERY)
    assert way(shop, job) == ["packed"]
