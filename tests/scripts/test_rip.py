"""scripts/rip: what goes in is rendered, or comes back with the words of Ghostscript."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.rip import BROKEN, SCRIPT, Rip, endless_pdf, needs_ghostscript, running_rip
from tests.scripts.running import left_running
from tests.steps import EXAMPLES
from tests.waiting import wait_until

pytestmark = [needs_ghostscript, pytest.mark.end_to_end]

FILES = EXAMPLES / "files"
SECONDS = 30.0


def drop(rip: Rip, name: str, data: bytes) -> None:
    """A file comes into the input by one rename."""
    beside = rip.folder / name
    beside.write_bytes(data)
    beside.rename(rip.folder / "input" / name)


def wait_for(rip: Rip, folder: str, *names: str) -> None:
    what = f"{names} in {folder}"
    wait_until(lambda: rip.names(folder) == sorted(names), SECONDS, what)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "rip"


def test_good_files_come_out_as_tiff_and_bad_ones_with_words(folder: Path) -> None:
    with running_rip(folder) as rip:
        for name in ("textbook-a5-cover.pdf", "textbook-a5-book.pdf"):
            drop(rip, name, (FILES / name).read_bytes())
        drop(rip, "100%d broken.pdf", BROKEN)
        drop(rip, "empty.pdf", b"")
        drop(rip, "picture.jpg", b"?")
        wait_for(rip, "done", "textbook-a5-book.tif", "textbook-a5-cover.tif")
        wait_for(
            rip,
            "error",
            *("100%d broken.pdf", "100%d broken.txt"),
            *("empty.pdf", "empty.txt", "picture.jpg", "picture.txt"),
        )
        wait_until(lambda: rip.names("work") == [], SECONDS, "nothing is left in work")
        assert rip.names("input") == []
    words = (folder / "error" / "100%d broken.txt").read_text()
    assert words.startswith("Ghostscript could not render it")
    assert "Error" in words.splitlines()[1]
    assert (folder / "error" / "100%d broken.pdf").read_bytes() == BROKEN
    assert (folder / "done" / "textbook-a5-book.tif").read_bytes()[:2] in (b"II", b"MM")


def test_png_gives_a_folder_with_a_file_for_each_page(folder: Path) -> None:
    with running_rip(folder, "--format", "png") as rip:
        drop(rip, "calendar.pdf", (FILES / "calendar-a4.pdf").read_bytes())
        wait_for(rip, "done", "calendar")
    pages = sorted(path.name for path in (folder / "done" / "calendar").iterdir())
    assert pages[0] == "page-0001.png"
    assert len(pages) > 1


def test_what_takes_too_long_is_stopped_and_the_next_one_is_made(folder: Path) -> None:
    with running_rip(folder, "--minutes", "0.04") as rip:
        drop(rip, "endless.pdf", endless_pdf())
        wait_for(rip, "error", "endless.pdf", "endless.txt")
        drop(rip, "cover.pdf", (FILES / "textbook-a5-cover.pdf").read_bytes())
        wait_for(rip, "done", "cover.tif")
    assert "longer than 0.04 minutes" in (folder / "error" / "endless.txt").read_text()


def test_what_was_begun_when_it_was_killed_or_stopped_is_made_by_the_next_one(
    folder: Path,
) -> None:
    with running_rip(folder) as rip:
        drop(rip, "endless.pdf", endless_pdf())
        wait_until(lambda: "endless.pdf" in rip.names("work"), SECONDS, "it is being made")
        wait_until(lambda: left_running(folder / "work"), SECONDS, "Ghostscript runs")
        rip.kill()
        wait_until(lambda: not left_running(folder / "work"), SECONDS, "nothing runs on")
    with running_rip(folder, "--minutes", "5") as rip:
        wait_until(lambda: "endless.pdf" in rip.names("work"), SECONDS, "it is being made again")
        assert rip.stop() == 0
        assert rip.names("input") == ["endless.pdf"]
        assert rip.names("error") == []


def test_a_file_that_grows_is_left_until_it_is_quiet(folder: Path) -> None:
    with running_rip(folder, "--quiet", "0.4") as rip:
        data = (FILES / "textbook-a5-cover.pdf").read_bytes()
        with (folder / "input" / "slow.pdf").open("wb") as slow:
            for start in range(0, len(data), len(data) // 4):
                slow.write(data[start : start + len(data) // 4])
                slow.flush()
                rip.wait(0.15)
        wait_for(rip, "done", "slow.tif")
        assert rip.names("error") == []


def test_folders_that_go_away_are_waited_for(folder: Path) -> None:
    with running_rip(folder) as rip:
        folder.rename(folder.with_name("away"))
        wait_until(lambda: "waits, as a folder" in rip.text(), SECONDS, "it says so")
        folder.mkdir()  # as below a share that is not mounted
        rip.wait(0.3)
        assert list(folder.iterdir()) == [], "it makes none of its own there"
        folder.rmdir()
        folder.with_name("away").rename(folder)
        drop(rip, "cover.pdf", (FILES / "textbook-a5-cover.pdf").read_bytes())
        wait_for(rip, "done", "cover.tif")
        wait_until(lambda: "its folders are back" in rip.text(), SECONDS, "it says so")


def test_two_of_them_never_work_on_one_folder(folder: Path) -> None:
    with running_rip(folder):
        done = subprocess.run(
            [SCRIPT, folder], capture_output=True, text=True, check=False, timeout=SECONDS
        )
    assert done.returncode == 1
    assert "another one works on" in done.stdout


def test_without_ghostscript_it_says_what_to_do(folder: Path) -> None:
    done = subprocess.run(
        [SCRIPT, folder, "--gs", "no-such-program"],
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    assert done.returncode == 1
    assert "apt-get install ghostscript" in done.stdout
    assert shutil.which("no-such-program") is None
