import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import apsw
import pytest

from hotfolder.errors import FloorError, StoreError
from hotfolder.store.database import SAFE_SQLITE, Database, check_file
from hotfolder.store.journal import Line
from hotfolder.store.rows import NoteRow
from hotfolder.store.statement import insert
from hotfolder.store.store import Store
from tests.builders import NOON
from tests.processes import line_of, other_process, tell
from tests.rights import without_power

COUNT_UP = """
import sys
from dataclasses import replace
from pathlib import Path
from hotfolder.store.store import Store
store = Store.open(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
for _ in range(int(sys.argv[2])):
    with store.transaction():
        health = store.destinations.get("counted")
        store.destinations.keep("counted", replace(health, failures=health.failures + 1))
print("done", flush=True)
"""
OPEN = """
import sys
from pathlib import Path
from hotfolder.store.store import Store
print("ready", flush=True)
sys.stdin.readline()
store = Store.open(Path(sys.argv[1]))
print(len(store.jobs.all()), "jobs", flush=True)
"""
WRITE_ON = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from hotfolder.store.journal import Line
from hotfolder.store.store import Store
store = Store.open(Path(sys.argv[1]))
number = 0
while True:
    with store.transaction():
        for half in ("first", "second"):
            action = f"{number} {half}"
            store.journal.write([Line(at=datetime.now(UTC), order_id="o", action=action)])
    print(number, flush=True)
    number += 1
"""
PASS_ON = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from hotfolder.store.journal import Line
from hotfolder.store.store import Store
store = Store.open(Path(sys.argv[1]))
with store.passing_transaction():
    store.journal.write([Line(at=datetime.now(UTC), order_id="o", action="passing")])
print("kept", flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
FILL_THE_DISK = """
import resource, sys
from datetime import UTC, datetime
from pathlib import Path
from hotfolder.errors import StoreError
from hotfolder.store.journal import Line
from hotfolder.store.store import Store
store = Store.open(Path(sys.argv[1]))
line = Line(at=datetime.now(UTC), order_id="o", action="x" * 1000)
soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, hard))
kept = 0
try:
    while True:
        with store.transaction():
            store.journal.write([line, line])
        kept += 2
except StoreError as error:
    print(error, flush=True)
print(len(store.journal.of_order("o")) == kept > 0, flush=True)
resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
with store.transaction():
    store.journal.write([line, line])
print(len(store.journal.of_order("o")) == kept + 2, flush=True)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "hotfolder.sqlite"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    opened = Database.open(path)
    yield opened
    opened.close()


def asked(path: Path, sql: str) -> list[tuple[Any, ...]]:
    connection = apsw.Connection(str(path))
    try:
        return list(connection.execute(sql))
    finally:
        connection.close()


def a_line(action: str) -> Line:
    return Line(at=NOON, order_id="order-1", action=action)


def actions(store: Store) -> list[str]:
    return [line.action for line in store.journal.of_order("order-1")]


def in_thread(action: Any) -> Any:
    results: list[Any] = []
    thread = threading.Thread(target=lambda: results.append(action()))
    thread.start()
    thread.join()
    return results[0]


def settings(database: Database) -> dict[str, Any]:
    with database.transaction():
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        return {name: database._peewee.pragma(name) for name in names}


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


def write_one(store: Store) -> None:
    with store.transaction():
        store.journal.write([a_line("one")])


def write_and_fail(store: Store) -> None:
    with store.transaction():
        store.journal.write([a_line("one")])
        raise FloorError("the floor is away")


def write_inside_and_fail(store: Store) -> None:
    with store.transaction():
        with store.transaction():
            store.journal.write([a_line("inner")])
        raise FloorError("the floor is away")


def test_a_transaction_is_kept_whole(store: Store) -> None:
    with store.transaction():
        store.journal.write([a_line("one"), a_line("two")])
    assert actions(store) == ["one", "two"]


def test_a_transaction_that_fails_leaves_nothing(store: Store) -> None:
    with pytest.raises(FloorError, match="away"):
        write_and_fail(store)
    assert actions(store) == []


def test_an_inner_transaction_that_fails_takes_back_its_own_part_only(store: Store) -> None:
    with store.transaction():
        store.journal.write([a_line("outer")])
        with pytest.raises(FloorError, match="away"):
            write_and_fail(store)
    assert actions(store) == ["outer"]


def test_an_outer_transaction_that_fails_takes_back_the_inner_one(store: Store) -> None:
    with pytest.raises(FloorError, match="away"):
        write_inside_and_fail(store)
    assert actions(store) == []


