"""Scenario 31: thousands of folders at once."""

import json
import resource
import time
from collections import Counter

from hotfolder.domain.job import Job, Place
from hotfolder.services.shop import Shop
from tests.builders import a_job
from tests.fakes import START
from tests.scenarios.conftest import TICKET
from tests.watch.conftest import EVERY, Hands

MANY = 5000
MIB = 1024.0


def many_jobs(shop: Shop) -> list[Job]:
    """Jobs in the first stage, all of one order; their folders hold a ticket alone."""
    wanted = [a_job(order_id="many", item_id=str(number), since=START) for number in range(MANY)]
    stage = shop.floor.stage_path("new")
    with shop.store.transaction():
        jobs = shop.store.jobs.add(wanted)
        for job in jobs:
            folder = stage / job.item_id
            folder.mkdir()
            (folder / TICKET).write_text(json.dumps({"ticket": job.ticket_id}))
            inode = shop.floor.inode("new", folder.name)
            assert inode is not None
            place = Place(stage="new", folder=folder.name, inode=inode)
            shop.store.jobs.release(job, place, START)
            shop.store.jobs.renamed(job)
    return jobs


def most_memory() -> float:
    """The most memory this process ever had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MIB


# 31


def test_five_thousand_folders_dropped_in_a_second_are_noted_each_once(
    hands: Hands, shop: Shop
) -> None:
    jobs = many_jobs(shop)
    hands.look("new")
    source, target = shop.floor.stage_path("new"), shop.floor.stage_path("print")
    before = most_memory()
    began = time.monotonic()
    for job in jobs:
        (source / job.item_id).rename(target / job.item_id)
    assert time.monotonic() - began < 20, "a second on a machine without other work"
    hands.look("print")
    hands.wait(3 * EVERY)

    noted = Counter(
        line.item_id for line in shop.store.journal.of_order("many") if line.action == "job moved"
    )
    assert noted == Counter({job.item_id: 1 for job in jobs})
    assert len(shop.store.jobs.in_stage("print")) == MANY
    assert shop.store.signals.counts() == {"waiting": MANY}
    assert shop.store.notes.all() == []
    assert most_memory() - before < 100
