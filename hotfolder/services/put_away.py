"""The folder of a finished job leaves the floor for the spool, where nobody can change it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from hotfolder.domain.action import Action
from hotfolder.domain.job import Job, JobState
from hotfolder.domain.standing import is_finished
from hotfolder.errors import FloorError, NotUnderstood
from hotfolder.files.aside import Aside, same_volume
from hotfolder.files.atomic import flush_folder
from hotfolder.files.folder import has_writer
from hotfolder.formats import ticket_json
from hotfolder.services.shop import Shop
from hotfolder.store.journal import Line
from hotfolder.store.signal_state import UNSENT, SignalState

OPEN_SIGNALS = (*UNSENT, SignalState.PARKED.value)


@dataclass(frozen=True, kw_only=True, slots=True)
class Finished:
    """A job on the floor that is finished, since when, and which signal of it is still open."""

    job: Job
    since: datetime
    signal: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Away:
    """A job whose folder is in the spool: where it was, and where its archive lies already."""

    job: Job
    stage: str
    folder: str
    archived: str = ""


def finished_jobs(shop: Shop, before: datetime) -> Iterator[Finished]:
    """The finished jobs on the floor that have not moved since then.

    Counted from when the last of their signals arrived, they may be finished for less long.
    """
    for job in shop.store.jobs.to_put_away(before):
        if is_finished(job, shop.flow(job.flow)):
            yield _finished(shop, job)


def _finished(shop: Shop, job: Job) -> Finished:
    since, signal = job.since, ""
    for row in shop.store.signals.find({"order": job.order_id, "item": job.item_id}):
        if row["job_id"] == job.id:
            since = max(since, row["accepted_at"] or since)
            if row["state"] in OPEN_SIGNALS:
                signal = f"{row['type']} is {row['state']}"
    return Finished(job=job, since=since, signal=signal)


def in_the_way(shop: Shop, job: Job) -> str:
    """Why its folder can not be taken off the floor now; empty when it can."""
    place = job.place
    if place is None or place.stage not in shop.floor.stages:
        return "its stage is not configured any more"
    try:
        shop.floor.check_marker(place.stage)
        if shop.floor.inode(place.stage, place.folder) != place.inode:
            return "its folder is not where it was"
        if _whose(shop.floor.ticket_text(place.stage, place.folder)) != job.ticket_id:
            return "its folder has lost its job ticket"
        if has_writer(shop.floor.job_path(place.stage, place.folder)):
            return "a file in it is open for writing"
    except FloorError as error:
        return str(error)
    return ""


def take_off(shop: Shop, aside: Aside, job: Job) -> None:
    """The folder leaves the floor by one rename. Raises FloorError."""
    if job.place is None:
        return
    stage = shop.floor.stage_path(job.place.stage)
    if not same_volume(stage, aside.path):
        raise FloorError(
            f"{stage} is on another volume than {aside.path}, so nothing can be taken off it by"
            " one rename: set floor.spool to a folder on that volume"
        )
    shop.floor.take_back(job.place.stage, job.place.folder, aside.folder(job.id))
    flush_folder(stage)
    flush_folder(aside.path)


def note_away(shop: Shop, aside: Aside, job_id: int) -> Away | None:
    """The store knows that the folder is off the floor; what is known of it.

    None: the job is not finished after all, and its folder is on the floor again. Raises
    FloorError for a folder that is of no job that could be here.
    """
    job = shop.store.jobs.get(job_id)
    if job is None or _whose(aside.ticket_text(job_id)) != job.ticket_id:
        raise FloorError("it does not hold the ticket of this job: look whose it is")
    if job.place is not None and not is_finished(job, shop.flow(job.flow)):
        shop.floor.receive(aside.folder(job_id), job.place.stage, job.place.folder)
        return None
    if job.place is not None:
        job = _write(shop, job)
    return _away(shop, job)


def _write(shop: Shop, job: Job) -> Job:
    state = JobState.CANCELED if job.state is JobState.CANCELED else JobState.DONE
    place = job.place
    detail: dict[str, object] = {"run": job.run}
    if place is not None:
        detail |= {"stage": place.stage, "folder": place.folder}
    line = Line(
        at=shop.clock.now(),
        order_id=job.order_id,
        item_id=job.item_id,
        action=Action.JOB_PUT_AWAY,
        detail=detail,
    )
    with shop.store.transaction():
        if not shop.store.jobs.put_away(job, state):
            raise FloorError("its job was changed just now")
        shop.store.journal.write([line])
    return replace(job, state=state, place=None, moves=job.moves + 1)


def _away(shop: Shop, job: Job) -> Away:
    lines = [
        line
        for line in shop.store.journal.of_order(job.order_id)
        if line.item_id == job.item_id
        and line.action in (Action.JOB_PUT_AWAY, Action.JOB_ARCHIVED)
        and line.detail.get("run") == job.run
    ]
    away = next((line for line in reversed(lines) if line.action == Action.JOB_PUT_AWAY), None)
    if away is None:
        raise FloorError("nobody has put it away: look whose it is")
    last = lines[-1]
    return Away(
        job=job,
        stage=str(away.detail["stage"]),
        folder=str(away.detail["folder"]),
        archived=str(last.detail["path"]) if last.action == Action.JOB_ARCHIVED else "",
    )


def _whose(ticket: str | None) -> str:
    try:
        return ticket_json.read(ticket).ticket_id if ticket else ""
    except NotUnderstood:
        return ""
