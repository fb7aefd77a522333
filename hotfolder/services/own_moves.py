"""Moves that the daemon makes itself: one rename, as a person would; the round notes it."""

from collections.abc import Callable

from loguru import logger

from hotfolder.domain.flow import HOLD
from hotfolder.domain.job import Job, JobState, Place
from hotfolder.domain.ticket import WHY_NAME
from hotfolder.errors import FloorError
from hotfolder.formats.why_text import DEVICE_FAILED
from hotfolder.services.hand_over import is_there
from hotfolder.services.shop import Shop
from hotfolder.store.own_moves import OwnMove


def make_own_moves(shop: Shop, hint: Callable[[str], None]) -> dict[str, str]:
    """Make the moves that are meant. Comes back with those that can not be made, and why.

    Repeated until the job is noted elsewhere: whoever moved it, a person too, was first then.
    """
    wrong = {}
    for move in shop.store.own_moves.all():
        job = shop.store.jobs.get(move.job_id)
        if job is None or job.place is None or not _is_meant(job, move):
            with shop.store.transaction():
                shop.store.own_moves.drop(move.job_id)
            continue
        try:
            if _make(shop, job, job.place, move):
                hint(move.stage)
        except FloorError as error:
            wrong[f"{job.order_id} {job.item_id}"] = f"should go to stage {move.stage}: {error}"
    return wrong


def _is_meant(job: Job, move: OwnMove) -> bool:
    return job.moves == move.visit and job.state in (JobState.FLOOR, JobState.HELD)


def _make(shop: Shop, job: Job, place: Place, move: OwnMove) -> bool:
    """False when a person was first, and the round has not noted it yet."""
    flow = shop.flow(job.flow)
    if flow is None or (move.stage != HOLD and flow.position(move.stage) is None):
        raise FloorError(f"its flow {job.flow} does not have that stage: drag it on yourself")
    if not is_there(shop, job):
        return False
    shop.floor.check_marker(move.stage)
    _leave_why(shop, place, move.note)
    shop.floor.pass_on(place, move.stage, _free_name(shop, move.stage, place.folder))
    told = logger.bind(order=job.order_id, item=job.item_id, stage=move.stage)
    told.info("job folder moved by {}", move.by)
    return True


def _leave_why(shop: Shop, place: Place, note: str) -> None:
    """Why it is held, or no word any more of a device that has made it after all."""
    old = shop.floor.ticket_text(place.stage, place.folder, WHY_NAME) or ""
    if old != note and (note or old.startswith(DEVICE_FAILED)):
        shop.floor.leave_note(place.stage, place.folder, WHY_NAME, note)


def _free_name(shop: Shop, stage: str, wanted: str) -> str:
    name, number = wanted, 1
    while shop.floor.inode(stage, name) or shop.store.jobs.has_name(stage, name):
        number += 1
        name = f"{wanted}_{number}"
    return name
