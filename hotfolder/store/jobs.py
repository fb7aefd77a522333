"""Jobs: what is known of each, and where its folder is believed to be."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from peewee import fn

from hotfolder.domain.job import Job, JobState, Mode, Place
from hotfolder.store.database import Database
from hotfolder.store.rows import JobRow
from hotfolder.store.statement import Statement, defaults, insert, slot


def _select(*conditions: Any) -> Statement:
    return Statement(lambda: JobRow.select().where(*conditions).order_by(JobRow.id), JobRow)


def _update(*conditions: Any, **values: Any) -> Statement:
    return Statement(lambda: JobRow.update(**values).where(*conditions))


PLACE = {"stage": slot("stage"), "folder": slot("folder"), "inode": slot("inode")}
SAME = (JobRow.id == slot("id"), JobRow.moves == slot("moves"))
FETCHING = (*SAME, JobRow.state == JobState.WAITING.value)
NOWHERE = {"stage": None, "folder": None, "inode": None, "waits_for": ""}

ADD = insert(JobRow)
ALL = _select(JobRow.id > 0)
OF_ORDER = _select(JobRow.order_id == slot("order_id"))
OF_ITEM = _select(JobRow.order_id == slot("order_id"), JobRow.item_id == slot("item_id"))
BY_TICKET = _select(JobRow.ticket_id == slot("ticket_id"))
IN_STAGE = _select(JobRow.stage == slot("stage"))
AT = _select(JobRow.stage == slot("stage"), JobRow.folder == slot("folder"))
WAITING_FOR_INPUT = _select(JobRow.waits_for != "")
TO_RENAME = _select(JobRow.rename_due)
TO_FETCH = Statement(
    lambda: (
        JobRow.select()
        .where(
            JobRow.state == JobState.WAITING.value,
            JobRow.next_try.is_null() | (JobRow.next_try <= slot("now")),
        )
        .order_by(JobRow.reorder.desc(), JobRow.id)
        .limit(slot("limit"))
    ),
    JobRow,
)
BY_STAGE = Statement(
    lambda: (
        JobRow.select(JobRow.stage, fn.COUNT(JobRow.id).alias("jobs"))
        .where(JobRow.stage.is_null(False))
        .group_by(JobRow.stage)
    )
)
BY_STATE = Statement(
    lambda: JobRow.select(JobRow.state, fn.COUNT(JobRow.id).alias("jobs")).group_by(JobRow.state)
)
MOVE = _update(
    *SAME, moves=JobRow.moves + 1, since=slot("at"), waits_for=slot("waits_for"), **PLACE
)
RELABEL = _update(*SAME, **PLACE)
RELEASE = _update(
    *FETCHING,
    state=JobState.FLOOR.value,
    since=slot("at"),
    rename_due=True,
    reason="",
    next_try=None,
    **PLACE,
)
RENAMED = _update(JobRow.id == slot("id"), rename_due=False)
TRY_AGAIN = _update(
    *FETCHING,
    attempts=JobRow.attempts + 1,
    next_try=slot("at"),
    reason=slot("reason"),
)
HOLD = _update(
    *FETCHING,
    state=JobState.HELD.value,
    since=slot("at"),
    attempts=JobRow.attempts + 1,
    reason=slot("reason"),
)
ANEW = _update(
    *SAME,
    moves=JobRow.moves + 1,
    state=JobState.WAITING.value,
    since=slot("at"),
    flow=slot("flow"),
    reorder=slot("reorder"),
    reason="",
    attempts=0,
    next_try=None,
    **NOWHERE,
)
TAKE_OFF = _update(
    *SAME,
    moves=JobRow.moves + 1,
    state=JobState.CANCELED.value,
    since=slot("at"),
    reason=slot("reason"),
    **NOWHERE,
)
CANCEL = _update(
    JobRow.id == slot("id"),
    state=JobState.CANCELED.value,
    since=slot("at"),
    reason=slot("reason"),
    waits_for="",
)
SHIP = _update(
    JobRow.id == slot("id"),
    tracking=slot("tracking"),
    shipping_option=slot("shipping_option"),
    waits_for=slot("waits_for"),
)


class Jobs:
    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, jobs: Sequence[Job]) -> list[Job]:
        """The new jobs of an order, with the `id` that the store gave them."""
        return [replace(job, id=self._database.add(ADD, **_new_row(job))) for job in jobs]

    def all(self) -> list[Job]:
        return self._jobs(ALL)

    def of_order(self, order_id: str) -> list[Job]:
        return self._jobs(OF_ORDER, order_id=order_id)

    def of_item(self, order_id: str, item_id: str) -> Job | None:
        """The newest job of an item."""
        found = self._jobs(OF_ITEM, order_id=order_id, item_id=item_id)
        return max(found, key=lambda job: job.run) if found else None

    def by_ticket(self, ticket_id: str) -> Job | None:
        """The job this ticket belongs to, or None for a ticket of nobody."""
        found = self._jobs(BY_TICKET, ticket_id=ticket_id)
        return found[0] if found else None

    def in_stage(self, stage: str) -> dict[str, Job]:
        """The jobs believed to be in this stage, by folder name."""
        found = self._jobs(IN_STAGE, stage=stage)
        return {job.place.folder: job for job in found if job.place}

    def at(self, stage: str, folder: str) -> Job | None:
        """The job believed to be in this folder of a stage."""
        found = self._jobs(AT, stage=stage, folder=folder)
        return found[0] if found else None

    def waiting_for_input(self) -> list[Job]:
        """The jobs on the floor that wait for something a person gives, such as tracking."""
        return self._jobs(WAITING_FOR_INPUT)

    def to_fetch(self, now: datetime, limit: int) -> list[Job]:
        """Jobs whose files are to be fetched now: reorders first, then the oldest order."""
        return self._jobs(TO_FETCH, now=now, limit=limit)

    def to_rename(self) -> list[Job]:
        """Jobs whose own move into their stage folder was promised but not seen to end."""
        return self._jobs(TO_RENAME)

    def counts_by_stage(self) -> dict[str, int]:
        return {row["stage"]: int(row["jobs"]) for row in self._database.rows(BY_STAGE)}

    def counts_by_state(self) -> dict[str, int]:
        return {row["state"]: int(row["jobs"]) for row in self._database.rows(BY_STATE)}

    def move(self, job: Job, place: Place, at: datetime, waits_for: str = "") -> bool:
        """True when the job was still where `job` says and is now at `place`."""
        values = {"id": job.id, "moves": job.moves, "at": at, "waits_for": waits_for}
        return bool(self._database.run(MOVE, **values, **_place(place)))

    def relabel(self, job: Job, place: Place) -> bool:
        """The same stage, but another folder name or inode; no move."""
        return bool(self._database.run(RELABEL, id=job.id, moves=job.moves, **_place(place)))

    def release(self, job: Job, place: Place, at: datetime) -> bool:
        """The job's folder is about to be renamed into its first stage."""
        values = {"id": job.id, "moves": job.moves, "at": at}
        return bool(self._database.run(RELEASE, **values, **_place(place)))

    def renamed(self, job: Job) -> None:
        """The promised rename has happened."""
        self._database.run(RENAMED, id=job.id)

    def try_again(self, job: Job, at: datetime, reason: str) -> None:
        """Fetching failed and is due again."""
        self._database.run(TRY_AGAIN, id=job.id, moves=job.moves, at=at, reason=reason)

    def hold(self, job: Job, at: datetime, reason: str) -> None:
        """A person has to decide; nothing changes for a job that waits for no files any more."""
        self._database.run(HOLD, id=job.id, moves=job.moves, at=at, reason=reason)

    def anew(self, job: Job, flow: str, at: datetime, *, reorder: bool) -> bool:
        """True when the job was still as `job` says; its files are to be fetched from the start.

        Whoever is fetching them just now can no longer release it.
        """
        values = {"id": job.id, "moves": job.moves, "at": at}
        return bool(self._database.run(ANEW, flow=flow, reorder=reorder, **values))

    def take_off(self, job: Job, at: datetime, reason: str) -> bool:
        """True when the job was still as `job` says; it is not made any more."""
        values = {"id": job.id, "moves": job.moves, "at": at}
        return bool(self._database.run(TAKE_OFF, reason=reason, **values))

    def cancel(self, job: Job, at: datetime, reason: str) -> None:
        """The item is not made; its folder stays where it is."""
        self._database.run(CANCEL, id=job.id, at=at, reason=reason)

    def ship(self, job: Job, tracking: str, shipping_option: str, waits_for: str) -> None:
        """What is known of the parcel, and what is still missing."""
        self._database.run(
            SHIP,
            id=job.id,
            tracking=tracking,
            shipping_option=shipping_option,
            waits_for=waits_for,
        )

    def _jobs(self, statement: Statement, **values: Any) -> list[Job]:
        return [_job(row) for row in self._database.rows(statement, **values)]


