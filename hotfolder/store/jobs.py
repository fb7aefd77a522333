"""Jobs: what is known of each, and where its folder is believed to be."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from hotfolder.domain.flow import HOLD
from hotfolder.domain.job import Job, JobState, Mode, Place, Standing, newest
from hotfolder.store import job_sql
from hotfolder.store.database import Database
from hotfolder.store.rows import JobRow
from hotfolder.store.statement import Statement, defaults


class Jobs:
    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, jobs: Sequence[Job]) -> list[Job]:
        """The new jobs of an order, with the `id` that the store gave them."""
        return [replace(job, id=self._database.add(job_sql.ADD, **_new_row(job))) for job in jobs]

    def all(self) -> list[Job]:
        return self._jobs(job_sql.ALL)

    def get(self, job_id: int) -> Job | None:
        """The job with this `id`."""
        found = self._jobs(job_sql.ONE, id=job_id)
        return found[0] if found else None

    def of_order(self, order_id: str) -> list[Job]:
        return self._jobs(job_sql.OF_ORDER, order_id=order_id)

    def of_item(self, order_id: str, item_id: str) -> Job | None:
        """The newest job of an item."""
        found = self._jobs(job_sql.OF_ITEM, order_id=order_id, item_id=item_id)
        return newest(found).get(item_id)

    def by_ticket(self, ticket_id: str) -> Job | None:
        """The job this ticket belongs to, or None for a ticket of nobody."""
        found = self._jobs(job_sql.BY_TICKET, ticket_id=ticket_id)
        return found[0] if found else None

    def in_stage(self, stage: str) -> dict[str, Job]:
        """The jobs believed to be in this stage, by folder name."""
        found = self._jobs(job_sql.IN_STAGE, stage=stage)
        return {job.place.folder: job for job in found if job.place}

    def inodes_in(self, stage: str) -> dict[str, str]:
        """`device:inode` of the folders believed to be in this stage, by name."""
        return self._database.pairs(job_sql.INODES_IN, stage=stage)

    def awaited_in(self, stage: str) -> dict[str, int]:
        """The jobs whose folders should be in this stage, by name: those not canceled."""
        return self._database.pairs(job_sql.AWAITED_IN, stage=stage)

    def renumber(self, stage: str, old: str, new: str) -> int:
        """How many places have another device now: disks get new numbers when they are mounted."""
        return self._database.run(job_sql.RENUMBER, stage=stage, old=f"{old}:", new=f"{new}:")

    def at(self, stage: str, folder: str) -> Job | None:
        """The job believed to be in this folder of a stage."""
        found = self._jobs(job_sql.AT, stage=stage, folder=folder)
        return found[0] if found else None

    def all_at(self, stage: str, folder: str) -> list[Job]:
        """The jobs believed to be in this folder: more than one when it took another's name."""
        return self._jobs(job_sql.AT, stage=stage, folder=folder)

    def shared_in(self, stage: str) -> set[str]:
        """The names of folders in this stage that more than one job is believed to have."""
        return set(self._database.pairs(job_sql.SHARED_IN, stage=stage))

    def has_name(self, stage: str, folder: str) -> bool:
        """Whether a job has this folder name there, in capitals or small letters (of ASCII).

        A client of the share that makes no difference would show only one of two such folders.
        """
        return bool(self._jobs(job_sql.ALIKE, stage=stage, folder=folder))

    def waiting_for_input(self) -> list[Job]:
        """The jobs on the floor that wait for something a person gives, such as tracking."""
        return sorted(self._jobs(job_sql.WAITING_FOR_INPUT), key=lambda job: job.id)

    def waiting_for_day(self) -> list[Job]:
        """The jobs that say ItemShipped at the end of the day, in the order in which they came."""
        return self._jobs(job_sql.WAITING_FOR_DAY)

    def unfinished(self, last_stages: Iterable[str]) -> list[Job]:
        """The jobs that are not shipped: those not in one of these stages, or waiting there."""
        return self._jobs(job_sql.UNFINISHED, last=json.dumps(list(last_stages)))

    def canceled_since(self, since: datetime) -> list[Job]:
        """The jobs that were canceled at this time or later."""
        return self._jobs(job_sql.CANCELED_SINCE, since=since)

    def with_tracking(self, tracking: str, since: datetime) -> list[Job]:
        """The jobs with this code that have moved since then."""
        return self._jobs(job_sql.WITH_TRACKING, tracking=tracking, since=since)

    def waiting(self) -> list[Job]:
        """The jobs without their files, oldest first."""
        return self._jobs(job_sql.WAITING)

    def to_fetch(self, now: datetime, limit: int) -> list[Job]:
        """Jobs whose files are to be fetched now: reorders first, then who is due the longest.

        So whoever is put off lets all others go first, however old its order is.
        """
        return self._jobs(job_sql.TO_FETCH, now=now, limit=limit)

    def to_rename(self) -> list[Job]:
        """Jobs whose own move into their stage folder was promised but not seen to end."""
        return self._jobs(job_sql.TO_RENAME, due=1)

    def to_put_away(self, before: datetime) -> list[Job]:
        """Jobs that wait for nothing and did not move since then; finished or not."""
        return self._jobs(job_sql.TO_PUT_AWAY, before=before)

    def put_away(self, job: Job, state: JobState) -> bool:
        """True when the job was still as `job` says; its folder is on the floor no more."""
        return bool(self._database.run(job_sql.PUT_AWAY, id=job.id, moves=job.moves, state=state))

    def lost(self, flows: Iterable[str], stages: Iterable[str]) -> list[Job]:
        """Jobs of other flows or on other stages than these that have not said ItemShipped."""
        known = {"flows": json.dumps(list(flows)), "stages": json.dumps(list(stages))}
        return self._jobs(job_sql.LOST, **known)

    def counts_by_stage(self) -> dict[str, int]:
        return {row["stage"]: int(row["jobs"]) for row in self._database.rows(job_sql.BY_STAGE)}

    def counts_by_state(self) -> dict[str, int]:
        return {row["state"]: int(row["jobs"]) for row in self._database.rows(job_sql.BY_STATE)}

    def move(self, job: Job, place: Place, at: datetime, standing: Standing) -> bool:
        """True when the job was still where `job` says and is now at `place`."""
        return bool(
            self._database.run(
                job_sql.MOVE,
                id=job.id,
                moves=job.moves,
                at=at,
                state=standing.state,
                reached=standing.reached,
                reason=standing.reason,
                waits_for=standing.waits_for,
                say_again=" ".join(sorted(standing.say_again)),
                **_place(place),
            )
        )

    def relabel(self, job: Job, place: Place) -> bool:
        """The same stage, but another folder name or inode; no move."""
        return bool(
            self._database.run(job_sql.RELABEL, id=job.id, moves=job.moves, **_place(place))
        )

    def release(self, job: Job, place: Place, at: datetime, reason: str = "") -> bool:
        """The job's folder is about to be renamed to `place`, its first stage or hold."""
        held = place.stage == HOLD
        return bool(
            self._database.run(
                job_sql.RELEASE,
                id=job.id,
                moves=job.moves,
                at=at,
                state=JobState.HELD if held else JobState.FLOOR,
                reached="" if held else place.stage,
                reason=reason,
                **_place(place),
            )
        )

    def fetch_again(self, job: Job, at: datetime) -> bool:
        """True when a held job waits for its files again; its folder is back in the spool."""
        return bool(self._database.run(job_sql.FETCH_AGAIN, id=job.id, moves=job.moves, at=at))

    def due_now(self, job: Job) -> bool:
        """True when a job waits for its files still: it is due at once, as if none had failed."""
        return bool(self._database.run(job_sql.DUE_NOW, id=job.id, moves=job.moves))

    def tell_siblings(self, job: Job) -> None:
        """The folders of the order's other jobs must tell what became of this one."""
        self._database.run(job_sql.TELL_SIBLINGS, id=job.id)

    def siblings_due(self) -> list[Job]:
        """Jobs of which the folders of their order's other jobs must tell something new."""
        return self._jobs(job_sql.SIBLINGS_DUE, due=1)

    def siblings_told(self, job: Job) -> None:
        """The folders tell how the job stands; not done when it was moved meanwhile."""
        self._database.run(job_sql.SIBLINGS_TOLD, id=job.id, moves=job.moves)

    def renamed(self, job: Job) -> None:
        """The promised rename has happened."""
        self._database.run(job_sql.RENAMED, id=job.id)

    def try_again(self, job: Job, at: datetime, reason: str) -> bool:
        """True when a job waits for its files still: fetching failed and is due again."""
        values = {"id": job.id, "moves": job.moves, "at": at}
        return bool(self._database.run(job_sql.TRY_AGAIN, reason=reason, **values))

    def put_off(self, job: Job, at: datetime) -> None:
        """Fetching is due later; that is no failed attempt."""
        self._database.run(job_sql.PUT_OFF, id=job.id, moves=job.moves, at=at)

    def anew(self, job: Job, flow: str, at: datetime, *, reorder: bool) -> bool:
        """True when the job was still as `job` says; its files are to be fetched from the start.

        Whoever is fetching them just now can no longer release it.
        """
        values = {"id": job.id, "moves": job.moves, "at": at}
        return bool(self._database.run(job_sql.ANEW, flow=flow, reorder=reorder, **values))

    def take_off(self, job: Job, at: datetime, reason: str) -> bool:
        """True when the job was still as `job` says; it is not made any more."""
        values = {"id": job.id, "moves": job.moves, "at": at}
        return bool(self._database.run(job_sql.TAKE_OFF, reason=reason, **values))

    def cancel(self, job: Job, at: datetime, reason: str) -> None:
        """The item is not made; its folder stays where it is."""
        self._database.run(job_sql.CANCEL, id=job.id, at=at, reason=reason)

    def ship(self, job: Job, tracking: str, shipping_option: str, waits_for: str) -> None:
        """What is known of the parcel, and what is still missing."""
        self._database.run(
            job_sql.SHIP,
            id=job.id,
            tracking=tracking,
            shipping_option=shipping_option,
            waits_for=waits_for,
        )

    def _jobs(self, statement: Statement, **values: Any) -> list[Job]:
        return [job_of(row) for row in self._database.rows(statement, **values)]


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


def job_of(row: dict[str, Any]) -> Job:
    """The job of a row of the table `job`."""
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
        reached=row["reached"],
        waits_for=row["waits_for"],
        said_before=frozenset(row["said_before"].split()),
        reason=row["reason"],
        attempts=row["attempts"],
        next_try=row["next_try"],
        reorder=row["reorder"],
        say_again=frozenset(row["say_again"].split()),
        doubt_since=row["doubt_since"],
    )
