"""Room for a full disk, on a real small disk where the tests may mount one."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotfolder.errors import FloorError
from hotfolder.files.ballast import Ballast
from tests.rights import without_power
from tests.volumes import small_disk

MIB = 1024 * 1024
SIZE = MIB
LEAST_FREE = MIB
WHOLE_DISK = 2**62


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 4 MiB."""
    with small_disk(tmp_path / "disk", 4) as place:
        yield place


def fill(disk: Path, leave: int) -> Path:
    """Other people's files, so that this many bytes stay free."""
    facts = os.statvfs(disk)
    other = disk / "other"
    with other.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, facts.f_bavail * facts.f_frsize - leave)
    return other


def a_ballast(folder: Path, size: int = SIZE, least_free: int = LEAST_FREE) -> Ballast:
    return Ballast(folder / "ballast", size, least_free)


def test_ballast_is_laid_down_with_real_blocks_and_once(tmp_path: Path) -> None:
    ballast = a_ballast(tmp_path)
    assert ballast.keep()
    before = ballast.path.stat()
    assert before.st_size == SIZE
    assert before.st_blocks * 512 >= SIZE, "a hole takes no room and gives none"
    assert ballast.keep()
    assert ballast.path.stat().st_mtime_ns == before.st_mtime_ns


def test_ballast_that_is_too_small_is_made_anew(tmp_path: Path) -> None:
    ballast = a_ballast(tmp_path)
    ballast.path.write_bytes(b"x")
    assert ballast.keep()
    assert ballast.path.stat().st_size == SIZE


def test_ballast_is_given_away_and_comes_back(tmp_path: Path) -> None:
    ballast = a_ballast(tmp_path)
    ballast.keep()
    for _ in range(2):
        ballast.give_away()
        assert not ballast.path.exists()
    assert ballast.keep()


def test_a_disk_with_little_room_is_too_full(tmp_path: Path) -> None:
    assert a_ballast(tmp_path, least_free=0).is_enough_room()
    full = a_ballast(tmp_path, least_free=WHOLE_DISK)
    assert not full.is_enough_room()
    assert not full.keep()
    assert not full.path.exists()


def test_a_disk_that_is_away_has_no_room(tmp_path: Path) -> None:
    away = a_ballast(tmp_path / "away", least_free=0)
    assert not away.is_enough_room()
    assert not away.keep()
    away.give_away()


def test_where_nothing_may_be_written_no_ballast_is_kept_and_none_can_be_removed(
    tmp_path: Path,
) -> None:
    ballast = a_ballast(tmp_path)
    ballast.keep()
    other = Ballast(tmp_path / "other", SIZE, LEAST_FREE)
    tmp_path.chmod(0o555)
    assert without_power(other.keep) is False
    with pytest.raises(FloorError, match=r"ballast can not be removed: Permission denied"):
        without_power(ballast.give_away)
    tmp_path.chmod(0o755)
    assert ballast.path.exists()


def test_ballast_never_takes_the_room_that_sending_needs(disk: Path) -> None:
    ballast = a_ballast(disk)
    other = fill(disk, leave=LEAST_FREE + SIZE - 4096)
    assert ballast.is_enough_room()
    assert not ballast.keep(), "with it the disk would be too full to send"
    assert ballast.is_enough_room()
    other.unlink()
    assert ballast.keep()
    assert ballast.is_enough_room()


def test_on_a_full_disk_giving_it_away_makes_room_to_write(disk: Path) -> None:
    ballast = a_ballast(disk)
    assert ballast.keep()
    fill(disk, leave=0)
    assert not ballast.is_enough_room()
    assert ballast.keep(), "it lies there"
    with pytest.raises(OSError, match="No space"):
        (disk / "outcome").write_bytes(b"x" * 4096)
    ballast.give_away()
    (disk / "outcome").write_bytes(b"x" * 4096)
    assert not ballast.keep(), "and it does not take that room again"


def test_ballast_that_does_not_fit_leaves_no_part_of_it(disk: Path) -> None:
    ballast = a_ballast(disk, size=SIZE, least_free=-SIZE)
    fill(disk, leave=SIZE // 2)
    assert not ballast.keep()
    assert not ballast.path.exists()
    assert os.statvfs(disk).f_bavail * 4096 >= SIZE // 2 - 4096
