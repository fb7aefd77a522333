"""Parcels that label programs are asked for, and what is remembered of replies."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import SQL, Select, fn

from hotfolder.domain.job import Job
from hotfolder.domain.label import LabeledParcel, ParcelState
from hotfolder.domain.settle import DropFact
from hotfolder.store.database import Database
from hotfolder.store.parcel_rows import LabelRow, ParcelJobRow, ParcelRow, ReplyFileRow
from hotfolder.store.statement import Statement, insert, slot

OPEN = (ParcelState.WAITING, ParcelState.ASKED, ParcelState.HELD)


def _given(name: str) -> Any:
    """The entries of a JSON list that comes with each run. https://sqlite.org/json1.html#jeach"""
    return Select([fn.json_each(slot(name))], [SQL("value")])


def _select(*conditions: Any) -> Statement:
    return Statement(
        lambda: ParcelRow.select().where(*conditions).order_by(ParcelRow.id), ParcelRow
    )


ADD = insert(ParcelRow)
ADD_JOB = insert(ParcelJobRow)
ADD_ROW = insert(LabelRow)
ADD_FILE = insert(ReplyFileRow)
ONE = _select(ParcelRow.id == slot("id"))
IN_STATES = _select(ParcelRow.state << _given("states"))
OF_ORDER = _select(ParcelRow.order_id == slot("order_id"))
TO_RENAME = _select(ParcelRow.rename_due == slot("due"))
BY_REFERENCE = _select(
    ParcelRow.program == slot("program"), fn.LOWER(ParcelRow.reference) == fn.LOWER(slot("key"))
)
BY_ITEM = _select(
    ParcelRow.program == slot("program"),
    ParcelRow.id
    << ParcelJobRow.select(ParcelJobRow.parcel_id).where(ParcelJobRow.item_id == slot("key")),
)
BY_ORDER = _select(ParcelRow.program == slot("program"), ParcelRow.order_id == slot("key"))
OF_JOB = _select(
    ParcelRow.id
    << ParcelJobRow.select(ParcelJobRow.parcel_id).where(ParcelJobRow.job_id == slot("job_id"))
)
WITH_TRACKING = _select(ParcelRow.tracking == slot("tracking"), ParcelRow.since >= slot("since"))
KEEP = Statement(
    lambda: ParcelRow.update(
        **{
            name: slot(name)
            for name in (
                *("state", "file", "rename_due", "tracking", "offered", "former", "option"),
                *("asked_at", "expected_by", "answered_at", "words"),
            )
        }
    ).where(ParcelRow.id == slot("id"))
)
DROP = Statement(lambda: ParcelRow.delete().where(ParcelRow.id == slot("id")))
DROP_JOB = Statement(lambda: ParcelJobRow.delete().where(ParcelJobRow.job_id == slot("job_id")))
JOBS_OF = Statement(
    lambda: (
        ParcelJobRow.select(ParcelJobRow.parcel_id, ParcelJobRow.job_id, ParcelJobRow.item_id)
        .where(ParcelJobRow.parcel_id << _given("ids"))
        .order_by(ParcelJobRow.item_id)
    ),
    ParcelJobRow,
)
IN_PARCELS = Statement(
    lambda: ParcelJobRow.select(ParcelJobRow.job_id, ParcelJobRow.parcel_id).where(
        ParcelJobRow.job_id << _given("ids")
    )
)
KNOWN_ROW = Statement(
    lambda: LabelRow.select(LabelRow.id).where(
        LabelRow.program == slot("program"), LabelRow.digest == slot("digest")
    )
)
ROWS_SINCE = Statement(
    lambda: LabelRow.select().where(LabelRow.seen_at >= slot("since")).order_by(LabelRow.id),
    LabelRow,
)
FILES = Statement(
    lambda: ReplyFileRow.select().where(ReplyFileRow.program == slot("program")), ReplyFileRow
)
FORGET_FILE = Statement(
    lambda: ReplyFileRow.delete().where(
        ReplyFileRow.program == slot("program"), ReplyFileRow.name == slot("name")
    )
)


@dataclass(frozen=True, kw_only=True, slots=True)
class StrangeRow:
    """A row of a reply that was for nobody, or not understood."""

    program: str
    digest: str
    seen_at: datetime
    file: str
    line: int
    words: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadFile:
    """A reply that was read. `revision` counts from 1 what came under this name."""

    name: str
    fact: DropFact
    sha256: str
    revision: int


