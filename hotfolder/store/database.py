"""The SQLite file: opened safely, one connection a thread, one writer at a time.

The SQLite inside apsw is used, not the system's: 3.7.0 to 3.51.2 can corrupt a WAL database
(https://sqlite.org/wal.html#walresetbug) and Debian 12 carries 3.40.1.
"""

import os
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import apsw
import peewee
from playhouse.apsw_ext import APSWDatabase
from playhouse.migrations import Runner

from hotfolder.errors import StoreError
from hotfolder.store.statement import Statement

DATABASE_NAME = "hotfolder.sqlite"
BUSY_SECONDS = 10
BUSY_PAUSE_SECONDS = 0.01
SAFE_SQLITE = (3, 51, 3)
CACHE_KIB = 128  # for each thread; the system keeps the file in memory once, for all
SETTINGS = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "cache_size": -CACHE_KIB,
}
UNDONE_BY_POWER_CUT = 1  # of `synchronous`: https://sqlite.org/pragma.html#pragma_synchronous
MIGRATIONS = Path(__file__).parent / "migrations"


class _File(APSWDatabase):
    """peewee on apsw; the migration runner hands in a datetime, which apsw does not take."""

    def _connect(self) -> Any:
        connection = super()._connect()
        connection.convert_binding = lambda _cursor, _number, value: str(value)
        return connection


class Database:
    """One SQLite file. Raises StoreError, in plain words, for whatever goes wrong with it."""

    def __init__(self, path: Path, busy_seconds: float = BUSY_SECONDS) -> None:
        self.path = path
        self._busy_seconds = busy_seconds
        self._writing = threading.RLock()
        self._in_doubt = False
        self._peewee = _File(
            str(path), timeout=busy_seconds, lock_type="IMMEDIATE", autoconnect=False
        )

    @classmethod
    def open(cls, path: Path, busy_seconds: float = BUSY_SECONDS) -> Self:
        """The database at `path`, made when missing, brought to this program's schema.

        A writer waits so many seconds for one of another process.
        """
        database = cls(path, busy_seconds)
        with _in_words(path):
            _refuse_corrupting_sqlite()
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            database._connect()
            database._migrate()
        return database

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, durable when the block has ended. May be nested; never holds a wait."""
        with (
            self._writing,
            _in_words(self.path),
            self._minding_the_disk(),
            self._peewee.atomic(),
        ):
            yield

    @contextmanager
    def passing_transaction(self) -> Iterator[None]:
        """All or nothing, but a power cut may undo it; the end of this program can not.

        For changes that are done again after a power cut anyway: saves the wait for the disk.
        Never inside another transaction.
        """
        with self._writing, _in_words(self.path), self._minding_the_disk():
            try:
                self._set("synchronous", UNDONE_BY_POWER_CUT)
                with self._peewee.atomic():
                    yield
                self._set("synchronous", SETTINGS["synchronous"])
            except BaseException:
                self._peewee.close()  # a connection that might lose more is not used again
                raise

    @contextmanager
    def _minding_the_disk(self) -> Iterator[None]:
        """After an I/O error the log is brought into the database before anything is added to it.

        A sync that failed may have lost parts of the log that can still be read (ext4 and XFS mark
        them as kept), and what is written behind such a gap would be lost with it at a power cut.
        """
        self._connect()
        if self._in_doubt and not self._peewee.in_transaction():
            (busy, *_), *_ = self._peewee.execute_sql("pragma wal_checkpoint(truncate)")
            if busy:
                raise StoreError(f"{self.path}: the disk failed, and others still read: try again")
            self._in_doubt = False
        try:
            yield
        except (peewee.PeeweeException, apsw.Error) as error:
            self._in_doubt |= isinstance(getattr(error, "orig", error), apsw.IOError)
            raise

    def run(self, statement: Statement, **values: Any) -> int:
        """How many rows the statement changed."""
        self._execute(statement, values)
        return int(self._peewee.connection().changes())

    def add(self, statement: Statement, **values: Any) -> int:
        """The number of the new row."""
        self._execute(statement, values)
        return int(self._peewee.connection().last_insert_rowid())

    def rows(self, statement: Statement, **values: Any) -> list[dict[str, Any]]:
        """The rows of a select as mappings."""
        with _in_words(self.path):
            cursor = self._execute(statement, values)
            names: list[str] = []
            found = []
            for row in cursor:
                names = names or [column[0] for column in cursor.description]
                found.append(statement.record(names, row))
            return found

    def pairs(self, statement: Statement, **values: Any) -> dict[Any, Any]:
        """The rows of a select of two columns, the first one as key; for very many rows."""
        with _in_words(self.path):
            return dict(self._execute(statement, values))

    def _execute(self, statement: Statement, values: Mapping[str, Any]) -> Any:
        with _in_words(self.path):
            self._connect()
            connection = self._peewee.connection()
            return connection.execute(statement.sql, statement.parameters(values))

    def close(self) -> None:
        """This thread's connection; others close with their threads."""
        if not self._peewee.is_closed():
            self._peewee.close()

    def _connect(self) -> None:
        if not self._peewee.is_closed():
            return
        self._peewee.connect()
        try:
            for name, wanted in SETTINGS.items():
                self._set(name, wanted)
        except BaseException:
            self._peewee.close()  # never used without its settings
            raise

    def _set(self, name: str, wanted: object) -> None:
        """Make a setting hold; SQLite itself does not wait for one who sets the journal mode."""
        until = time.monotonic() + self._busy_seconds
        while not self._accepts(name, wanted, until):
            time.sleep(BUSY_PAUSE_SECONDS)
        if self._peewee.pragma(name) != wanted:
            raise StoreError(
                f"{self.path}: SQLite does not accept {name}={wanted}; "
                "the state folder must lie on a local disk"
            )

    def _accepts(self, name: str, wanted: object, until: float) -> bool:
        try:
            self._peewee.pragma(name, wanted)
        except peewee.OperationalError as error:
            if (
                not isinstance(getattr(error, "orig", None), apsw.BusyError)
                or time.monotonic() >= until
            ):
                raise
            return False
        return True

    def _migrate(self) -> None:
        """Take the missing steps, all or none; of two processes the second finds them taken."""
        if not self._missing_steps():
            return
        with self._writing, self._peewee.atomic():
            if self._missing_steps():
                self._runner().up()

    def _runner(self) -> Runner:
        return Runner(self._peewee, str(MIGRATIONS))

    def is_current(self) -> bool:
        """Whether it has this program's schema. Changes nothing; raises StoreError."""
        with _in_words(self.path):
            self._connect()
            return not self._missing_steps()

    def _missing_steps(self) -> bool:
        steps = self._runner().status()
        unknown = [step.name for step in steps if step.path is None]
        if unknown:
            raise StoreError(
                f"{self.path} was written by a newer Hotfolder (it knows {unknown[0]}): "
                "install that version again, nothing was changed"
            )
        return any(step.applied is None for step in steps)