def test_after_a_passing_transaction_every_other_one_is_durable_again(database: Database) -> None:
    store = Store(database)
    with store.passing_transaction():
        store.journal.write([a_line("one")])
        assert database._peewee.pragma("synchronous") == 1
    assert settings(database)["synchronous"] == 2
    assert in_thread(lambda: actions(store)) == ["one"]


def test_nobody_else_sees_a_transaction_before_it_has_ended(store: Store) -> None:
    with store.transaction():
        store.journal.write([a_line("one")])
        assert in_thread(lambda: actions(store)) == []
    assert in_thread(lambda: actions(store)) == ["one"]


def count_up(store: Store, times: int) -> None:
    for _ in range(times):
        with store.transaction():
            health = store.destinations.get("counted")
            failures = health.failures + 1
            store.destinations.keep("counted", type(health)(failures=failures))


def test_threads_that_read_and_write_at_once_lose_nothing(store: Store) -> None:
    threads = [threading.Thread(target=count_up, args=(store, 50)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.destinations.get("counted").failures == 200


def test_processes_that_read_and_write_at_once_lose_nothing(path: Path, store: Store) -> None:
    arguments = (COUNT_UP, path, 100)
    with other_process(*arguments) as one, other_process(*arguments) as two:
        for process in (one, two):
            assert line_of(process) == "ready"
        for process in (one, two):
            tell(process, "go")
        count_up(store, 50)
        assert [line_of(one), line_of(two)] == ["done", "done"]
    assert store.destinations.get("counted").failures == 250


def test_processes_that_open_a_new_store_at_once_all_get_it(path: Path) -> None:
    with (
        other_process(OPEN, path) as one,
        other_process(OPEN, path) as two,
        other_process(OPEN, path) as three,
    ):
        processes = (one, two, three)
        assert [line_of(process) for process in processes] == ["ready"] * 3
        for process in processes:
            tell(process, "go")
        assert [line_of(process) for process in processes] == ["0 jobs"] * 3


def test_what_a_killed_process_had_written_is_there_and_its_half_is_not(path: Path) -> None:
    Store.open(path).close()
    for _ in range(3):
        with other_process(WRITE_ON, path) as writer:
            seen = [line_of(writer) for _ in range(30)]
        assert seen == [str(number) for number in range(30)]
        assert asked(path, "pragma integrity_check") == [("ok",)]
        halves = asked(path, "select action from journal order by id")
        written = {action for (action,) in halves}
        assert {f"{number} {half}" for number in seen for half in ("first", "second")} <= written
        assert len(halves) % 2 == 0, "a transaction was kept by half"
        asked(path, "delete from journal")


def test_a_full_disk_refuses_loudly_keeps_what_was_kept_and_can_go_on_later(path: Path) -> None:
    with other_process(FILL_THE_DISK, path) as writer:
        assert line_of(writer).startswith(f"{path}: ")
        assert line_of(writer) == "True", "kept and told are the same"
        assert line_of(writer) == "True", "it goes on once there is room"
    assert asked(path, "pragma integrity_check") == [("ok",)]


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


def synchronous(database: Database) -> int:
    return int(database._peewee.pragma("synchronous"))


def test_a_passing_transaction_is_kept_whole_and_the_next_one_waits_for_the_disk_again(
    path: Path, database: Database
) -> None:
    store = Store(database)
    with store.passing_transaction():
        store.journal.write([a_line("one"), a_line("two")])
        assert synchronous(database) == 1
    with store.transaction():
        assert synchronous(database) == 2
    assert in_thread(lambda: actions(store)) == ["one", "two"]


def write_passing_and_fail(store: Store) -> None:
    with store.passing_transaction():
        store.journal.write([a_line("one")])
        raise FloorError("the floor is away")


def test_a_passing_transaction_that_fails_leaves_nothing_and_no_weaker_connection(
    database: Database,
) -> None:
    store = Store(database)
    with pytest.raises(FloorError, match="away"):
        write_passing_and_fail(store)
    assert actions(store) == []
    assert settings(database)["synchronous"] == 2


def nest_a_passing_one(store: Store) -> None:
    with store.transaction():
        store.journal.write([a_line("outer")])
        with store.passing_transaction():
            store.journal.write([a_line("inner")])


def test_a_passing_transaction_inside_another_is_refused_and_nothing_is_kept(store: Store) -> None:
    with pytest.raises(StoreError):
        nest_a_passing_one(store)
    assert actions(store) == []
    write_one(store)
    assert actions(store) == ["one"]


def test_a_passing_transaction_survives_the_end_of_its_program(path: Path) -> None:
    Store.open(path).close()
    with other_process(PASS_ON, path) as writer:
        assert line_of(writer) == "kept"
    assert asked(path, "select action from journal") == [("passing",)]
