"""A job is ready: ticket and files appear in a stage by one rename, never half.

The stage is the first of the job's flow, or hold when something stands against making it.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from loguru import logger

from hotfolder.domain.action import Action
from hotfolder.domain.finding import Finding, Level, worst
from hotfolder.domain.flow import HOLD, SortBy
from hotfolder.domain.job import Job, Place
from hotfolder.domain.order import Item, Order
from hotfolder.domain.ticket import (
    LOOK_NAME,
    ORDER_NOTE_NAME,
    TICKET_NAME,
    WHY_NAME,
    JobTicket,
    TicketFile,
    folder_name,
    missing_names,
    sort_parts,
)
from hotfolder.errors import FloorError
from hotfolder.files.atomic import write_text
from hotfolder.formats import ticket_json
from hotfolder.formats.order_note import order_note
from hotfolder.formats.why_text import look_text, why_text
from hotfolder.services.make_docket import put_docket
from hotfolder.services.shop import Shop
from hotfolder.store.journal import Line
from hotfolder.store.notes import Note

NOT_RENAMED = "not renamed"  # kind of the note on a job whose folder can not appear in its stage


@dataclass(frozen=True, kw_only=True, slots=True)
class Ready:
    """A job whose files lie in its spool folder, with what was found in them."""

    job: Job
    order: Order
    item: Item
    received_at: datetime
    files: tuple[TicketFile, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def is_held(self) -> bool:
        return worst(self.findings) is Level.HOLD

    @property
    def why_held(self) -> str:
        """In words; empty when it is not."""
        return "; ".join(one.words for one in self.findings if one.level is Level.HOLD)


def release_job(shop: Shop, ready: Ready) -> bool:
    """True when this call put the job on the floor. Raises FloorError while its stage is away.

    The store is written before the rename, so that whoever sees the folder knows it already;
    `repeat_renames` ends what a crash in between leaves.
    """
    job = ready.job
    stage = HOLD if ready.is_held else _first_stage(shop, job)
    shop.floor.check_marker(stage)
    folder = _finish(shop, ready)
    inode = _inode_of(folder)
    now = shop.clock.now()
    with shop.store.transaction():  # the name too: outside of it two jobs could get the same one
        place = Place(stage=stage, folder=_free_name(shop, stage, ready), inode=inode)
        released = shop.store.jobs.release(job, place, now, ready.why_held)
        if released:
            shop.store.journal.write([_line(ready, place, now)])
    if released:
        told = logger.bind(order=job.order_id, item=job.item_id)
        told.info("job held: {}" if ready.is_held else "job released", ready.why_held)
        _rename(shop, job, place)
    return released


def _finish(shop: Shop, ready: Ready) -> Path:
    """The spool folder with all that belongs into a job folder, durable."""
    folder = shop.spool.begin(ready.job.id)
    ticket = _ticket(ready)
    put_docket(shop, ticket, folder)
    _tell_findings(ready, folder)
    told = order_note(shop.store.jobs.of_order(ready.order.id))
    if told:
        write_text(folder / ORDER_NOTE_NAME, told)
    return shop.spool.finish(ready.job.id, TICKET_NAME, ticket_json.write(ticket))


def _tell_findings(ready: Ready, folder: Path) -> None:
    """What a person has to know before the job is made lies beside its files."""
    order, item = ready.order, ready.item
    if ready.is_held:
        missing = missing_names(item, order.files, ready.files)
        write_text(folder / WHY_NAME, why_text(ready.findings, item, order, missing))
    elif worst(ready.findings) is Level.WARN:
        write_text(folder / LOOK_NAME, look_text(ready.findings, item, order))


def _line(ready: Ready, place: Place, now: datetime) -> Line:
    detail: dict[str, object] = {
        "stage": place.stage,
        "folder": place.folder,
        "files": len(ready.files),
    }
    if ready.is_held:
        detail["reason"] = ready.why_held
    if ready.findings:
        detail["findings"] = [
            f"{finding.level}: {finding.file} {finding.words}" for finding in ready.findings
        ]
    return Line(
        at=now,
        order_id=ready.job.order_id,
        item_id=ready.job.item_id,
        action=Action.JOB_HELD if ready.is_held else Action.JOB_RELEASED,
        detail=detail,
    )


def repeat_renames(shop: Shop) -> int:
    """End the moves of our own that were promised but cut off. How many were ended."""
    ended = 0
    for job in shop.store.jobs.to_rename():
        if job.place is not None:
            _rename(shop, job, job.place)
            ended += 1
    return ended


def _rename(shop: Shop, job: Job, place: Place) -> None:
    folder = shop.spool.folder(job.id)
    try:
        if folder.exists():
            shop.floor.receive(folder, place.stage, place.folder)
    except FloorError as error:
        # the rounds repeat renames as well: whoever comes second finds the folder gone
        if folder.exists():
            _note_trouble(shop, job, f"can not appear in stage {place.stage}: {error}")
            return
    with shop.store.transaction():
        shop.store.jobs.renamed(job)
        shop.store.notes.remove("", _named(job), NOT_RENAMED)
    shop.nudge.placed.append(place)


def _note_trouble(shop: Shop, job: Job, words: str) -> None:
    """Said once for each reason, however often it is tried."""
    name = _named(job)
    told = {(one.name, one.kind, one.words) for one in shop.store.notes.all()}
    if (name, NOT_RENAMED, words) in told:
        return
    note = Note(stage="", name=name, kind=NOT_RENAMED, since=shop.clock.now(), words=words)
    with shop.store.transaction():
        shop.store.notes.add(note)
    logger.bind(order=job.order_id, item=job.item_id).warning("job {}", words)


def _named(job: Job) -> str:
    return f"{job.order_id} {job.item_id}"


def _ticket(ready: Ready) -> JobTicket:
    return JobTicket(
        ticket_id=ready.job.ticket_id,
        run=ready.job.run,
        mode=ready.job.mode,
        flow=ready.job.flow,
        interface=ready.job.interface,
        received_at=ready.received_at,
        order=ready.order,
        item=ready.item,
        files=ready.files,
        findings=ready.findings,
    )


def _first_stage(shop: Shop, job: Job) -> str:
    flow = shop.flow(job.flow)
    if flow is None:
        raise FloorError(f"the flow {job.flow} of this job is not configured any more")
    return flow.first.key


def _free_name(shop: Shop, stage: str, ready: Ready) -> str:
    """A name that no folder and no other job has in this stage, in capitals or small letters."""
    flow = shop.flow(ready.job.flow)
    sort_by = flow.sort_by if flow else SortBy.SHIP_BY
    sorted_by = sort_parts(ready.order, sort_by, ready.received_at)
    wanted = folder_name(ready.order, ready.item, ready.job.mode, ready.job.run, sorted_by)
    name, number = wanted, 1
    while shop.floor.inode(stage, name) or shop.store.jobs.has_name(stage, name):
        number += 1
        name = f"{wanted}_{number}"
    return name


def _inode_of(folder: Path) -> str:
    facts = folder.stat()
    return f"{facts.st_dev}:{facts.st_ino}"
