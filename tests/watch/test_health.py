"""What is said about the looking itself: of one stage, or once of the floor where it is all."""

from hotfolder.domain.view import View
from hotfolder.watch.ears import Ear, Ears, Way
from hotfolder.watch.health import CAN_NOT_WRITE, OVERFLOW_SECONDS, health_notes

EVERY = {"new": 5.0, "print": 2.0}


def notes_of(
    ears: Ears | None = None, now: float = 0.0, **views: View
) -> dict[str, dict[str, str]]:
    return health_notes(ears or Ears(), views, EVERY, now)


def test_nothing_is_said_of_stages_that_are_whole() -> None:
    assert notes_of(new=View(), print=View()) == {}


def test_a_stage_that_can_not_be_written_is_named() -> None:
    assert notes_of(new=View(), print=View(read_only=True)) == {
        "print": {"read only": CAN_NOT_WRITE}
    }


def test_a_floor_that_can_not_be_written_is_told_once() -> None:
    words = f"every stage folder: {CAN_NOT_WRITE}"
    both = View(read_only=True)
    assert notes_of(new=both, print=both) == {"": {"read only": words}}


def test_of_a_frozen_stage_nothing_more_is_said() -> None:
    ears = Ears()
    ears.set("print", Ear(way=Way.DEAF, why="no room"))
    frozen = View(frozen=True, read_only=True)
    assert notes_of(ears, new=View(), print=frozen) == {}


def test_a_deaf_stage_is_told_with_the_reason_and_how_often_it_is_looked_at() -> None:
    ears = Ears()
    ears.set("print", Ear(way=Way.DEAF, why="no room"))
    (words,) = notes_of(ears, new=View(), print=View())["print"].values()
    assert "(no room)" in words
    assert "every 2 seconds" in words


def test_an_overflow_is_told_of_the_floor_for_a_day() -> None:
    ears = Ears()
    ears.overflow(100.0)
    soon = 100.0 + OVERFLOW_SECONDS - 1
    assert set(notes_of(ears, soon, new=View())) == {""}
    assert notes_of(ears, soon + 1, new=View()) == {}
