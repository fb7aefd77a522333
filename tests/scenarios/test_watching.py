"""Scenarios 32 to 34: events are lost, threads die, the system refuses to watch."""

import ctypes
import os
import shutil
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from watchdog.observers.api import BaseObserver, EventEmitter

from hotfolder.watch.observer import StageObserver
from tests.end_to_end.running_shop import ORDER_KEY, RunningShop
from tests.test_center_server import SIGNAL_KEY, RunningTestCenter
from tests.waiting import wait_until

pytestmark = pytest.mark.slow

SECONDS = 30.0
RENAMES = 40_000
ORDERS = 4
IDLE = 0.3  # of a core


@pytest.fixture
def center() -> Iterator[RunningTestCenter]:
    with RunningTestCenter() as running:
        yield running


@pytest.fixture
def shop(tmp_path: Path, center: RunningTestCenter) -> Iterator[RunningShop]:
    """The daemon that nothing wakes for minutes but events. It is not started."""
    made = RunningShop(tmp_path / "shop", center.signal_url, SIGNAL_KEY, undo_seconds=0)
    yield made
    print(made.log_text())  # noqa: T201 (pytest shows it when the test has failed)
    made.close()


def look_every(shop: RunningShop, seconds: float) -> None:
    text = shop.config.read_text()
    shop.config.write_text(
        text.replace("look_every_seconds: 0.5", f"look_every_seconds: {seconds}")
    )


def jobs_in_new(shop: RunningShop, center: RunningTestCenter) -> list[Path]:
    pushed = center.push(ORDERS, order_url=shop.order_url, order_key=ORDER_KEY, kind="poster")
    assert {one.status for one in pushed} == {200}
    wait_until(lambda: len(shop.jobs_in("new")) == ORDERS, SECONDS, "the jobs in new")
    return shop.jobs_in("new")


def noted(shop: RunningShop) -> Counter[str]:
    """How many moves were noted, by order."""
    statement = "SELECT order_id FROM journal WHERE action = 'job moved'"
    return Counter(row[0] for row in shop.rows(statement))


def stages(shop: RunningShop) -> set[str]:
    return {row[0] for row in shop.rows("SELECT DISTINCT stage FROM job")}


def kinds(shop: RunningShop) -> set[str]:
    return {row[0] for row in shop.rows("SELECT DISTINCT kind FROM note")}


def used(pid: int) -> float:
    """Seconds of the processor that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


# 32


@pytest.mark.end_to_end
def test_when_events_overflow_every_move_is_noted_once_and_the_daemon_is_idle_again(
    shop: RunningShop, center: RunningTestCenter
) -> None:
    look_every(shop, 300)
    shop.start()
    folders = jobs_in_new(shop, center)
    os.kill(shop.pid, signal.SIGSTOP)
    noise = [shop.stage("print") / ".a", shop.stage("print") / ".b"]
    noise[0].mkdir()
    for number in range(RENAMES):
        os.rename(noise[number % 2], noise[(number + 1) % 2])  # noqa: PTH104 (forty thousand)
    for folder in folders:
        shop.drag(folder, "print")
    os.kill(shop.pid, signal.SIGCONT)

    wait_until(lambda: stages(shop) == {"print"}, SECONDS, "every move noted")
    assert set(noted(shop).values()) == {1}
    wait_until(lambda: "overflow" in kinds(shop), SECONDS, "the overflow is told")

    def is_idle() -> bool:
        before, began = used(shop.pid), time.monotonic()
        threading.Event().wait(0.5)
        return (used(shop.pid) - before) / (time.monotonic() - began) < IDLE

    wait_until(is_idle, SECONDS, "the daemon is idle")


# 33


class Heard:
    """What an observer told; it may fail."""

    def __init__(self) -> None:
        self.stages: list[str] = []
        self.error: BaseException | None = None

    def tell(self, stage: str) -> None:
        self.stages.append(stage)
        if self.error is not None:
            raise self.error


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def stage(tmp_path: Path) -> Path:
    made = tmp_path / "print"
    made.mkdir()
    (made / ".hotfolder-stage").touch()
    return made


@pytest.fixture
def observer(stage: Path, heard: Heard) -> Iterator[StageObserver]:
    made = StageObserver({"print": stage}, heard.tell, lambda: None)
    made.start()
    yield made
    made.stop()


def end_reader(threads: list[threading.Thread], _heard: Heard) -> threading.Thread:
    """What reads the kernel's events ends as by an error of its own, at its next line."""
    (reader,) = (one for one in threads if type(one).__name__ == "InotifyFD")
    assert reader.ident is not None
    number, error = ctypes.c_ulong(reader.ident), ctypes.py_object(SystemExit)
    assert ctypes.pythonapi.PyThreadState_SetAsyncExc(number, error) == 1
    return reader


