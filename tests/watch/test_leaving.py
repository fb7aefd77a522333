"""What has left a stage is no news: it is taken in with the next round and hurries nobody."""

import threading
from pathlib import Path

import pytest

from hotfolder.domain.job import Job
from hotfolder.services.shop import Shop
from hotfolder.watch.observer import StageObserver
from tests.steps import again, drag, folder_of, promised, stage_of
from tests.waiting import wait_until
from tests.watch.conftest import Hands

SECONDS = 10.0


def test_that_something_has_left_wakes_nobody_and_is_looked_at_in_the_next_round(
    hands: Hands, shop: Shop, job: Job
) -> None:
    hands.rounds.wake.clear()
    drag(shop, folder_of(shop, job), "print")
    hands.rounds.hint_left("new")
    assert not hands.rounds.wake.is_set()

    hands.look("print")

    assert stage_of(shop, job) == "print"
    assert hands.rounds.step() > 0, "nothing is left to be looked at"


def test_a_job_dragged_back_before_anybody_looked_at_where_it_left_is_noted(
    hands: Hands, shop: Shop, job: Job
) -> None:
    drag(shop, folder_of(shop, job), "print")
    hands.rounds.hint("print")
    hands.rounds.step()
    drag(shop, folder_of(shop, job), "new")
    hands.rounds.hint("new")
    hands.rounds.step()

    assert stage_of(shop, job) == "new"
    assert again(shop, job).moves == 2
    assert promised(shop, job) == ["ItemRegistered waiting", "ItemProduce withdrawn"]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::RuntimeWarning:watchdog")
def test_what_comes_and_what_leaves_are_told_apart(tmp_path: Path) -> None:
    paths = {key: tmp_path / key for key in ("new", "print")}
    for path in paths.values():
        path.mkdir()
    came: list[str] = []
    left: list[str] = []
    observer = StageObserver(paths, came.append, threading.Event().set, left.append)
    observer.start()
    came.clear()
    try:
        (paths["new"] / "job").mkdir()
        wait_until(lambda: "new" in came, SECONDS, "the folder came")
        came.clear()
        (paths["new"] / "job").rename(paths["print"] / "job")
        wait_until(lambda: "new" in left, SECONDS, "the folder left")
        assert came == ["print"]
        assert left == ["new"]
    finally:
        observer.stop()
