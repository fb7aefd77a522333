"""The round: list the stages, compare with what is known, carry out the difference.

One thread runs the rounds. A hint makes it look at one stage at once; a timed look finds what was
not hinted, so a lost hint costs seconds and never a job.
"""

import threading
import time
from collections.abc import Collection

from loguru import logger

from hotfolder.domain.job import Job
from hotfolder.domain.move import Arrival
from hotfolder.domain.sighting import inode_number
from hotfolder.services.lost_jobs import note_lost
from hotfolder.services.note_board import Board, Notes
from hotfolder.services.note_changes import Changes
from hotfolder.services.note_files import NoteFiles
from hotfolder.services.note_move import note_moves
from hotfolder.services.release_job import repeat_renames
from hotfolder.services.shelf import mind_shelves
from hotfolder.services.ship_item import ship_waiting
from hotfolder.services.shop import Shop
from hotfolder.services.tell_siblings import tell_siblings
from hotfolder.watch.ears import Ears
from hotfolder.watch.health import floor_notes, health_notes
from hotfolder.watch.looking import Looking
from hotfolder.watch.pace import Pace

CHORES_SECONDS = 5.0
CHECKS = 4


class Rounds:
    """Looks at the floor and notes what has changed."""

    def __init__(self, shop: Shop, every_seconds: float, ears: Ears | None = None) -> None:
        self._shop = shop
        self._ears = ears or Ears()
        self._pace = Pace(self._ears, every_seconds, max(every_seconds, shop.rules.poll_seconds))
        self._board = Board(shop)
        self._files = NoteFiles(shop)
        self._changes = Changes(shop)
        self._looking = Looking(shop, self._ears, self._pace, self._board)
        self._hinted: set[str] = set()
        self._chores_every = min(every_seconds, CHORES_SECONDS)
        self._next_chores = 0.0
        self._floor_notes: Notes = {}
        self._ways: object = None
        self._lost = False
        self.wake = threading.Event()

    def hint(self, stage_key: str) -> None:
        """Something may have arrived in this stage. Called from any thread."""
        self._hinted.add(stage_key)
        self.wake.set()

    def hint_all(self) -> None:
        """Anything may have changed."""
        self._pace.all_due(list(self._shop.floor.stages))
        self.wake.set()

    def step(self) -> float:
        """One round; seconds until the next one if nobody hints."""
        now = self._shop.clock.monotonic()
        for stage in self._due(now):
            self._serve_hints(now)  # whoever drags just now does not wait for the whole round
            if self._pace.next(stage) <= now:
                self._visit(stage, now, timed=True)
        self._serve_hints(now)
        if now >= self._next_chores:
            self._next_chores = now + self._chores_every
            self._chores(now)
        return self._pause()

    def _due(self, now: float) -> list[str]:
        return [stage for stage in self._shop.floor.stages if self._pace.next(stage) <= now]

    def _serve_hints(self, now: float) -> None:
        hints: set[str] = set()
        while self._hinted:
            hints.add(self._hinted.pop())
        for stage in hints & self._shop.floor.stages.keys():
            self._visit(stage, now, timed=self._pace.next(stage) <= now)

    def _visit(self, stage: str, now: float, *, timed: bool) -> None:
        """Look at one stage and note what has arrived there."""
        began = time.thread_time()
        arrivals = self._looking.look(stage, timed=timed)
        if arrivals:
            self._note(arrivals)
        if timed:
            self._pace.looked(stage, now, time.thread_time() - began)

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
            view = self._looking.view(place.stage)
            unclear = view.unclear[place.folder]
            if job.id in why:
                if why[job.id]:
                    unclear.refusal, unclear.refused = why[job.id], job.id
                    self._board.add(place.stage, place.folder, "wrong stage", why[job.id])
                continue
            if job.place:
                self._looking.view(job.place.stage).forget(job.place.folder)
            view.accept(place.folder, inode_number(place.inode), unclear.remark)
            self._looking.came(place)
            logger.bind(order=job.order_id, item=job.item_id, stage=place.stage).info("job moved")
        return why.keys()

    def _chores(self, now: float) -> None:
        """What is done now and then, whatever the stages show."""
        repeat_renames(self._shop)
        self._looking.expect_placed(now)
        tell_siblings(self._shop)
        self._mind_lost()
        self._looking.check_up(CHECKS)
        self._board.waits(_tracking_notes(ship_waiting(self._shop)))
        mind_shelves(self._shop)
        views = self._looking.views
        self._changes.step({key: view.at_home for key, view in views.items() if not view.frozen})
        every = {stage: self._pace.every(stage) for stage in views}
        self._board.health(health_notes(self._ears, views, every, now))
        self._tell_people()

    def _mind_lost(self) -> None:
        """Nothing is remembered of stages that are no more, and who misses them is noted."""
        stages = self._shop.floor.stages
        known = self._looking.views.keys() | self._board.stages()  # of an earlier run as well
        for stage in known - stages.keys():
            self._looking.views.pop(stage, None)
            self._board.forget(stage)
            self._files.forget(stage)
        ways = ({flow.name for flow in self._shop.flows}, set(stages))
        if ways != self._ways or self._lost:
            self._ways = ways
            self._lost = note_lost(self._shop)

    def _tell_people(self) -> None:
        """The notes as files, where nothing speaks against writing."""
        views = self._looking.views
        for stage, view in views.items():
            if view.loaded and not view.frozen and not view.read_only:
                self._files.show(stage, self._board.shown(stage))
        notes = floor_notes(self._board, views)
        if notes != self._floor_notes:
            self._floor_notes = notes
        self._files.show("", self._floor_notes)

    def _pause(self) -> float:
        if self._hinted:
            return 0.0
        now = self._shop.clock.monotonic()
        due = [self._next_chores, *map(self._pace.next, self._shop.floor.stages)]
        pause = max(0.0, min(due) - now)
        for stage in self._looking.fresh(now):
            self._hinted.add(stage)
            pause = min(pause, self._pace.soon(stage))
        return pause


def _tracking_notes(waiting: dict[Job, str]) -> dict[str, dict[str, str]]:
    """By stage and folder, what is said of the jobs that wait there."""
    notes: dict[str, dict[str, str]] = {}
    for job, problem in waiting.items():
        if job.place is not None:
            words = problem or f"waits for {job.waits_for}"
            notes.setdefault(job.place.stage, {})[job.place.folder] = words
    return notes
