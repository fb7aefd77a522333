"""After a restore: what the floor tells of that the backup does not know. Sends nothing.

A job whose folder is where the backup has it, untouched since, goes on as always. All others are in
doubt: what their place makes due is parked, as it may have been sent before the loss.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from hotfolder.domain.action import Action
from hotfolder.domain.doubt import is_sure, proves_nothing_said
from hotfolder.domain.job import Job, JobState, Place
from hotfolder.domain.move import Arrival
from hotfolder.errors import FloorError, NotUnderstood
from hotfolder.files.floor import Floor
from hotfolder.files.folder import changed_at
from hotfolder.files.left_behind import set_aside_above
from hotfolder.formats import ticket_json
from hotfolder.services.adopt import Found, adopt, put_there
from hotfolder.services.lost_jobs import finished
from hotfolder.services.note_move import note_moves
from hotfolder.services.ship_item import ship_waiting
from hotfolder.services.shop import Shop
from hotfolder.store.journal import Line

Sightings = Mapping[str, Sequence[Place]]  # by ticket


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """The account of a restore.

    `sure`: how many jobs go on as always. `moved`: jobs that were found elsewhere, with the stage
    that the backup has. `touched`: jobs in their stage that may have left it and come back.
    `unseen`: jobs that lie on no stage. `adopted`: jobs that only their tickets told of.
    `strange`: folders that nothing could be done with, and why. `set_aside`: what lay in the spool
    of jobs that nobody knows any more.
    """

    taken_at: datetime | None
    sure: int = 0
    moved: list[tuple[Job, str]] = field(default_factory=list)
    touched: list[Job] = field(default_factory=list)
    unseen: list[Job] = field(default_factory=list)
    adopted: list[Job] = field(default_factory=list)
    strange: list[tuple[Path, str]] = field(default_factory=list)
    set_aside: list[Path] = field(default_factory=list)


def check_visible(floor: Floor) -> None:
    """Raises FloorError unless every stage can be looked at: what is unseen can not be compared."""
    for stage in floor.stages:
        floor.look(stage)


def compare_floor(shop: Shop, taken_at: datetime | None) -> Account:
    """Compare a restored store, in which all jobs are in doubt, with the floor.

    Nothing else may use either meanwhile. Raises FloorError while a stage can not be looked at.
    """
    store, now = shop.store, shop.clock.now()
    mark = f"{now:%Y%m%dT%H%M%S}"
    set_aside = set_aside_above(shop.spool.path, store.doubts.highest_id(), mark)
    seen, strange = _sightings(shop)
    outcome = _Outcome(shop, taken_at, seen)
    for job in store.doubts.jobs():
        outcome.take(job)
    found, odd = _unknown(shop, seen)
    adopted = [adopt(shop, one, now) for one in found]
    ship_waiting(shop)  # a tracking code that lies in a folder by now may have been sent
    with store.transaction():
        store.doubts.found_by_floor(shop.clock.now())
        detail = {"taken_at": taken_at.isoformat(timespec="seconds") if taken_at else None}
        store.journal.write([Line(at=now, order_id="", action=Action.RESTORED, detail=detail)])
    return Account(
        taken_at=taken_at,
        sure=outcome.sure,
        moved=outcome.moved,
        touched=outcome.touched,
        unseen=outcome.unseen,
        adopted=adopted,
        strange=[*strange, *outcome.strange, *odd],
        set_aside=set_aside,
    )


class _Outcome:
    """What becomes of each job that the backup knows."""

    def __init__(self, shop: Shop, taken_at: datetime | None, seen: Sightings) -> None:
        self._shop = shop
        self._taken_at = taken_at
        self._seen = seen
        self._is_done = finished(shop)
        self._parked = Counter(row["job_id"] for row in shop.store.doubts.signals())
        self.sure = 0
        self.moved: list[tuple[Job, str]] = []
        self.touched: list[Job] = []
        self.unseen: list[Job] = []
        self.strange: list[tuple[Path, str]] = []

    def take(self, job: Job) -> None:
        places = self._seen.get(job.ticket_id, ())
        is_open = self._parked[job.id] > 0
        if not places and self._is_done(job) and not is_open:
            self._clear(job)
        elif not places:
            self.unseen.append(job)
        elif job.place and any(_same(job.place, place) for place in places):
            self._at_home(job, job.place)
        elif len(places) > 1:
            if job.state is JobState.WAITING:
                put_there(self._shop, job, places[0])  # else it were released again
            where = self._path(places[0])
            self.strange.append((where, f"is one of {len(places)} folders with this ticket"))
        else:
            self._elsewhere(job, places[0])

    def _at_home(self, job: Job, place: Place) -> None:
        open_signals = ["parked"] if self._parked[job.id] else []
        proved = self._is_done(job) or proves_nothing_said(job.waits_for, open_signals)
        remote = bool(self._shop.floor.remote_kind(place.stage))
        when = changed_at(self._path(place))
        if proved and is_sure(when, self._taken_at, remote=remote):
            self._clear(job)
        else:
            self.touched.append(job)

    def _elsewhere(self, job: Job, place: Place) -> None:
        if job.state is JobState.WAITING:
            job = put_there(self._shop, job, place)
        before = job.place.stage if job.place else ""
        known = self._shop.store.jobs.get(job.id) or job
        if known.place == place:
            self.moved.append((known, ""))
        elif before == place.stage:
            with self._shop.store.transaction():
                self._shop.store.jobs.relabel(known, place)
            self.touched.append(known)
        elif why := _noted(self._shop, known, place):
            self.strange.append((self._path(place), why))
        else:
            self.moved.append((self._shop.store.jobs.get(job.id) or job, before))

    def _clear(self, job: Job) -> None:
        with self._shop.store.transaction():
            self._shop.store.doubts.clear([job])
        self.sure += 1

    def _path(self, place: Place) -> Path:
        return self._shop.floor.job_path(place.stage, place.folder)


def _noted(shop: Shop, job: Job, place: Place) -> str:
    """The move is written, its signals parked; why it can not be, in words."""
    refused = note_moves(shop, [Arrival(job=job, place=place)])
    return next((why or "moved while it was looked at" for _, why in refused), "")


def _same(known: Place, seen: Place) -> bool:
    return (known.stage, known.folder) == (seen.stage, seen.folder)


def _sightings(shop: Shop) -> tuple[dict[str, list[Place]], list[tuple[Path, str]]]:
    """Where each ticket lies, and the folders of which nobody can tell whose they are."""
    seen: dict[str, list[Place]] = {}
    strange = []
    for stage in shop.floor.stages:
        listing = shop.floor.look(stage)
        for name in listing.folders:
            try:
                text = shop.floor.ticket_text(stage, name)
                if text is None:
                    continue  # no job; the daemon tells of it
                place = Place(stage=stage, folder=name, inode=listing.inode(name))
                seen.setdefault(ticket_json.read(text).ticket_id, []).append(place)
            except (FloorError, NotUnderstood) as error:
                strange.append((shop.floor.job_path(stage, name), str(error)))
    return seen, strange


def _unknown(shop: Shop, seen: Sightings) -> tuple[list[Found], list[tuple[Path, str]]]:
    """Jobs that only their tickets tell of, those of one order together."""
    found, strange = [], []
    for ticket_id, places in seen.items():
        if shop.store.jobs.by_ticket(ticket_id) is not None:
            continue
        place = places[0]
        path = shop.floor.job_path(place.stage, place.folder)
        try:
            text = shop.floor.ticket_text(place.stage, place.folder) or ""
            ticket = ticket_json.read_found(text)
        except (FloorError, NotUnderstood) as error:
            strange.append((path, str(error)))
            continue
        if len(places) > 1:
            strange.append((path, f"is one of {len(places)} folders with this ticket"))
        else:
            found.append(Found(ticket=ticket, place=place))
    return sorted(found, key=_by_order), strange


def _by_order(one: Found) -> tuple[str, str, int]:
    return one.ticket.order.id, one.ticket.item.id, one.ticket.run
