"""A database of an earlier or a later program, with signals that wait."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import apsw
import pytest
from playhouse.migrations import Runner

from hotfolder.errors import StoreError
from hotfolder.services.recover import recover
from hotfolder.store.database import MIGRATIONS, Database
from hotfolder.store.store import Store
from tests.faults.bed import ALL, Bed, made_bed
from tests.steps import look_up


def at_first_schema(path: Path) -> apsw.Connection:
    """A database as the first version of the program made it."""
    path.parent.mkdir(parents=True)
    only = path.parent / "migrations"
    only.mkdir()
    (only / "__init__.py").touch()
    name = "0001_first_schema.py"
    (only / name).write_text((MIGRATIONS / name).read_text())
    database = Database(path)
    database._connect()
    Runner(database._peewee, str(only)).up()
    database.close()
    return apsw.Connection(str(path))


OLD_ROW: dict[str, Any] = {
    "order_id": "1",
    "job_id": 1,
    "type": "ItemRegistered",
    "stage": "",
    "inferred": 0,
    "state": "waiting",
    "attempts": 0,
    "last_answer": "",
    "alone": 0,
    "claim": "",
}


def test_an_upgrade_in_the_middle_of_a_backlog_loses_nothing(
    tmp_path: Path, logged: list[str]
) -> None:
    now = int(datetime.now(UTC).timestamp() * 1_000_000)
    old = at_first_schema(tmp_path / "state" / "hotfolder.sqlite")
    columns = {row[1] for row in old.execute("pragma table_info(outbox)")}
    for number in range(20):
        body = f'{{"type": "ItemRegistered", "order": "1", "item": "{number}"}}'
        row = OLD_ROW | {"item_id": str(number), "at": now, "due": now, "deadline": now}
        row |= {"body": body}
        row = {name: value for name, value in row.items() if name in columns}
        if number == 3:
            row |= {"state": "sending", "claim": "gone", "lease_until": now}
        places = ", ".join("?" * len(row))
        old.execute(f"INSERT INTO outbox ({', '.join(row)}) VALUES ({places})", [*row.values()])
    old.close()

    with made_bed(tmp_path, logged, start=datetime.now(UTC)) as bed:
        bed.oracle.promised = [("1", str(number), "ItemRegistered") for number in range(20)]
        recover(bed.shop)
        bed.send()
        assert bed.states() == {"sent": 20}
        assert bed.oracle.everything_arrived()
        bed.check()


def test_an_older_program_refuses_a_newer_file_and_leaves_it_as_it_is(bed: Bed) -> None:
    bed.promise("1", "11", ALL)
    bed.shop.store.close()
    step = "INSERT INTO schema_migration (name, applied) VALUES ('9999_tomorrow', '2030-01-01')"
    look_up(bed.oracle.database, step)
    rows = look_up(bed.oracle.database, "SELECT * FROM outbox")

    with pytest.raises(StoreError, match="newer Hotfolder"):
        Store.open(bed.oracle.database)

    assert look_up(bed.oracle.database, "SELECT * FROM outbox") == rows
