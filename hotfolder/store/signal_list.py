"""Signals as people see them: lists, one with its attempts, and what a person may change."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from peewee import JOIN, fn

from hotfolder.domain.deadline import warning_time
from hotfolder.domain.signal import SignalType
from hotfolder.store.database import Database
from hotfolder.store.due_signals import Row
from hotfolder.store.moments import MICROSECOND
from hotfolder.store.rows import AttemptRow, JobRow, SignalRow
from hotfolder.store.signal_state import UNSENT, SignalState
from hotfolder.store.statement import Statement, slot

UNACCEPTED = (*UNSENT, SignalState.PARKED.value)
ENDS = (SignalType.SHIPPED.value, SignalType.CANCELED.value)
NOT_YET = (SignalRow.state << UNACCEPTED, SignalRow.accepted_at.is_null())
LATE = (*NOT_YET, SignalRow.deadline <= slot("now"))
BROKEN = (
    SignalRow.accepted_at.is_null(False),
    SignalRow.accepted_at >= SignalRow.deadline,
)
THIS = SignalRow.id == slot("id")


def _with_job(*conditions: Any) -> Any:
    """Signals with what is to be known of their jobs at first sight: mode and reorder."""
    return (
        SignalRow.select(SignalRow, JobRow.mode, JobRow.reorder)
        .join(JobRow, JOIN.LEFT_OUTER, on=(JobRow.id == SignalRow.job_id))
        .where(*conditions)
    )


GET = Statement(lambda: _with_job(THIS), SignalRow)
ATTEMPTS = Statement(
    lambda: AttemptRow.select().where(AttemptRow.signal_id == slot("id")).order_by(AttemptRow.id),
    AttemptRow,
)
COUNTS = Statement(
    lambda: SignalRow.select(SignalRow.state, fn.COUNT(SignalRow.id).alias("signals")).group_by(
        SignalRow.state
    )
)
LATE_COUNT = Statement(
    lambda: SignalRow.select(fn.COUNT(SignalRow.id).alias("signals")).where(*LATE)
)
LATE_ORDERS = Statement(lambda: SignalRow.select(SignalRow.order_id).where(*LATE).distinct())
BROKEN_COUNT = Statement(
    lambda: SignalRow.select(fn.COUNT(SignalRow.id).alias("signals")).where(*BROKEN)
)
TO_WARN = Statement(
    lambda: (
        SignalRow.select()
        .where(*NOT_YET, SignalRow.warn_at <= slot("now"))
        .order_by(SignalRow.warn_at)
        .limit(slot("limit"))
    ),
    SignalRow,
)
WARNED = Statement(
    lambda: SignalRow.update(warned=slot("warned"), warn_at=slot("warn_at")).where(THIS)
)
FINISHED_JOB = SignalRow.alias()
FINISHED = Statement(
    lambda: (
        SignalRow.select()
        .where(
            SignalRow.state << (SignalState.SENT.value, SignalState.WITHDRAWN.value),
            fn.EXISTS(
                FINISHED_JOB.select(FINISHED_JOB.id).where(
                    FINISHED_JOB.job_id == SignalRow.job_id,
                    FINISHED_JOB.type << ENDS,
                    FINISHED_JOB.state == SignalState.SENT.value,
                    FINISHED_JOB.accepted_at <= slot("before"),
                )
            ),
        )
        # what ended an item goes last: it is what tells that the others may go
        .order_by(SignalRow.job_id, SignalRow.type << ENDS, SignalRow.id)
        .limit(slot("limit"))
    ),
    SignalRow,
)
REMOVE = Statement(lambda: SignalRow.delete().where(THIS))
REMOVE_ATTEMPTS = Statement(lambda: AttemptRow.delete().where(AttemptRow.signal_id == slot("id")))
REMEMBER = Statement(
    lambda: JobRow.update(said_before=JobRow.said_before.concat(slot("type"))).where(
        JobRow.id == slot("job_id")
    )
)
TOO_OLD = Statement(
    lambda: SignalRow.select().where(
        SignalRow.state == SignalState.WAITING.value, SignalRow.asked_at <= slot("before")
    ),
    SignalRow,
)
UNDOABLE = Statement(
    lambda: (
        SignalRow.select(SignalRow.order_id, SignalRow.item_id, SignalRow.type, SignalRow.due)
        .where(
            SignalRow.state == SignalState.WAITING.value,
            SignalRow.stage != "",
            SignalRow.attempts == 0,
            SignalRow.due > slot("now"),
        )
        .order_by(SignalRow.due)
        .limit(slot("limit"))
    ),
    SignalRow,
)
SEND_NOW = Statement(
    lambda: SignalRow.update(due=slot("now")).where(
        SignalRow.state == SignalState.WAITING.value, SignalRow.due > slot("now")
    )
)
# The machine's clock was set: spans stay what they were; `at` and `deadline` are moments.
SHIFT = Statement(
    lambda: SignalRow.update(
        due=SignalRow.due + slot("span"),
        asked_at=SignalRow.asked_at + slot("span"),
        lease_until=SignalRow.lease_until + slot("span"),
    ).where(SignalRow.state << UNSENT)
)
HASTEN = Statement(
    lambda: SignalRow.update(due=slot("now")).where(
        SignalRow.state == SignalState.WAITING.value, SignalRow.due > slot("latest")
    )
)
CHANGE = Statement(
    lambda: SignalRow.update(
        state=slot("state"),
        fields=slot("fields"),
        due=slot("due"),
        asked_at=slot("asked_at"),
        last_answer=slot("words"),
    ).where(THIS, SignalRow.state == slot("was"))
)


class SignalList:
    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, signal_id: int) -> Row | None:
        rows = self._database.rows(GET, id=signal_id)
        return rows[0] if rows else None

    def attempts(self, signal_id: int) -> list[Row]:
        """Every POST the signal was part of, oldest first."""
        return self._database.rows(ATTEMPTS, id=signal_id)

    def find(self, wanted: Mapping[str, Any], limit: int | None = None) -> list[Row]:
        """Signals, oldest first, newest when limited; see `_find` for what can be wanted."""
        names = frozenset(name for name, value in wanted.items() if value is not None)
        values = {name: wanted[name] for name in names}
        rows = self._database.rows(_find(names), limit=-1 if limit is None else limit, **values)
        return list(reversed(rows))

    def counts(self) -> dict[str, int]:
        """How many signals there are by state."""
        return {row["state"]: int(row["signals"]) for row in self._database.rows(COUNTS)}

    def undoable(self, now: datetime, limit: int) -> list[Row]:
        """What a drag caused and dragging back still takes back: order, item, type and due."""
        return self._database.rows(UNDOABLE, now=now, limit=limit)

    def late(self, now: datetime) -> int:
        """How many signals should have arrived by now and have not."""
        return int(self._database.rows(LATE_COUNT, now=now)[0]["signals"])

    def late_orders(self, now: datetime) -> set[str]:
        """The orders of signals that should have arrived by now and have not."""
        return {row["order_id"] for row in self._database.rows(LATE_ORDERS, now=now)}

    def broken(self) -> int:
        """How many signals arrived, but after their deadline."""
        return int(self._database.rows(BROKEN_COUNT)[0]["signals"])

    def to_warn(self, now: datetime, limit: int) -> list[Row]:
        """Signals about which a person should be warned now."""
        return self._database.rows(TO_WARN, now=now, limit=limit)

    def warned(self, row: Row, warned: int) -> None:
        """So many of its warnings are given by now; the next one is set."""
        warn_at = warning_time(row["at"], row["deadline"], warned)
        self._database.run(WARNED, id=row["id"], warned=warned, warn_at=warn_at)

    def finished(self, before: datetime, limit: int) -> list[Row]:
        """Delivered or withdrawn signals of jobs that ended before this time, oldest first."""
        rows = self._database.rows(FINISHED, before=before, limit=limit)
        return sorted(rows, key=lambda row: int(row["id"]))

    def remove(self, rows: Sequence[Row]) -> None:
        """Take signals out of the store; their jobs remember which types were said."""
        for row in rows:
            if row["state"] == SignalState.SENT:
                self._database.run(REMEMBER, job_id=row["job_id"], type=f"{row['type']} ")
            self._database.run(REMOVE_ATTEMPTS, id=row["id"])
            self._database.run(REMOVE, id=row["id"])

    def too_old(self, before: datetime) -> list[Row]:
        """Waiting signals that were promised, or asked for by a person, before this time."""
        return self._database.rows(TOO_OLD, before=before)

    def shift(self, span: timedelta) -> None:
        """Let everything that waits for a time wait for one that is so much later, or earlier."""
        self._database.run(SHIFT, span=span // MICROSECOND)

    def hasten(self, now: datetime, latest: datetime) -> int:
        """Make due now what would wait beyond the latest sensible time; how many there were."""
        return self._database.run(HASTEN, now=now, latest=latest)

    def send_now(self, now: datetime) -> int:
        """End all undo times and pauses of waiting signals; how many there were."""
        return self._database.run(SEND_NOW, now=now)

    def change(self, row: Row, **new: Any) -> bool:
        """Change state, fields, times or words of a signal; False when it moved on meanwhile."""
        now = row | new
        return bool(
            self._database.run(
                CHANGE,
                id=row["id"],
                was=row["state"],
                state=now["state"],
                fields=now["fields"]
                if isinstance(now["fields"], str)
                else json.dumps(now["fields"], ensure_ascii=False),
                due=now["due"],
                asked_at=now["asked_at"],
                words=now["last_answer"],
            )
        )


@cache
def _find(names: frozenset[str]) -> Statement:
    """order, item, state, type, since (happened at or after), late (not accepted by this time)."""
    conditions = {
        "order": SignalRow.order_id == slot("order"),
        "item": SignalRow.item_id == slot("item"),
        "state": SignalRow.state == slot("state"),
        "type": SignalRow.type == slot("type"),
        "since": SignalRow.at >= slot("since"),
        "late": NOT_YET[0] & NOT_YET[1] & (SignalRow.deadline <= slot("late")),
    }
    chosen = [conditions[name] for name in sorted(names)] or [SignalRow.id > 0]
    return Statement(
        lambda: _with_job(*chosen).order_by(SignalRow.id.desc()).limit(slot("limit")),
        SignalRow,
    )