def end_emitter(threads: list[threading.Thread], _heard: Heard) -> threading.Thread:
    """What sorts the events of one stage stops, as it does when its folder is deleted."""
    (emitter,) = (one for one in threads if isinstance(one, EventEmitter))
    emitter.stop()
    return emitter


def end_teller(threads: list[threading.Thread], heard: Heard) -> threading.Thread:
    """What tells of events ends without a word."""
    (teller,) = (one for one in threads if isinstance(one, BaseObserver))
    heard.error = SystemExit()
    return teller


@pytest.mark.filterwarnings("ignore::RuntimeWarning:watchdog")
def test_a_listener_that_fails_ends_nothing(
    observer: StageObserver, stage: Path, heard: Heard, logged: list[str]
) -> None:
    heard.error = RuntimeError("a fault")
    for number in range(3):
        heard.stages.clear()
        (stage / str(number)).mkdir()
        wait_until(lambda: heard.stages, SECONDS, "a hint after a fault")

    assert any("a fault" in line for line in logged)
    assert observer.watched() == {"print"}


@pytest.mark.filterwarnings("ignore::RuntimeWarning:watchdog")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("end", [end_reader, end_emitter, end_teller])
def test_watching_whose_thread_has_died_is_made_anew_and_the_stage_looked_at(
    stage: Path, heard: Heard, end: Callable[[list[threading.Thread], Heard], threading.Thread]
) -> None:
    before = set(threading.enumerate())
    observer = StageObserver({"print": stage}, heard.tell, lambda: None)
    observer.start()
    try:
        dying = end([one for one in threading.enumerate() if one not in before], heard)
        (stage / "before").mkdir()
        wait_until(lambda: not dying.is_alive(), SECONDS, "the thread is dead")
        heard.error = None
        heard.stages.clear()
        observer.mend()
        assert "print" in heard.stages, "whatever was not announced has to be looked at"

        heard.stages.clear()
        (stage / "after").mkdir()
        wait_until(lambda: heard.stages, SECONDS, "a hint after the mending")
    finally:
        observer.stop()


# 34


@pytest.mark.end_to_end
@pytest.mark.parametrize("limit", ["max_inotify_watches", "max_inotify_instances"])
def test_where_nothing_may_be_watched_moves_are_found_by_looking_and_that_is_shown(
    shop: RunningShop, center: RunningTestCenter, limit: str
) -> None:
    """The limits of a user namespace: those of the machine stay as they are."""
    inside = f'echo 0 > /proc/sys/user/{limit} && exec "$@"'
    shop.start_with = ["unshare", "--user", "--map-root-user", "sh", "-c", inside, "sh"]
    if shutil.which("unshare") is None:
        pytest.skip("no unshare on this machine: apt-get install util-linux")
    if subprocess.run([*shop.start_with, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no user namespace with limits of its own here: run in a privileged container")
    shop.start()
    folders = jobs_in_new(shop, center)
    for target in ("print", "produced"):
        folders = [shop.drag(folder, target) for folder in folders]
        wait_until(lambda: stages(shop) == {target}, SECONDS, f"noted in {target}")  # noqa: B023 (called in this turn)

    assert set(noted(shop).values()) == {2}
    wait_until(lambda: "watching" in kinds(shop), SECONDS, "it is told")
    assert "Traceback" not in shop.log_text()
