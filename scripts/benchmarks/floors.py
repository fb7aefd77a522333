"""The floors: what the same machine does in the same minute without Hotfolder."""

import http.client
import json
import shutil
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from hotfolder.store.store import Store
from scripts.benchmarks.backlog import fill_outbox
from scripts.benchmarks.stand import (
    SIGNAL_KEY,
    SIGNAL_PATH,
    START_SECONDS,
    BenchError,
    Stand,
    open_database,
    process,
    wait_for,
)

TABLES = ("document", "orders", "job", "outbox", "journal")


@dataclass(frozen=True, kw_only=True, slots=True)
class RawFolders:
    """Two folders that the raw loop watches; its signals carry the folder's name as order."""

    first: Path
    second: Path

    def make(self, count: int) -> list[str]:
        """The names of new folders in the first of the two."""
        names = [f"raw-{number:05}" for number in range(count)]
        for name in names:
            (self.first / name).mkdir()
        return names

    def move(self, name: str) -> None:
        (self.first / name).rename(self.second / name)


@contextmanager
def raw_folders(stand: Stand) -> Iterator[RawFolders]:
    """The raw loop, running beside the daemon on the same disk and against the same receiver."""
    first, second = stand.folder / "raw-1", stand.folder / "raw-2"
    first.mkdir()
    second.mkdir()
    log = stand.folder / "raw.log"
    url = stand.center_url + SIGNAL_PATH
    command = ["scripts.benchmarks.raw_loop", str(first), str(second), url, SIGNAL_KEY]
    with process(command, log):
        wait_for(lambda: "watching" in log.read_text(), START_SECONDS, "start of the raw loop")
        yield RawFolders(first=first, second=second)
    shutil.rmtree(first)
    shutil.rmtree(second)


def orders_a_second(stand: Stand, count: int, name: str) -> float:
    """Orders a second that SQLite alone makes durable: a transaction each, the program's own rows.

    The rows are copies of what the daemon wrote for its first order, in a database of the same
    schema, by the same engine, with the same settings.
    """
    path = stand.folder / f"{name}.sqlite"
    Store.open(path).close()
    rows = {table: _first_row(stand, table) for table in TABLES}
    with open_database(path) as connection:
        connection.pragma("journal_mode", "wal")
        connection.pragma("synchronous", 2)
        connection.pragma("foreign_keys", 1)
        began = time.perf_counter()
        for number in range(count):
            _write_order(connection, rows, number)
        return count / (time.perf_counter() - began)


def signals_a_second(stand: Stand, count: int, name: str) -> float:
    """Signals a second that one connection posts, each claimed before and marked after, durably."""
    path = stand.folder / f"{name}.sqlite"
    fill_outbox(path, count)
    parts = urlsplit(stand.center_url + SIGNAL_PATH)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
    with open_database(path) as database, closing(connection):
        database.pragma("synchronous", 2)
        began = time.perf_counter()
        for number in range(1, count + 1):
            database.execute("UPDATE outbox SET state = 'sending' WHERE id = ?", (number,))
            row = database.execute(
                "SELECT type, order_id, item_id FROM outbox WHERE id = ?", (number,)
            ).fetchone()
            _post(connection, parts.path, dict(zip(("type", "order", "item"), row, strict=True)))
            database.execute("UPDATE outbox SET state = 'sent' WHERE id = ?", (number,))
        return count / (time.perf_counter() - began)


def _post(connection: http.client.HTTPConnection, path: str, signal: dict[str, Any]) -> None:
    now = time.strftime("%Y-%m-%d %H:%M:%S GMT", time.gmtime())
    body = json.dumps({"apikey": SIGNAL_KEY, **signal, "datetime": now})
    connection.request("POST", path, body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    answer.read()
    if answer.status != 200:
        raise BenchError(f"the receiver answered {answer.status}")


def _first_row(stand: Stand, table: str) -> dict[str, Any]:
    """What stands in a table for the first order, but for the row's number."""
    row = stand.ask(f"SELECT * FROM {table} ORDER BY id LIMIT 1")[0]
    return {name: value for name, value in row.items() if name != "id"}


def _write_order(connection: Any, rows: dict[str, dict[str, Any]], number: int) -> None:
    own = {"order_id": f"{number:012}", "ticket_id": f"{number:012}/1/1"}
    connection.execute("BEGIN IMMEDIATE")
    for table, row in rows.items():
        values = [own.get(name, value) for name, value in row.items()]
        places = ", ".join("?" * len(values))
        connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})", values)
    connection.execute("COMMIT")
