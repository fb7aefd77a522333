"""A closer look at one folder: whose is it, does it belong here, is it whole?"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from hotfolder.domain.job import Job, JobState, Place
from hotfolder.domain.move import Arrival
from hotfolder.domain.settle import is_settled, missing_files, watch_settling
from hotfolder.domain.sighting import Home, Verdict, judge
from hotfolder.domain.ticket import TICKET_NAME, TicketSeen
from hotfolder.domain.view import Unclear
from hotfolder.errors import FloorError, NotUnderstood
from hotfolder.files.folder import Inside, has_writer, inside, shape
from hotfolder.formats import ticket_json
from hotfolder.services.shop import Shop

REMOTE_SETTLE_SECONDS = 30.0  # nobody there can be asked who still writes


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What a closer look at a folder gave.

    At most one of `arrival`, `relabel` and `worry` is set; none: the job is where it should be.
    A `worry` is a kind and a sentence for a person, told when it lasts: nothing is done with the
    folder. A `remark` is the same about a folder that is dealt with.
    """

    arrival: Arrival | None = None
    relabel: Arrival | None = None
    worry: tuple[str, str] | None = None
    remark: tuple[str, str] | None = None


AT_HOME = Finding()
NO_TICKET = ("no ticket", "has no job ticket, so it is no job; nothing is done with it")

TOO_EARLY = ("too early", "belongs to a job that was not released yet")
NO_PLACE = {
    JobState.DONE: ("archived", "is finished and was archived; nothing is done with it"),
    JobState.CANCELED: ("canceled", "is canceled and was put away; nothing is done with it"),
}


@dataclass(slots=True)
class Ends:
    """The other ends of one look, where jobs came from: each stage is checked once for all."""

    shop: Shop
    seen: dict[str, bool] = field(default_factory=dict)
    places: dict[str, Place] | None = None

    def is_there(self, stage: str) -> bool:
        """Whether the stage can be trusted."""
        if stage not in self.seen:
            try:
                self.shop.floor.check_marker(stage)
            except FloorError:
                self.seen[stage] = False
            else:
                self.seen[stage] = True
        return self.seen[stage]

    def original(self, job: Job) -> Place | None:
        """Where the very folder lies that was known elsewhere; None when it can be seen nowhere.

        Its number alone proves nothing: a new folder may have got it. One that has gone on since
        the stages were listed counts as seen where it was.
        """
        if job.place is None or not job.place.inode:
            return None
        if self.places is None:
            self.places = {place.inode: place for place in self._all_places()}
        place = self.places.get(job.place.inode)
        if place is None:
            return None
        try:
            ticket = _ticket(self.shop, place.stage, place.folder)
            stays = self.shop.floor.inode(place.stage, place.folder) == place.inode
        except NotUnderstood:
            return None
        except FloorError:
            return place
        is_it = ticket is not None and ticket.ticket_id == job.ticket_id
        return place if is_it or not stays else None

    def _all_places(self) -> Iterator[Place]:
        for stage in self.shop.floor.stages:
            try:
                listing = self.shop.floor.look(stage)
            except FloorError:
                continue
            for name in listing.folders:
                yield Place(stage=stage, folder=name, inode=listing.inode(name))


def closer_look(shop: Shop, place: Place, unclear: Unclear, ends: Ends | None = None) -> Finding:
    """What a folder in a stage is, by its ticket and by looking at both ends."""
    ends = ends or Ends(shop)
    try:
        ticket = _ticket(shop, place.stage, place.folder)
        found = inside(shop.floor.job_path(place.stage, place.folder))
        if ticket is None:
            return Finding(worry=_not_a_job(found))
        if other := _other_ticket(shop, place, ticket, found):
            return Finding(worry=("two tickets", _two_tickets(ticket.ticket_id, *other)))
        job = shop.store.jobs.by_ticket(ticket.ticket_id)
        if job is None:
            words = f"holds the ticket of {ticket.ticket_id}, a job that is not known here"
            return Finding(worry=("unknown job", words))
        finding = _known_job(ends, place, unclear, job, ticket)
    except (FloorError, NotUnderstood) as error:
        return Finding(worry=("unreadable", f"can not be understood: {error}"))
    return replace(finding, remark=_job_inside(found)) if found.jobs else finding


def _not_a_job(found: Inside) -> tuple[str, str]:
    if not found.jobs:
        return NO_TICKET
    what = f"is no job, but job folders lie in it ({_some(found.jobs)})"
    return ("job inside", f"{what}: they count only in a stage folder itself, take them out of it")


def _job_inside(found: Inside) -> tuple[str, str]:
    what = f"holds the folder of another job ({_some(found.jobs)})"
    return ("job inside", f"{what}: that one counts nowhere, take it out of this folder")


