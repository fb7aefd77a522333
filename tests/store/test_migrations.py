"""A file of any earlier program comes through to the newest schema with all that it held."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hotfolder.domain.retry import Health, Reach
from hotfolder.domain.signal import SignalType
from hotfolder.errors import StoreError
from hotfolder.store.database import Database, check_file
from hotfolder.store.documents import Verdict
from hotfolder.store.due_signals import signal_of
from hotfolder.store.rows import TABLES
from hotfolder.store.store import Store
from tests.builders import NOON
from tests.steps import look_up
from tests.store.old_files import BODIES, ROWS, SCHEMAS, STATES, write_old_file

EARLIER = SCHEMAS[:-1]
MINUTE = timedelta(minutes=1)
TICK = timedelta(microseconds=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "hotfolder.sqlite"


def schema(path: Path) -> dict[str, Any]:
    """Each table with its columns (type, not null, default, key) and its indexes."""
    found: dict[str, Any] = {}
    for (table,) in look_up(path, "select name from sqlite_master where type = 'table'"):
        columns = {row[1]: row[2:] for row in look_up(path, f"pragma table_info({table})")}
        indexes = {
            row[1]: (row[2], [part[2] for part in look_up(path, f"pragma index_info('{row[1]}')")])
            for row in look_up(path, f"pragma index_list({table})")
        }
        found[table] = (columns, indexes)
    return found


@pytest.fixture
def wanted(tmp_path: Path) -> dict[str, Any]:
    """The schema that rows.py has."""
    fresh = Database(tmp_path / "fresh.sqlite")
    with fresh.transaction(), fresh._peewee.bind_ctx(TABLES):
        fresh._peewee.create_tables(TABLES)
    fresh.close()
    return schema(fresh.path)


def test_there_is_an_earlier_schema_to_come_from() -> None:
    assert EARLIER[0] == "0001_first_schema"


@pytest.mark.parametrize("start", SCHEMAS)
def test_each_schema_becomes_the_tables_and_indexes_that_the_program_uses(
    path: Path, wanted: dict[str, Any], start: str
) -> None:
    write_old_file(path, start)
    Store.open(path).close()
    migrated = schema(path)
    assert migrated.pop("schema_migration")
    assert migrated == wanted
    assert look_up(path, "pragma integrity_check") == [("ok",)]
    assert [
        row[0] for row in look_up(path, "select name from schema_migration order by name")
    ] == SCHEMAS


@pytest.mark.parametrize("start", EARLIER)
def test_an_earlier_file_is_not_yet_the_newest(
    path: Path, wanted: dict[str, Any], start: str
) -> None:
    write_old_file(path, start)
    assert schema(path) != wanted


@pytest.mark.parametrize("start", SCHEMAS)
def test_every_row_of_every_table_comes_through_with_its_values(path: Path, start: str) -> None:
    write_old_file(path, start)
    Store.open(path).close()
    for table, rows in ROWS.items():
        names = [name for name in rows[0] if name != "body" or table == "document"]
        order = "name" if table == "destination" else "id"
        found = look_up(path, f"select {', '.join(names)} from {table} order by {order}")
        assert found == [tuple(row.get(name, _default(name)) for name in names) for row in rows]


def _default(name: str) -> str:
    return "[]" if name == "key_at" else ""


@pytest.mark.parametrize("start", SCHEMAS)
def test_every_signal_is_the_one_that_was_promised(path: Path, start: str) -> None:
    write_old_file(path, start)
    store = Store.open(path)
    rows = store.signals.find({})
    for row, (kind, fields) in zip(rows, BODIES.items(), strict=True):
        signal = signal_of(row)
        assert (signal.type, signal.order_id, signal.item_id) == (SignalType(kind), "o-1", "i-1")
        assert (signal.at, signal.fields) == (NOON, fields)
        assert set(json.loads(row["fields"])) == set(fields), "no key, no ids, nothing else"
    assert [row["state"] for row in rows] == list(STATES)
    assert {row["destination"] for row in rows} == {"cloudsignal"}
    assert {row["asked_at"] for row in rows} == {NOON}
    store.close()


@pytest.mark.parametrize("start", SCHEMAS)
def test_signals_of_an_earlier_file_are_warned_about_compacted_and_sent(
    path: Path, start: str
) -> None:
    write_old_file(path, start)
    store = Store.open(path)
    accepted = {row["state"]: row["accepted_at"] for row in store.signals.find({})}
    assert accepted.pop("sent") == NOON + 2 * TICK, "the last try is as near as is known"
    assert set(accepted.values()) == {None}
    assert store.signals.to_warn(NOON + 29 * MINUTE, 99) == []
    late = store.signals.to_warn(NOON + 30 * MINUTE, 99)
    assert sorted(row["state"] for row in late) == ["parked", "sending", *["waiting"] * 3]
    assert store.outbox.free() == 1
    with store.transaction():
        claim = store.outbox.claim("cloudsignal", NOON + MINUTE, MINUTE, 50)
        assert claim is not None
        assert [one.type for one in claim.signals] == ["ItemPacked"], (
            "the oldest unsent of its item"
        )
        assert store.outbox.sent(claim, NOON + MINUTE)
    store.close()


@pytest.mark.parametrize("start", SCHEMAS)
def test_a_job_knows_the_interface_of_its_order(path: Path, start: str) -> None:
    write_old_file(path, start)
    store = Store.open(path)
    assert {job.order_id: job.interface for job in store.jobs.all()} == {
        "o-1": "live",
        "o-without-order": "",
    }
    assert {job.said_before for job in store.jobs.all()} == {frozenset()}
    store.close()


@pytest.mark.parametrize("start", SCHEMAS)
def test_orders_and_reorders_are_told_by_their_records(path: Path, start: str) -> None:
    write_old_file(path, start)
    store = Store.open(path)
    order = store.orders.get("o-1")
    reorders = {(job.order_id, job.item_id): job.reorder for job in store.jobs.all()}
    documents = [store.documents.get(number) for number in (1, 2)]
    store.close()
    assert order is not None
    assert order.ship_by == "2026-03-05 16:00:00"
    assert reorders == {
        ("o-1", "i-1"): True,
        ("o-1", "i-2"): False,
        ("o-without-order", "i-1"): False,
    }
    assert [(one.verdict, one.digest, one.sha256) for one in documents if one] == [
        (Verdict.ACCEPTED, "", ""),
        (Verdict.REFUSED, "", ""),
    ]


@pytest.mark.parametrize("start", SCHEMAS)
def test_what_was_known_of_the_destination_is_known(path: Path, start: str) -> None:
    write_old_file(path, start)
    store = Store.open(path)
    assert store.destinations.get("cloudsignal") == Health(
        reach=Reach.PAUSED, since=NOON, failures=3, probes=0, next_probe=NOON, words="401"
    )
    store.close()


@pytest.mark.parametrize("start", EARLIER)
def test_a_look_at_an_earlier_file_finds_it_good_and_changes_nothing(
    path: Path, start: str
) -> None:
    write_old_file(path, start)
    before = path.read_bytes()
    check_file(path)
    assert path.read_bytes() == before


IN_THE_WAY = [  # a column that a later step adds
    ("0001_first_schema", "outbox", "warn_at"),
    ("0001_first_schema", "job", "reorder"),
    ("0002_attempts_and_destinations", "job", "reorder"),
    ("0003_documents_and_reorders", "job", "reached"),
    ("0004_hold", "job", "say_again"),
    ("0009_alerts", "job", "doubt_since"),
]
# steps that make tables, with one of these
MADE_BY = {
    "0006_parcels": "parcel",
    "0007_devices": "handover",
    "0008_days": "day",
    "0009_alerts": "alert",
}


def before(step: str) -> str:
    return SCHEMAS[SCHEMAS.index(step) - 1]


def test_a_migration_can_fail_after_each_earlier_schema() -> None:
    starts = {start for start, *_ in IN_THE_WAY} | {before(step) for step in MADE_BY}
    assert sorted(starts) == EARLIER


@pytest.mark.parametrize("step", MADE_BY)
def test_a_migration_that_finds_its_table_leaves_the_file_as_it_was(path: Path, step: str) -> None:
    write_old_file(path, before(step))
    look_up(path, f"create table {MADE_BY[step]} (other text)")
    was = schema(path)
    with pytest.raises(StoreError, match=f"table .{MADE_BY[step]}. already exists"):
        Store.open(path)
    assert schema(path) == was


@pytest.mark.parametrize(("start", "table", "column"), IN_THE_WAY)
def test_a_migration_that_fails_leaves_the_file_as_it_was(
    path: Path, start: str, table: str, column: str
) -> None:
    write_old_file(path, start)
    if column:
        look_up(path, f"alter table {table} add column {column} text")
    else:
        look_up(path, f"create table {table} (x)")
    before = look_up(path, f"select * from {table}"), schema(path)
    words = f"duplicate column name: {column}" if column else f'table "{table}" already exists'
    with pytest.raises(StoreError, match=words):
        Store.open(path)
    assert (look_up(path, f"select * from {table}"), schema(path)) == before


@pytest.mark.parametrize("start", SCHEMAS)
def test_a_file_of_a_newer_program_is_refused_and_unchanged(path: Path, start: str) -> None:
    write_old_file(path, start)
    look_up(path, "insert into schema_migration values (99, '0099_from_the_future', '2030-01-01')")
    before = path.read_bytes()
    for use in (Store.open, check_file):
        with pytest.raises(StoreError, match=r"written by a newer .*it knows 0099_from_the_future"):
            use(path)
    assert path.read_bytes() == before
