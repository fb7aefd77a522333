"""A folder got the name that another job's folder had: that job is not forgotten."""

import shutil

from hotfolder.domain.job import Job
from hotfolder.services.shop import Shop
from tests.steps import again, folder_of, job_on_floor, notes, stage_of
from tests.watch.conftest import EVERY, PATIENCE, Hands


def test_a_job_whose_name_another_folder_took_is_out_of_sight_until_it_is_back(
    hands: Hands, shop: Shop, job: Job
) -> None:
    other = job_on_floor(shop, 2)
    hands.look("new")
    gone = folder_of(shop, job)
    kept = gone.rename(shop.floor.stage_path("new").parent / "kept")
    folder_of(shop, other).rename(gone)
    hands.wait(2 * EVERY)
    assert folder_of(shop, other) == gone
    hands.wait(PATIENCE)
    assert notes(shop) == {("new", gone.name): "out of sight"}
    hands.restart()
    hands.wait(EVERY)
    assert notes(shop) == {("new", gone.name): "out of sight"}

    kept.rename(shop.floor.stage_path("print") / "back")
    hands.wait(2 * EVERY)
    assert (stage_of(shop, again(shop, job)), stage_of(shop, other)) == ("print", "new")
    assert notes(shop) == {}


def test_a_start_misses_a_job_whose_name_was_taken_before(
    hands: Hands, shop: Shop, job: Job
) -> None:
    other = job_on_floor(shop, 2)
    hands.look("new")
    gone = folder_of(shop, job)
    shutil.rmtree(gone)
    folder_of(shop, other).rename(gone)
    hands.look("new")
    hands.restart()
    hands.wait(PATIENCE + 2 * EVERY)
    assert notes(shop) == {("new", gone.name): "out of sight"}
