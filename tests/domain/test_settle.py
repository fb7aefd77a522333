from dataclasses import replace

import pytest

from hotfolder.domain.settle import (
    DropFact,
    DropLook,
    FileFact,
    FolderShape,
    Settling,
    is_drop_settled,
    is_settled,
    look_at_drop,
    missing_files,
    watch_settling,
)

QUIET = 10.0
MANIFEST = {"cover.pdf": 100, "book.pdf": 200, "notes.txt": None}


def a_shape(**changes: int | None) -> FolderShape:
    """The files of the manifest whole; a size by name, None takes the file away."""
    sizes: dict[str, int | None] = {"cover": 100, "book": 200, "notes": 3, **changes}
    names = {"cover": "cover.pdf", "book": "book.pdf", "notes": "notes.txt"}
    return frozenset(
        FileFact(path=names[name], size=size, changed_ns=1)
        for name, size in sizes.items()
        if size is not None
    )


def test_a_new_shape_starts_the_time_again() -> None:
    first = watch_settling(None, a_shape(book=10), 100.0)
    assert watch_settling(first, a_shape(book=20), 105.0) == Settling(
        shape=a_shape(book=20), since=105.0
    )


def test_the_same_shape_keeps_its_first_time() -> None:
    first = watch_settling(None, a_shape(), 100.0)
    assert watch_settling(first, a_shape(), 105.0).since == 100.0


def test_a_client_that_sets_size_and_date_back_is_betrayed_by_the_time_of_change() -> None:
    """Of the three times of a file the time of change is the one that no client can set."""
    before = frozenset({FileFact(path="book.pdf", size=200, changed_ns=1)})
    after = frozenset({FileFact(path="book.pdf", size=200, changed_ns=2)})
    assert watch_settling(watch_settling(None, before, 0.0), after, 9.0).since == 9.0


@pytest.mark.parametrize(("now", "settled"), [(109.9, False), (110.0, True), (500.0, True)])
def test_a_complete_folder_is_settled_after_the_quiet_time(now: float, *, settled: bool) -> None:
    settling = Settling(shape=a_shape(), since=100.0)
    assert is_settled(settling, MANIFEST, now, QUIET) is settled


@pytest.mark.parametrize("changes", [{"book": None}, {"book": 199}, {"notes": None}])
def test_an_incomplete_folder_is_never_settled(changes: dict[str, int | None]) -> None:
    settling = Settling(shape=a_shape(**changes), since=0.0)
    assert not is_settled(settling, MANIFEST, 1e9, QUIET)


def test_a_file_without_a_size_in_the_ticket_may_have_any() -> None:
    assert missing_files(MANIFEST, a_shape(notes=0)) == []


def test_what_is_missing_or_too_short_is_named() -> None:
    assert missing_files(MANIFEST, a_shape(cover=None, book=199)) == ["cover.pdf", "book.pdf"]


def test_files_beside_the_ticket_do_no_harm() -> None:
    extra = FileFact(path="my notes/a.txt", size=1, changed_ns=1)
    assert missing_files(MANIFEST, a_shape() | {extra}) == []


# --- single files -------------------------------------------------------------------------------


def seen(*facts: DropFact, step: float = QUIET) -> DropLook:
    """A look every `step` seconds."""
    look = None
    for number, fact in enumerate(facts):
        look = look_at_drop(look, fact, number * step)
    assert look is not None
    return look


FILE = DropFact(size=7, changed_ns=1, inode=5)


def test_a_dropped_file_is_settled_after_three_equal_looks_and_the_quiet_time() -> None:
    assert is_drop_settled(seen(FILE, FILE, FILE), 2 * QUIET, QUIET)
    assert not is_drop_settled(seen(FILE, FILE), 100 * QUIET, QUIET), "it was seen twice only"
    fast = seen(FILE, FILE, FILE, step=1)
    assert not is_drop_settled(fast, QUIET - 1, QUIET)
    assert is_drop_settled(fast, QUIET, QUIET)


@pytest.mark.parametrize("change", [{"size": 8}, {"changed_ns": 2}, {"inode": 6}])
def test_a_dropped_file_that_changes_settles_anew(change: dict[str, int]) -> None:
    other = replace(FILE, **change)

    assert not is_drop_settled(seen(FILE, FILE, other), 2 * QUIET + 1, QUIET)
    assert is_drop_settled(seen(FILE, other, other, other), 3 * QUIET, QUIET)


def test_an_empty_file_is_never_settled() -> None:
    empty = replace(FILE, size=0)

    assert not is_drop_settled(seen(empty, empty, empty, empty), 3600, QUIET)
