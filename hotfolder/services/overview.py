"""Read-only answers for those who ask from outside: status, jobs, signals."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from hotfolder.domain.flow import HOLD
from hotfolder.domain.job import Job
from hotfolder.domain.retry import Health
from hotfolder.domain.standing import ONE_DAY
from hotfolder.formats.signal_line import moment, signal_line
from hotfolder.services.find_folders import gone_from_hold
from hotfolder.services.job_findings import jobs_with_warnings
from hotfolder.services.lost_jobs import finished, lost_jobs, why_lost
from hotfolder.services.shop import Shop
from hotfolder.store.notes import Note

PARKED = {"state": "parked"}
MOST_PARKED = 20
EVENTS = "events"
MOST_UNDOABLE = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class StageLine:
    """A stage with its folder and the signal it says; `frozen` tells why it can not be read.

    `watching` says how changes in it become known: "events", or in words why not by them.
    """

    key: str
    path: Path
    signal: str
    jobs: int
    frozen: str = ""
    watching: str = EVENTS
    read_only: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Undoable:
    """A signal that a drag caused: dragging the job back before `until` takes it back."""

    order: str
    item: str
    signal: str
    until: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Overview:
    """How the shop stands. `late`: signals past their deadline that have not arrived.

    `refused` counts documents of the last day by interface, "" for those of none. `gone` are the
    ids of held jobs whose folder is on no stage; `to_look_at` are jobs with their warnings, `lost`
    those whose flow or stage is not configured any more, with words. `parked` are the signals that
    wait for a person, the newest of them.
    """

    stages: list[StageLine]
    orders: int
    jobs: dict[str, int]
    signals: dict[str, int]
    late: int
    arrived_late: int
    destinations: dict[str, Health]
    notes: list[Note]
    held: list[Job]
    gone: set[int]
    to_look_at: list[tuple[Job, list[str]]]
    lost: list[tuple[Job, str]]
    parked: list[dict[str, Any]]
    refused: dict[str, int]
    undoable: list[Undoable]


def overview(shop: Shop) -> Overview:
    """The shop as the store knows it; on the floor only the folders of held jobs are looked for.

    Of the stages for one cause or one delay only those are told where something is.
    """
    notes = shop.store.notes.all()
    kinds = {(note.stage, note.kind): note.words for note in notes if not note.name}
    frozen = {stage: words for (stage, kind), words in kinds.items() if kind == "frozen"}
    counts = shop.store.jobs.counts_by_stage()
    stages = [
        StageLine(
            key=key,
            path=shop.floor.stage_path(key),
            signal=stage.signal.value if stage.signal else "",
            jobs=counts.get(key, 0),
            frozen=frozen.get(key, ""),
            watching=_told(kinds, key, "watching") or _watching(shop, key),
            read_only=bool(_told(kinds, key, "read only")),
        )
        for key, stage in shop.floor.stages.items()
        if counts.get(key) or key in frozen or not (stage.cause or stage.hours)
    ]
    held = sorted(shop.store.jobs.in_stage(HOLD).values(), key=lambda job: not job.reorder)
    return Overview(
        stages=stages,
        orders=shop.store.orders.count(),
        jobs=shop.store.jobs.counts_by_state(),
        signals=shop.store.signals.counts(),
        late=shop.store.signals.late(shop.clock.now()),
        arrived_late=shop.store.signals.broken(),
        destinations={name: shop.store.destinations.get(name) for name in shop.destinations},
        notes=notes,
        held=held,
        gone=gone_from_hold(shop, held),
        to_look_at=jobs_with_warnings(shop),
        lost=lost_jobs(shop),
        parked=[signal_line(row) for row in shop.store.signals.find(PARKED, MOST_PARKED)],
        refused=shop.store.documents.refused_since(shop.clock.now() - ONE_DAY),
        undoable=_undoable(shop),
    )


def _told(kinds: Mapping[tuple[str, str], str], stage: str, kind: str) -> str:
    """What is noted of a stage, or of all of them at once."""
    return kinds.get((stage, kind)) or kinds.get(("", kind), "")


def _watching(shop: Shop, stage: str) -> str:
    """How a stage is watched when all is as it should be."""
    every = f"looked at every {shop.rules.poll_seconds:g} seconds"
    if shop.rules.watching == "polling":
        return f"{every}, as configured"
    kind = shop.floor.remote_kind(stage) if shop.rules.watching == "auto" else ""
    return f"{every}: it lies on another machine ({kind})" if kind else EVENTS


def _undoable(shop: Shop) -> list[Undoable]:
    return [
        Undoable(order=row["order_id"], item=row["item_id"], signal=row["type"], until=row["due"])
        for row in shop.store.signals.undoable(shop.clock.now(), MOST_UNDOABLE)
    ]


def job_lines(shop: Shop) -> list[dict[str, Any]]:
    """Every job as plain data, oldest first; unfinished ones before all, of these reorders."""

    def place(job: Job) -> tuple[bool, bool]:
        return is_done(job), not job.reorder

    is_done = finished(shop)
    return [job_line(shop, job) for job in sorted(shop.store.jobs.all(), key=place)]


def job_line(shop: Shop, job: Job) -> dict[str, Any]:
    """A job as plain data: order, item, stage, path, state, since and what it waits for."""
    path = None
    if job.place and job.place.stage in shop.floor.stages:
        path = str(shop.floor.job_path(job.place.stage, job.place.folder))
    return {
        "order": job.order_id,
        "item": job.item_id,
        "run": job.run,
        "mode": job.mode.value,
        "reorder": job.reorder,
        "flow": job.flow,
        "state": job.state.value,
        "stage": job.place.stage if job.place else None,
        "path": path,
        "since": moment(job.since),
        "waits_for": job.waits_for,
        "reason": job.reason,
        "tracking": job.tracking,
        "shipping_option": job.shipping_option,
        "not_configured": why_lost(shop, job),
    }


def signal_story(shop: Shop, signal_id: int) -> dict[str, Any] | None:
    """One signal with every attempt: time, status, words, milliseconds; None for no such one."""
    row = shop.store.signals.get(signal_id)
    if row is None:
        return None
    attempts = [
        {
            "at": moment(attempt["at"]),
            "status": attempt["status"],
            "words": attempt["words"],
            "milliseconds": attempt["milliseconds"],
            "signals_in_request": attempt["signals"],
        }
        for attempt in shop.store.signals.attempts(signal_id)
    ]
    return signal_line(row) | {"tries": attempts}
