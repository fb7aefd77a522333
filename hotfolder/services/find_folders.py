"""Where the folders of an order's jobs really lie, before something is decided about them."""

from collections.abc import Collection, Sequence

from hotfolder.domain.flow import HOLD
from hotfolder.domain.job import Job, JobState
from hotfolder.errors import FloorError, NotUnderstood
from hotfolder.formats import ticket_json
from hotfolder.services.shop import Shop

PLACED = (JobState.FLOOR, JobState.HELD, JobState.DELAYED, JobState.DONE)


def folders_of(shop: Shop, jobs: Sequence[Job]) -> dict[int, str]:
    """By job, where its folder still lies on the floor, or why nobody can tell.

    That we do not see a folder proves that it is gone only when every stage could be looked at.
    """
    on_floor = {job.ticket_id: job for job in jobs if job.state in PLACED}
    if not on_floor:
        return {}
    by_inode = {job.place.inode: job for job in on_floor.values() if job.place and job.place.inode}
    due = {job.id for job in shop.store.jobs.to_rename()}
    found = {job.id: "is just being put there" for job in on_floor.values() if job.id in due}
    for lost in on_floor.values():
        if lost.place and lost.place.stage not in shop.floor.stages:
            found[lost.id] = f"lies in stage {lost.place.stage}, which is not configured any more"
    for stage in shop.floor.stages:
        try:
            listing = shop.floor.look(stage)
            for folder in listing.folders:
                ticket = _ticket_in(shop, stage, folder)
                job = on_floor.get(ticket)
                if job is None and _may_be(
                    by_inode.get(listing.inode(folder)), ticket, stage, folder
                ):
                    job = by_inode[listing.inode(folder)]
                if job is not None and not _is_on_hold(job, stage, folder):
                    found[job.id] = f"lies in {shop.floor.job_path(stage, folder)}"
        except FloorError as error:
            unseen = f"may lie in stage {stage}, which can not be looked at ({error})"
            return {job.id: unseen for job in on_floor.values()}
    return found


def _may_be(job: Job | None, ticket: str, stage: str, folder: str) -> bool:
    """Whether a folder with the inode of the job is the job's, whatever its ticket says.

    An inode number is given to a new folder as soon as the old one is deleted, so a readable ticket
    of somebody else counts more, but for the place where the job was put.
    """
    if job is None or job.place is None:
        return False
    return not ticket or (job.place.stage, job.place.folder) == (stage, folder)


def _is_on_hold(job: Job, stage: str, folder: str) -> bool:
    """True for the folder of a held job in hold: nobody works on it, and we may take it back."""
    known = job.place is not None and job.place.folder == folder
    return known and stage == HOLD and job.state is JobState.HELD


def gone_from_hold(shop: Shop, jobs: Sequence[Job]) -> set[int]:
    """Which of these held jobs have no folder any more: a person took it off the floor.

    None is, as long as a stage can not be looked at.
    """
    held = [job for job in jobs if job.state is JobState.HELD and job.place]
    if not held:
        return set()
    try:
        there = shop.floor.look(HOLD).folders
    except FloorError:
        return set()
    unseen = [job for job in held if job.place and job.place.folder not in there]
    unseen = [job for job in unseen if not shop.spool.folder(job.id).exists()]
    return {job.id for job in unseen} - folders_of(shop, unseen).keys()


def take_from_hold(shop: Shop, job: Job) -> None:
    """Before anything is written: what is cut off here is done again when a person decides again.

    Raises FloorError.
    """
    if job.state is JobState.HELD and job.place and shop.floor.inode(HOLD, job.place.folder):
        shop.take_back(job)


def listed_files(shop: Shop, job: Job) -> Collection[str]:
    """The files of a job in the spool that were ours when it was on the floor, by its ticket."""
    text = shop.spool.ticket_text(job.id)
    try:
        return ticket_json.read(text).manifest if text else ()
    except NotUnderstood:
        return ()


def _ticket_in(shop: Shop, stage: str, folder: str) -> str:
    text = shop.floor.ticket_text(stage, folder)
    try:
        return ticket_json.read(text).ticket_id if text else ""
    except NotUnderstood:
        return ""
