"""The file of a store: how it is opened, checked and refused."""

import shutil
from pathlib import Path

import apsw
import pytest

from hotfolder.errors import StoreError
from hotfolder.store.database import SAFE_SQLITE, Database, check_file
from hotfolder.store.rows import NoteRow
from hotfolder.store.statement import insert
from hotfolder.store.store import Store
from tests.builders import NOON
from tests.rights import without_power
from tests.store.journals import a_line, actions, settings, write_one
from tests.threads import in_thread


def test_every_connection_is_set_to_lose_nothing(database: Database) -> None:
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}
    assert settings(database) == wanted
    assert in_thread(lambda: settings(database)) == wanted


def test_the_sqlite_in_use_does_not_have_the_bug_that_corrupts(database: Database) -> None:
    with database.transaction():
        ((version,),) = database._peewee.execute_sql("select sqlite_version()")
    assert tuple(map(int, version.split("."))) >= SAFE_SQLITE >= (3, 51, 3)


def test_a_database_is_for_its_owner_alone(database: Database) -> None:
    assert database.path.stat().st_mode & 0o077 == 0


def test_opening_again_changes_nothing(path: Path) -> None:
    Store.open(path).close()
    before = path.read_bytes()
    Store.open(path).close()
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_refused_and_unchanged(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"the minutes of a meeting\n" * 400)
    for use in (Store.open, check_file):
        with pytest.raises(StoreError, match=r"hotfolder\.sqlite: file is not a database"):
            use(path)
    assert path.read_bytes() == b"the minutes of a meeting\n" * 400


def test_a_folder_that_may_not_be_written_is_told_in_words(path: Path) -> None:
    path.parent.mkdir()
    path.parent.chmod(0o555)
    with pytest.raises(StoreError, match=r"hotfolder\.sqlite: .*Permission denied"):
        without_power(lambda: Store.open(path))
    with pytest.raises(StoreError, match="state can not be written, so no database can be made"):
        without_power(lambda: check_file(path))
    with pytest.raises(StoreError, match="state can not be written, so no database can be made"):
        without_power(lambda: check_file(path.parent / "deep" / "down" / "x.sqlite"))
    path.parent.chmod(0o755)


def test_a_database_that_may_not_be_written_is_told_in_words(path: Path) -> None:
    Store.open(path).close()
    path.chmod(0o444)
    path.parent.chmod(0o555)
    with pytest.raises(StoreError, match=r"hotfolder\.sqlite: "):
        without_power(lambda: Store.open(path))
    path.parent.chmod(0o755)


def test_a_check_finds_a_good_file_good_and_changes_nothing(path: Path) -> None:
    check_file(path)
    assert not path.parent.exists()
    Store.open(path).close()
    before = path.read_bytes()
    check_file(path)
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_a_check_does_not_touch_a_file_that_is_not_in_use_yet(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    check_file(path)
    assert path.read_bytes() == b""


def test_a_row_that_breaks_a_rule_is_told_as_an_error_of_the_store(store: Store) -> None:
    add = insert(NoteRow)
    note = {"stage": "print", "name": "a", "kind": "b", "since": NOON, "words": "c"}
    store._database.add(add, **note)
    with pytest.raises(StoreError, match="UNIQUE constraint failed: note"):
        store._database.add(add, **note)


def test_where_the_settings_do_not_hold_nothing_is_written() -> None:
    in_memory = Database(Path(":memory:"))
    for _ in range(2):
        with pytest.raises(StoreError, match="does not accept journal_mode=wal; the state folder"):
            write_one(Store(in_memory))
    in_memory.close()


def test_a_state_folder_that_vanishes_is_told_in_words(path: Path) -> None:
    store = Store.open(path)
    store.close()
    shutil.rmtree(path.parent)
    with pytest.raises(StoreError, match=r"hotfolder\.sqlite: "):
        store.jobs.all()


def test_a_database_that_another_program_holds_is_told_in_words(path: Path) -> None:
    store = Store(Database.open(path, busy_seconds=0.05))
    other = apsw.Connection(str(path))
    other.execute("begin exclusive")
    with pytest.raises(StoreError, match="locked"):
        write_one(store)
    other.execute("rollback")
    with store.transaction():
        store.journal.write([a_line("two")])
    assert actions(store) == ["two"]
    store.close()
    other.close()
