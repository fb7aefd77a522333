"""Lines in the journal of a store, as a thing to write and to read."""

from typing import Any

from hotfolder.store.database import Database
from hotfolder.store.journal import Line
from hotfolder.store.store import Store
from tests.builders import NOON


def a_line(action: str) -> Line:
    return Line(at=NOON, order_id="order-1", action=action)


def actions(store: Store) -> list[str]:
    return [line.action for line in store.journal.of_order("order-1")]


def settings(database: Database) -> dict[str, Any]:
    with database.transaction():
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        return {name: database._peewee.pragma(name) for name in names}


def write_one(store: Store) -> None:
    with store.transaction():
        store.journal.write([a_line("one")])
