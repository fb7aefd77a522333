"""Databases as earlier programs wrote them: made by their own migrations, rows in each table."""

import importlib.util
import json
import shutil
from pathlib import Path
from typing import Any

import apsw
from playhouse.migrations import Runner

from hotfolder.store.database import MIGRATIONS, Database

SCHEMAS = sorted(path.stem for path in MIGRATIONS.glob("[0-9]*.py"))
NOON = 1_772_452_800_000_000  # 2026-03-02 12:00 UTC in microseconds
MINUTE = 60_000_000

# What 0001 kept of each type: the ready request, its time as text.
COMMON = {"order": "o-1", "item": "i-1", "datetime": "2026-03-02 12:00:00 GMT"}
BODIES: dict[str, dict[str, str]] = {
    "ItemRegistered": {},
    "ItemProduce": {},
    "ItemProduced": {},
    "ItemPacked": {},
    "ItemShipped": {"tracking": 'Ü"1', "shipping_option": "dhl_paket"},
    "ItemDelay": {"cause": "Maschine fällt aus", "delay": "2"},
    "ItemCanceled": {"cause": "CancelMiscError", "message": "order, item: “x”"},
}
STATES = ("sent", "withdrawn", "parked", "sending", "waiting", "waiting", "waiting")
RECORD = {
    "shipping_date": "2026-03-05 16:00:00",
    "items": [{"id": "i-1", "reorder": {"cause": "x"}}, {"id": "i-2", "reorder": None}],
}
ROWS: dict[str, list[dict[str, Any]]] = {
    "document": [
        {
            "order_id": "o-1",
            "interface": "live",
            "received_at": NOON,
            "content_type": "application/json",
            "body": b'{"apikey": "    "}\xff',
            "key_at": "[12]",
            "verdict": "accepted",
        },
        {"order_id": None, "received_at": NOON, "body": b"?", "verdict": "refused", "reason": "r"},
    ],
    "orders": [
        {
            "order_id": "o-1",
            "document_id": 1,
            "interface": "live",
            "mode": "live",
            "version": "2.2",
            "received_at": NOON,
            "digest": "d",
            "record": json.dumps(RECORD),
            "warnings": '["w"]',
        }
    ],
    "job": [
        {
            "order_id": order,
            "item_id": item,
            "run": 2,
            "ticket_id": f"{order}/{item}/2",
            "flow": "books",
            "mode": "live",
            "state": "floor",
            "since": NOON,
            "stage": "print",
            "folder": "i-1_5x",
            "inode": "1:2",
            "rename_due": 0,
            "moves": 3,
            "tracking": "T",
            "shipping_option": "dhl",
            "waits_for": "tracking",
            "reason": "r",
            "attempts": 4,
            "next_try": NOON,
        }
        for order, item in (("o-1", "i-1"), ("o-1", "i-2"), ("o-without-order", "i-1"))
    ],
    "outbox": [
        {
            "order_id": "o-1",
            "item_id": "i-1",
            "job_id": 1,
            "type": kind,
            "stage": "print",
            "inferred": 1,
            "body": json.dumps({"type": kind, **COMMON, **more}),
            "at": NOON,
            "due": NOON + 1,
            "deadline": NOON + 60 * MINUTE,
            "state": state,
            "attempts": 2,
            "last_try": NOON + 2,
            "last_answer": "503 busy",
            "alone": 1,
            "claim": "t",
            "lease_until": NOON + 3,
        }
        for (kind, more), state in zip(BODIES.items(), STATES, strict=True)
    ],
    "journal": [
        {"at": NOON, "order_id": "o-1", "item_id": "i-1", "action": "a", "detail": '{"x": 1}'}
    ],
    "note": [{"stage": "s", "name": "n", "kind": "k", "since": NOON, "words": "w"}],
    "destination": [
        {
            "name": "cloudsignal",
            "reach": "paused",
            "since": NOON,
            "failures": 3,
            "next_probe": NOON,
            "words": "401",
        }
    ],
}


def write_old_file(path: Path, schema: str) -> None:
    """A database brought from the first schema to this one, with rows of the first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    steps = path.parent / "steps"
    for name in SCHEMAS[: SCHEMAS.index(schema) + 1]:
        steps.mkdir(exist_ok=True)
        shutil.copy(MIGRATIONS / f"{name}.py", steps)
        database = Database(path)
        with database.transaction():
            Runner(database._peewee, str(steps)).up()
        database.close()
        if name == SCHEMAS[0]:
            _fill(path)
    shutil.rmtree(steps)


def _fill(path: Path) -> None:
    connection = apsw.Connection(str(path))
    tables = _first_tables()
    connection.execute("begin")
    for table, rows in ROWS.items():
        for row in rows:
            whole = tables[table] | row
            names, marks = ", ".join(whole), ", ".join("?" * len(whole))
            connection.execute(f"insert into {table} ({names}) values ({marks})", [*whole.values()])
    connection.execute("commit")
    connection.close()


def _first_tables() -> dict[str, dict[str, Any]]:
    """Each table with the values that the program gave to columns nobody named."""
    spec = importlib.util.spec_from_file_location("first", MIGRATIONS / f"{SCHEMAS[0]}.py")
    assert spec is not None
    assert spec.loader is not None
    first = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(first)
    models = [
        one for one in vars(first).values() if hasattr(one, "_meta") and one is not first.Model
    ]
    return {
        one._meta.table_name: {
            field.name: field.default
            for field in one._meta.sorted_fields
            if field.default is not None
        }
        for one in models
    }
