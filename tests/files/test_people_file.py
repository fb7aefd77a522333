"""A file for people: whole, rewritten only when it says something else, gone when empty."""

import stat
from pathlib import Path

import pytest

from hotfolder.domain.noise import is_noise
from hotfolder.errors import FloorError
from hotfolder.files.people_file import PeopleFile, identity
from tests.rights import without_power


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "_NOTES.txt"


def test_a_text_is_written_kept_and_taken_away(path: Path) -> None:
    file = PeopleFile(path)
    assert file.show("one\r\n")
    assert path.read_bytes() == b"one\r\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o664
    assert not file.show("one\r\n")
    assert file.show("")
    assert not path.exists()
    assert not file.show("")


def test_what_stands_there_from_an_earlier_run_is_not_written_again(path: Path) -> None:
    PeopleFile(path).show("Grüße\r\n")
    before = path.stat()
    assert not PeopleFile(path).show("Grüße\r\n")
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert PeopleFile(path).show("")
    assert not path.exists()


def test_what_somebody_else_wrote_there_is_replaced(path: Path) -> None:
    path.write_bytes(b"\xff old")
    assert PeopleFile(path).show("new")
    assert path.read_text() == "new"


def test_a_name_that_is_half_written_or_ours_is_nothing_to_the_shop(path: Path) -> None:
    assert is_noise(path.name)
    assert is_noise(f".{path.name}.new")


def test_where_nothing_can_be_written_it_is_told_and_tried_anew(path: Path) -> None:
    file = PeopleFile(path)
    path.parent.chmod(0o555)
    try:
        for _ in range(2):
            with pytest.raises(FloorError, match=r"_NOTES.txt can not be written: Permission"):
                without_power(lambda: file.show("one"))
    finally:
        path.parent.chmod(0o755)
    assert list(path.parent.iterdir()) == []
    assert file.show("one")


def test_a_folder_is_known_by_device_and_inode(tmp_path: Path) -> None:
    folder = tmp_path / "floor"
    assert identity(folder) is None
    folder.mkdir()
    before = identity(folder)
    assert before == (folder.stat().st_dev, folder.stat().st_ino)
    folder.rename(tmp_path / "old")
    folder.mkdir()
    assert identity(folder) != before
