"""What has left a stage is no news: nobody is told, and the next timed look takes it in."""

import threading
import time
from pathlib import Path

import pytest

from hotfolder.domain.job import Job
from hotfolder.services.shop import Shop
from hotfolder.watch.observer import StageObserver
from tests.steps import again, drag, folder_of, promised, stage_of
from tests.waiting import wait_until
from tests.watch.conftest import Hands

SECONDS = 10.0
HELD_BACK_SECONDS = 0.4  # watchdog's own observer takes half a second here


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
def test_what_leaves_is_not_told_and_holds_nothing_up(tmp_path: Path) -> None:
    paths = {key: tmp_path / key for key in ("new", "print")}
    for path in paths.values():
        path.mkdir()
    came: list[str] = []
    observer = StageObserver(paths, came.append, threading.Event().set)
    observer.start()
    try:
        (paths["new"] / "job").mkdir()
        wait_until(lambda: came.count("new") > 1, SECONDS, "the folder came")
        came.clear()
        (paths["new"] / "job").rename(paths["print"] / "job")
        began = time.monotonic()
        (paths["new"] / "next").mkdir()
        wait_until(lambda: "new" in came, SECONDS, "the folder behind it came")
        assert time.monotonic() - began < HELD_BACK_SECONDS
        wait_until(lambda: "print" in came, SECONDS, "the folder came where it went")
        assert sorted(came) == ["new", "print"]
    finally:
        observer.stop()
