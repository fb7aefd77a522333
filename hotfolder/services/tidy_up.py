"""What nobody needs any more goes: spool folders of jobs taken off, old refused documents."""

from collections.abc import Callable
from pathlib import Path

from loguru import logger

from hotfolder.domain.action import Action
from hotfolder.domain.job import Job, JobState
from hotfolder.errors import FloorError
from hotfolder.services.find_folders import listed_files
from hotfolder.services.shop import Shop
from hotfolder.store.journal import Line


def tidy_spool(shop: Shop, is_busy: Callable[[int], bool] = lambda _job_id: False) -> int:
    """How many spool folders went whose job is canceled and never comes to the floor again.

    `is_busy` tells whose files are being fetched just now: these wait. What a person had put into
    such a folder is kept beside it and told.
    """
    gone = 0
    for job_id in shop.spool.begun():
        job = shop.store.jobs.get(job_id)
        if job is None or job.place or job.state is not JobState.CANCELED or is_busy(job_id):
            continue
        try:
            kept = shop.spool.drop(job_id, listed_files(shop, job))
        except FloorError as error:
            logger.warning("a folder of a canceled job stays in the spool: {}", error)
            continue
        gone += 1
        if kept is not None:
            _tell(shop, job, kept)
    return gone


def _tell(shop: Shop, job: Job, kept: Path) -> None:
    line = Line(
        at=shop.clock.now(),
        order_id=job.order_id,
        item_id=job.item_id,
        action=Action.FILES_KEPT,
        detail={"folder": str(kept)},
    )
    with shop.store.transaction():
        shop.store.journal.write([line])
    told = logger.bind(order=job.order_id, item=job.item_id)
    told.warning("somebody's files lay in the folder of a canceled job: kept in {}", kept)


def forget_refused(shop: Shop) -> None:
    """Refused documents go when their time is over, whether new ones come or not."""
    before = shop.clock.now() - shop.rules.keep_refused
    if shop.store.documents.has_refused(before):
        with shop.store.transaction():
            shop.store.documents.forget_refused(before)
