"""A drop folder gives each file once, when it is whole, and again only with other content."""

import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from hotfolder.errors import FloorError
from hotfolder.files.drop import DropFolder, is_whole
from tests.fakes import ManualClock

QUIET = 10.0
PDF = b"%PDF-1.4\nsome pages\n%%EOF\n"


class Drops:
    """A drop folder that is looked at every two seconds as time passes."""

    def __init__(self, path: Path, clock: ManualClock) -> None:
        path.mkdir()
        self.path = path
        self.folder = DropFolder(path, QUIET)
        self._clock = clock

    def wait(self, seconds: float) -> list[str]:
        """What was given meanwhile, each as `name revision`."""
        given = []
        for _ in range(int(seconds / 2)):
            self._clock.turn(2)
            given += self.folder.look(self._clock.monotonic())
        return [f"{drop.name} {drop.revision}" for drop in given]

    def restart(self) -> None:
        self.folder = DropFolder(self.path, QUIET, self.folder.given)


@pytest.fixture
def drops(tmp_path: Path, clock: ManualClock) -> Drops:
    return Drops(tmp_path / "out", clock)


def test_a_file_is_given_once_when_it_was_quiet(drops: Drops) -> None:
    (drops.path / "sheet.pdf").write_bytes(PDF)

    assert drops.wait(QUIET) == []
    assert drops.wait(2) == ["sheet.pdf 1"]
    assert drops.wait(600) == []
    drops.restart()
    assert drops.wait(600) == []


def test_what_grows_while_it_is_looked_at_is_given_when_it_is_whole(drops: Drops) -> None:
    with (drops.path / "sheet.pdf").open("wb") as file:
        for _ in range(20):
            file.write(b"page")
            file.flush()
            assert drops.wait(8) == []
        file.write(b"%%EOF")
        file.flush()
        assert drops.wait(600) == [], "somebody still has it open"

    assert drops.wait(2 * QUIET + 4) == ["sheet.pdf 1"]


@pytest.mark.parametrize("name", ["sheet.pdf", "data.xml", "data.json", "pages.zip"])
def test_a_file_without_its_end_is_not_given(drops: Drops, name: str) -> None:
    (drops.path / name).write_bytes(b"{<PK\x03\x04 something cut off")

    assert drops.wait(600) == []


def test_an_empty_file_and_what_is_no_file_is_not_given(drops: Drops, tmp_path: Path) -> None:
    (drops.path / "empty.txt").touch()
    (drops.path / "folder.pdf").mkdir()
    (tmp_path / "elsewhere.txt").write_bytes(b"x")
    (drops.path / "link.txt").symlink_to(tmp_path / "elsewhere.txt")
    os.mkfifo(drops.path / "pipe.txt")

    assert drops.wait(600) == []


def test_a_folder_that_can_not_be_listed_is_told_in_words(drops: Drops) -> None:
    drops.path.rmdir()
    with pytest.raises(FloorError, match=r"out can not be listed: No such file or directory"):
        drops.wait(2)


def a_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("page.pdf", PDF)


BOMB = b'<!DOCTYPE a [<!ENTITY x "yyyy">]><a>&x;</a>'
WHOLE: list[tuple[str, bytes | Callable[[Path], None], bool]] = [
    ("a.pdf", PDF, True),
    ("A.PDF", PDF + b"\n" * 900, True),
    ("a.pdf", PDF[:-8], False),
    ("a.xml", b"<a><b/></a>", True),
    ("a.xml", b"<a><b/>", False),
    ("a.xml", BOMB, False),
    ("a.json", b'{"a": [1]}', True),
    ("a.json", b'{"a": [1', False),
    ("a.json", b"[" * 100_000, False),
    ("a.json", b'{"a": 1}\n{"a": 2}\n', True),
    ("a.json", b'{"a": 1}\n{"a":', False),
    ("a.zip", a_zip, True),
    ("a.zip", b"PK\x03\x04", False),
    ("a.txt", b"whatever", True),
]


@pytest.mark.parametrize(("name", "content", "whole"), WHOLE)
def test_the_end_of_a_file_tells_whether_it_can_be_whole(
    tmp_path: Path, name: str, content: bytes | Callable[[Path], None], whole: bool
) -> None:
    path = tmp_path / name
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        content(path)

    assert is_whole(path) is whole
