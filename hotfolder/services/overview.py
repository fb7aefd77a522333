"""Read-only answers for those who ask from outside: status, jobs, signals."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from hotfolder.domain.job import Job
from hotfolder.domain.retry import Health
from hotfolder.domain.standing import is_finished
from hotfolder.services.shop import SIGNALS, Shop
from hotfolder.store.notes import Note


@dataclass(frozen=True, kw_only=True, slots=True)
class StageLine:
    """A stage with its folder and the signal it says; `frozen` tells why it can not be read."""

    key: str
    path: Path
    signal: str
    jobs: int
    frozen: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Overview:
    """How the shop stands. `late`: signals past their deadline that have not arrived."""

    stages: list[StageLine]
    orders: int
    jobs: dict[str, int]
    signals: dict[str, int]
    late: int
    destination: Health
    notes: list[Note]


def overview(shop: Shop) -> Overview:
    """The shop as the store knows it; nothing is looked at on the floor."""
    notes = shop.store.notes.all()
    frozen = {note.stage: note.words for note in notes if note.kind == "frozen"}
    counts = shop.store.jobs.counts_by_stage()
    stages = [
        StageLine(
            key=key,
            path=shop.floor.stage_path(key),
            signal=stage.signal.value if stage.signal else "",
            jobs=counts.get(key, 0),
            frozen=frozen.get(key, ""),
        )
        for key, stage in shop.floor.stages.items()
    ]
    return Overview(
        stages=stages,
        orders=shop.store.orders.count(),
        jobs=shop.store.jobs.counts_by_state(),
        signals=shop.store.outbox.counts(),
        late=shop.store.outbox.late(shop.clock.now()),
        destination=shop.store.destinations.get(SIGNALS),
        notes=notes,
    )


def job_lines(shop: Shop) -> list[dict[str, Any]]:
    """Every job as plain data, oldest first; unfinished ones before all, of these reorders."""

    def place(job: Job) -> tuple[bool, bool]:
        return is_finished(job, shop.flow(job.flow)), not job.reorder

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
    }


def signal_lines(shop: Shop) -> list[dict[str, Any]]:
    """Every signal as plain data: id, order, item, type, state, due, attempts, last answer.

    Oldest first, but those of reorders before all.
    """
    jobs = {job.id: job for job in shop.store.jobs.all()}
    rows = shop.store.outbox.list()
    reorders = {number for number, job in jobs.items() if job.reorder}
    return [
        {
            "id": row["id"],
            "order": row["order_id"],
            "item": row["item_id"],
            "mode": jobs[row["job_id"]].mode.value if row["job_id"] in jobs else None,
            "reorder": row["job_id"] in reorders,
            "type": row["type"],
            "stage": row["stage"],
            "state": row["state"],
            "inferred": row["inferred"],
            "at": moment(row["at"]),
            "due": moment(row["due"]),
            "deadline": moment(row["deadline"]),
            "attempts": row["attempts"],
            "last_try": moment(row["last_try"]),
            "last_answer": row["last_answer"],
        }
        for row in sorted(rows, key=lambda row: row["job_id"] not in reorders)
    ]


def moment(at: datetime | None) -> str | None:
    """A time as ISO 8601 text in UTC."""
    return None if at is None else at.isoformat(timespec="milliseconds")
