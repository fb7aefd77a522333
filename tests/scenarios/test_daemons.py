"""Scenarios 38 and 39: the daemon is killed, started twice, or its clock is set."""

import signal
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from hotfolder.domain.job import Job
from hotfolder.files.lock import Lock
from hotfolder.services.shop import Shop
from tests.faults.bed import SetClock
from tests.processes import ROOT, line_of, other_process
from tests.scenarios.noting import AFTER_COMMIT, AFTER_DELIVERY, BEFORE_COMMIT, NEVER
from tests.steps import copy_files, drag, folder_of, moves_of, promised, stage_of, way
from tests.watch.conftest import EVERY, SETTLE, Hands

HOUR = timedelta(hours=1)
SECONDS = 60


def run_noting(folder: Path, point: str) -> int:
    """The exit code of a process that notes and sends, killed at a point."""
    program = [sys.executable, "-m", "tests.scenarios.noting", str(folder), point]
    return subprocess.run(program, cwd=ROOT, check=False, timeout=SECONDS).returncode


# 38


@pytest.mark.slow
@pytest.mark.parametrize(
    ("point", "stage", "again"),
    [(BEFORE_COMMIT, "new", 0), (AFTER_COMMIT, "print", 0), (AFTER_DELIVERY, "print", 1)],
)
def test_a_kill_at_any_point_leaves_one_move_and_sends_at_most_the_same_signal_again(
    shop: Shop, job: Job, tmp_path: Path, point: str, stage: str, again: int
) -> None:
    """Our signals have no number of their own: what is sent again is the same to the letter."""
    drag(shop, folder_of(shop, job), "print")

    assert run_noting(tmp_path, point) == -signal.SIGKILL
    assert stage_of(shop, job) == stage
    assert run_noting(tmp_path, NEVER) == 0

    (line,) = moves_of(shop, job)
    assert line.detail["signals"] == ["ItemProduce"]
    arrived = Counter((tmp_path / "arrived").read_text().splitlines())
    assert sorted(promised(shop, job)) == ["ItemProduce sent", "ItemRegistered sent"]
    assert (len(arrived), arrived.total()) == (2, 2 + again)


# 39


HOLD = """
import sys
from pathlib import Path
from hotfolder.files.lock import Lock
print(Lock.take(Path(sys.argv[1]), "first") is not None, flush=True)
sys.stdin.read()
"""


def test_a_second_daemon_gets_no_lock_as_long_as_the_first_one_lives(tmp_path: Path) -> None:
    """That the program asks for it and says so is held by tests/end_to_end/test_daemon.py."""
    path = tmp_path / "hotfolder.lock"
    with other_process(HOLD, path) as first:
        assert line_of(first) == "True"
        assert Lock.take(path, "second") is None
        first.kill()
        first.wait(SECONDS)
        lock = Lock.take(path, "second")
        assert lock is not None
        lock.release()


@pytest.mark.parametrize("jump", [HOUR, -HOUR])
def test_a_clock_that_is_set_settles_nothing_early_or_late(
    hands: Hands, shop: Shop, job: Job, clock: SetClock, leaving: Path, jump: timedelta
) -> None:
    target = shop.floor.stage_path("print") / "arriving"
    copy_files(leaving, target)
    hands.look("print")
    clock.set_by(jump)
    hands.wait(SETTLE - 1)
    assert moves_of(shop, job) == []
    hands.wait(EVERY)

    assert way(shop, job) == ["print"]
