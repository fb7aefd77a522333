"""Very many jobs on a floor: put straight into the store and the stage folders, then moved."""

import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hotfolder.domain.job import JobState, Mode, ticket_id
from hotfolder.domain.ticket import TICKET_NAME
from hotfolder.store.rows import JobRow
from hotfolder.store.statement import defaults
from hotfolder.store.store import Store
from scripts.benchmarks.stand import BenchError, JobOnFloor, MadeShop, Stand, open_database

MICRO = 1_000_000
LOOK_SECONDS = 0.0005
NOTED_SECONDS = 300.0
FLOW = "default"
KINDS = ("cover", "book", "docket")


def put_jobs(made: MadeShop, counts: Mapping[str, int]) -> None:
    """So many jobs in these stages, with folder, ticket and row as released jobs have them."""
    Store.open(made.database).close()
    stages = made.stages
    wanted = [stage for stage, count in counts.items() for _ in range(count)]
    rows = [
        _put_job(made.floor / stages[stage], stage, number)
        for number, stage in enumerate(wanted, start=1)
    ]
    names = list(rows[0])
    slots = ", ".join(f":{name}" for name in names)
    with open_database(made.database) as connection, connection:
        connection.executemany(f"INSERT INTO job ({', '.join(names)}) VALUES ({slots})", rows)


def _put_job(folder: Path, stage: str, number: int) -> dict[str, object]:
    order, item = f"{number:08}0000", f"{number:08}0001"
    ticket = ticket_id(order, item, 1)
    path = folder / f"2026-12-01_{item}_5x_Title-of-a-book"
    path.mkdir()
    files = [{"name": f"{item}_{kind}.pdf", "size": 8} for kind in KINDS]
    text = json.dumps({"hotfolder_ticket": 1, "ticket": ticket, "flow": FLOW, "files": files})
    (path / TICKET_NAME).write_text(text)
    facts = path.stat()
    return defaults(JobRow) | {
        "order_id": order,
        "item_id": item,
        "run": 1,
        "ticket_id": ticket,
        "flow": FLOW,
        "mode": Mode.TEST.value,
        "state": JobState.FLOOR.value,
        "since": int(time.time() * MICRO),
        "stage": stage,
        "folder": path.name,
        "inode": f"{facts.st_dev}:{facts.st_ino}",
        "reached": stage,
    }


class Noted:
    """Follows the journal of a shop whose jobs only move: each line that can be read is a move."""

    def __init__(self, made: MadeShop) -> None:
        self._made = made

    def seconds(self, stand: Stand, jobs: Sequence[JobOnFloor], stage: str) -> float:
        """Seconds from before the first of these renames until the last one is noted."""
        with open_database(self._made.database) as connection:
            wanted = _lines(connection) + len(jobs)
            began = time.perf_counter()
            for job in jobs:
                stand.move(job, stage)
            return _wait(connection, wanted, began)

    def since(self, began: float, count: int) -> float:
        """Seconds from `began`, by the performance counter, until so many moves are noted."""
        with open_database(self._made.database) as connection:
            return _wait(connection, count, began)

    def count(self) -> int:
        """How many moves are noted by now."""
        with open_database(self._made.database) as connection:
            return _lines(connection)


def _lines(connection: Any) -> int:
    return int(next(connection.execute("SELECT coalesce(max(id), 0) FROM journal"))[0])


def _wait(connection: Any, wanted: int, began: float) -> float:
    while _lines(connection) < wanted:
        if time.perf_counter() - began > NOTED_SECONDS:
            raise BenchError(f"not noted within {NOTED_SECONDS:g} s: moves on the floor")
        time.sleep(LOOK_SECONDS)
    return time.perf_counter() - began
