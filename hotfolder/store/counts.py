"""Counts and ages for those who watch over the shop; each question reads few rows."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from peewee import SQL, Model, Select, fn

from hotfolder.domain.doubt import DOUBTED, RESTORED
from hotfolder.domain.job import END_OF_DAY, PUT_ON_HOLD, Job, JobState
from hotfolder.domain.shelf import OTHER_ITEMS
from hotfolder.store.database import Database
from hotfolder.store.jobs import job_of
from hotfolder.store.rows import AttemptRow, DocumentRow, JobRow, JournalRow, OrderRow, SignalRow
from hotfolder.store.signal_state import UNSENT, SignalState
from hotfolder.store.statement import Statement, slot

MOST_TRIES = 20_000  # at once; what is more is counted the next time
NEAR = 2  # of the warnings of domain/deadline.py: three quarters of the time are over
OPEN = (*UNSENT, SignalState.PARKED.value)

UNACCEPTED = Statement(
    lambda: (
        SignalRow.select(
            SignalRow.type,
            SignalRow.state,
            SignalRow.destination,
            fn.COUNT(SignalRow.id).alias("signals"),
            fn.MIN(SignalRow.asked_at).alias("asked_at"),
            fn.MIN(SignalRow.deadline).alias("deadline"),
        )
        .where(SignalRow.state << OPEN)
        .group_by(SignalRow.type, SignalRow.state, SignalRow.destination)
    ),
    SignalRow,
)
PRESSING = Statement(
    lambda: (
        SignalRow.select(
            SignalRow.destination,
            (SignalRow.deadline <= slot("now")).alias("late"),
            fn.COUNT(SignalRow.id).alias("signals"),
            fn.MIN(SignalRow.deadline).alias("deadline"),
        )
        .where(
            SignalRow.state << UNSENT,
            SignalRow.accepted_at.is_null(),
            (SignalRow.deadline <= slot("now")) | (SignalRow.warned >= slot("near")),
        )
        .group_by(SignalRow.destination, SignalRow.deadline <= slot("now"))
    ),
    SignalRow,
)
STUCK = Statement(
    lambda: (
        JobRow.select()
        .where(
            JobRow.stage == slot("stage"),
            JobRow.state == JobState.FLOOR.value,
            JobRow.since <= slot("before"),
            JobRow.flow.in_(Select([fn.json_each(slot("through"))], [SQL("value")]))
            | JobRow.waits_for.not_in(("", END_OF_DAY, OTHER_ITEMS)),
        )
        .order_by(JobRow.since)
        .limit(slot("limit"))
    ),
    JobRow,
)
HELD = Statement(
    lambda: (
        JobRow.select()
        .where(JobRow.state == JobState.HELD.value, JobRow.reason != PUT_ON_HOLD)
        .order_by(JobRow.since)
        .limit(slot("limit"))
    ),
    JobRow,
)
PARKED = Statement(
    lambda: (
        SignalRow.select()
        .where(
            SignalRow.state == SignalState.PARKED.value,
            ~SignalRow.last_answer.startswith(RESTORED),
            ~SignalRow.last_answer.startswith(DOUBTED),
        )
        .order_by(SignalRow.id)
        .limit(slot("limit"))
    ),
    SignalRow,
)
FAILING = Statement(
    lambda: (
        JobRow.select()
        .where(JobRow.state == JobState.WAITING.value, JobRow.attempts >= slot("attempts"))
        .order_by(JobRow.since)
    ),
    JobRow,
)
LAST_ORDER = Statement(
    lambda: OrderRow.select(fn.MAX(OrderRow.received_at).alias("received_at")), OrderRow
)
EVENTS = Statement(
    lambda: (
        JournalRow.select(JournalRow.action, fn.COUNT(JournalRow.id))
        .where(JournalRow.id > slot("after"), JournalRow.id <= slot("until"))
        .group_by(JournalRow.action)
    )
)
VERDICTS = Statement(
    lambda: (
        DocumentRow.select(DocumentRow.verdict, fn.COUNT(DocumentRow.id))
        .where(DocumentRow.id > slot("after"), DocumentRow.id <= slot("until"))
        .group_by(DocumentRow.verdict)
    )
)
TRIES = Statement(
    lambda: (
        AttemptRow.select(
            SignalRow.type,
            SignalRow.asked_at,
            SignalRow.destination,
            AttemptRow.at,
            AttemptRow.status,
            AttemptRow.milliseconds,
            AttemptRow.signals,
        )
        .join(SignalRow, on=(SignalRow.id == AttemptRow.signal_id))
        .where(AttemptRow.id > slot("after"), AttemptRow.id <= slot("until"))
    ),
    SignalRow,
)


def _newest(table: type[Model]) -> Statement:
    return Statement(lambda: table.select(fn.MAX(table.id).alias("id")))  # type: ignore[attr-defined]  # peewee has no types


NEWEST: dict[type[Model], Statement] = {
    table: _newest(table) for table in (JournalRow, DocumentRow, AttemptRow)
}
Row = dict[str, Any]


class Counts:
    def __init__(self, database: Database) -> None:
        self._database = database

    def unaccepted(self) -> list[Row]:
        """By type, state and destination: signals, and of these the oldest asked_at and deadline.

        Of those that wait, are under way or parked.
        """
        return self._database.rows(UNACCEPTED)

    def pressing(self, now: datetime) -> list[Row]:
        """By destination: signals past their deadline (late), and those near it, with the first."""
        return self._database.rows(PRESSING, now=now, near=NEAR)

    def stuck(self, stage: str, through: Sequence[str], before: datetime, limit: int) -> list[Job]:
        """Jobs that are in this stage since this time or longer, the longest first.

        Those of the flows that go on from there, `through` it; of others only those that wait for
        what a person or a label program has still to give.
        """
        rows = self._database.rows(
            STUCK, stage=stage, through=json.dumps(through), before=before, limit=limit
        )
        return [job_of(row) for row in rows]

    def held(self, limit: int) -> list[Job]:
        """Jobs that are held, the longest first; not those that a person put on hold."""
        return [job_of(row) for row in self._database.rows(HELD, limit=limit)]

    def parked(self, limit: int) -> list[Row]:
        """Signals that wait for a person, the longest first: those seen once stay among them.

        But for those that wait because of a restore, see `Doubts`.
        """
        return self._database.rows(PARKED, limit=limit)

    def failing(self, attempts: int) -> list[Job]:
        """Jobs whose files did not come in so many tries."""
        return [job_of(row) for row in self._database.rows(FAILING, attempts=attempts)]

    def last_order(self) -> datetime | None:
        """When the newest order came."""
        rows = self._database.rows(LAST_ORDER)
        return rows[0]["received_at"] if rows else None


class Happened:
    """What has happened between two calls, of what the store only ever adds to. For one thread.

    Before the first call nothing has happened.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._seen: dict[type[Model], int] = {}

    def events(self) -> dict[str, int]:
        """Lines of the journal by action."""
        return self._database.pairs(EVENTS, **self._new(JournalRow))

    def verdicts(self) -> dict[str, int]:
        """Documents by what came of them."""
        return self._database.pairs(VERDICTS, **self._new(DocumentRow))

    def tries(self) -> list[Row]:
        """For each signal that was part of a POST what came of it, and since when it was asked."""
        return self._database.rows(TRIES, **self._new(AttemptRow, MOST_TRIES))

    def _new(self, table: type[Model], most: int | None = None) -> dict[str, int]:
        """Numbers after which, and until which, rows are new; `most` of them at once.

        Of a table whose newest rows were deleted the numbers start again (SQLite), so all are new.
        """
        newest = int(self._database.rows(NEWEST[table])[0]["id"] or 0)
        after = self._seen.get(table, newest)
        after = after if newest >= after else 0
        until = newest if most is None else min(newest, after + most)
        self._seen[table] = until
        return {"after": after, "until": until}
