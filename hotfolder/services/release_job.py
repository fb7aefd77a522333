"""A job is ready: ticket and files appear in the first stage by one rename, never half."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from loguru import logger

from hotfolder.domain.flow import Stage
from hotfolder.domain.job import Job, Place
from hotfolder.domain.order import Item, Order
from hotfolder.domain.ticket import TICKET_NAME, JobTicket, TicketFile, folder_name
from hotfolder.errors import FloorError
from hotfolder.formats import ticket_json
from hotfolder.services.shop import Shop
from hotfolder.store.journal import Line


@dataclass(frozen=True, kw_only=True, slots=True)
class Ready:
    """A job whose files lie whole in its spool folder."""

    job: Job
    order: Order
    item: Item
    received_at: datetime
    files: tuple[TicketFile, ...]


def release_job(shop: Shop, ready: Ready) -> bool:
    """True when this call put the job on the floor. Raises FloorError while its stage is away.

    The store is written before the rename, so that whoever sees the folder knows it already;
    `repeat_renames` ends what a crash in between leaves.
    """
    job = ready.job
    stage = _first_stage(shop, job)
    shop.floor.check_marker(stage.key)
    folder = shop.spool.finish(job.id, TICKET_NAME, ticket_json.write(_ticket(ready)))
    place = Place(stage=stage.key, folder=_free_name(shop, stage, ready), inode=_inode_of(folder))
    now = shop.clock.now()
    with shop.store.transaction():
        released = shop.store.jobs.release(job, place, now)
        if released:
            detail = {"stage": stage.key, "folder": place.folder, "files": len(ready.files)}
            shop.store.journal.write(
                [
                    Line(
                        at=now,
                        order_id=job.order_id,
                        item_id=job.item_id,
                        action="job released",
                        detail=detail,
                    )
                ]
            )
    if released:
        _rename(shop, job, place)
    return released


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
            logger.bind(order=job.order_id, item=job.item_id).debug(
                "job waits to appear in its first stage: {}", error
            )
            return
    with shop.store.transaction():
        shop.store.jobs.renamed(job)


def _ticket(ready: Ready) -> JobTicket:
    return JobTicket(
        ticket_id=ready.job.ticket_id,
        run=ready.job.run,
        mode=ready.job.mode,
        flow=ready.job.flow,
        received_at=ready.received_at,
        order=ready.order,
        item=ready.item,
        files=ready.files,
    )


def _first_stage(shop: Shop, job: Job) -> Stage:
    flow = shop.flow(job.flow)
    if flow is None:
        raise FloorError(f"the flow {job.flow} of this job is not configured any more")
    return flow.first


def _free_name(shop: Shop, stage: Stage, ready: Ready) -> str:
    """A name that no folder and no other job has in this stage."""
    wanted = folder_name(ready.order, ready.item, ready.job.mode, ready.job.run)
    name, number = wanted, 1
    while shop.floor.inode(stage.key, name) or shop.store.jobs.at(stage.key, name):
        number += 1
        name = f"{wanted}_{number}"
    return name


def _inode_of(folder: Path) -> str:
    facts = folder.stat()
    return f"{facts.st_dev}:{facts.st_ino}"
