"""One look at a stage: list it, compare with what is known, tell what has arrived.

A listing is compared as a whole: no step for each folder, of which there may be a hundred thousand.
"""

from collections.abc import Iterator
from itertools import islice

from loguru import logger

from hotfolder.domain.job import Job, JobState, Place
from hotfolder.domain.move import Arrival
from hotfolder.domain.sighting import Listing, inode_text
from hotfolder.domain.view import Unclear, View, first_sight
from hotfolder.errors import FloorError
from hotfolder.services.look_closer import Ends, closer_look
from hotfolder.services.note_board import FROZEN, Board
from hotfolder.services.shop import Shop
from hotfolder.watch.ears import Ears
from hotfolder.watch.pace import Pace

FRESH_SECONDS = 15.0
REMOTE_PATIENCE_SECONDS = 90.0  # longer than an NFS client may show an old state (nfs(5), acdirmax)
MOST_ASKED_SINGLY = 20
GONE = "out of sight"
OUT_OF_SIGHT = "is out of sight: the job was here and is in no other stage; nothing was signaled"
TAKEN = (
    "has the name of another job's folder, which is out of sight: that job was here and is in no"
    " other stage; nothing was signaled"
)


class Looking:
    """Looks at stages and remembers what was seen there; says what is odd on the board."""

    def __init__(self, shop: Shop, ears: Ears, pace: Pace, board: Board) -> None:
        self._shop = shop
        self._ears = ears
        self._pace = pace
        self._board = board
        self._to_check: Iterator[tuple[str, str]] = iter(())
        self.views: dict[str, View] = {}

    def view(self, stage: str) -> View:
        """What is remembered of a stage."""
        return self.views.setdefault(stage, View())

    def look(self, stage: str, *, timed: bool) -> list[Arrival]:
        """What has arrived in a stage. `timed`: to find what was not hinted."""
        view = self.view(stage)
        known = view.loaded and not view.frozen
        try:
            listing = self._listed(stage, view)
        except FloorError as error:
            if not view.frozen:
                logger.error("stage {} is frozen: {}", stage, error)
            view.frozen = True
            self._board.only(stage, {("", FROZEN): str(error)})
            return []
        if view.frozen:
            logger.info("stage {} can be read again", stage)
        view.frozen, view.read_only, view.device = False, listing.read_only, listing.device
        now = self._shop.clock.monotonic()
        names = view.see(listing, now)
        if timed and known and any(name not in view.unclear for name in names):
            self._ears.drifted(stage)
        arrivals = self._closer(stage, view, listing, names, all_again=timed)
        self._tell(stage, view, now)
        return arrivals

    def fresh(self, now: float) -> list[str]:
        """The stages where something has just begun that may be whole in a moment."""
        return [
            stage
            for stage, view in self.views.items()
            if any(now - unclear.since < FRESH_SECONDS for unclear in view.unclear.values())
        ]

    def check_up(self, count: int) -> None:
        """Look into so many folders that are where they should be: is their ticket still theirs?

        Nothing announces what is done inside of a job folder.
        """
        chosen = list(islice(self._to_check, count))
        if len(chosen) < count:
            self._to_check = self._all_at_home()
        odd = [(stage, name) for stage, view in self.views.items() for name in view.remarks]
        for stage, name in [*chosen, *odd[:count]]:
            self._check(stage, name)

    def expect_placed(self, now: float) -> None:
        """Miss what was put on the floor meanwhile, unless a look shows it."""
        placed = self._shop.nudge.placed
        while placed:
            place = placed.popleft()
            self.view(place.stage).expect(place.folder, now)

    def _all_at_home(self) -> Iterator[tuple[str, str]]:
        for stage, view in list(self.views.items()):
            for name in list(view.at_home):
                yield stage, name

    def _check(self, stage: str, name: str) -> None:
        view, now = self.view(stage), self._shop.clock.monotonic()
        inode = view.at_home.get(name)
        if inode is None or view.frozen:
            return
        place = Place(stage=stage, folder=name, inode=inode_text(view.device, inode))
        finding = closer_look(self._shop, place, Unclear(inode=place.inode, since=now))
        if finding.worry or finding.arrival or finding.relabel:
            view.doubt(name, place.inode, now)
        else:
            view.accept(name, inode, finding.remark)

    def _listed(self, stage: str, view: View) -> Listing:
        """What is otherwise than the view has it. Raises FloorError.

        At the first look a stage holds what the store knows; disks get new numbers at a boot.
        """
        if view.loaded:
            return self._shop.floor.look(stage, view.at_home)
        listing = self._shop.floor.look(stage)
        known = self._shop.store.jobs.inodes_in(stage)
        view.at_home, old_device = first_sight(known, listing.folders, listing.device)
        if old_device:
            self._shop.store.jobs.renumber(stage, old_device, str(listing.device))
        now = self._shop.clock.monotonic()
        view.taken = dict.fromkeys(self._shop.store.jobs.shared_in(stage), now)
        view.loaded = True
        return listing.beside(view.at_home)

    def _closer(
        self, stage: str, view: View, listing: Listing, names: list[str], *, all_again: bool
    ) -> list[Arrival]:
        """What of these folders is an arrival; all others are dealt with or stay unclear."""
        now = self._shop.clock.monotonic()
        arrivals, relabels, ends = [], [], Ends(self._shop)
        for name in names:
            place = Place(stage=stage, folder=name, inode=listing.inode(name))
            unclear = view.doubt(name, place.inode, now)
            if unclear.worry and not all_again and now - unclear.since >= FRESH_SECONDS:
                continue  # known for long: looked at again with time, not at every hint
            finding = closer_look(self._shop, place, unclear, ends)
            unclear.worry, unclear.remark = finding.worry, finding.remark
            if finding.arrival:
                arrivals.append(finding.arrival)
            elif finding.relabel:
                relabels.append(finding.relabel)
            elif not finding.worry:
                view.accept(name, listing.folders[name], finding.remark)
        if relabels:
            self._relabel(view, listing, relabels)
        return arrivals

    def _relabel(self, view: View, listing: Listing, relabels: list[Arrival]) -> None:
        with self._shop.store.transaction():
            for arrival in relabels:
                self._shop.store.jobs.relabel(arrival.job, arrival.place)
        for arrival in relabels:
            name = arrival.place.folder
            view.accept(name, listing.folders[name], view.unclear[name].remark)
            self.came(arrival.place)

    def came(self, place: Place) -> None:
        """A job was noted here: perhaps its folder has the name of another one."""
        if len(self._shop.store.jobs.all_at(place.stage, place.folder)) > 1:
            now = self._shop.clock.monotonic()
            self.view(place.stage).taken.setdefault(place.folder, now)

    def _tell(self, stage: str, view: View, now: float) -> None:
        """Note what has lasted long enough, or was noted before a new start."""
        usual = self._shop.rules.note_after_seconds
        remote = self._shop.floor.remote_kind(stage)
        patience = max(usual, REMOTE_PATIENCE_SECONDS) if remote else usual
        told = self._board.shown(stage)
        words = {
            (name, GONE): OUT_OF_SIGHT
            for name in self._out_of_sight(stage, view, now)
            if now - view.missed[name] >= patience or (name, GONE) in told
        }
        taken = {
            (name, GONE): TAKEN
            for name in self._taken(stage, view, now)
            if now - view.taken[name] >= patience or (name, GONE) in told
        }
        self._board.only(stage, view.notes(now, patience, told) | words | taken)

    def _taken(self, stage: str, view: View, now: float) -> list[str]:
        """The names that belong to two jobs, of which one can be nowhere."""
        found = []
        for name in [name for name in view.taken if name in view.at_home]:
            jobs = self._shop.store.jobs.all_at(stage, name)
            living = [job for job in jobs if job.state is not JobState.CANCELED]
            if len(living) < 2:
                del view.taken[name]
            elif len([job for job in living if not self._held() & _named(job)]) < 2:
                view.taken[name] = now
            else:
                found.append(name)
        return found

    def _held(self) -> set[int | str]:
        """What lies somewhere and means nothing there, as notes tell."""
        return {one for view in self.views.values() if not view.frozen for one in view.held()}

    def _out_of_sight(self, stage: str, view: View, now: float) -> list[str]:
        """The folders that are gone for more than a look, though their job should be here."""
        every, told = self._pace.every(stage), self._board.shown(stage)
        gone = [
            name
            for name, since in view.missed.items()
            if now - since >= every or (name, GONE) in told
        ]
        if not gone:
            return []
        awaited = self._awaited(stage, gone)
        held = self._held()
        for name in gone:
            if name not in awaited:
                del view.missed[name]
            elif held & awaited[name]:
                view.missed[name] = now  # told where it lies; missed from when it is there no more
        return [name for name in gone if name in awaited and not held & awaited[name]]

    def _awaited(self, stage: str, names: list[str]) -> dict[str, set[int | str]]:
        """Those of the names whose job should be in this stage; by what `held` may name it."""
        store = self._shop.store.jobs
        if len(names) > MOST_ASKED_SINGLY:
            inodes = store.inodes_in(stage)
            awaited = store.awaited_in(stage)
            return {name: {awaited[name], inodes[name]} for name in names if name in awaited}
        jobs = {name: store.at(stage, name) for name in names}
        return {
            name: _named(job)
            for name, job in jobs.items()
            if job and job.state is not JobState.CANCELED
        }


def _named(job: Job) -> set[int | str]:
    """By what `held` may name a job."""
    return {job.id, job.place.inode} if job.place else {job.id}
