"""A job on its way to the archive, with a kill -9 at each step, or a disk that is full or away.

Whatever happens, all of its files are in at least one place, and in the end in the archive alone.
"""

import resource
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from hotfolder.domain.job import Job
from hotfolder.domain.retention import ArchiveForm
from hotfolder.services.archive_jobs import AGAIN_SECONDS, Archive, Archiving
from hotfolder.services.overview import overview
from hotfolder.services.shop import Shop
from tests.fakes import ManualClock
from tests.processes import line_of, other_process, tell
from tests.services.archiving import (
    AFTER,
    DAY,
    an_archive,
    archive_all,
    archived_path,
    files_below,
    files_in,
    finished_job,
    whereabouts,
)
from tests.steps import again, folder_of, with_sides
from tests.volumes import small_disk

KILLED = "-9"
STEPS = (
    "take off the floor",
    "note that it is put away",
    "copy",
    "copy+",  # in the middle of it
    "note that it is archived",
    "let it go",
    "remove",
    "done",
)
MIB = 1024 * 1024


@pytest.fixture
def shop(shop: Shop) -> Shop:
    return with_sides(shop)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return an_archive(tmp_path / "archive")


def a_due_job(shop: Shop, clock: ManualClock, number: int = 1) -> tuple[Job, dict[str, str]]:
    """A job that is due, with a large file in its folder; what lies there."""
    job = finished_job(shop, clock, number)
    (folder_of(shop, job) / "layout.psd").write_bytes(bytes(range(256)) * 12 * 1024)  # 3 MiB
    files = files_below(folder_of(shop, job))
    clock.turn(AFTER.total_seconds())
    return job, files


def check_whole(shop: Shop, archive: Archive, job: Job, name: str, files: dict[str, str]) -> None:
    """All files of the job are in one of the places where they may be."""
    places = whereabouts(shop, archive, job, name)
    found = [files_below(p) if "archive-" in p.name else _files(p) for p in places]
    assert files in found, places


def _files(path: Path) -> dict[str, str]:
    return files_below(path) if (path / "job-ticket.json").is_file() else files_in(path)


def test_a_kill_at_any_step_loses_nothing_and_the_next_run_goes_on_from_there(
    shop: Shop, clock: ManualClock, archive: Archive, tmp_path: Path
) -> None:
    module = "from pathlib import Path; import sys; from tests.faults.archiver import main"
    with other_process(f"{module}; main(Path(sys.argv[1]))", tmp_path) as daemon:
        assert line_of(daemon) == "ready"
        for number, step in enumerate(STEPS, start=1):
            job, files = a_due_job(shop, clock, number)
            name = folder_of(shop, job).name
            tell(daemon, f"{clock.now().isoformat()} {step}")
            assert line_of(daemon) == KILLED, step
            check_whole(shop, archive, job, name, files)
            tell(daemon, f"{clock.now().isoformat()} -")
            assert line_of(daemon) == "0"

            path = archived_path(shop, job)
            assert path is not None, step
            assert files_in(path) == files
            assert whereabouts(shop, archive, job, name) == [path]
            assert list(shop.spool.path.iterdir()) == [], step
            assert again(shop, job).place is None
    left = list(archive.place.path.glob("*/*"))
    assert len(left) == len(STEPS), "a kill leaves neither parts nor a second copy"


def test_a_disk_that_fills_up_while_it_is_written_keeps_the_folder_and_tells_of_it(
    shop: Shop, clock: ManualClock, archive: Archive
) -> None:
    job, files = a_due_job(shop, clock)
    archiving = Archiving(shop, archive)
    with largest_file(2 * MIB):
        assert archiving.run() == []

    check_told(shop, job, files, "File too large: make room there")
    clock.turn(AGAIN_SECONDS)
    (path,) = archiving.run()
    assert files_in(path) == files
    assert overview(shop).notes == []


def check_told(shop: Shop, job: Job, files: dict[str, str], words: str) -> None:
    aside = shop.spool.path / f"archive-{job.id}"
    assert files_below(aside) == files
    (note,) = overview(shop).notes
    assert words in note.words
    assert f"it lies safely in {aside}" in note.words


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """No file of this process gets larger: the kernel says so as it says that a disk is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 24 MiB."""
    with small_disk(tmp_path / "small", 24) as place:
        yield place


@pytest.mark.parametrize("form", ArchiveForm)
def test_a_full_disk_of_the_archive_keeps_the_job_on_the_floor_or_safely_in_the_spool(
    shop: Shop, clock: ManualClock, disk: Path, form: ArchiveForm
) -> None:
    archive = an_archive(disk, form)
    job, files = a_due_job(shop, clock)
    others = disk / "others"
    others.write_bytes(bytes(10 * MIB))
    archiving = Archiving(shop, archive, lambda step: fill(others) if step == "copy" else None)
    assert archiving.run() == []
    assert files_below(folder_of(shop, job)) == files, "it is not even taken off the floor"
    assert "has no room for it" in overview(shop).notes[0].words

    others.unlink()
    clock.turn(AGAIN_SECONDS)
    assert archiving.run() == []
    check_told(shop, job, files, "has no room for it")

    others.unlink()
    clock.turn(AGAIN_SECONDS)
    late = Archiving(shop, archive, lambda step: None if step else fill(others))
    assert late.run() == []
    check_told(shop, job, files, "No space left on device: make room there")
    others.unlink()
    assert not list(disk.glob("*/*"))

    (path,) = archive_all(shop, archive)
    assert files_in(path) == files
    assert overview(shop).notes == []


def fill(path: Path) -> None:
    with path.open("ab", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))


def test_an_archive_that_is_away_is_told_and_nothing_leaves_the_floor(
    shop: Shop, clock: ManualClock, archive: Archive, tmp_path: Path
) -> None:
    job, files = a_due_job(shop, clock)
    away = (tmp_path / "archive").rename(tmp_path / "mounted elsewhere")
    (tmp_path / "archive").mkdir()  # as an empty mount point is
    archiving = Archiving(shop, archive)
    assert archiving.run() == []
    assert files_below(folder_of(shop, job)) == files
    (note,) = overview(shop).notes
    assert "is its disk or share mounted?" in note.words

    shutil.rmtree(tmp_path / "archive")
    away.rename(tmp_path / "archive")
    clock.turn(AGAIN_SECONDS)
    (path,) = archiving.run()
    assert files_in(path) == files
    assert overview(shop).notes == []


def test_what_another_job_left_in_the_spool_is_told_and_kept(
    shop: Shop, clock: ManualClock, archive: Archive
) -> None:
    job, _ = a_due_job(shop, clock)
    strange = shop.spool.path / "archive-4711"
    shutil.copytree(folder_of(shop, job), strange)

    assert len(archive_all(shop, archive)) == 1
    (note,) = overview(shop).notes
    assert note.name == "archive-4711"
    assert "look whose it is" in note.words
    assert strange.is_dir()


def test_a_folder_in_the_spool_whose_job_is_not_finished_goes_back_to_the_floor(
    shop: Shop, clock: ManualClock, archive: Archive
) -> None:
    """As after the store of an earlier time was restored."""
    job, files = a_due_job(shop, clock)
    folder = folder_of(shop, job)
    folder.rename(shop.spool.path / f"archive-{job.id}")
    clock.turn(DAY)

    assert archive_all(replace(shop, flows=[]), archive) == []
    assert files_below(folder) == files