def _some(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"


def _other_ticket(
    shop: Shop, place: Place, ticket: TicketSeen, found: Inside
) -> tuple[str, str] | None:
    """Name and job of a second ticket here, of another job; a copy of the same is no matter."""
    for name in found.tickets:
        if name == TICKET_NAME:
            continue
        try:
            text = shop.floor.ticket_text(place.stage, place.folder, name)
            other = ticket_json.read(text) if text else ticket
        except (FloorError, NotUnderstood):
            continue
        if other.ticket_id != ticket.ticket_id:
            return name, other.ticket_id
    return None


def _two_tickets(ours: str, name: str, other: str) -> str:
    return (
        f"holds two job tickets, of {ours} and in {name} of {other}: nothing is done with it until"
        " the files and the ticket of one of them are taken out"
    )


def _known_job(ends: Ends, place: Place, unclear: Unclear, job: Job, ticket: TicketSeen) -> Finding:
    if job.place is None:
        return Finding(worry=NO_PLACE.get(job.state, TOO_EARLY))
    if owner := _owner(ends.shop, place, job):
        return Finding(worry=("two jobs", _two_jobs(ticket, owner)))
    if job.place == place:
        return AT_HOME
    return _judged(ends, unclear, Arrival(job=job, place=place), job.place, ticket)


def _judged(
    ends: Ends, unclear: Unclear, arrival: Arrival, known: Place, ticket: TicketSeen
) -> Finding:
    """What a job is that was `known` elsewhere, by looking at both ends."""
    place, shop = arrival.place, ends.shop
    verdict = judge(known, place, home_of(shop, arrival.job, ends))
    if verdict in (Verdict.TWICE, Verdict.UNCLEAR):
        unclear.settling = None  # it counts when its original was gone all the time it was quiet
    match verdict:
        case Verdict.AT_HOME:
            finding = AT_HOME
        case Verdict.RELABELED if _is_copy(known, place):
            finding = _copied(ends, unclear, arrival, ticket)
        case Verdict.RELABELED:
            finding = Finding(relabel=arrival)
        case Verdict.RENAMED if shop.floor.inode(place.stage, place.folder) == place.inode:
            finding = Finding(arrival=arrival)
        case Verdict.COPIED:
            finding = _copied(ends, unclear, arrival, ticket)
        case Verdict.TWICE:
            finding = _twice(known)
        case Verdict.UNCLEAR:
            words = f"waits: stage {known.stage}, where the job was, can not be read"
            finding = Finding(worry=("waits for stage", words))
        case _:
            finding = Finding(worry=("moving", "was moved again while it was looked at"))
    return finding


def _owner(shop: Shop, seen: Place, job: Job) -> Job | None:
    """Another job whose folder this is, by name and inode: two folders were merged into one.

    The inode alone proves nothing: a new folder may get the number of one that was deleted.
    """
    if not seen.inode or (job.place and job.place.inode == seen.inode):
        return None
    for stage in shop.floor.stages:
        other = shop.store.jobs.at(stage, seen.folder)
        if other and other.id != job.id and other.place and other.place.inode == seen.inode:
            return other
    return None


def _two_jobs(ticket: TicketSeen, owner: Job) -> str:
    return (
        f"is the folder of {owner.ticket_id} but holds the ticket of {ticket.ticket_id}: two job"
        " folders were made one, so nothing is done with either until they are apart again"
    )


def home_of(shop: Shop, job: Job, ends: Ends | None = None) -> Home:
    """What a look at the place where we believe a job to be shows."""
    place = job.place
    if place is None or place.stage not in shop.floor.stages:
        return Home.GONE
    if not (ends or Ends(shop)).is_there(place.stage):
        return Home.UNSEEN
    try:
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


def _twice(known: Place) -> Finding:
    return Finding(
        worry=("seen twice", f"is a copy: the job is in {known.stage} as {known.folder}")
    )


def _copied(ends: Ends, unclear: Unclear, arrival: Arrival, ticket: TicketSeen) -> Finding:
    """A copy whose original is gone: it counts when it is whole and quiet.

    Quiet since the original was missed: it may just have been dragged on, or be back in a moment.
    """
    shop = ends.shop
    origin = (arrival.job.moves, arrival.job.place)
    if unclear.origin != origin:
        unclear.settling, unclear.origin = None, origin
    folder = shop.floor.job_path(arrival.place.stage, arrival.place.folder)
    now = shop.clock.monotonic()
    remote = bool(shop.floor.remote_kind(arrival.place.stage))
    quiet = shop.rules.settle_seconds
    quiet = max(quiet, REMOTE_SETTLE_SECONDS) if remote else quiet
    unclear.settling = watch_settling(unclear.settling, shape(folder), now)
    if is_settled(unclear.settling, ticket.manifest, now, quiet):
        if original := ends.original(arrival.job):
            return _twice(original)
        if remote or not has_writer(folder):
            same_stage = arrival.job.place and arrival.job.place.stage == arrival.place.stage
            return Finding(relabel=arrival) if same_stage else Finding(arrival=arrival)
        unclear.settling = None
    missing = missing_files(ticket.manifest, unclear.settling.shape) if unclear.settling else []
    words = f"is not complete: {missing[0]} is missing or too short" if missing else "is settling"
    return Finding(worry=("unfinished copy", words))


def _ticket(shop: Shop, stage_key: str, folder: str) -> TicketSeen | None:
    text = shop.floor.ticket_text(stage_key, folder)
    return None if text is None else ticket_json.read(text)
