"""An operator who moves jobs at random: forward, past stages, back, by copy, by another name."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from hands import STAGES, copy_over, delete, drag, job_folders, label, write_tracking
from programs import Program, Trouble
from shop import Shop

LAST = len(STAGES) - 1
LOOK_SECONDS = 0.25
# how often each is done; what is not possible just then is a plain step forward
HABITS = {"forward": 58, "past stages": 9, "there and back": 12, "copy": 10, "rename": 5, "code": 6}
# `hotfolder ship` starts a program, which takes its time
BY_COMMAND = 0.12


@dataclass(slots=True)
class Walk:
    """One job on its way. `next_at` is monotonic; `back_to` a stage that it must return to."""

    item: str
    path: Path
    next_at: float
    stage: int = 0
    tracked: bool = False
    back_to: int | None = None
    original: Path | None = None
    command: Program | None = None

    @property
    def order(self) -> str:
        return f"{self.item[:8]}0000"

    @property
    def is_done(self) -> bool:
        busy = self.back_to is not None or self.original or self.command
        return self.stage == LAST and self.tracked and not busy


class Operator:
    """Walks every job from the first stage to the last, with detours."""

    def __init__(self, shop: Shop, dice: Random, undo_seconds: float) -> None:
        self.done = 0
        self.walks: dict[str, Walk] = {}
        self.deeds: Counter[str] = Counter()
        self._shop = shop
        self._dice = dice
        self._undo = undo_seconds
        self._next_look = 0.0
        self._deeds: dict[str, Callable[[Walk], None]] = {
            "forward": self._forward,
            "past stages": self._past_stages,
            "there and back": self._there_and_back,
            "copy": self._copy,
            "rename": self._rename,
            "code": self._give_code,
        }

    def work(self) -> None:
        """Take up new jobs and do what is due now. Raises Trouble when a job is not as left."""
        now = time.monotonic()
        if now >= self._next_look:
            self._take_up_new(now)
            self._next_look = now + LOOK_SECONDS
        for walk in self.under_way():
            if now >= walk.next_at:
                self.step(walk)

    def work_for(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.work()
            time.sleep(0.01)

    def hurry(self, jobs: int) -> None:
        """So many steps right now, whoever is due."""
        under_way = self.under_way()
        for walk in self._dice.sample(under_way, min(jobs, len(under_way))):
            self.step(walk)

    def under_way(self) -> list[Walk]:
        return [walk for walk in self.walks.values() if not walk.is_done]

    def _take_up_new(self, now: float) -> None:
        for job in job_folders(self._shop.floor):
            if job.stage == STAGES[0] and job.item and job.item not in self.walks:
                self.walks[job.item] = Walk(
                    item=job.item, path=job.path, next_at=now + self._dice.uniform(0, 1)
                )

    def step(self, walk: Walk) -> None:
        """The job's next step."""
        walk.next_at = time.monotonic() + self._dice.uniform(0.05, 1.2)
        try:
            self._step(walk)
        except FileNotFoundError as error:
            name = label(walk.item)
            raise Trouble(f"job {name} is not where it was left: {error.filename}") from error
        self.done += walk.is_done

    def _step(self, walk: Walk) -> None:
        if walk.command:
            self._look_at_command(walk, walk.command)
        elif walk.back_to is not None:
            self._move(walk, walk.back_to)
            walk.back_to = None
        elif walk.original:
            delete(walk.original)
            walk.original = None
        elif walk.stage == LAST:
            self._give_code(walk)
        else:
            deed = self._dice.choices(list(HABITS), list(HABITS.values()))[0]
            self._deeds[deed](walk)

    def _move(self, walk: Walk, stage: int) -> None:
        walk.path = drag(walk.path, STAGES[stage])
        walk.stage = stage

    def _forward(self, walk: Walk) -> None:
        self.deeds["forward"] += 1
        self._move(walk, walk.stage + 1)

    def _past_stages(self, walk: Walk) -> None:
        if walk.stage + 2 > LAST:
            self._forward(walk)
            return
        self.deeds["past stages"] += 1
        self._move(walk, self._dice.randint(walk.stage + 2, LAST))

    def _there_and_back(self, walk: Walk) -> None:
        """To a later stage by mistake, and back about when the undo time ends."""
        self.deeds["there and back"] += 1
        walk.back_to = walk.stage
        self._move(walk, self._dice.randint(walk.stage + 1, LAST))
        walk.next_at = time.monotonic() + self._dice.uniform(0, 1.3 * self._undo)

    def _copy(self, walk: Walk) -> None:
        """Cp -r, and the original deleted in the next step."""
        self.deeds["copy"] += 1
        walk.original = walk.path
        walk.path = copy_over(walk.path, STAGES[walk.stage + 1])
        walk.stage += 1

    def _rename(self, walk: Walk) -> None:
        self.deeds["rename"] += 1
        tail = walk.item if self._dice.random() < 0.5 else f"#{self.deeds['rename']}"
        walk.path = walk.path.rename(walk.path.with_name(f"eilig für Søren {tail}"))

    def _give_code(self, walk: Walk) -> None:
        if walk.tracked:
            self._forward(walk)
        elif self._dice.random() < BY_COMMAND:
            self.deeds["code by command"] += 1
            walk.command = self._shop.start_ship(walk.order, walk.item, f"SOAK{walk.item}")
        else:
            self.deeds["code by file"] += 1
            write_tracking(walk.path, f"SOAK{walk.item}")
            walk.tracked = True

    def _look_at_command(self, walk: Walk, command: Program) -> None:
        if command.exit_code is None:
            return
        if command.exit_code:
            raise Trouble(f"hotfolder ship ended with {command.exit_code}: {command.last_words()}")
        walk.command = None
        walk.tracked = True
        command.log.unlink()
