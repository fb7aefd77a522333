"""Honest work and how long it takes: orders come in, their jobs are moved, the moves are told."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from statistics import median
from typing import TypeVar

from hands import drag, job_folders
from programs import Trouble
from shop import Shop

from hotfolder.test_center.records import Accepted

LIMIT_SECONDS = 60.0
LOOK_SECONDS = 0.02
T = TypeVar("T")
FIRST, NEXT, SIGNAL = "10-new", "20-print", "ItemProduce"


@dataclass(kw_only=True, slots=True)
class Tally:
    """Seconds until orders were answered, and until moves were told."""

    answered: list[float] = field(default_factory=list)
    told: list[float] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def numbers(self, name: str) -> dict[str, float]:
        """Counts, medians and the worst, under this name."""
        found: dict[str, float] = {f"{name}: orders taken": len(self.answered)}
        found[f"{name}: moves told"] = len(self.told)
        for what, seconds in (("order answered", self.answered), ("move told", self.told)):
            if seconds:
                found[f"{name}: {what}, median ms"] = round(1000 * median(seconds), 1)
                found[f"{name}: {what}, 99 of 100 ms"] = round(1000 * _most(seconds), 1)
                found[f"{name}: {what}, worst ms"] = round(1000 * max(seconds), 1)
        return found


def _most(seconds: list[float]) -> float:
    """What 99 of 100 did not exceed."""
    return sorted(seconds)[ceil(len(seconds) * 0.99) - 1]


class HonestWork:
    """One order after the other, each moved on as soon as its job lies on the floor."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._number = 0

    def work(self, seconds: float) -> Tally:
        """What it took. An order that is not taken, or a move that is not told, is a problem."""
        tally = Tally()
        until = time.monotonic() + seconds
        while time.monotonic() < until and not tally.problems:
            self._number += 1
            try:
                self._one(self._number, tally)
            except Trouble as trouble:
                tally.problems.append(str(trouble))
        return tally

    def _one(self, number: int, tally: Tally) -> None:
        self._shop.check_alive()
        pushed = self._shop.push(number, kind="poster")
        if pushed["status"] != 200:
            raise Trouble(f"order {number} was answered with {pushed['status']}")
        tally.answered.append(pushed["seconds"])
        item = str(pushed["items"][0])
        folder = self._wait(f"job of order {number}", lambda: self._folder(item))
        began = time.time()
        drag(folder, NEXT)
        signal = self._wait(f"{SIGNAL} of order {number}", lambda: self._signal(item))
        tally.told.append(signal.at - began)

    def _folder(self, item: str) -> Path | None:
        found = (job for job in job_folders(self._shop.floor) if job.item == item)
        return next((job.path for job in found if job.stage == FIRST), None)

    def _signal(self, item: str) -> Accepted | None:
        found = reversed(self._shop.accepted())
        return next((one for one in found if one.item == item and one.type == SIGNAL), None)

    def _wait(self, what: str, look: Callable[[], T | None]) -> T:
        until = time.monotonic() + LIMIT_SECONDS
        while (found := look()) is None:
            if time.monotonic() > until:
                raise Trouble(f"{what} did not come within {LIMIT_SECONDS:.0f} s")
            time.sleep(LOOK_SECONDS)
        return found
