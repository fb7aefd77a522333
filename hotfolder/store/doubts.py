"""Jobs in doubt after a restore, and the signals that wait because of it."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from peewee import SQL, Select, fn

from hotfolder.domain.doubt import DOUBTED, FOUND, RESTORED, WAITS
from hotfolder.domain.job import Job, JobState
from hotfolder.domain.signal import SignalType
from hotfolder.store.database import Database
from hotfolder.store.jobs import job_of
from hotfolder.store.rows import JobRow, SignalRow
from hotfolder.store.signal_state import SignalState
from hotfolder.store.statement import Statement, slot

if TYPE_CHECKING:
    from hotfolder.store.outbox import Promise

OPEN_STATES = tuple(
    state.value for state in (JobState.WAITING, JobState.FLOOR, JobState.HELD, JobState.DELAYED)
)
PARKED = SignalRow.state == SignalState.PARKED.value
OF_JOB = SignalRow.job_id == slot("job_id")
BEFORE = PARKED & SignalRow.last_answer.startswith(RESTORED)
SINCE = PARKED & SignalRow.last_answer.startswith(DOUBTED)
DOUBTFUL = JobRow.doubt_since.is_null(False)

MARK_ALL = Statement(
    lambda: JobRow.update(doubt_since=slot("at")).where(JobRow.state << OPEN_STATES)
)
MARK = Statement(lambda: JobRow.update(doubt_since=slot("at")).where(JobRow.id == slot("id")))
CLEAR = Statement(lambda: JobRow.update(doubt_since=None).where(JobRow.id == slot("id")))
JOBS = Statement(lambda: JobRow.select().where(DOUBTFUL).order_by(JobRow.id), JobRow)
AMONG = Statement(
    lambda: JobRow.select(JobRow.id, JobRow.since, JobRow.doubt_since).where(
        DOUBTFUL,
        JobRow.id.in_(Select([fn.json_each(slot("ids"))], [SQL("value")])),
    )
)
HIGHEST = Statement(lambda: JobRow.select(fn.MAX(JobRow.id).alias("id")))
SIGNALS = Statement(
    lambda: SignalRow.select().where(BEFORE | SINCE).order_by(SignalRow.id), SignalRow
)
REWORD = Statement(lambda: SignalRow.update(last_answer=FOUND).where(SINCE))
STAMP = Statement(lambda: JobRow.update(doubt_since=slot("at")).where(DOUBTFUL))
KNOWN = Statement(
    lambda: SignalRow.update(
        state=SignalState.WITHDRAWN.value, last_answer="sent before the restore, says a person"
    ).where(OF_JOB, BEFORE | SINCE, SignalRow.type == slot("type"))
)
REMEMBER = Statement(
    lambda: JobRow.update(said_before=JobRow.said_before.concat(slot("types"))).where(
        JobRow.id == slot("job_id")
    )
)
GO_BEFORE = Statement(
    lambda: SignalRow.update(
        state=SignalState.WAITING.value, due=slot("now"), asked_at=slot("now"), last_answer=""
    ).where(OF_JOB, BEFORE)
)
GO_SINCE = Statement(  # keeps its time: a drag can be taken back as long as ever
    lambda: SignalRow.update(
        state=SignalState.WAITING.value, asked_at=slot("now"), last_answer=""
    ).where(OF_JOB, SINCE)
)


class Doubts:
    """Jobs of which nothing is sent before a person has said what was sent already."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def mark_all(self, at: datetime) -> int:
        """Every job that is not at its end is in doubt; how many are."""
        return self._database.run(MARK_ALL, at=at)

    def mark(self, job: Job, at: datetime) -> None:
        self._database.run(MARK, id=job.id, at=at)

    def clear(self, jobs: Iterable[Job]) -> None:
        """Nothing about these is unknown any more."""
        for job in jobs:
            self._database.run(CLEAR, id=job.id)

    def jobs(self) -> list[Job]:
        """The jobs in doubt, oldest first."""
        return [job_of(row) for row in self._database.rows(JOBS)]

    def highest_id(self) -> int:
        """The highest number that a job of this store has; 0 without any."""
        return int(self._database.rows(HIGHEST)[0]["id"] or 0)

    def signals(self) -> list[dict[str, Any]]:
        """What waits for a person because of a restore, oldest first."""
        return self._database.rows(SIGNALS)

    def found_by_floor(self, at: datetime) -> int:
        """What was promised until now, `at`, may have been sent: how many signals these are."""
        self._database.run(STAMP, at=at)
        return self._database.run(REWORD)

    def told(self, job: Job, types: Collection[str]) -> int:
        """Cloudprinter knows these types: they are never sent. How many signals waited."""
        withdrawn = sum(self._database.run(KNOWN, job_id=job.id, type=kind) for kind in types)
        if types:
            words = "".join(f"{one} " for one in sorted(types))
            self._database.run(REMEMBER, job_id=job.id, types=words)
        return withdrawn

    def go(self, job: Job, now: datetime) -> int:
        """All that waits because of the restore is sent; how many signals these are."""
        return self._database.run(GO_BEFORE, job_id=job.id, now=now) + self._database.run(
            GO_SINCE, job_id=job.id, now=now
        )


def parked_in_doubt(database: Database, promises: Sequence["Promise"]) -> Sequence["Promise"]:
    """The promises; those of jobs in doubt wait for a person.

    ItemShipped of a job that has not moved since the restore, whose tracking came or whose day was
    closed, may have been sent before: then it came, or was closed, once before.
    """
    ids = json.dumps([promise.job_id for promise in promises])
    doubtful = {row["id"]: row for row in database.rows(AMONG, ids=ids)}
    if not doubtful:
        return promises
    return [
        replace(one, parked=one.parked or _why(one, doubtful[one.job_id]))
        if one.job_id in doubtful
        else one
        for one in promises
    ]


def _why(promise: "Promise", job: dict[str, Any]) -> str:
    unmoved = job["since"] <= job["doubt_since"]
    return FOUND if unmoved and promise.signal.type is SignalType.SHIPPED else WAITS
