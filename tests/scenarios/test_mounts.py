"""Scenarios 36 and 37: the share of the floor is unmounted, comes back, or can not be written."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from hotfolder.domain.job import Job
from hotfolder.files.floor import Floor
from hotfolder.files.spool import Spool
from hotfolder.services.shop import Shop
from tests.builders import a_flow, hold_stage
from tests.scenarios.mount_bed import Mounts, own_mounts
from tests.steps import (
    drag,
    fetch_all,
    folder_of,
    job_on_floor,
    moves_of,
    notes,
    order_in,
    stage_of,
    the_job,
    way,
)
from tests.watch.conftest import EVERY, SETTLE, Hands

MINUTES = 60.0


@pytest.fixture
def mounts(tmp_path: Path) -> Iterator[Mounts]:
    folder = tmp_path / "mounts"
    folder.mkdir()
    with own_mounts(folder) as made:
        yield made


@pytest.fixture
def floor(mounts: Mounts) -> Floor:
    made = Floor(mounts.floor, [a_flow()], "floor-of-the-tests", [hold_stage()])
    made.prepare()
    return made


@pytest.fixture
def shop(shop: Shop, mounts: Mounts) -> Shop:
    """A shop with its floor and its spool on the mount."""
    spool = Spool(mounts.floor / ".hotfolder" / "spool")
    spool.prepare()
    return replace(shop, spool=spool)


def every_stage_frozen(shop: Shop) -> bool:
    stages = {stage for (stage, _), kind in notes(shop).items() if kind == "frozen"}
    return stages == shop.floor.stages.keys()


def jobs_that_move_behind(hands: Hands, shop: Shop, mounts: Mounts) -> list[Job]:
    """Two jobs that others move on while the mount is away, and one that stays.

    Below the mount lie empty folders of the same names.
    """
    jobs = [job_on_floor(shop, number) for number in (1, 2, 3)]
    hands.wait(2 * EVERY)
    mounts.unmount()
    assert list(mounts.floor.iterdir()) == []
    empty = {shop.floor.stage_path(stage) for stage in shop.floor.stages}
    for path in empty:
        path.mkdir()
    hands.wait(10 * MINUTES)
    assert every_stage_frozen(shop)
    assert set(mounts.floor.rglob("*")) == empty, "nothing is written below the mount"

    for job, stages in zip(jobs, (["print"], ["print", "produced"], []), strict=True):
        place = shop.store.jobs.of_order(job.order_id)[0].place
        assert place is not None
        for before, after in zip(["new", *stages], stages, strict=False):
            (mounts.behind / before / place.folder).rename(mounts.behind / after / place.folder)
    hands.wait(10 * MINUTES)
    assert [moves_of(shop, job) for job in jobs] == [[], [], []]
    assert set(notes(shop).values()) == {"frozen"}
    return jobs


# 36


def test_what_others_move_while_the_share_is_unmounted_is_noted_once_when_it_is_back(
    hands: Hands, shop: Shop, mounts: Mounts
) -> None:
    jobs = jobs_that_move_behind(hands, shop, mounts)
    mounts.mount()
    hands.wait(MINUTES)

    assert [way(shop, job) for job in jobs] == [["print"], ["produced"], []]
    assert notes(shop) == {}


def test_a_share_that_comes_back_as_another_device_has_only_the_moves_that_were(
    hands: Hands, shop: Shop, mounts: Mounts
) -> None:
    jobs = jobs_that_move_behind(hands, shop, mounts)
    mounts.mount_a_copy()
    hands.wait(MINUTES + SETTLE)

    assert [way(shop, job) for job in jobs] == [["print"], ["produced"], []]
    assert notes(shop) == {}


# 37


def test_moves_on_a_floor_that_can_not_be_written_are_noted_and_new_jobs_wait(
    hands: Hands, shop: Shop, mounts: Mounts
) -> None:
    job = job_on_floor(shop)
    hands.wait(2 * EVERY)
    mounts.let_write(allowed=False)
    with pytest.raises(OSError, match="Read-only file system"):
        (mounts.floor / "new" / "x").touch()
    folder = folder_of(shop, job)
    (mounts.behind / "new" / folder.name).rename(mounts.behind / "print" / folder.name)
    second = order_in(shop, 2)
    fetch_all(shop)
    hands.wait(2 * MINUTES)

    assert way(shop, job) == ["print"]
    assert stage_of(shop, the_job(shop, second.order_id)) == ""
    assert notes(shop) == {("", ""): "read only"}, "once for all stages"

    mounts.let_write(allowed=True)
    hands.wait(30 * MINUTES)
    fetch_all(shop)
    assert stage_of(shop, the_job(shop, second.order_id)) == "new"
    assert notes(shop) == {}
    assert drag(shop, folder_of(shop, job), "produced").is_dir()
