"""What the operator of the sample shop does with the jobs, job by job, all at the same time."""

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hands import copy_over, delete, drag, job_folders, label, write_tracking
from live import Screen
from programs import Trouble
from remarks import Remarks
from shop import Shop

NEW, PRINT, PRODUCED, PACKED, SHIPPED = (
    "10-new",
    "20-print",
    "30-produced",
    "40-packed",
    "50-shipped",
)
APPEAR_SECONDS = 30.0
SEEN_SECONDS = 0.4  # so that whoever watches sees a job where it appeared, whatever the speed
UNDO_SECONDS = 3.0
PAUSE = 0.3
# in which part of the story the receiver fails: after so many rounds of moves
FAULT_ROUND = 2
# after how many rounds a job must be seen to wait; a round of a single job takes a second
WAITING_ROUNDS = 30

Steps = Iterator[None]


@dataclass(slots=True)
class Job:
    """One item of an order, and where its folder is now."""

    order: str
    item: str
    path: Path

    @property
    def name(self) -> str:
        return label(self.item)


class Story:
    """Plays the operator. `speed` 2 halves the pauses."""

    def __init__(self, shop: Shop, screen: Screen, remarks: Remarks, speed: float) -> None:
        self._shop = shop
        self._screen = screen
        self._remarks = remarks
        self._speed = speed
        self.withdrawing = False

    def find_jobs(self, items: list[tuple[str, str]]) -> list[Job]:
        """The folders of these items, once all stand in the first stage. Raises Trouble."""
        deadline = time.monotonic() + APPEAR_SECONDS
        while True:
            paths = {one.item: one.path for one in job_folders(self._shop.floor)}
            if all(item in paths for _order, item in items):
                time.sleep(SEEN_SECONDS)
                return [Job(order, item, paths[item]) for order, item in items]
            if time.monotonic() > deadline:
                absent = next(item for _order, item in items if item not in paths)
                raise Trouble(f"job {label(absent)} did not appear in {NEW}")
            self._shop.check_alive()
            time.sleep(0.1)

    def play(self, jobs: list[Job], fault: Mapping[str, Any]) -> None:
        """Every job goes the whole way; in the middle the receiver fails."""
        plays: list[Callable[[Job], Steps]] = [
            self._plain,
            self._wrong_stage,
            self._past_stages,
            self._copied,
            self._by_command,
            self._late_tracking,
        ]
        plays += [self._plain] * (len(jobs) - len(plays))
        under_way = deque(play(job) for play, job in zip(plays, jobs, strict=False))
        rounds = 0
        while under_way:
            if rounds == FAULT_ROUND:
                self._fail(fault)
            for _ in range(len(under_way)):
                steps = under_way.popleft()
                if next(steps, "done") != "done":
                    under_way.append(steps)
                self._rest(PAUSE)
            self._rest(0.5)
            self._shop.check_alive()
            rounds += 1

    def _fail(self, fault: Mapping[str, Any]) -> None:
        self._shop.set_fault(fault)
        seconds = fault.get("seconds")
        self._screen.right(
            f"-- the receiver is down for {seconds:g} s --" if seconds else f"-- fault: {fault} --",
            "bold yellow",
        )

    # one way through the shop each; `yield` lets the other jobs go on

    def _plain(self, job: Job) -> Steps:
        self._drag(job, PRINT)
        yield
        self._drag(job, PRODUCED)
        yield
        self._drag(job, PACKED)
        yield
        write_tracking(job.path, _tracking(job))
        yield
        self._drag(job, SHIPPED)

    def _wrong_stage(self, job: Job) -> Steps:
        self.withdrawing = True
        self._drag(job, PRINT)
        yield
        self._say(f"{job.name}  oops: into the wrong folder ...")
        self._drag(job, PACKED)
        time.sleep(UNDO_SECONDS * 0.4)  # well inside the undo time, whatever the speed
        self._say(f"{job.name}  ... and back, before anybody was told")
        self._drag(job, PRINT)
        yield
        self._remarks.ask()
        self._drag(job, PRODUCED)
        yield
        self._drag(job, PACKED)
        write_tracking(job.path, _tracking(job))
        yield
        self._drag(job, SHIPPED)

    def _past_stages(self, job: Job) -> Steps:
        yield
        self._say(f"{job.name}  straight past two folders: their signals are filled in")
        self._drag(job, PACKED)
        yield
        write_tracking(job.path, _tracking(job))
        yield
        self._drag(job, SHIPPED)

    def _copied(self, job: Job) -> Steps:
        self._drag(job, PRINT)
        yield
        self._say(f"{job.name}  copied by cp -r, then the old folder deleted")
        old, job.path = job.path, copy_over(job.path, PRODUCED)
        self._rest(0.5)
        delete(old)
        yield
        yield
        self._drag(job, PACKED)
        write_tracking(job.path, _tracking(job))
        yield
        self._drag(job, SHIPPED)

    def _by_command(self, job: Job) -> Steps:
        self._drag(job, PRINT)
        yield
        self._drag(job, PRODUCED)
        yield
        self._drag(job, PACKED)
        code = _tracking(job)
        self._say(f"{job.name}  hotfolder ship --tracking {code}")
        self._shop.ship(job.order, job.item, code)
        yield
        self._drag(job, SHIPPED)

    def _late_tracking(self, job: Job) -> Steps:
        self._drag(job, PRINT)
        yield
        self._drag(job, PRODUCED)
        yield
        self._drag(job, PACKED)
        yield
        self._say(f"{job.name}  shipped, but nobody gave its tracking code yet")
        self._drag(job, SHIPPED)
        for _ in range(WAITING_ROUNDS):
            self._remarks.ask()
            yield
            if job.item in self._remarks.waiting:
                break
        else:
            raise Trouble(f"job {job.name} was shipped without tracking and does not wait for it")
        self._say(f"{job.name}  here is the code")
        write_tracking(job.path, _tracking(job))

    # hands

    def _drag(self, job: Job, stage: str) -> None:
        job.path = drag(job.path, stage)

    def _say(self, words: str) -> None:
        self._screen.left(words, "italic")

    def _rest(self, seconds: float) -> None:
        time.sleep(seconds / self._speed)


def _tracking(job: Job) -> str:
    """A code that looks like one and can not be mistaken for a real parcel's."""
    return f"SAMPLE{job.item}"
