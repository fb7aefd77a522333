"""What the archive takes now and in the next days; nothing is changed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from hotfolder.domain.job import Job
from hotfolder.domain.retention import Keep, month_of
from hotfolder.errors import FloorError
from hotfolder.files.archive_place import ArchivePlace, Bundle
from hotfolder.files.aside import Aside
from hotfolder.files.contents import contents
from hotfolder.services.put_away import Finished, finished_jobs, in_the_way
from hotfolder.services.shop import Shop


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """A finished job: when it goes, its folder and bytes, where it goes, and what keeps it."""

    job: Job
    at: datetime
    folder: Path
    size: int
    target: Path
    in_the_way: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ArchivePlan:
    """Jobs that go, the next one first, and folders in the spool that are on their way."""

    due: list[Due]
    on_their_way: list[Path]
    trouble: str


def archive_plan(shop: Shop, keep: Keep, place: ArchivePlace, ahead: timedelta) -> ArchivePlan:
    """What is due now and within `ahead`. `trouble` is why the archive can not be used now."""
    aside, due = Aside(shop.spool.path), []
    if keep.after is not None:
        until = shop.clock.now() + ahead - keep.after
        found = [one for one in finished_jobs(shop, until) if one.since <= until]
        due = [_due(shop, one, keep, place) for one in found]
    trouble = ""
    try:
        place.check()
    except FloorError as error:
        trouble = str(error)
    return ArchivePlan(
        due=sorted(due, key=lambda one: (one.at, one.job.id)),
        on_their_way=[aside.folder(job_id) for job_id in aside.begun()],
        trouble=trouble,
    )


def _due(shop: Shop, one: Finished, keep: Keep, place: ArchivePlace) -> Due:
    job, trouble, size = one.job, one.signal or in_the_way(shop, one.job), 0
    folder = Path()
    if job.place is not None and job.place.stage in shop.floor.stages:
        folder = shop.floor.job_path(job.place.stage, job.place.folder)
    try:
        size = sum(entry.size for entry in contents(folder)) if folder.name else 0
    except FloorError as error:
        trouble = trouble or str(error)
    bundle = Bundle(
        id=job.id, folder=folder, name=folder.name, month=month_of(job.since), form=keep.form
    )
    return Due(
        job=job,
        at=one.since + (keep.after or timedelta()),
        folder=folder,
        size=size,
        target=next(place.names(bundle)),
        in_the_way=trouble,
    )
