"""What scripts/install asks of a shop: python installed.py CONFIG WORD [FILE].

Lies in each release and is run by its Python, as the user of the service.

readable      0 when the configuration and the flows suit this release
places        a drop-in for the unit: what the service writes outside of its usual places
opens         0 when this release can use the database as it is
healthy       0 when the daemon says so, within half a minute
put_back FILE 0 when the backup took the place of a database in which nothing has happened since
"""

import json
import shutil
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import zip_longest
from pathlib import Path
from urllib.error import URLError

import apsw

from hotfolder.config.check import Loaded, load_shop
from hotfolder.config.label_rules import places_of_labels
from hotfolder.errors import ConfigError, StoreError
from hotfolder.files.lock import told_by_holder
from hotfolder.shopfront import database_path, lock_paths
from hotfolder.store.database import check_file

USUAL = (Path("/srv/hotfolder"), Path("/var/lib/hotfolder"))
HEALTHY_SECONDS = 30.0
# Tables that do not count: what is done or noted again by itself when it is undone.
PASSING = {
    *("alert", "alert_post", "attempt", "destination", "job", "journal", "mark", "note"),
    "schema_migration",
}
# A signal that only waits is promised again when its move is seen again.
CONDITIONS = {"outbox": "WHERE state <> 'waiting'"}


def readable(_loaded: Loaded) -> int:
    """It was read, or we were not here."""
    return 0


def places(loaded: Loaded) -> int:
    """The drop-in; empty when all is where the unit has it."""
    others: list[Path] = []
    for path in sorted(_written(loaded)):
        if not any(path.is_relative_to(place) for place in (*USUAL, *others)):
            others.append(path)
    if others:
        print("# Made by scripts/install from config.yaml; changes of your own: another file here.")
        print("[Service]")
    for path in others:
        # "-": a place that is not there must not keep the service from starting
        print(f'ReadWritePaths="-{str(path).replace("%", "%%")}"')
    return 0


def _written(loaded: Loaded) -> set[Path]:
    config = loaded.config
    with suppress(OSError):  # the service could not: only the folder is opened, not what holds it
        config.day.lists.mkdir(exist_ok=True)
    folders = {loaded.floor_path, loaded.spool_path, loaded.state_path, config.archive.path}
    folders |= {config.day.lists, *(device.folder for device in config.devices)}
    folders |= {path for _, path in places_of_labels(config.labels)}
    others = (config.backup.folder, config.day.manifest)
    folders |= {folder for folder in others if folder is not None}
    return folders if config.log.file is None else {*folders, config.log.file.parent}


def opens(loaded: Loaded) -> int:
    """Whether the schema is one of this release."""
    try:
        check_file(database_path(loaded))
    except StoreError as error:
        print(f"install: {error}", file=sys.stderr)
        return 1
    return 0


def healthy(loaded: Loaded) -> int:
    """Whether the daemon is ready, by its own word."""
    end = time.monotonic() + HEALTHY_SECONDS
    words = "no daemon runs"
    while time.monotonic() < end:
        try:
            told = json.loads(told_by_holder(lock_paths(loaded)[0]) or "{}")
            if told.get("health"):
                words = f"no answer at {told['health']}"
                urllib.request.urlopen(told["health"], timeout=5).close()
                return 0
        except (URLError, OSError, ValueError) as error:
            words = f"{words}: {error}"
        time.sleep(0.5)
    print(f"install: {words}", file=sys.stderr)
    return 1


def put_back(loaded: Loaded, backup: str) -> int:
    """Byte for byte, so that what waits goes on waiting; only when nothing can be lost by it."""
    database = database_path(loaded)
    try:
        if _has_happened(Path(backup), database):
            return 1
    except apsw.Error:
        return 1
    fresh = database.with_name(f".{database.name}.put-back")
    shutil.copyfile(backup, fresh)
    fresh.chmod(0o600)
    for ending in ("-wal", "-shm"):
        database.with_name(database.name + ending).unlink(missing_ok=True)
    fresh.replace(database)
    return 0


def _has_happened(backup: Path, database: Path) -> bool:
    """Whether anything came, went out or was decided; what the backup does not know is nothing."""
    before, after = (apsw.Connection(str(path)) for path in (backup, database))
    try:
        return any(
            one != other
            for statement in _statements(before)
            for one, other in zip_longest(before.execute(statement), after.execute(statement))
        )
    finally:
        before.close()
        after.close()


def _statements(connection: apsw.Connection) -> Iterator[str]:
    """A select for each table that counts, without what can only come together with a row."""
    listed = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
    for table in sorted({str(row[0]) for row in connection.execute(listed)} - PASSING):
        about = list(connection.execute(f"PRAGMA table_info({table})"))
        columns = ", ".join(str(one[1]) for one in about if one[2] != "BLOB")
        yield f"SELECT {columns} FROM {table} {CONDITIONS.get(table, '')} ORDER BY 1"


WORDS: dict[str, Callable[..., int]] = {
    "readable": readable,
    "places": places,
    "opens": opens,
    "healthy": healthy,
    "put_back": put_back,
}


def main() -> int:
    """0 or 1, as the word has it."""
    config, word, *more = sys.argv[1:]
    try:
        loaded = load_shop(Path(config), None)
    except ConfigError as error:
        for problem in error.problems:
            print(f"{problem.where}: {problem.what}", file=sys.stderr)
        return 1
    return WORDS[word](loaded, *more)


if __name__ == "__main__":
    sys.exit(main())
