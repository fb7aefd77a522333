"""A closer look at one folder: whose is it, does it belong here, is it whole?"""

from dataclasses import dataclass

from hotfolder.domain.job import Job, Place
from hotfolder.domain.move import Arrival
from hotfolder.domain.settle import is_settled, missing_files, watch_settling
from hotfolder.domain.sighting import Home, Verdict, judge
from hotfolder.domain.ticket import TicketSeen
from hotfolder.domain.view import Unclear
from hotfolder.errors import FloorError, NotUnderstood
from hotfolder.files.folder import has_writer, shape
from hotfolder.formats import ticket_json
from hotfolder.services.shop import Shop


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What a closer look at a folder gave.

    At most one of `arrival`, `relabel` and `worry` is set; none: the job is where it should be.
    A `worry` is a kind and a sentence for a person, told when it lasts.
    """

    arrival: Arrival | None = None
    relabel: Arrival | None = None
    worry: tuple[str, str] | None = None


AT_HOME = Finding()
NO_TICKET = ("no ticket", "has no job ticket, so it is no job; nothing is done with it")
TWO_JOBS = (
    "holds the ticket of {0}, but it is the folder of {1}: two jobs were put into one folder, and "
    "nothing is signaled for either of them; take them apart. If all in it is {0}, give the folder "
    "another name"
)


def closer_look(shop: Shop, place: Place, unclear: Unclear) -> Finding:
    """What a folder in a stage is, by its ticket and by looking at both ends."""
    try:
        ticket = _ticket(shop, place.stage, place.folder)
        if ticket is None:
            return Finding(worry=NO_TICKET)
        job = shop.store.jobs.by_ticket(ticket.ticket_id)
        if job is None:
            words = f"holds the ticket of {ticket.ticket_id}, a job that is not known here"
            return Finding(worry=("unknown job", words))
        return _known_job(shop, place, unclear, job, ticket)
    except (FloorError, NotUnderstood) as error:
        return Finding(worry=("unreadable", f"can not be understood: {error}"))


def _known_job(shop: Shop, place: Place, unclear: Unclear, job: Job, ticket: TicketSeen) -> Finding:
    if job.place is None:
        return Finding(worry=("too early", "belongs to a job that was not released yet"))
    if job.place.inode != place.inode and (owner := _owner(shop, place, job)):
        words = TWO_JOBS.format(job.ticket_id, owner.ticket_id)
        return Finding(worry=("two jobs", words))
    arrival = Arrival(job=job, place=place)
    match judge(job.place, place, home_of(shop, job)):
        case Verdict.AT_HOME:
            finding = AT_HOME
        case Verdict.RELABELED if _is_copy(job.place, place):
            finding = _copied(shop, unclear, arrival, ticket)
        case Verdict.RELABELED:
            finding = Finding(relabel=arrival)
        case Verdict.RENAMED if shop.floor.inode(place.stage, place.folder) == place.inode:
            finding = Finding(arrival=arrival)
        case Verdict.COPIED:
            finding = _copied(shop, unclear, arrival, ticket)
        case Verdict.TWICE:
            words = f"is a copy: the job is in {job.place.stage} as {job.place.folder}"
            finding = Finding(worry=("seen twice", words))
        case Verdict.UNCLEAR:
            words = f"waits: stage {job.place.stage}, where the job was, can not be read"
            finding = Finding(worry=("waits for stage", words))
        case _:
            finding = Finding(worry=("moving", "was moved again while it was looked at"))
    return finding


def _owner(shop: Shop, place: Place, seen: Job) -> Job | None:
    """Another job whose own folder this is, not only one of the same name."""
    known = shop.store.jobs.at(place.stage, place.folder)
    is_its = known is not None and known.id != seen.id and known.place == place
    return known if is_its else None


def home_of(shop: Shop, job: Job) -> Home:
    """What a look at the place where we believe a job to be shows."""
    place = job.place
    if place is None or place.stage not in shop.floor.stages:
        return Home.GONE
    try:
        shop.floor.check_marker(place.stage)
        ticket = _ticket(shop, place.stage, place.folder)
    except FloorError:
        return Home.UNSEEN
    except NotUnderstood:
        return Home.GONE
    there = ticket is not None and ticket.ticket_id == job.ticket_id
    return Home.THERE if there else Home.GONE


def _is_copy(known: Place, seen: Place) -> bool:
    """Another folder under another name: the original may just have gone on to another stage."""
    return known.folder != seen.folder and known.inode != seen.inode


def _copied(shop: Shop, unclear: Unclear, arrival: Arrival, ticket: TicketSeen) -> Finding:
    """A copy whose original is gone: it counts when it is whole and quiet."""
    folder = shop.floor.job_path(arrival.place.stage, arrival.place.folder)
    now = shop.clock.monotonic()
    unclear.settling = watch_settling(unclear.settling, shape(folder), now)
    if is_settled(unclear.settling, ticket.manifest, now, shop.rules.settle_seconds):
        if not has_writer(folder):
            same_stage = arrival.job.place and arrival.job.place.stage == arrival.place.stage
            return Finding(relabel=arrival) if same_stage else Finding(arrival=arrival)
        unclear.settling = None
    missing = missing_files(ticket.manifest, unclear.settling.shape) if unclear.settling else []
    words = f"is not complete: {missing[0]} is missing or too short" if missing else "is settling"
    return Finding(worry=("unfinished copy", words))


def _ticket(shop: Shop, stage_key: str, folder: str) -> TicketSeen | None:
    text = shop.floor.ticket_text(stage_key, folder)
    return None if text is None else ticket_json.read(text)
