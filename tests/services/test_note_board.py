"""The board of notes: what is seen stands there once, what is solved goes."""

from hotfolder.services.note_board import Board
from hotfolder.services.shop import Shop
from tests.fakes import ManualClock
from tests.steps import notes


def test_notes_come_and_go_with_what_is_seen(shop: Shop) -> None:
    board = Board(shop)
    board.only("print", {("a", "stranger"): "is no folder", ("b", "no ticket"): "has none"})
    board.only("new", {("a", "stranger"): "is no folder"})
    board.only("print", {("b", "no ticket"): "has none"})

    assert notes(shop) == {("print", "b"): "no ticket", ("new", "a"): "stranger"}
    board.only("print", {})
    board.only("new", {})
    assert notes(shop) == {}


def test_a_note_that_stays_keeps_its_time_and_is_logged_once(
    shop: Shop, clock: ManualClock, logged: list[str]
) -> None:
    board = Board(shop)
    since = clock.now()
    for words in ("is settling", "is settling", "is not complete"):
        board.only("print", {("a", "unfinished copy"): words})
        clock.turn(5)

    (note,) = shop.store.notes.all()
    assert (note.since, note.words) == (since, "is not complete")
    assert len([line for line in logged if "unfinished copy" in line]) == 1


def test_a_note_that_comes_back_is_a_new_one(
    shop: Shop, clock: ManualClock, logged: list[str]
) -> None:
    board = Board(shop)
    board.only("print", {("a", "no ticket"): "has none"})
    board.only("print", {})
    clock.turn(60)
    board.only("print", {("a", "no ticket"): "has none"})

    assert [note.since for note in shop.store.notes.all()] == [clock.now()]
    assert len([line for line in logged if "no ticket" in line]) == 2


def test_notes_of_the_last_run_are_taken_up_and_solved(shop: Shop) -> None:
    Board(shop).only("print", {("a", "no ticket"): "has none", ("b", "stranger"): "no folder"})

    board = Board(shop)
    board.only("print", {("b", "stranger"): "no folder"})

    assert notes(shop) == {("print", "b"): "stranger"}


def test_one_more_note_leaves_the_others(shop: Shop) -> None:
    board = Board(shop)
    board.only("print", {("a", "no ticket"): "has none"})
    board.add("print", "b", "wrong stage", "is not part of the flow")

    assert notes(shop) == {("print", "a"): "no ticket", ("print", "b"): "wrong stage"}
