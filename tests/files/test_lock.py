import os
import signal
import threading
from pathlib import Path

import pytest

from hotfolder.errors import FloorError
from hotfolder.files.lock import Lock, told_by_holder
from tests.processes import line_of, other_process
from tests.rights import without_power

HOLD = """
import sys
from pathlib import Path
from hotfolder.files.lock import Lock
lock = Lock.take(Path(sys.argv[1]), "pid of the other")
print("taken" if lock else "refused", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "daemon.lock"


def test_a_lock_is_made_with_its_folder_and_tells_what_it_was_given(path: Path) -> None:
    lock = Lock.take(path, "a long first text")
    assert lock is not None
    assert told_by_holder(path) == "a long first text"
    lock.tell("short")
    assert told_by_holder(path) == "short"
    lock.release()


def test_nobody_tells_anything_about_a_lock_that_is_free(path: Path) -> None:
    assert told_by_holder(path) is None
    lock = Lock.take(path, "text")
    assert lock is not None
    lock.release()
    assert told_by_holder(path) is None, "its file is still there, but nobody holds it"


def test_asking_who_holds_a_lock_does_not_take_it(path: Path) -> None:
    first = Lock.take(path, "text")
    assert first is not None
    told_by_holder(path)
    first.release()
    second = Lock.take(path, "text")
    assert second is not None
    second.release()


def test_a_second_process_is_refused_and_reads_who_holds_it(path: Path) -> None:
    lock = Lock.take(path, "pid of the first")
    assert lock is not None
    with other_process(HOLD, path) as other:
        assert line_of(other) == "refused"
    assert told_by_holder(path) == "pid of the first"
    lock.release()


def test_the_kernel_frees_the_lock_of_a_killed_process(path: Path) -> None:
    with other_process(HOLD, path) as other:
        assert line_of(other) == "taken"
        assert told_by_holder(path) == "pid of the other"
        assert Lock.take(path, "") is None
        os.kill(other.pid, signal.SIGKILL)
        other.wait(timeout=10)
        lock = Lock.take(path, "pid of the heir")
        assert lock is not None
        assert told_by_holder(path) == "pid of the heir"
        lock.release()


def test_a_lock_that_can_not_be_made_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    with pytest.raises(FloorError, match=r"daemon\.lock can not be made: File exists"):
        Lock.take(tmp_path / "state" / "daemon.lock", "")
    tmp_path.chmod(0o555)
    with pytest.raises(FloorError, match="can not be made: Permission denied"):
        without_power(lambda: Lock.take(tmp_path / "daemon.lock", ""))
    tmp_path.chmod(0o755)


def test_those_who_ask_all_the_time_do_not_keep_a_daemon_from_starting(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            told_by_holder(path)

    askers = [threading.Thread(target=ask) for _ in range(2)]
    for asker in askers:
        asker.start()
    try:
        for _ in range(200):
            lock = Lock.take(path, "text")
            assert lock is not None
            lock.release()
    finally:
        done.set()
        for asker in askers:
            asker.join(10)
