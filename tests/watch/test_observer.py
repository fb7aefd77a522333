"""Real watchdog on real folders: it only ever says "look here", and what it misses is mended."""

import logging
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotfolder.services.shop import Shop
from hotfolder.watch.observer import OVERFLOW_LOG, StageObserver
from hotfolder.watch.rounds import Rounds
from tests.steps import drag, folder_of, job_on_floor, stage_of
from tests.waiting import wait_until

pytestmark = [
    pytest.mark.slow,
    # turned into an error it would end watchdog's reading thread, which a daemon never does
    pytest.mark.filterwarnings("ignore::RuntimeWarning:watchdog"),
]

SECONDS = 10.0


class Heard:
    """What an observer told."""

    def __init__(self) -> None:
        self.stages: list[str] = []
        self.everything = threading.Event()

    def __contains__(self, stage: object) -> bool:
        return stage in self.stages

    def wait_for(self, stage: str) -> None:
        wait_until(lambda: stage in self, SECONDS, f"a hint for {stage}")


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def stages(tmp_path: Path) -> dict[str, Path]:
    paths = {key: tmp_path / key for key in ("new", "print", "packed")}
    for path in paths.values():
        path.mkdir()
    return paths


@pytest.fixture
def observer(stages: dict[str, Path], heard: Heard) -> Iterator[StageObserver]:
    made = StageObserver(stages, heard.stages.append, heard.everything.set)
    made.start()
    heard.stages.clear()  # a new watch says "look here" as well
    yield made
    made.stop()


@pytest.mark.usefixtures("observer")
def test_a_folder_renamed_between_stages_is_heard_where_it_arrives(
    stages: dict[str, Path], heard: Heard
) -> None:
    (stages["new"] / "job").mkdir()
    heard.wait_for("new")
    heard.stages.clear()
    (stages["new"] / "job").rename(stages["print"] / "job")

    heard.wait_for("print")
    assert set(heard.stages) == {"print"}


@pytest.mark.usefixtures("observer")
def test_what_happens_inside_a_job_folder_is_not_heard(
    stages: dict[str, Path], heard: Heard
) -> None:
    job = stages["new"] / "job"
    job.mkdir()
    heard.wait_for("new")
    heard.stages.clear()
    for number in range(20):
        (job / f"{number}.pdf").write_bytes(b"x")
        (job / f"{number}.pdf").read_bytes()
    (stages["packed"] / "end").mkdir()

    heard.wait_for("packed")
    assert set(heard.stages) == {"packed"}


@pytest.mark.usefixtures("observer")
def test_folders_that_come_and_go_and_come_again_are_heard_each_time(
    stages: dict[str, Path], heard: Heard
) -> None:
    for _ in range(3):
        heard.stages.clear()
        (stages["new"] / "job").mkdir()
        heard.wait_for("new")
        outside = (stages["new"] / "job").rename(stages["new"].parent / "outside")
        heard.stages.clear()
        outside.rename(stages["new"] / "job")
        heard.wait_for("new")
        shutil.rmtree(stages["new"] / "job")


def test_stages_that_come_and_go_are_watched_from_the_next_mending_on(
    observer: StageObserver, stages: dict[str, Path], heard: Heard
) -> None:
    cut = stages["new"].parent / "cut"
    cut.mkdir()
    observer.use({"new": stages["new"], "cut": cut})
    observer.mend()
    assert observer.watched() == {"new", "cut"}
    heard.stages.clear()
    (stages["print"] / "job").mkdir()
    (cut / "job").mkdir()

    heard.wait_for("cut")
    assert "print" not in heard


def test_a_stage_folder_that_was_replaced_is_watched_again(
    observer: StageObserver, stages: dict[str, Path], heard: Heard
) -> None:
    stages["print"].rename(stages["print"].with_name("old"))
    stages["print"].mkdir()
    heard.stages.clear()
    observer.mend()
    assert heard.stages == ["print"], "whatever came in the meantime has to be looked at"

    heard.stages.clear()
    (stages["print"] / "job").mkdir()
    heard.wait_for("print")


