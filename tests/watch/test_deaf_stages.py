"""Whether a stage is heard is measured: threads that live prove nothing."""

import ctypes
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotfolder.domain.noise import MARKER_NAME, NOTES_NAME
from hotfolder.watch.ears import Ear, Ears, Way
from hotfolder.watch.observer import Listening, StageObserver, Watching
from tests.fakes import ManualClock
from tests.waiting import wait_until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::RuntimeWarning:watchdog"),
]
SECONDS = 10.0
ANSWER, EVERY = 3.0, 60.0


class Bed:
    """One stage with an observer whose time is turned by hand."""

    def __init__(
        self, path: Path, clock: ManualClock, watching: Watching = Watching.AUTO, kind: str = ""
    ) -> None:
        self.path = path
        self.clock = clock
        self.told: list[str] = []
        self.ears = Ears()
        how = Listening(
            watching=watching,
            remote=lambda _stage: kind,
            probe_seconds=EVERY,
            answer_seconds=ANSWER,
            clock=clock.monotonic,
        )
        self.observer = StageObserver(
            {"print": path}, self.told.append, lambda: None, self.ears, how
        )

    @property
    def way(self) -> Way:
        return self.ears.of("print").way

    def mend(self, seconds: float = ANSWER) -> None:
        """Time passes, and the observer looks after its watches."""
        self.clock.turn(seconds)
        self.observer.mend()

    def heard_at(self, moment: float) -> None:
        """Returns when something was announced at this moment."""
        wait_until(lambda: self.ears.heard_at("print") >= moment, SECONDS, "a change is announced")

    def unwatch(self) -> None:
        """The kernel forgets the watch, as when the folder's disk is unmounted."""
        libc = ctypes.CDLL(None, use_errno=True)
        for link in Path("/proc/self/fd").iterdir():
            try:
                facts = Path(f"/proc/self/fdinfo/{link.name}").read_text()
            except OSError:
                continue
            inode = f"ino:{self.path.stat().st_ino:x} "
            for number in re.findall(rf"inotify wd:([0-9a-f]+) {inode}", facts):
                assert libc.inotify_rm_watch(int(link.name), int(number, 16)) == 0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "print"
    made.mkdir()
    (made / MARKER_NAME).touch(mode=0o444)
    return made


@pytest.fixture
def bed(path: Path, clock: ManualClock) -> Iterator[Bed]:
    made = Bed(path, clock)
    made.observer.start()
    yield made
    made.observer.stop()


def test_a_probe_is_heard_and_hurries_nobody(bed: Bed) -> None:
    bed.told.clear()
    bed.mend()
    bed.heard_at(bed.clock.monotonic())
    bed.mend()
    assert bed.way is Way.EVENTS
    assert bed.told == []
    assert os.listdir(bed.path) == [MARKER_NAME]  # noqa: PTH208 (names alone)


def test_a_watch_that_the_system_has_forgotten_is_made_anew(bed: Bed, logged: list[str]) -> None:
    bed.unwatch()
    (bed.path / "unheard").mkdir()
    bed.told.clear()
    for _ in range(3):
        bed.mend()
    assert bed.told == ["print"], "whatever came meanwhile has to be looked at"
    assert any("is watched anew" in line for line in logged)

    bed.told.clear()
    (bed.path / "heard").mkdir()
    wait_until(lambda: bed.told, SECONDS, "a hint after the mending")
    assert bed.way is Way.EVENTS


def test_a_stage_that_stays_deaf_says_so_until_it_is_heard_again(
    bed: Bed, logged: list[str]
) -> None:
    for _ in range(6):
        bed.unwatch()
        bed.mend()
        if bed.way is Way.DEAF:
            break
    assert bed.way is Way.DEAF
    assert len([line for line in logged if "looked at, not listened to" in line]) == 1

    (bed.path / "heard").mkdir()
    bed.heard_at(bed.clock.monotonic())
    bed.mend()
    assert bed.ears.of("print") == Ear()


def test_without_a_probe_changes_that_nobody_announced_tell_that_a_stage_is_deaf(
    bed: Bed,
) -> None:
    (bed.path / MARKER_NAME).unlink()  # nothing there can be changed, as on a read-only floor
    bed.mend()
    for expected in (Way.EVENTS, Way.DEAF):
        for _ in range(2):
            bed.ears.drifted("print")
        bed.mend(EVERY)
        assert bed.way is expected
    (bed.path / "heard").mkdir()
    bed.heard_at(bed.clock.monotonic())
    bed.mend()
    assert bed.way is Way.EVENTS


def test_our_own_notes_and_what_programs_leave_behind_hurry_nobody(bed: Bed) -> None:
    bed.told.clear()
    beside = bed.path / f".{NOTES_NAME}.new"
    beside.write_text("x")
    beside.replace(bed.path / NOTES_NAME)
    (bed.path / "Thumbs.db").touch()
    (bed.path / NOTES_NAME).chmod(0o600)
    (bed.path / "job").mkdir()
    wait_until(lambda: bed.told, SECONDS, "the hint of the job")
    assert bed.told == ["print"]


def test_a_stage_on_another_machine_is_not_watched_unless_it_is_asked_for(
    path: Path, clock: ManualClock
) -> None:
    ways = {}
    for watching in Watching:
        bed = Bed(path, clock, watching, "nfs4")
        bed.observer.start()
        ways[watching] = (bed.ears.of("print"), bed.observer.watched())
        bed.observer.stop()
    on_nfs = Ear(way=Way.POLLED, why="it lies on another machine (nfs4)")
    assert ways == {
        Watching.AUTO: (on_nfs, set()),
        Watching.EVENTS: (Ear(), {"print"}),
        Watching.POLLING: (Ear(way=Way.POLLED, why="as configured"), set()),
    }


def test_a_stage_reached_by_a_link_is_heard(path: Path, clock: ManualClock) -> None:
    link = path.with_name("link")
    link.symlink_to(path)
    bed = Bed(link, clock)
    bed.observer.start()
    try:
        bed.told.clear()
        (path / "job").mkdir()
        wait_until(lambda: bed.told, SECONDS, "a hint")
    finally:
        bed.observer.stop()