def check_file(path: Path) -> None:
    """Raises StoreError when the database at `path` can not be used. Changes nothing."""
    if not path.exists():
        folder = next((one for one in path.parents if one.exists()), path.parent)
        if not os.access(folder, os.W_OK):
            raise StoreError(f"{folder} can not be written, so no database can be made there")
        return
    with _in_words(path):
        _refuse_corrupting_sqlite()
        database = Database(path)
        database._peewee.connect()  # noqa: SLF001 (without settings: they would change the file)
        try:
            database._missing_steps()  # noqa: SLF001 (a check of this module's own)
        finally:
            database.close()


def sqlite_version() -> tuple[int, ...]:
    """Of the SQLite that is used."""
    return tuple(int(part) for part in apsw.sqlite_lib_version().split("."))


def _refuse_corrupting_sqlite() -> None:
    if sqlite_version() < SAFE_SQLITE:
        raise StoreError(
            f"SQLite {apsw.sqlite_lib_version()} can corrupt the database: update apsw"
        )


@contextmanager
def _in_words(path: Path) -> Iterator[None]:
    try:
        yield
    except (peewee.PeeweeException, apsw.Error, OSError) as error:
        raise _failed_before(error) or StoreError(f"{path}: {error}") from error


def _failed_before(error: BaseException) -> StoreError | None:
    """What failed first, when this error came from undoing it."""
    before = error.__context__
    while before is not None and not isinstance(before, StoreError):
        before = before.__context__
    return before
