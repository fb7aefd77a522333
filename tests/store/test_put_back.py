"""A copy of the store becomes the store, on purpose."""

from pathlib import Path

import pytest

from hotfolder.domain.doubt import MAY_BE_SENT
from hotfolder.domain.signal import SignalType
from hotfolder.errors import StoreError
from hotfolder.store.alerts import RUNNING
from hotfolder.store.backup import back_up, check_whole, put_back
from hotfolder.store.store import Store
from tests.builders import NOON, a_promise
from tests.rights import without_power
from tests.steps import look_up
from tests.store.backups import a_damaged_file, lines_of, names, write
from tests.store.old_files import write_old_file
from tests.store.outboxes import claimed, promise, send

ASIDE = "hotfolder.sqlite.before-restore-20260302T120000"


def test_a_backup_becomes_the_store_and_the_one_before_is_set_aside(
    source: Store, path: Path, target: Path
) -> None:
    back_up(path, target)
    write(source, 7)
    source.close()
    restored = put_back(target, path, NOON)
    assert restored.aside == path.with_name(ASIDE)
    assert (lines_of(path), lines_of(restored.aside)) == (1000, 1007)
    assert names(path.parent) == [path.name, ASIDE]
    assert path.stat().st_mode & 0o077 == 0
    again = Store.open(path)
    write(again, 1)
    again.close()
    assert (lines_of(path), lines_of(target)) == (1001, 1000), "the backup stays what it is"


def test_signals_that_waited_in_the_backup_are_parked_until_a_person_decides(
    path: Path, target: Path
) -> None:
    store = Store.open(path)
    promise(store, *(a_promise(item_id=str(item)) for item in range(5)))
    send(store, bundle=1)
    claimed(store, bundle=1)
    store.outbox.add([a_promise(SignalType.PACKED, item_id="x", job_id=9)])
    store.outbox.withdraw(9, [SignalType.PACKED])
    back_up(path, target)
    store.close()
    assert put_back(target, path, NOON).parked == 4
    store = Store.open(path)
    assert store.signals.counts() == {"sent": 1, "parked": 4, "withdrawn": 1}
    words = {row["last_answer"] for row in store.signals.find({"state": "parked"})}
    assert words == {MAY_BE_SENT}
    assert not store.outbox.has_due("cloudsignal", NOON)
    assert store.outbox.free() == 0
    store.close()


def test_a_backup_comes_back_where_there_was_no_store(
    source: Store, path: Path, target: Path, tmp_path: Path
) -> None:
    back_up(path, target)
    new = tmp_path / "new" / "hotfolder.sqlite"
    assert put_back(target, new, NOON).aside is None
    assert lines_of(new) == 1000
    assert names(new.parent) == [new.name]


def test_a_log_left_without_its_database_is_not_played_into_the_backup(
    source: Store, path: Path, target: Path
) -> None:
    back_up(path, target)
    write(source, 5)
    log = path.with_name(f"{path.name}-wal")
    left = log.read_bytes()
    source.close()
    path.unlink()
    log.write_bytes(left)
    restored = put_back(target, path, NOON)
    assert restored.aside == path.with_name(ASIDE)
    assert names(path.parent) == [path.name, f"{ASIDE}-wal"]
    assert lines_of(path) == 1000
    check_whole(path)


def test_a_backup_of_an_earlier_program_is_brought_to_the_newest_schema(
    path: Path, target: Path
) -> None:
    write_old_file(target, "0001_first_schema")
    before = target.read_bytes()
    assert put_back(target, path, NOON).parked == 4
    store = Store.open(path)
    assert store.signals.counts() == {"sent": 1, "withdrawn": 1, "parked": 5}
    store.close()
    assert target.read_bytes() == before


def bad_backup(target: Path, how: str) -> None:
    if how == "damaged":
        a_damaged_file(target)
    elif how == "newer":
        Store.open(target).close()
        look_up(target, "insert into schema_migration values (99, '0099_x', '2030-01-01')")
    elif how == "none":
        target.parent.mkdir(parents=True)
        target.write_bytes(b"the minutes of a meeting")


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("damaged", "is damaged"),
        ("newer", "written by a newer Hotfolder"),
        ("none", "is no readable database"),
        ("missing", "is no readable database"),
    ],
)
def test_a_backup_that_can_not_be_used_changes_nothing(
    source: Store, path: Path, target: Path, how: str, words: str
) -> None:
    source.close()
    bad_backup(target, how)
    before = path.read_bytes()
    with pytest.raises(StoreError, match=words):
        put_back(target, path, NOON)
    assert path.read_bytes() == before
    assert names(path.parent) == [path.name]


def test_where_nothing_can_be_written_the_store_stays(
    source: Store, path: Path, target: Path
) -> None:
    back_up(path, target)
    source.close()
    before = path.read_bytes()
    path.parent.chmod(0o555)
    with pytest.raises(StoreError, match="Permission denied"):
        without_power(lambda: put_back(target, path, NOON))
    path.parent.chmod(0o755)
    assert path.read_bytes() == before
    assert names(path.parent) == [path.name]


def test_the_run_that_made_the_backup_did_not_break_off_and_old_messages_are_not_told(
    tmp_path: Path,
) -> None:
    store = Store.open(tmp_path / "hotfolder.sqlite")
    with store.transaction():
        store.marks.set(RUNNING, NOON)
        store.alerts.post(["mail"], {"subject": "old"}, NOON)
    store.close()
    back_up(tmp_path / "hotfolder.sqlite", tmp_path / "copy.sqlite")
    put_back(tmp_path / "copy.sqlite", tmp_path / "new" / "hotfolder.sqlite", NOON)
    restored = Store.open(tmp_path / "new" / "hotfolder.sqlite")
    assert (restored.marks.get(RUNNING), restored.alerts.posts()) == (None, [])
    restored.close()
