"""A floor full of jobs: how soon a move is noted, how soon a start, and what looking costs."""

import os
import random
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from itertools import pairwise
from pathlib import Path
from statistics import median

from hotfolder.config.check import load_shop
from hotfolder.shopfront import build_shop
from hotfolder.watch.rounds import Rounds
from scripts.benchmarks.floor_jobs import Noted, put_jobs
from scripts.benchmarks.idle import MB, memory, processor_share
from scripts.benchmarks.sizes import Lines, Measured, Sizes, share
from scripts.benchmarks.stand import JobOnFloor, MadeShop, Stand, made_shop, running

MS = 1000
FLOW = ("new", "print", "produced", "packed", "shipped")
TURNS = 3
LOOKS = 3
CACHES = Path("/proc/sys/vm/drop_caches")


def floor_moves(main: Stand, sizes: Sizes) -> Lines:
    """Moves with 10,000 jobs on the floor, one by one and in a burst, until the journal has them.

    A fifth of the jobs lies in each stage, so every look at a stage lists two thousand folders.
    """
    wanted = sizes.warm_up + sizes.moves
    counts = _spread(sizes.floor_jobs)
    with _floor(main, "floor-moves", counts) as made, running(made) as ours:
        noted = Noted(made)
        jobs = ours.jobs("new")
        single = [_one(ours, noted, job) for job in jobs[:wanted]][sizes.warm_up :]
        burst = noted.seconds(ours, jobs[wanted : wanted + sizes.floor_burst], "print")
    return {
        "floor-move-p50": Measured(value=MS * share(single, 0.50)),
        "floor-move-p99": Measured(value=MS * share(single, 0.99)),
        "floor-burst": Measured(value=burst),
    }


def floor_elsewhere(main: Stand, sizes: Sizes) -> Lines:
    """The median move while 10,000 jobs lie in other stages; the floor: while 100 do, in turns."""
    wanted = sizes.warm_up + sizes.moves
    counts = (sizes.floor_jobs, sizes.floor_few)
    with ExitStack() as stack:
        shops = []
        for count in counts:
            name = f"floor-elsewhere-{count}"
            made = stack.enter_context(_floor(main, name, {"new": wanted, "packed": count}))
            shops.append((made, stack.enter_context(running(made))))
        turns: list[list[float]] = [[], []]
        size = wanted // TURNS
        for start in range(0, size * TURNS, size):
            for (made, ours), turn in zip(shops, turns, strict=True):
                jobs = ours.jobs("new")[:size]
                turn.extend([_one(ours, Noted(made), job) for job in jobs][start == 0 :])
    many, few = (MS * median(turn) for turn in turns)
    return {"floor-elsewhere": Measured(value=many, floor=few)}


def floor_many(main: Stand, sizes: Sizes) -> Lines:
    """100,000 jobs: two starts that find jobs moved meanwhile, and a minute without work.

    Fully known means that the jobs moved while the daemon was away are noted, one in each stage.
    """
    lines: Lines = {}
    with _floor(main, "floor-many", _spread(sizes.floor_many)) as made:
        lines["floor-look"] = _look(made)
        wanted = Noted(made).count() + _move_meanwhile(made)
        notes = {} if _empty_caches() else {"caches of the system could not be emptied": 0.0}
        with _started(made, wanted) as (_, cold):
            lines["floor-start-cold"] = Measured(value=cold, notes=notes)
        wanted = Noted(made).count() + _move_meanwhile(made)
        with _started(made, wanted) as (ours, warm):
            lines["floor-start-warm"] = Measured(value=warm)
            time.sleep(sizes.settle_seconds)
            busy = processor_share(ours.pid, sizes.floor_idle_seconds)
            lines["floor-idle-cpu"] = Measured(value=busy)
            lines["floor-idle-memory"] = Measured(value=memory(ours.pid) / MB)
    return lines


@contextmanager
def _started(made: MadeShop, wanted: int) -> Iterator[tuple[Stand, float]]:
    """The daemon, and seconds from its start until the journal has so many lines."""
    began = time.perf_counter()
    with running(made) as ours:
        yield ours, Noted(made).since(began, wanted)


def _move_meanwhile(made: MadeShop) -> int:
    """How many folders were moved while no daemon ran, one into each stage."""
    folders = [made.floor / made.stages[stage] for stage in FLOW]
    pairs = [*pairwise(folders), (folders[1], folders[0])]
    for source, target in pairs:
        name = next(path.name for path in source.iterdir() if path.is_dir())
        (source / name).rename(target / name)
    return len(pairs)


def _look(made: MadeShop) -> Measured:
    """Processor milliseconds of one look at all stages in which nothing has changed."""
    shop = build_shop(load_shop(made.config, os.environ))
    rounds = Rounds(shop, every_seconds=0)
    rounds.step()
    spent = []
    for _ in range(LOOKS):
        rounds.hint_all()
        began = time.process_time()
        rounds.step()
        spent.append(time.process_time() - began)
    shop.store.close()
    return Measured(value=MS * median(spent))


def _empty_caches() -> bool:
    """Whether the system forgot what it has read; only root may ask it to."""
    os.sync()
    try:
        CACHES.write_text("3\n")
    except OSError:
        return False
    return True


@contextmanager
def _floor(main: Stand, name: str, counts: Mapping[str, int]) -> Iterator[MadeShop]:
    """A shop with so many jobs in its stages, whose signals go to the receiver of the main one."""
    with made_shop(main.folder / name, center_url=main.center_url) as made:
        put_jobs(made, counts)
        yield made


def _spread(count: int) -> dict[str, int]:
    return {stage: count // len(FLOW) for stage in FLOW}


def _one(stand: Stand, noted: Noted, job: JobOnFloor) -> float:
    time.sleep(random.uniform(0.01, 0.03))  # not in step with any timer
    return noted.seconds(stand, [job], "print")
