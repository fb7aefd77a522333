"""What is noted lies on the floor as a file for people, and goes when it is solved."""

from pathlib import Path

import pytest

from hotfolder.domain.job import Job
from hotfolder.domain.noise import NOTES_NAME
from hotfolder.services.note_files import PAUSE_SECONDS, RETRY_SECONDS
from hotfolder.services.shop import Shop
from tests.rights import without_power
from tests.steps import folder_of, notes
from tests.watch.conftest import EVERY, PATIENCE, Hands


def file_of(shop: Shop, stage: str = "print") -> Path:
    return shop.floor.stage_path(stage) / NOTES_NAME


def lines(path: Path) -> list[str]:
    """The sentences in a file of notes."""
    return [
        line[2:].decode() for line in path.read_bytes().split(b"\r\n") if line.startswith(b"- ")
    ]


def stamp(path: Path) -> tuple[int, int]:
    """Changes with every write."""
    return path.stat().st_ino, path.stat().st_ctime_ns


@pytest.fixture
def noted(hands: Hands, shop: Shop) -> Path:
    """A folder without a ticket that lies there long enough."""
    hands.look()
    folder = shop.floor.stage_path("print") / "New folder"
    folder.mkdir()
    hands.wait(PATIENCE + 2 * EVERY)
    return folder


def test_a_note_is_a_sentence_in_its_stage_until_it_is_solved(
    hands: Hands, shop: Shop, noted: Path
) -> None:
    path = file_of(shop)
    assert lines(path) == [
        f"{noted.name} has no job ticket, so it is no job; nothing is done with it."
    ]
    assert not file_of(shop, "new").exists()
    assert not (shop.floor.path / NOTES_NAME).exists(), "that is nothing of the whole floor"

    noted.rmdir()
    hands.wait(2 * EVERY)
    assert not path.exists()
    assert notes(shop) == {}


@pytest.mark.usefixtures("noted")
def test_a_file_that_says_it_already_is_not_written_again_nor_noted(
    hands: Hands, shop: Shop
) -> None:
    path = file_of(shop)
    before = stamp(path)
    hands.wait(300)
    hands.restart()
    hands.wait(300)
    assert stamp(path) == before
    assert notes(shop) == {("print", "New folder"): "no ticket"}


def test_hundreds_of_things_are_a_line_each_and_few_writes(hands: Hands, shop: Shop) -> None:
    hands.look()
    stage = shop.floor.stage_path("print")
    for number in range(300):
        (stage / f"{number:03}.pdf").touch()
    hands.wait(PATIENCE + 2 * EVERY)
    assert len(lines(file_of(shop))) == 300

    stamps = set()
    for number in range(20):
        (stage / f"{number:03}.pdf").unlink()
        hands.look("print")
        hands.wait(0.1)
        stamps.add(stamp(file_of(shop)))
    assert len(stamps) <= 2
    hands.wait(PAUSE_SECONDS + EVERY)
    assert len(lines(file_of(shop))) == 280


def test_a_frozen_stage_is_told_on_the_floor_and_not_in_itself(
    hands: Hands, shop: Shop, job: Job
) -> None:
    stage = shop.floor.stage_path("new")
    aside = stage.rename(stage.with_name("unmounted"))
    stage.mkdir()
    hands.wait(2 * EVERY)
    (line,) = lines(shop.floor.path / NOTES_NAME)
    assert line.startswith(f"new: {stage} has no marker file")
    assert list(stage.iterdir()) == [], "it is not surely ours"

    stage.rmdir()
    aside.rename(stage)
    hands.wait(2 * EVERY)
    assert not (shop.floor.path / NOTES_NAME).exists()
    assert folder_of(shop, job).is_dir()


def test_nothing_is_written_where_the_floor_was(hands: Hands, shop: Shop, job: Job) -> None:
    hands.wait(EVERY)
    floor = shop.floor.path
    aside = floor.rename(floor.with_name("unmounted"))
    floor.mkdir()
    hands.wait(60)
    assert list(floor.iterdir()) == []
    assert set(notes(shop).values()) == {"frozen"}

    floor.rmdir()
    aside.rename(floor)
    hands.wait(RETRY_SECONDS)
    assert notes(shop) == {}
    assert not (floor / NOTES_NAME).exists()
    assert folder_of(shop, job).is_dir()


def test_a_stage_that_can_not_be_written_gets_its_file_when_it_can(
    hands: Hands, shop: Shop, logged: list[str]
) -> None:
    stage = shop.floor.stage_path("print")
    (stage / "loose.pdf").touch()
    stage.chmod(0o555)
    try:
        without_power(lambda: hands.wait(4 * RETRY_SECONDS))
    finally:
        stage.chmod(0o755)
    assert notes(shop) == {("print", "loose.pdf"): "stranger"}
    assert len([line for line in logged if "notes for people are not written" in line]) == 1

    hands.wait(RETRY_SECONDS)
    assert lines(file_of(shop)) == ["loose.pdf is no job folder; nothing is done with it."]
