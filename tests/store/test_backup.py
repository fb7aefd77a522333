"""Copies of the store, made while it is in use."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hotfolder.errors import StoreError
from hotfolder.store.alerts import Mark
from hotfolder.store.backup import LAST_BACKUP, back_up, check_whole, remember
from hotfolder.store.store import Store
from tests.builders import NOON
from tests.processes import line_of, other_process
from tests.rights import without_power
from tests.steps import look_up
from tests.store.backups import a_damaged_file, lines_of, names, write
from tests.store.old_files import SCHEMAS, write_old_file
from tests.threads import again_and_again

COPY_ON_A_FULL_DISK = """
import resource, sys
from pathlib import Path
from hotfolder.errors import StoreError
from hotfolder.store.backup import back_up
resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, resource.RLIM_INFINITY))
try:
    back_up(Path(sys.argv[1]), Path(sys.argv[2]))
except StoreError as error:
    print(error, flush=True)
"""


@contextmanager
def two_writers(store: Store) -> Iterator[list[int]]:
    """Two threads that write all the time, two lines a transaction; how many they have written."""
    written = [0]

    def write_two() -> None:
        write(store, 2)
        written[0] += 2

    with again_and_again(2, write_two):
        yield written


def test_a_copy_holds_all_that_was_kept_and_is_one_file(
    source: Store, path: Path, target: Path
) -> None:
    copied = back_up(path, target)
    assert (copied.path, copied.size) == (target, target.stat().st_size)
    assert lines_of(target) == 1000
    assert look_up(target, "pragma journal_mode") == [("delete",)]
    assert names(target.parent) == [target.name]
    assert target.stat().st_mode & 0o077 == 0, "it holds addresses"


def test_a_copy_made_while_two_threads_write_is_whole_and_of_one_moment(
    source: Store, path: Path, target: Path
) -> None:
    with two_writers(source) as written:
        for number in range(5):
            before = written[0]
            back_up(path, target)
            check_whole(target)
            lines = lines_of(target)
            assert lines % 2 == 0, "half a transaction"
            assert lines >= 1000 + before
            assert number == 0 or written[0] > 0
    assert lines_of(path) == 1000 + written[0], "and the writers have lost nothing"


def test_writers_do_not_make_the_copy_begin_anew(source: Store, path: Path, target: Path) -> None:
    """A busy shop would never get a backup."""
    write(source, 20_000)
    shares: list[float] = []

    def tell(share: float) -> None:
        shares.append(share)
        write(source, 1)

    back_up(path, target, tell)
    assert len(shares) > 5
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert lines_of(target) == 21_000


def test_an_older_copy_is_replaced(source: Store, path: Path, target: Path) -> None:
    back_up(path, target)
    write(source, 2)
    back_up(path, target)
    assert lines_of(target) == 1002


def test_a_copy_that_does_not_fit_leaves_nothing_and_the_older_one_untouched(
    source: Store, path: Path, target: Path
) -> None:
    target.parent.mkdir(parents=True)
    target.write_bytes(b"the older one")
    with other_process(COPY_ON_A_FULL_DISK, path, target) as copying:
        assert line_of(copying).startswith(f"no backup was made at {target}: ")
    assert target.read_bytes() == b"the older one"
    assert names(target.parent) == [target.name]


def test_what_an_interrupted_copy_left_is_no_hindrance(
    source: Store, path: Path, target: Path
) -> None:
    target.parent.mkdir(parents=True)
    target.with_name(f".{target.name}.new").write_bytes(b"half")
    back_up(path, target)
    assert names(target.parent) == [target.name]


def test_a_damaged_store_is_not_copied_as_if_it_were_whole(path: Path, target: Path) -> None:
    a_damaged_file(path)
    with pytest.raises(StoreError, match=r"no backup was made .*hotfolder\.sqlite: .* damaged: "):
        back_up(path, target)
    assert names(target.parent) == []


def test_a_place_that_may_not_be_written_is_told_in_words(
    source: Store, path: Path, tmp_path: Path
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o555)
    with pytest.raises(StoreError, match=r"no backup was made at .*Permission denied"):
        without_power(lambda: back_up(path, closed / "backup.sqlite"))
    with pytest.raises(StoreError, match="no backup was made at"):
        back_up(path.with_name("missing.sqlite"), tmp_path / "backup.sqlite")
    assert not (tmp_path / "backup.sqlite").exists()


def test_a_place_that_can_not_even_be_looked_at_is_told_in_words(
    source: Store, path: Path, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.mkdir(mode=0o600)
    with pytest.raises(StoreError, match=r"no backup was made at .*Permission denied"):
        without_power(lambda: back_up(path, secret / "backup.sqlite"))
    with pytest.raises(StoreError, match=r"no backup was made at .*name too long"):
        back_up(path, tmp_path / ("a" * 300))
    (tmp_path / "old.sqlite").write_text("an older one")
    with pytest.raises(StoreError, match=r"no backup was made at .*missing"):
        back_up(path.with_name("missing.sqlite"), tmp_path / "old.sqlite")


def test_a_whole_file_is_found_whole_also_while_it_is_in_use(source: Store, path: Path) -> None:
    check_whole(path)
    source.check()
    assert lines_of(path) == 1000


@pytest.mark.parametrize("gently", [True, False])
def test_a_damaged_file_is_found_and_stays_as_it_is(path: Path, gently: bool) -> None:
    a_damaged_file(path, gently=gently)
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"hotfolder\.sqlite is damaged: \S"):
        check_whole(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("data", [b"the minutes of a meeting\n" * 400, b"\0" * 8192])
def test_what_is_no_database_is_told_so(path: Path, data: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(data)
    with pytest.raises(StoreError, match=r"hotfolder.sqlite is no readable database"):
        check_whole(path)
    with pytest.raises(StoreError, match="is no readable database"):
        check_whole(path.with_name("missing.sqlite"))
    assert names(path.parent) == [path.name]


def test_when_it_was_made_is_remembered_but_not_in_a_store_of_an_earlier_program(
    tmp_path: Path,
) -> None:
    path = tmp_path / "state" / "hotfolder.sqlite"
    write_old_file(path, SCHEMAS[-2])
    copied = back_up(path, tmp_path / "copy.sqlite")
    before = path.read_bytes()
    remember(path, copied, NOON)
    assert path.read_bytes() == before
    store = Store.open(path)
    assert store.marks.get(LAST_BACKUP) is None
    remember(path, copied, NOON)
    assert store.marks.get(LAST_BACKUP) == Mark(at=NOON, words=str(copied.path))
    store.close()