class Parcels:
    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, parcel: LabeledParcel, jobs: Iterable[Job]) -> int:
        """The number of the new parcel; its jobs are in no other one."""
        number = self._database.add(
            ADD,
            program=parcel.program,
            order_id=parcel.order_id,
            reference=parcel.reference,
            since=parcel.since,
            **_changing(parcel),
        )
        for job in jobs:
            self.add_job(number, job)
        return number

    def add_job(self, parcel_id: int, job: Job) -> None:
        self._database.add(ADD_JOB, parcel_id=parcel_id, job_id=job.id, item_id=job.item_id)

    def take_out(self, job_id: int) -> None:
        """The job is in no parcel any more."""
        self._database.run(DROP_JOB, job_id=job_id)

    def drop(self, parcel: LabeledParcel) -> None:
        """A parcel that was never asked for and holds no job is no more."""
        self._database.run(DROP, id=parcel.id)

    def keep(self, parcel: LabeledParcel) -> None:
        """The parcel stands so from now on. Read it in the same transaction."""
        self._database.run(KEEP, id=parcel.id, **_changing(parcel))

    def get(self, parcel_id: int) -> LabeledParcel | None:
        return next(iter(self._find(ONE, id=parcel_id)), None)

    def in_states(self, states: Collection[ParcelState]) -> list[LabeledParcel]:
        return self._find(IN_STATES, states=json.dumps([state.value for state in states]))

    def of_order(self, order_id: str) -> list[LabeledParcel]:
        return self._find(OF_ORDER, order_id=order_id)

    def of_job(self, job: Job) -> LabeledParcel | None:
        """The parcel that a job is in."""
        return next(iter(self._find(OF_JOB, job_id=job.id)), None)

    def to_rename(self) -> list[LabeledParcel]:
        """Those whose request was promised but not seen to appear."""
        return self._find(TO_RENAME, due=1)

    def has_reference(self, program: str, reference: str) -> bool:
        return bool(self._database.rows(BY_REFERENCE, program=program, key=reference))

    def named(self, program: str, key: str) -> list[LabeledParcel]:
        """Those that a reply means: by reference, else by the id of an item, else of the order."""
        for statement in (BY_REFERENCE, BY_ITEM, BY_ORDER):
            if found := self._find(statement, program=program, key=key):
                return found
        return []

    def with_tracking(self, tracking: str, since: datetime) -> list[LabeledParcel]:
        """Those that have had this code since then."""
        return self._find(WITH_TRACKING, tracking=tracking, since=since)

    def job_ids(self, parcel: LabeledParcel) -> list[int]:
        rows = self._database.rows(JOBS_OF, ids=json.dumps([parcel.id]))
        return [row["job_id"] for row in rows]

    def parcel_ids(self, jobs: Iterable[Job]) -> dict[int, int]:
        """Of those jobs that are in a parcel, its number."""
        return self._database.pairs(IN_PARCELS, ids=json.dumps([job.id for job in jobs]))

    def _find(self, statement: Statement, **values: Any) -> list[LabeledParcel]:
        rows = self._database.rows(statement, **values)
        items: dict[int, list[str]] = {}
        if rows:
            ids = json.dumps([row["id"] for row in rows])
            for entry in self._database.rows(JOBS_OF, ids=ids):
                items.setdefault(entry["parcel_id"], []).append(entry["item_id"])
        return [_parcel(row, items.get(row["id"], [])) for row in rows]


class Replies:
    """What is remembered of reply files and of rows in them that helped nobody."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note_row(self, row: StrangeRow) -> bool:
        """True when this row was not known yet."""
        known = self._database.rows(KNOWN_ROW, program=row.program, digest=row.digest)
        if known:
            return False
        self._database.add(
            ADD_ROW,
            program=row.program,
            digest=row.digest,
            seen_at=row.seen_at,
            file=row.file,
            line=row.line,
            words=row.words,
        )
        return True

    def rows_since(self, since: datetime) -> list[StrangeRow]:
        """Rows that came since then, oldest first."""
        return [
            StrangeRow(**{name: value for name, value in row.items() if name != "id"})
            for row in self._database.rows(ROWS_SINCE, since=since)
        ]

    def files(self, program: str) -> list[ReadFile]:
        """The files of a program that were read and are where they were."""
        return [
            ReadFile(
                name=row["name"],
                fact=DropFact(size=row["size"], changed_ns=row["changed_ns"], inode=row["inode"]),
                sha256=row["sha256"],
                revision=row["revision"],
            )
            for row in self._database.rows(FILES, program=program)
        ]

    def keep_file(self, program: str, file: ReadFile) -> None:
        """The file was read as it is."""
        self.forget_file(program, file.name)
        self._database.add(
            ADD_FILE,
            program=program,
            name=file.name,
            size=file.fact.size,
            changed_ns=file.fact.changed_ns,
            inode=file.fact.inode,
            sha256=file.sha256,
            revision=file.revision,
        )

    def forget_file(self, program: str, name: str) -> None:
        """The file is not there any more."""
        self._database.run(FORGET_FILE, program=program, name=name)


def _changing(parcel: LabeledParcel) -> dict[str, Any]:
    return {
        "state": parcel.state,
        "file": parcel.file,
        "rename_due": parcel.rename_due,
        "tracking": parcel.tracking,
        "offered": parcel.offered,
        "former": " ".join(sorted(parcel.former)),
        "option": parcel.option,
        "asked_at": parcel.asked_at,
        "expected_by": parcel.expected_by,
        "answered_at": parcel.answered_at,
        "words": parcel.words,
    }


def _parcel(row: dict[str, Any], items: Sequence[str]) -> LabeledParcel:
    state = ParcelState(row.pop("state"))
    former = frozenset(row.pop("former").split())
    return LabeledParcel(**row, state=state, former=former, items=tuple(items))
