"""A transaction is kept whole or not at all, and seen by nobody before it has ended."""

from pathlib import Path

import pytest

from hotfolder.errors import FloorError, StoreError
from hotfolder.store.database import Database
from hotfolder.store.store import Store
from tests.processes import line_of, other_process
from tests.steps import look_up
from tests.store.journals import a_line, actions, settings, write_one
from tests.threads import in_thread

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
    assert look_up(path, "select action from journal") == [("passing",)]
