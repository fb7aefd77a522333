"""Several copies of a job whose original is gone: one of them is the job, none is forgotten."""

import shutil

import pytest

from hotfolder.domain.job import Job
from hotfolder.services.shop import Shop
from tests.steps import folder_of, notes, way, with_sides
from tests.watch.conftest import EVERY, PATIENCE, SETTLE, Hands


@pytest.fixture
def shop(shop: Shop) -> Shop:
    return with_sides(shop)


def copies_instead(shop: Shop, job: Job, *stages: str) -> None:
    """The job's folder is replaced by copies in these stages."""
    source = folder_of(shop, job)
    for stage in stages:
        shutil.copytree(source, shop.floor.stage_path(stage) / f"copy in {stage}")
    shutil.rmtree(source)


@pytest.mark.parametrize("stage", ["print", "produced", "packed", "shipped"])
def test_a_copy_that_means_nothing_where_it_lies_does_not_hide_the_other(
    hands: Hands, shop: Shop, job: Job, stage: str
) -> None:
    copies_instead(shop, job, "canceled", stage)
    hands.wait(SETTLE + 3 * EVERY)

    assert way(shop, job) == [stage]


@pytest.mark.parametrize("stage", ["print", "produced", "packed", "shipped"])
def test_of_a_copy_in_the_same_stage_and_one_elsewhere_one_is_the_job_and_the_other_is_noted(
    hands: Hands, shop: Shop, job: Job, stage: str
) -> None:
    copies_instead(shop, job, "new", stage)
    hands.wait(SETTLE + PATIENCE + 3 * EVERY)

    home = folder_of(shop, job).name
    twice = [name for (_stage, name), kind in notes(shop).items() if kind == "seen twice"]
    assert sorted([home, *twice]) == sorted(["copy in new", f"copy in {stage}"])