def test_a_stage_folder_that_is_deleted_is_watched_again_when_it_is_back(
    observer: StageObserver, stages: dict[str, Path], heard: Heard
) -> None:
    stages["print"].rmdir()
    observer.mend()
    assert observer.watched() == {"new", "packed"}
    stages["print"].mkdir()
    observer.mend()
    assert observer.watched() == set(stages)

    heard.stages.clear()
    (stages["print"] / "job").mkdir()
    heard.wait_for("print")


def test_a_folder_that_is_missing_at_the_start_is_picked_up_when_it_appears(
    stages: dict[str, Path], heard: Heard
) -> None:
    stages["print"].rmdir()
    observer = StageObserver(stages, heard.stages.append, heard.everything.set)
    observer.start()
    try:
        assert observer.watched() == {"new", "packed"}
        stages["print"].mkdir()
        observer.mend()
        heard.stages.clear()
        (stages["print"] / "job").mkdir()
        heard.wait_for("print")
    finally:
        observer.stop()


def test_mending_what_is_whole_changes_nothing(observer: StageObserver, heard: Heard) -> None:
    for _ in range(5):
        observer.mend()

    assert heard.stages == []


@pytest.mark.usefixtures("observer")
def test_when_watchdog_lost_events_everything_is_to_be_looked_at(heard: Heard) -> None:
    assert not heard.everything.is_set()
    logging.getLogger(OVERFLOW_LOG).warning("the kernel says that events were lost")

    assert heard.everything.is_set()


def test_a_stopped_observer_is_silent_and_can_be_started_again(
    observer: StageObserver, stages: dict[str, Path], heard: Heard
) -> None:
    observer.stop()
    logging.getLogger(OVERFLOW_LOG).info("nobody listens here")
    assert observer.watched() == set()
    observer.mend()
    assert observer.watched() == set(), "mending does not start what was stopped"

    observer.start()
    heard.stages.clear()
    (stages["new"] / "job").mkdir()
    heard.wait_for("new")


class Trouble:
    """A listener that can be made to raise, in the thread of whoever tells it."""

    def __init__(self) -> None:
        self.heard = 0
        self.error: BaseException | None = None

    def tell(self, _stage: str) -> None:
        self.heard += 1
        if self.error is not None:
            raise self.error


def test_a_hint_that_fails_does_not_end_the_watching(
    stages: dict[str, Path], logged: list[str]
) -> None:
    listener = Trouble()
    observer = StageObserver({"new": stages["new"]}, listener.tell, lambda: None)
    observer.start()
    try:
        listener.error = RuntimeError("a fault of the listener")
        for number in range(3):
            listener.heard = 0
            (stages["new"] / str(number)).mkdir()
            wait_until(lambda: listener.heard, SECONDS, "a hint after a fault")
    finally:
        observer.stop()
    assert any("a fault of the listener" in line for line in logged)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_watching_that_has_died_is_started_again(
    stages: dict[str, Path], logged: list[str]
) -> None:
    listener = Trouble()
    observer = StageObserver({"new": stages["new"]}, listener.tell, lambda: None)
    observer.start()
    try:
        listener.error = SystemExit()  # ends the thread that tells, without a word
        (stages["new"] / "first").mkdir()
        wait_until(lambda: listener.heard > 1, SECONDS, "the hint that ends the thread")
        listener.error = None

        def mended() -> bool:
            observer.mend()
            return any("started again" in line for line in logged)

        wait_until(mended, SECONDS, "the watching started again")
        listener.heard = 0
        (stages["new"] / "second").mkdir()
        wait_until(lambda: listener.heard, SECONDS, "a hint after the mending")
    finally:
        observer.stop()


def test_a_drag_is_noted_long_before_the_next_timed_look(shop: Shop) -> None:
    job = job_on_floor(shop)
    rounds = Rounds(shop, every_seconds=3600)
    rounds.step()
    paths = {key: shop.floor.stage_path(key) for key in shop.floor.stages}
    observer = StageObserver(paths, rounds.hint, rounds.hint_all)
    observer.start()
    try:
        while rounds.step() == 0.0:
            pass
        for stage in ("print", "produced", "print", "packed"):
            rounds.wake.clear()
            drag(shop, folder_of(shop, job), stage)

            def noted(stage: str = stage) -> bool:
                rounds.wake.wait(SECONDS)
                rounds.wake.clear()
                rounds.step()
                return stage_of(shop, job) == stage

            wait_until(noted, SECONDS, f"the job noted in {stage}")
    finally:
        observer.stop()
