"""The daemon makes backups by itself, and tells when it can not."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hotfolder.errors import StopAsked
from hotfolder.services.make_backup import (
    AGAIN_SECONDS,
    BackupPlace,
    backup_if_due,
    make_backup,
)
from hotfolder.services.shop import Shop
from hotfolder.store.backup import LAST_BACKUP, check_whole
from tests.fakes import ManualClock
from tests.steps import database_of, order_in

HOUR = 3600.0


@pytest.fixture
def place(shop: Shop) -> BackupPlace:
    state = database_of(shop).parent
    return BackupPlace(
        database=database_of(shop), folder=state / "backups", every=timedelta(hours=6), keep=2
    )


def run(shop: Shop, place: BackupPlace) -> float:
    return backup_if_due(shop, place, lambda: None)


def names(place: BackupPlace) -> list[str]:
    return sorted(path.name for path in place.folder.glob("*"))


def notes_of(shop: Shop) -> list[str]:
    return [note.words for note in shop.store.notes.all()]


def test_one_is_made_when_due_checked_and_the_oldest_go(
    shop: Shop, place: BackupPlace, clock: ManualClock
) -> None:
    order_in(shop)
    for _ in range(4):
        run(shop, place)
        run(shop, place)
        clock.turn(6 * HOUR)
    assert names(place) == [
        "hotfolder-20260302T200000Z.sqlite",
        "hotfolder-20260303T020000Z.sqlite",
    ]
    for name in names(place):
        check_whole(place.folder / name)
        assert (place.folder / name).stat().st_mode & 0o077 == 0
    last = shop.store.marks.get(LAST_BACKUP)
    assert last is not None
    assert clock.now() - last.at == timedelta(hours=6)


def test_a_folder_of_ones_own_that_is_not_there_is_told_and_not_made(
    shop: Shop, place: BackupPlace
) -> None:
    away = replace(place, folder=place.folder.parent / "other disk", own=False)
    assert run(shop, away) == AGAIN_SECONDS
    assert run(shop, away) == AGAIN_SECONDS
    [words] = notes_of(shop)
    assert "mount its disk" in words
    assert not away.folder.exists()
    away.folder.mkdir()
    run(shop, away)
    assert (len(names(away)), notes_of(shop)) == (1, [])


def test_a_copy_that_can_not_be_written_is_told_and_leaves_nothing(
    shop: Shop, place: BackupPlace
) -> None:
    place.folder.write_text("a file in the way")
    assert run(shop, place) == AGAIN_SECONDS
    assert len(notes_of(shop)) == 1


def test_the_same_reason_is_logged_once_however_often_it_is_tried(
    shop: Shop, place: BackupPlace, clock: ManualClock, logged: list[str]
) -> None:
    broken = replace(place, database=place.database.with_name("broken.sqlite"))
    broken.database.write_bytes(b"no database at all" * 100)
    for _ in range(3):
        assert run(shop, broken) == AGAIN_SECONDS
        clock.turn(AGAIN_SECONDS)
    assert len([line for line in logged if "no backup" in line]) == 1


def test_trouble_is_over_when_a_person_has_made_a_backup(
    shop: Shop, place: BackupPlace, clock: ManualClock
) -> None:
    away = replace(place, folder=place.folder.parent / "other disk", own=False)
    run(shop, away)
    assert len(notes_of(shop)) == 1
    away.folder.mkdir()
    make_backup(away, clock.now())
    run(shop, away)
    assert notes_of(shop) == []


def test_one_that_is_cut_short_by_a_stop_leaves_nothing(shop: Shop, place: BackupPlace) -> None:
    def stop() -> None:
        raise StopAsked("Hotfolder stops")

    with pytest.raises(StopAsked):
        backup_if_due(shop, place, stop)
    assert names(place) == []
