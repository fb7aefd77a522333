"""Is what the program believes right? Its store is compared with the disk and with the model."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from hotfolder.domain.job import Job
from hotfolder.services.shop import Shop
from tests.fakes import RecordingSender
from tests.floor_model.disk import Disk, Found, Place
from tests.floor_model.model import FLOW, SHIPPED, House, ModelJob, Said, about
from tests.floor_model.shop import SETTLE
from tests.steps import moves_of

TOLD_AT_REST = (*FLOW, "archive")  # elsewhere a late ItemShipped waits until the job is back


class Watcher:
    """Knows each job as the model has it, and where its folder was when it was last noted.

    `busy` are files, by inode, that some program has open for writing; `tracked` the jobs whose
    tracking was found once; `mended` the inodes of folders whose ticket can be read again.
    """

    def __init__(self, shop: Shop, house: House, disk: Disk) -> None:
        self.disk = disk
        self.jobs: dict[int, ModelJob] = {}
        self.places: dict[int, Place] = {}
        self.busy: set[int] = set()
        self.tracked: set[int] = set()
        self.mended: set[str] = set()
        self.tickets: dict[int, str] = {}
        self.scan = disk.scan()
        for job in shop.store.jobs.all():
            model = self.jobs[job.id] = ModelJob(house=house)
            model.signals.append(Said(type="ItemRegistered", due=shop.clock.now()))
            self.tickets[job.id] = job.ticket_id
            self.places[job.id] = _place(job)

    def act(self) -> None:
        """Somebody has changed the disk."""
        self.scan = self.disk.scan()

    def nothing_was_deleted(self) -> None:
        """The program has changed nothing on the floor since the last act."""
        now = self.disk.scan().files
        assert now == self.scan.files, "the program changed files on the floor"

    # after every step of the program

    def observe(self, shop: Shop) -> None:
        """Every news is a right one, and told by exactly one line and the right signals."""
        jobs = shop.store.jobs.all()
        for job in jobs:
            self._news_of(shop, job)
        rows = shop.store.signals.find({})
        for job in jobs:
            own = [row for row in rows if row["job_id"] == job.id]
            self._late_shipping(self.jobs[job.id], own, shop.clock.now())
            found, expected = [_shown(row) for row in own], self.jobs[job.id].states()
            assert found == expected, f"the outbox has {found}, not {expected}"

    def sent(self, shop: Shop, sender: RecordingSender) -> None:
        """All that was due has gone out."""
        for job in shop.store.jobs.all():
            self.jobs[job.id].send(shop.clock.now())
            told = [one.type for one in self.jobs[job.id].signals if one.state == "sent"]
            assert sorted(sender.said(job.item_id)) == sorted(told)

    def _news_of(self, shop: Shop, job: Job) -> None:
        model, before, now = self.jobs[job.id], self.places[job.id], _place(job)
        lines = [line for line in moves_of(shop, job) if line.item_id == job.item_id]
        assert len(lines) == job.moves, "a move has no line, or a line too many"
        if job.moves == model.moves:
            assert now[0] == before[0], "the stage changed without a line"
            assert now == before or self._may_be_relabeled(job.id, now)
        else:
            assert job.moves == model.moves + 1, "nothing moved twice between two looks"
            detail = lines[-1].detail
            assert (detail["from"], detail["to"]) == (before[0], now[0])
            self._may_be_moved(job.id, now, shop.clock.monotonic())
            said = list(detail["signals"])
            tracked = bool(job.tracking) or self._has_tracking(now)
            told = model.moved(now[0], lines[-1].at, has_tracking=tracked, ships=SHIPPED in said)
            assert said == told.signals, f"says {said}, not {told.signals}"
            withdrawn = sorted(detail.get("withdrawn", []))
            assert withdrawn == sorted(told.withdrawn), f"withdraws {withdrawn}, not {told}"
        self.places[job.id] = now
        if job.tracking:
            self.tracked.add(job.id)

    def _late_shipping(
        self, model: ModelJob, rows: Sequence[Mapping[str, Any]], now: datetime
    ) -> None:
        """The tracking was found in the folder of a job that is shipped already."""
        if len(rows) == len(model.signals) + 1 and rows[-1]["type"] == SHIPPED:
            assert SHIPPED in model.owed()
            assert SHIPPED not in model.standing()
            model.shipped(now, rows[-1]["state"])

    # what is allowed

    def at_home(self, job: int) -> bool:
        """Some folder with the job's ticket lies where it was last noted, under the same name."""
        stage, name, _inode = self.places[job]
        found = self.scan.at(stage, name)
        return found is not None and found.ticket == self.tickets[job]

    def original(self, job: int) -> Found | None:
        """The very folder that was last noted, wherever the daemon can see it."""
        ticket, inode = self.tickets[job], self.places[job][2]
        seen = [one for one in self.scan.folders if (one.ticket, one.inode) == (ticket, inode)]
        return next((one for one in seen if one.stage), None)

    def copies(self, job: int) -> list[Found]:
        """Other whole folders with the ticket that the daemon can see."""
        taken = [place for other, place in self.places.items() if other != job]
        return [
            one
            for one in self.scan.folders
            if one.stage and one.whole and one.ticket == self.tickets[job]
            if one.place not in taken and one.place != self.places[job]
            if not one.files & self.busy
        ]

    def _may_be_moved(self, job: int, now: Place, seconds: float) -> None:
        found = self.scan.at(now[0], now[1])
        assert found is not None, "there is no such folder"
        assert (found.ticket, found.inode) == (self.tickets[job], now[2])
        assert not self._is_refused(job, found), "being there means nothing"
        assert not self.at_home(job), "the job is where it was, and this is a copy"
        if now[2] != self.places[job][2]:
            assert self.places[job][0] in self.scan.visible, "its stage could not be seen"
            assert self.original(job) is None, "this is a copy, and the job lies elsewhere"
            assert found in self.copies(job), "the copy is not whole, or the folder of another job"
            assert seconds - found.since >= SETTLE, "the copy is not quiet"

    def _may_be_relabeled(self, job: int, now: Place) -> bool:
        found = self.scan.at(now[0], now[1])
        same_name = now[:2] == self.places[job][:2]
        return (
            found is not None
            and (found.ticket, found.inode) == (self.tickets[job], now[2])
            and (same_name or not self.at_home(job))
        )

    # what must have been noted

    def renames_are_noted(self) -> None:
        """After a look at all stages: a folder that was dragged is where it lies.

        One that could not be understood for long is looked at again with time only.
        """
        for job in self.jobs:
            found = self.original(job)
            is_due = found and found.inode not in self.mended
            if found and is_due and not self.at_home(job) and not self._is_refused(job, found):
                assert found.stage == self.places[job][0], f"{found.path} was not noted"

    def all_is_noted(self, shop: Shop) -> None:
        """After some time without any act: copies too, and nothing is owed any more."""
        self.renames_are_noted()
        for job, model in self.jobs.items():
            ends = [one for one in self.copies(job) if not self._is_refused(job, one)]
            lost = not self.at_home(job) and self.original(job) is None
            assert not (lost and ends and self.places[job][0] in self.scan.visible), (
                f"the copy {ends[0].path} was not noted"
            )
            missing = [kind for kind in model.owed() if kind not in model.standing()]
            tracked = self._has_tracking(self.places[job])
            if model.stage in TOLD_AT_REST and not model.canceled and tracked:
                assert missing == [], f"nobody is told {missing}"
        self._notes(shop)

    def _is_refused(self, job: int, found: Found) -> bool:
        moves = found.stage != self.places[job][0]
        tracked = job in self.tracked or self._has_tracking(found.place)
        return moves and self.jobs[job].refuses(found.stage, has_tracking=tracked)

    def _has_tracking(self, place: Place) -> bool:
        found = self.scan.at(*place[:2])
        return found is not None and (found.path / "tracking.txt").exists()

    def _notes(self, shop: Shop) -> None:
        """A person is told of every folder that is no job at home, and of nothing else."""
        kinds: dict[tuple[str, str], set[str]] = {}
        for note in shop.store.notes.all():
            kinds.setdefault((note.stage, note.name), set()).add(note.kind)
        ours = {name for (stage, name), told in kinds.items() if not stage and "made again" in told}
        asked = {_order_item(job) for job in shop.store.jobs.all() if self.jobs[job.id].asks}
        assert ours == asked
        told = {
            place
            for place, words in kinds.items()
            if place[0] in self.scan.visible and words - {"waits"}
        }
        expected = self._to_tell()
        assert told == expected, f"notes about {told - expected}, none about {expected - told}"
        frozen = {place[0] for place, words in kinds.items() if "frozen" in words}
        assert frozen == self.scan.stages.keys() - self.scan.visible

    def _to_tell(self) -> set[tuple[str, str]]:
        homes = {place for job, place in self.places.items() if self.at_home(job)}
        strange = {
            (one.stage, one.path.name)
            for one in self.scan.folders
            if one.path.parent in self.scan.stages.values() and one.stage
            if one.place not in homes or self._holds_a_job(one)
        }
        absent = {
            self.places[job][:2]
            for job, model in self.jobs.items()
            if not model.canceled
            and not self.at_home(job)
            and self.places[job][0] in self.scan.visible
            and not self._lies_elsewhere(job)
        }
        return strange | absent

    def _lies_elsewhere(self, job: int) -> bool:
        """It is told of where it lies: its ticket is spoiled, or being there means nothing."""
        inode, original = self.places[job][2], self.original(job)
        ends = self.copies(job) + ([original] if original else [])
        spoiled = any(one.stage and one.spoiled and one.inode == inode for one in self.scan.folders)
        return spoiled or any(self._is_refused(job, one) for one in ends)

    def _holds_a_job(self, outer: Found) -> bool:
        return any(
            one.path.parent == outer.path and (one.ticket or one.spoiled)
            for one in self.scan.folders
        )


def _place(job: Job) -> Place:
    assert job.place is not None
    return job.place.stage, job.place.folder, job.place.inode


def _shown(row: Mapping[str, Any]) -> str:
    fields = json.loads(row["fields"]) if isinstance(row["fields"], str) else row["fields"]
    return f"{row['type']} {about(row['type'], fields)} {row['state']}"


def _order_item(job: Job) -> str:
    return f"{job.order_id} {job.item_id}"
