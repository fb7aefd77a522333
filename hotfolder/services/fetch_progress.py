"""How far the files of jobs have come, read from the spool: the store has no word of it."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hotfolder.domain.job import Job, JobState, Mode
from hotfolder.domain.ticket import file_names, part_name
from hotfolder.formats.order_record import order_from_data
from hotfolder.services.shop import Shop


@dataclass(frozen=True, kw_only=True, slots=True)
class FetchProgress:
    """The files of a job that is being made ready, in bytes.

    `whole` is None where the order does not tell every size. It waits for them since `since`;
    `tries` failed so far, the last because of `trouble`, and the next one is at `next_try`.
    """

    order: str
    item: str
    here: int
    whole: int | None
    since: datetime
    tries: int = 0
    next_try: datetime | None = None
    trouble: str = ""
    reorder: bool = False
    mode: Mode = Mode.LIVE


def all_progress(shop: Shop) -> list[FetchProgress]:
    """Every job whose files have begun to come or did not come so far: reorders first."""
    begun = set(shop.spool.begun())
    jobs = [job for job in shop.store.jobs.waiting() if job.attempts or job.id in begun]
    found = [one for job in jobs if (one := fetch_progress(shop, job))]
    return sorted(found, key=lambda one: not one.reorder)


def fetch_progress(shop: Shop, job: Job) -> FetchProgress | None:
    """How far the files of this job are; None when it waits for none."""
    taken = shop.store.orders.get(job.order_id)
    if job.state is not JobState.WAITING or taken is None:
        return None
    order = order_from_data(json.loads(taken.record))
    item = next(item for item in order.items if item.id == job.item_id)
    names = file_names(item, order.files)
    sizes = [file.size for file in names.values()]
    folder = shop.spool.folder(job.id)
    return FetchProgress(
        order=job.order_id,
        item=job.item_id,
        here=sum(_size(folder / name) or _size(folder / part_name(name)) for name in names),
        whole=None if None in sizes else sum(size or 0 for size in sizes),
        since=job.since,
        tries=job.attempts,
        next_try=job.next_try,
        trouble=job.reason,
        reorder=job.reorder,
        mode=job.mode,
    )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
