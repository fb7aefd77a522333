"""Copies of the store: made while it is in use, checked before they count, put back on purpose."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import apsw

from hotfolder.domain.doubt import MAY_BE_SENT
from hotfolder.errors import StoreError
from hotfolder.store.alerts import RUNNING, Alerts, Marks
from hotfolder.store.database import BUSY_SECONDS, CACHE_KIB, Database, check_file
from hotfolder.store.doubts import Doubts
from hotfolder.store.moments import EPOCH, MICROSECOND
from hotfolder.store.rows import SignalRow
from hotfolder.store.signal_state import UNSENT, SignalState
from hotfolder.store.statement import Statement

PAGES_A_STEP = 256
WRITING = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE
LAST_BACKUP = "backup"  # its mark
TAKEN_AT = "taken"  # the mark in a copy of when it was begun
ENDINGS = ("", "-wal", "-shm", "-journal")
PARK_UNSENT = Statement(
    lambda: SignalRow.update(
        state=SignalState.PARKED.value,
        last_answer=MAY_BE_SENT,
    ).where(SignalRow.state << UNSENT)
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Copied:
    """A copy that was checked: where it lies and how many bytes it has."""

    path: Path
    size: int


def back_up(
    source: Path,
    target: Path,
    progress: Callable[[float], None] = lambda _share: None,
    at: datetime | None = None,
) -> Copied:
    """A whole, checked copy of the database at `target`, while others go on writing.

    `progress` gets the share that is done, 0 to 1. The copy knows `at`, the time now, as its own:
    what happened later is not in it. A copy that can not be finished leaves nothing
    behind and an older file at `target` untouched. Raises StoreError.
    """
    beside = target.with_name(f".{target.name}.new")
    try:
        _refuse_itself(source, target)
        target.parent.mkdir(parents=True, exist_ok=True)
        beside.unlink(missing_ok=True)
        os.close(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        _copy(source, beside, progress)
        if at is not None:
            _stamp(beside, at)
        check_whole(beside)
        beside.replace(target)
    except StoreError as error:
        raise StoreError(f"no backup was made at {target} of {source}: {error}") from error
    except (apsw.Error, OSError) as error:
        raise StoreError(f"no backup was made at {target}: {error}") from error
    finally:
        with suppress(OSError):  # what could not even be begun
            for part in _parts(beside):
                part.unlink(missing_ok=True)
    return Copied(path=target, size=target.stat().st_size)


def _refuse_itself(source: Path, target: Path) -> None:
    if target.exists() and target.samefile(source):
        raise StoreError(f"{target} is the database itself: name another file for the backup")


def remember(source: Path, copied: Copied, at: datetime) -> None:
    """Write down in the store when the last backup was made, for who watches over it.

    Not in a store that an earlier program uses: that would have to be changed for it. Raises
    StoreError.
    """
    database = Database(source)
    try:
        if database.is_current():
            with database.transaction():
                Marks(database).set(LAST_BACKUP, at, str(copied.path))
    finally:
        database.close()


def check_whole(path: Path) -> None:
    """Raises StoreError when the database file is damaged or is none. Changes nothing."""
    try:
        with _opened(path) as connection:
            words = [str(row[0]) for row in connection.execute("pragma integrity_check(3)")]
    except apsw.CorruptError as error:
        words = [str(error)]
    except apsw.Error as error:
        raise StoreError(f"{path} is no readable database: {error}") from error
    if words != ["ok"]:
        raise StoreError(f"{path} is damaged: {'; '.join(words)}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Restored:
    """Where the database before was set aside, if there was one; how many signals are parked.

    `taken_at` is when the backup was begun, None when it does not tell; `doubtful` is how many
    jobs are in doubt, see `domain/doubt.py`. `lost_orders` are those that only the database before
    knows, as far as it can be read.
    """

    aside: Path | None
    parked: int
    doubtful: int
    taken_at: datetime | None
    lost_orders: Sequence[str] = ()


Settle = Callable[[Path, datetime | None], None]


def put_back(
    backup: Path, target: Path, now: datetime, settle: Settle = lambda _path, _taken_at: None
) -> Restored:
    """Make the backup the database.

    Nothing may have the database open. Signals that wait in the backup may have been sent since, so
    they are parked until a person decides, and jobs are in doubt. `settle` is called with the new
    file before it takes the place of the old one, and with the time when the backup was begun.
    Raises StoreError and changes nothing when the backup is damaged or newer than this program, or
    there is no room for it; what `settle` raises changes nothing either.
    """
    check_whole(backup)
    check_file(backup)
    fresh = target.with_name(f".{target.name}.restored")
    aside = target.with_name(f"{target.name}.before-restore-{now:%Y%m%dT%H%M%S}")
    try:
        back_up(backup, fresh)
        parked, doubtful, taken_at = _doubt_all(fresh, now)
        settle(fresh, taken_at)
        lost = sorted(_orders(target) - _orders(fresh))
        was_there = _set_aside(target, aside)
        fresh.replace(target)
    except OSError as error:
        raise StoreError(f"{target} can not be put back: {error.strerror}") from error
    finally:
        for part in _parts(fresh):
            part.unlink(missing_ok=True)
    return Restored(
        aside=aside if was_there else None,
        parked=parked,
        doubtful=doubtful,
        taken_at=taken_at,
        lost_orders=lost,
    )


def _orders(path: Path) -> set[str]:
    """The ids of the orders in a database; of one that is not there or is broken, what can be."""
    found: set[str] = set()
    if not path.exists():
        return found
    with suppress(apsw.Error), _opened(path) as connection:
        for (order_id,) in connection.execute("select order_id from orders"):
            found.add(str(order_id))
    return found


def _doubt_all(path: Path, now: datetime) -> tuple[int, int, datetime | None]:
    """How many signals are parked and how many jobs are in doubt, and when the copy was begun."""
    database = Database.open(path)
    try:
        with database.transaction():
            marks = Marks(database)
            taken = marks.get(TAKEN_AT)
            marks.remove(TAKEN_AT)
            marks.remove(RUNNING)  # the run that made the backup did not break off with it
            Alerts(database).forget_posts()
            doubtful = Doubts(database).mark_all(now)
            return database.run(PARK_UNSENT), doubtful, taken.at if taken else None
    finally:
        database.close()


def _stamp(copy: Path, at: datetime) -> None:
    """In a copy of a store that has no place for it yet nothing is written."""
    with _opened(copy, WRITING) as connection:
        if connection.execute("select 1 from sqlite_master where name = 'mark'").fetchall():
            values = (TAKEN_AT, (at - EPOCH) // MICROSECOND)
            connection.execute(
                "insert or replace into mark (name, at, words) values (?, ?, '')", values
            )


def _copy(source: Path, target: Path, progress: Callable[[float], None]) -> None:
    with _opened(source) as reading, _opened(target, WRITING) as writing:
        reading.set_busy_timeout(BUSY_SECONDS * 1000)
        # One moment of the source: without this each commit of others begins the copy anew.
        reading.execute("begin; select count(*) from sqlite_master").fetchall()
        with writing.backup("main", reading, "main") as copying:
            while not copying.done:
                copying.step(PAGES_A_STEP)
                progress(1 - copying.remaining / max(copying.page_count, 1))
        # A copy is one file: without this it would want its write-ahead log beside it.
        writing.execute("pragma journal_mode = delete")


@contextmanager
def _opened(path: Path, flags: int = apsw.SQLITE_OPEN_READONLY) -> Iterator[apsw.Connection]:
    """With a small cache: what a backup takes of memory, a daemon that runs for months keeps."""
    connection = apsw.Connection(str(path), flags=flags)
    try:
        connection.pragma("cache_size", -CACHE_KIB)
        yield connection
    finally:
        connection.close()


def _parts(database: Path) -> list[Path]:
    """The file itself and those that SQLite keeps beside it."""
    return [database.with_name(database.name + ending) for ending in ENDINGS]


def _set_aside(database: Path, aside: Path) -> bool:
    """Also a write-ahead log without its database: SQLite would play it into the new one."""
    there = [pair for pair in zip(_parts(database), _parts(aside), strict=True) if pair[0].exists()]
    for part, place in there:
        part.rename(place)
    return bool(there)
