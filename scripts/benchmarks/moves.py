"""Moves: from the rename of a folder to the arrival of its signal, one by one and in a burst."""

import random
import time
from collections.abc import Callable, Sequence
from functools import partial
from statistics import median

from scripts.benchmarks import floors
from scripts.benchmarks.sizes import Lines, Measured, Sizes, share
from scripts.benchmarks.stand import BenchError, JobOnFloor, Stand

MS = 1000
ARRIVAL_SECONDS = 30.0
BURST_SECONDS = 120.0
LOOK_SECONDS = 0.02
ROUNDS = 3

Rename = tuple[str, str, Callable[[], object]]  # of the order's item


def moves(stand: Stand, sizes: Sizes) -> Lines:
    """Rename to arrival, one move at a time, between turns of the raw loop."""
    wanted = sizes.warm_up + sizes.moves
    ours = _ours(stand, stand.jobs("new")[:wanted])
    raw_turns, our_turns = [], []
    with floors.raw_folders(stand) as folders:
        raw = _raw(folders, wanted)
        for renames in (raw, ours):
            _one_by_one(stand, renames[: sizes.warm_up])
        size = sizes.moves // ROUNDS
        for start in range(sizes.warm_up, wanted, size):
            raw_turns.append(_one_by_one(stand, raw[start : start + size]))
            our_turns.append(_one_by_one(stand, ours[start : start + size]))
    return {
        name: Measured(
            value=MS * share([one for turn in our_turns for one in turn], part),
            floor=MS * median(share(turn, part) for turn in raw_turns),
        )
        for name, part in (("move-p50", 0.50), ("move-p99", 0.99))
    }


def burst(stand: Stand, sizes: Sizes) -> Lines:
    """Seconds from the first of many renames to the arrival of the last signal."""
    with floors.raw_folders(stand) as folders:
        floor = _burst(stand, _raw(folders, sizes.burst))
    jobs = stand.jobs("new")[: sizes.burst]
    return {"burst": Measured(value=_burst(stand, _ours(stand, jobs)), floor=floor)}


def _ours(stand: Stand, jobs: Sequence[JobOnFloor]) -> list[Rename]:
    return [(job.order, job.item, partial(stand.move, job, "print")) for job in jobs]


def _raw(folders: floors.RawFolders, count: int) -> list[Rename]:
    return [(name, name, partial(folders.move, name)) for name in folders.make(count)]


def _one_by_one(stand: Stand, renames: Sequence[Rename]) -> list[float]:
    return [_one_move(stand, *rename) for rename in renames]


def _one_move(stand: Stand, order: str, item: str, rename: Callable[[], object]) -> float:
    """Seconds from just before the rename to the arrival of the item's signal."""
    # not in step with any timer, and not while the last move is still being written down
    time.sleep(random.uniform(0.01, 0.03))
    stand.arrivals.skip()
    began = time.time()
    rename()
    found = stand.arrivals.wait(1, ARRIVAL_SECONDS)
    if [(one.order, one.item) for one in found] != [(order, item)]:
        raise BenchError(f"one signal of {order}/{item} was expected, {len(found)} came")
    return found[0].at - began


def _burst(stand: Stand, renames: Sequence[Rename]) -> float:
    stand.arrivals.skip()
    began = time.time()
    for _, _, rename in renames:
        rename()
    found = stand.arrivals.wait(len(renames), BURST_SECONDS, LOOK_SECONDS)
    if {(one.order, one.item) for one in found} != {(order, item) for order, item, _ in renames}:
        raise BenchError(f"{len(renames)} moves gave {len(found)} signals")
    return max(one.at for one in found) - began
