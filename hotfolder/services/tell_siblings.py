"""An item was canceled: the folders of the order's other jobs say so."""

from loguru import logger

from hotfolder.domain.job import Job, JobState
from hotfolder.domain.ticket import ORDER_NOTE_NAME
from hotfolder.errors import FloorError
from hotfolder.formats.order_note import order_note
from hotfolder.services.shop import Shop


def tell_siblings(shop: Shop) -> int:
    """Bring the notes of all orders up to date whose cancellations changed; how many jobs did.

    What can not be written now is written by a later call.
    """
    told = 0
    for job in shop.store.jobs.siblings_due():
        jobs = shop.store.jobs.of_order(job.order_id)
        text = order_note(jobs)
        reached = [_tell(shop, one, text) for one in jobs if one.state is not JobState.CANCELED]
        if all(reached):
            with shop.store.transaction():
                shop.store.jobs.siblings_told(job)
            told += 1
    return told


def _tell(shop: Shop, job: Job, text: str) -> bool:
    """False when the folder could not be reached, and a later call has to."""
    place = job.place
    if place is None or place.stage not in shop.floor.stages:
        return True  # it gets its note when it goes to the floor
    try:
        shop.floor.leave_note(place.stage, place.folder, ORDER_NOTE_NAME, text)
    except FloorError as error:
        logger.bind(order=job.order_id, item=job.item_id).debug("no note yet: {}", error)
        return False
    return True
