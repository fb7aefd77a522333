"""Copies of the store, made while it is in use, and put back on purpose."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from hotfolder.domain.signal import SignalType
from hotfolder.errors import StoreError
from hotfolder.store.backup import back_up, check_whole, put_back
from hotfolder.store.journal import Line
from hotfolder.store.store import Store
from tests.builders import NOON, a_promise
from tests.processes import line_of, other_process
from tests.rights import without_power
from tests.steps import look_up
from tests.store.old_files import write_old_file

ASIDE = "hotfolder.sqlite.before-restore-20260302T120000"
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


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "hotfolder.sqlite"


@pytest.fixture
def source(path: Path) -> Iterator[Store]:
    """A store in use, of some hundred pages."""
    store = Store.open(path)
    write(store, 1000)
    yield store
    store.close()


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "copies" / "deep" / "backup.sqlite"


def write(store: Store, lines: int) -> None:
    with store.transaction():
        line = Line(at=NOON, order_id="o", action="x" * 400)
        store.journal.write([line] * lines)


def lines_of(path: Path) -> int:
    ((count,),) = look_up(path, "select count(*) from journal")
    return int(count)


def names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


@contextmanager
def two_writers(store: Store) -> Iterator[list[int]]:
    """Two threads that write all the time, two lines a transaction; how many they have written."""
    written = [0]
    stop = threading.Event()

    def go_on() -> None:
        while not stop.is_set():
            write(store, 2)
            written[0] += 2

    threads = [threading.Thread(target=go_on) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        yield written
    finally:
        stop.set()
        for thread in threads:
            thread.join()


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


def a_damaged_file(path: Path, *, gently: bool = False) -> None:
    """A database of which a page in the middle was overwritten, gently with another page of it."""
    store = Store.open(path)
    write(store, 1000)
    store.close()
    data = bytearray(path.read_bytes())
    middle = len(data) // 2 // 4096 * 4096
    data[middle : middle + 4096] = data[middle - 4096 : middle] if gently else b"\xff" * 4096
    path.write_bytes(data)


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


def promised(store: Store, number: int) -> None:
    promises = [a_promise(item_id=str(item)) for item in range(number)]
    with store.transaction():
        store.outbox.add(promises)


def answer(store: Store, *, accepted: bool) -> None:
    with store.transaction():
        claim = store.outbox.claim("cloudsignal", NOON, timedelta(seconds=60), 1)
        assert claim is not None
        if accepted:
            store.outbox.sent(claim, NOON)


def test_a_backup_becomes_the_store_and_the_one_before_is_set_aside(
    source: Store, path: Path, target: Path
) -> None:
    back_up(path, target)
    write(source, 7)
    source.close()
    restored = put_back(target, path, NOON)
    assert restored.aside == path.with_name(ASIDE)
    assert (lines_of(path), lines_of(restored.aside)) == (1000, 1007)
    assert names(path.parent) == [path.name, ASIDE]
    assert path.stat().st_mode & 0o077 == 0
    again = Store.open(path)
    write(again, 1)
    again.close()
    assert (lines_of(path), lines_of(target)) == (1001, 1000), "the backup stays what it is"


def test_signals_that_waited_in_the_backup_are_parked_until_a_person_decides(
    path: Path, target: Path
) -> None:
    store = Store.open(path)
    promised(store, 5)
    answer(store, accepted=True)
    answer(store, accepted=False)
    store.outbox.add([a_promise(SignalType.PACKED, item_id="x", job_id=9)])
    store.outbox.withdraw(9, [SignalType.PACKED])
    back_up(path, target)
    store.close()
    assert put_back(target, path, NOON).parked == 4
    store = Store.open(path)
    assert store.signals.counts() == {"sent": 1, "parked": 4, "withdrawn": 1}
    words = {row["last_answer"] for row in store.signals.find({"state": "parked"})}
    assert words == {"restored from a backup: it may have been sent since; resend or withdraw it"}
    assert not store.outbox.has_due("cloudsignal", NOON)
    assert store.outbox.free() == 0
    store.close()


def test_a_backup_comes_back_where_there_was_no_store(
    source: Store, path: Path, target: Path, tmp_path: Path
) -> None:
    back_up(path, target)
    new = tmp_path / "new" / "hotfolder.sqlite"
    assert put_back(target, new, NOON).aside is None
    assert lines_of(new) == 1000
    assert names(new.parent) == [new.name]


def test_a_log_left_without_its_database_is_not_played_into_the_backup(
    source: Store, path: Path, target: Path
) -> None:
    back_up(path, target)
    write(source, 5)
    log = path.with_name(f"{path.name}-wal")
    left = log.read_bytes()
    source.close()
    path.unlink()
    log.write_bytes(left)
    restored = put_back(target, path, NOON)
    assert restored.aside == path.with_name(ASIDE)
    assert names(path.parent) == [path.name, f"{ASIDE}-wal"]
    assert lines_of(path) == 1000
    check_whole(path)


def test_a_backup_of_an_earlier_program_is_brought_to_the_newest_schema(
    path: Path, target: Path
) -> None:
    write_old_file(target, "0001_first_schema")
    before = target.read_bytes()
    assert put_back(target, path, NOON).parked == 4
    store = Store.open(path)
    assert store.signals.counts() == {"sent": 1, "withdrawn": 1, "parked": 5}
    store.close()
    assert target.read_bytes() == before


def bad_backup(target: Path, how: str) -> None:
    if how == "damaged":
        a_damaged_file(target)
    elif how == "newer":
        Store.open(target).close()
        look_up(target, "insert into schema_migration values (99, '0099_x', '2030-01-01')")
    elif how == "none":
        target.parent.mkdir(parents=True)
        target.write_bytes(b"the minutes of a meeting")


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("damaged", "is damaged"),
        ("newer", "written by a newer Hotfolder"),
        ("none", "is no readable database"),
        ("missing", "is no readable database"),
    ],
)
def test_a_backup_that_can_not_be_used_changes_nothing(
    source: Store, path: Path, target: Path, how: str, words: str
) -> None:
    source.close()
    bad_backup(target, how)
    before = path.read_bytes()
    with pytest.raises(StoreError, match=words):
        put_back(target, path, NOON)
    assert path.read_bytes() == before
    assert names(path.parent) == [path.name]


def test_where_nothing_can_be_written_the_store_stays(
    source: Store, path: Path, target: Path
) -> None:
    back_up(path, target)
    source.close()
    before = path.read_bytes()
    path.parent.chmod(0o555)
    with pytest.raises(StoreError, match="Permission denied"):
        without_power(lambda: put_back(target, path, NOON))
    path.parent.chmod(0o755)
    assert path.read_bytes() == before
    assert names(path.parent) == [path.name]