def _place(place: Place) -> dict[str, str]:
    return {"stage": place.stage, "folder": place.folder, "inode": place.inode}


def _new_row(job: Job) -> dict[str, Any]:
    return defaults(JobRow) | {
        "order_id": job.order_id,
        "item_id": job.item_id,
        "run": job.run,
        "ticket_id": job.ticket_id,
        "flow": job.flow,
        "mode": job.mode,
        "interface": job.interface,
        "state": job.state,
        "since": job.since,
        "reorder": job.reorder,
    }


def _job(row: dict[str, Any]) -> Job:
    place = None
    if row["stage"] is not None:
        place = Place(stage=row["stage"], folder=row["folder"], inode=row["inode"])
    return Job(
        id=row["id"],
        order_id=row["order_id"],
        item_id=row["item_id"],
        run=row["run"],
        ticket_id=row["ticket_id"],
        flow=row["flow"],
        mode=Mode(row["mode"]),
        interface=row["interface"],
        state=JobState(row["state"]),
        since=row["since"],
        place=place,
        moves=row["moves"],
        tracking=row["tracking"],
        shipping_option=row["shipping_option"],
        waits_for=row["waits_for"],
        said_before=frozenset(row["said_before"].split()),
        reason=row["reason"],
        attempts=row["attempts"],
        next_try=row["next_try"],
        reorder=row["reorder"],
    )
