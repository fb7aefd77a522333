"""The round: list the stages, compare with what is known, carry out the difference.

One thread runs the rounds. A hint makes it look at one stage at once; a timed round looks at all
of them, so a lost hint costs seconds and never a job.
"""

import threading
from collections.abc import Collection

from loguru import logger

from hotfolder.domain.job import Job, JobState, Place
from hotfolder.domain.move import Arrival
from hotfolder.domain.sighting import Listing
from hotfolder.domain.view import View
from hotfolder.errors import FloorError
from hotfolder.services.look_closer import closer_look
from hotfolder.services.lost_jobs import note_lost
from hotfolder.services.note_board import Board
from hotfolder.services.note_move import note_moves
from hotfolder.services.release_job import repeat_renames
from hotfolder.services.ship_item import ship_waiting
from hotfolder.services.shop import Shop
from hotfolder.services.tell_siblings import tell_siblings

SOON_SECONDS = 0.25
FRESH_SECONDS = 15.0
OUT_OF_SIGHT = "is out of sight: the job was here and is in no other stage; nothing was signaled"


class Rounds:
    """Looks at the floor and notes what has changed."""

    def __init__(self, shop: Shop, every_seconds: float) -> None:
        self._shop = shop
        self._every = every_seconds
        self._board = Board(shop)
        self._views: dict[str, View] = {}
        self._hinted: set[str] = set()
        self._next_full = 0.0
        self._ways: object = None
        self._lost = False
        self.wake = threading.Event()

    def hint(self, stage_key: str) -> None:
        """Something may have changed in this stage. Called from any thread."""
        self._hinted.add(stage_key)
        self.wake.set()

    def hint_left(self, stage_key: str) -> None:
        """Something has left this stage. That is no news, so it waits for the next round."""
        self._hinted.add(stage_key)

    def hint_all(self) -> None:
        """Anything may have changed."""
        self._next_full = 0.0
        self.wake.set()

    def step(self) -> float:
        """One round; seconds until the next one if nobody hints."""
        now = self._shop.clock.monotonic()
        full = now >= self._next_full
        stages = set(self._shop.floor.stages) if full else self._take_hints()
        if full:
            self._hinted.clear()
            self._next_full = now + self._every
        arrivals = [arrival for stage in stages for arrival in self._look(stage)]
        if arrivals:
            self._note(arrivals)
        if full:
            self._full_round()
        return self._pause()

    def _take_hints(self) -> set[str]:
        hints: set[str] = set()
        while self._hinted:
            hints.add(self._hinted.pop())
        return hints & self._shop.floor.stages.keys()

    def _look(self, stage: str) -> list[Arrival]:
        view = self._view(stage)
        try:
            listing = self._shop.floor.look(stage)
        except FloorError as error:
            if not view.frozen:
                logger.error("stage {} is frozen: {}", stage, error)
            view.frozen = True
            self._board.only(stage, {("", "frozen"): str(error)})
            return []
        if view.frozen:
            logger.info("stage {} can be read again", stage)
            view.frozen = False
        return self._compare(stage, view, listing)

    def _compare(self, stage: str, view: View, listing: Listing) -> list[Arrival]:
        now = self._shop.clock.monotonic()
        patience = self._shop.rules.note_after_seconds
        arrivals = []
        notes = self._strangers(view, listing, now)
        for name in view.see(listing.folders, now):
            place = Place(stage=stage, folder=name, inode=listing.folders[name])
            unclear = view.doubt(name, place.inode, now)
            finding = closer_look(self._shop, place, unclear)
            if finding.arrival:
                arrivals.append(finding.arrival)
                if unclear.refusal:
                    notes[name, "wrong stage"] = unclear.refusal
            elif finding.worry:
                kind, words = finding.worry
                if now - unclear.since >= patience:
                    notes[name, kind] = words
            else:
                if finding.relabel:
                    self._relabel(finding.relabel)
                view.accept(name, place.inode)
        notes.update(self._out_of_sight(stage, view, now))
        self._board.only(stage, notes)
        return arrivals

    def _strangers(self, view: View, listing: Listing, now: float) -> dict[tuple[str, str], str]:
        """Files and links that lie in a stage folder, when they stay there."""
        view.strangers = {name: view.strangers.get(name, now) for name in listing.strangers}
        words = "is no job folder; nothing is done with it"
        return {
            (name, "stranger"): words
            for name, since in view.strangers.items()
            if now - since >= self._shop.rules.note_after_seconds
        }

    def _out_of_sight(self, stage: str, view: View, now: float) -> dict[tuple[str, str], str]:
        notes = {}
        for name, since in list(view.missed.items()):
            if now - since < self._every:
                continue
            job = self._shop.store.jobs.at(stage, name)
            if job is None or job.state is JobState.CANCELED:
                del view.missed[name]
            elif now - since >= self._shop.rules.note_after_seconds:
                notes[name, "out of sight"] = OUT_OF_SIGHT
        return notes

    def _relabel(self, arrival: Arrival) -> None:
        with self._shop.store.transaction():
            self._shop.store.jobs.relabel(arrival.job, arrival.place)

    def _note(self, arrivals: list[Arrival]) -> None:
        """Of two copies whose original is gone the second is a copy, if the first is accepted."""
        while arrivals:
            first = {arrival.job.id: arrival for arrival in reversed(arrivals)}
            refused = self._note_each(list(first.values()))
            arrivals = [
                arrival
                for arrival in arrivals
                if arrival.job.id in refused and arrival is not first[arrival.job.id]
            ]

    def _note_each(self, arrivals: list[Arrival]) -> Collection[int]:
        """The jobs that were not noted there."""
        refused = note_moves(self._shop, arrivals)
        why = {arrival.job.id: words for arrival, words in refused}
        for arrival in arrivals:
            job, place = arrival.job, arrival.place
            view = self._view(place.stage)
            if job.id in why:
                if why[job.id]:
                    view.unclear[place.folder].refusal = why[job.id]
                    self._board.add(place.stage, place.folder, "wrong stage", why[job.id])
                continue
            if job.place:
                self._view(job.place.stage).forget(job.place.folder)
            view.accept(place.folder, place.inode)
            logger.bind(order=job.order_id, item=job.item_id, stage=place.stage).info("job moved")
        return why.keys()

    def _full_round(self) -> None:
        repeat_renames(self._shop)
        tell_siblings(self._shop)
        self._board.waits(_tracking_notes(ship_waiting(self._shop)))
        self._mind_lost()

    def _mind_lost(self) -> None:
        """Nothing is remembered of stages that are no more, and who misses them is noted."""
        stages = self._shop.floor.stages
        for stage in self._views.keys() - stages.keys():
            del self._views[stage]
            self._board.only(stage, {})
        ways = ({flow.name for flow in self._shop.flows}, set(stages))
        if ways != self._ways or self._lost:
            self._ways = ways
            self._lost = note_lost(self._shop)

    def _view(self, stage: str) -> View:
        """What is remembered of a stage; at the first look that is what the store knows."""
        if stage not in self._views:
            known = self._shop.store.jobs.in_stage(stage)
            self._views[stage] = View(
                at_home={name: job.place.inode for name, job in known.items() if job.place}
            )
        return self._views[stage]

    def _pause(self) -> float:
        if self._hinted:
            return 0.0
        now = self._shop.clock.monotonic()
        pause = max(0.0, self._next_full - now)
        for stage, view in self._views.items():
            ages = [now - unclear.since for unclear in view.unclear.values()]
            if ages and min(ages) < FRESH_SECONDS:
                self._hinted.add(stage)
                pause = min(pause, SOON_SECONDS)
        return pause


def _tracking_notes(waiting: dict[Job, str]) -> dict[str, dict[str, str]]:
    """By stage and folder, what is said of the jobs that wait there."""
    notes: dict[str, dict[str, str]] = {}
    for job, problem in waiting.items():
        if job.place is not None:
            words = problem or f"waits for {job.waits_for}"
            notes.setdefault(job.place.stage, {})[job.place.folder] = words
    return notes
