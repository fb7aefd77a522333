"""Actors who move the job folders of a real floor, all at the same time, each those of its own."""

import shutil
import threading
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from hands import write_tracking
from truth import FOLDERS, STAGES, Life, Stay, Uptimes

# how often each is done; what is not possible just then is a plain step
HABITS = {
    "step": 34,
    "past stages": 8,
    "back": 14,
    "copy, then delete": 12,
    "copy and leave": 5,
    "clear a copy away": 5,
    "rename in place": 10,
    "hold": 7,
    "delay": 4,
    "archive": 5,
    "write the code": 8,
}
HURRY = 0.45  # how often a job goes on at once
QUIET_SECONDS = 2.0  # a tracking file counts when it did not change for so long
NAMES = ("eilig für Søren {} {}", "{} - Kopie {}", "ZUERST {} {}", "{} (äöü) {}")
LAST = len(STAGES) - 1


class Crew:
    """What all actors share. `settle`: seconds with a daemon after which a job is surely noted."""

    def __init__(self, floor: Path, uptimes: Uptimes, settle: float) -> None:
        self.floor = floor
        self.uptimes = uptimes
        self.settle = settle
        self.over = threading.Event()
        self.trouble = ""
        self._deeds: Counter[str] = Counter()
        self._lock = threading.Lock()

    def did(self, deed: str) -> None:
        with self._lock:
            self._deeds[deed] += 1

    @property
    def deeds(self) -> Counter[str]:
        with self._lock:
            return self._deeds.copy()

    def is_settled(self, stay: Stay, *, since: float = 0.0) -> bool:
        """Whether the daemon had its time to note this stay, which goes on."""
        return self.uptimes.longest(max(stay.there, since), time.time()) >= self.settle


class Actor(threading.Thread):
    """Moves its jobs until the crew is over, each by itself: some rest, some go on at once."""

    def __init__(self, crew: Crew, dice: Random) -> None:
        super().__init__(daemon=True)
        self.lives: list[Life] = []
        self._crew = crew
        self._dice = dice
        self._next: dict[str, float] = {}
        self._renamed = 0
        self._deeds: dict[str, Callable[[Life], bool]] = {
            "step": self._step,
            "past stages": self._past_stages,
            "back": self._back,
            "copy, then delete": self._copy_then_delete,
            "copy and leave": self._copy_and_leave,
            "clear a copy away": self._clear_copy,
            "rename in place": self._rename,
            "hold": self._hold,
            "delay": self._delay,
            "archive": self._archive,
            "write the code": self._write_code,
        }

    def take(self, life: Life) -> None:
        """One more job is this actor's."""
        self._next[life.item] = 0.0
        self.lives.append(life)

    def run(self) -> None:
        try:
            while not self._crew.over.is_set():
                for life in list(self.lives):
                    if self._may_go_on(life) and not self._crew.over.is_set():
                        self._act(life)
                self._crew.over.wait(self._dice.uniform(0.01, 0.1))
        except OSError as error:
            self._crew.trouble = f"a job is not where it was left: {error}"

    def _may_go_on(self, life: Life) -> bool:
        """Some jobs wait until their stay was noted, others for a moment only."""
        at = self._next[life.item]
        return time.time() >= at if at else self._crew.is_settled(life.now)

    def _act(self, life: Life) -> None:
        for deed in (*self._dice.choices(list(HABITS), list(HABITS.values())), "step"):
            if self._deeds[deed](life):
                self._crew.did(deed)
                break
        hurries = self._dice.random() < HURRY
        self._next[life.item] = time.time() + self._dice.uniform(0, 1) if hurries else 0.0

    # deeds; False when one is not possible just then

    def _step(self, life: Life) -> bool:
        """To the next stage of the flow; from beside it, mostly back to where it was."""
        if life.now.stage not in STAGES:
            resumed = self._dice.random() < 0.6
            return self._drag(life, STAGES[_reached(life)] if resumed else self._other(life))
        reached = _reached(life)
        return self._drag(life, STAGES[reached + 1] if reached < LAST else self._other(life))

    def _past_stages(self, life: Life) -> bool:
        reached = _reached(life)
        if reached + 2 > LAST:
            return False
        return self._drag(life, STAGES[self._dice.randint(reached + 2, LAST)])

    def _back(self, life: Life) -> bool:
        reached = _reached(life)
        return reached > 0 and self._drag(life, STAGES[self._dice.randrange(reached)])

    def _hold(self, life: Life) -> bool:
        return life.now.stage != "hold" and self._drag(life, "hold")

    def _delay(self, life: Life) -> bool:
        stage = self._dice.choice(("delayed/4h", "delayed/24h"))
        return life.now.stage != stage and self._drag(life, stage)

    def _archive(self, life: Life) -> bool:
        """Only where it is surely known as shipped: elsewhere it would be refused."""
        known = self._crew.is_settled(life.now, since=life.tracked + QUIET_SECONDS)
        is_shipped = life.now.stage == STAGES[LAST] and known
        return is_shipped and self._drag(life, "archive")

    def _copy_then_delete(self, life: Life) -> bool:
        """Of a job with other copies nobody could tell which one it is."""
        if life.copies:
            return False
        stage = self._other(life)
        target = self._free(stage, life.path.name)
        shutil.copytree(life.path, target)
        with self._stay(life, stage):
            shutil.rmtree(life.path)
            life.path = target
        return True

    def _copy_and_leave(self, life: Life) -> bool:
        """Beside a folder that is surely known, a copy never counts."""
        if not self._crew.is_settled(life.now):
            return False
        copy = self._free(self._dice.choice(STAGES), life.path.name)
        shutil.copytree(life.path, copy)
        life.copies.append(copy)
        return True

    def _clear_copy(self, life: Life) -> bool:
        if not life.copies:
            return False
        shutil.rmtree(life.copies.pop())
        return True

    def _rename(self, life: Life) -> bool:
        self._renamed += 1
        name = self._dice.choice(NAMES).format(life.item, self._renamed)
        form = self._dice.choice(("NFC", "NFD"))
        life.path = life.path.rename(life.path.with_name(unicodedata.normalize(form, name)))
        return True

    def _write_code(self, life: Life) -> bool:
        if life.tracked <= time.time():
            return False
        self.write_code(life)
        return True

    def write_code(self, life: Life) -> None:
        """The parcel's code lies in the folder from now on."""
        write_tracking(life.path, f"SOAK{life.item}")
        life.tracked = time.time()

    # helpers

    def _other(self, life: Life) -> str:
        return self._dice.choice([one for one in STAGES if one != life.now.stage])

    def _drag(self, life: Life, stage: str) -> bool:
        target = self._free(stage, life.path.name)
        with self._stay(life, stage):
            life.path = life.path.rename(target)
        return True

    @contextmanager
    def _stay(self, life: Life, stage: str) -> Iterator[None]:
        """The job changes its stage meanwhile."""
        before = time.time()
        life.now.ended = before
        life.stays.append(Stay(stage=stage, began=before))
        yield
        life.now.there = time.time()

    def _free(self, stage: str, name: str) -> Path:
        """A name that nothing has in this stage yet; nobody else has this job's names."""
        path = self._crew.floor / FOLDERS[stage] / name
        number = 1
        free = path
        while free.exists():
            number += 1
            free = path.with_name(f"{name} ({number})")
        return free


def _reached(life: Life) -> int:
    """The last stage of the flow that the job was in."""
    return next(STAGES.index(stay.stage) for stay in reversed(life.stays) if stay.stage in STAGES)
