"""What Hotfolder remembers: the database, its backups, and what waits for a person."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from hotfolder.doctor.line import Line, bad, fine, warn
from hotfolder.domain.backup_plan import last_made
from hotfolder.errors import FloorError, StoreError
from hotfolder.files.backup_folder import check_there, names_in
from hotfolder.store.backup import check_whole
from hotfolder.store.database import check_file


def database(path: Path) -> Iterator[Line]:
    """Whether it can be used, every page of it."""
    try:
        check_file(path)
        if not path.exists():
            yield fine("database", f"{path} will be made at the first start")
            return
        check_whole(path)
    except StoreError as error:
        yield bad("database", str(error), "hotfolder restore FILE brings a backup back")
        return
    yield fine("database", f"{path} is whole, {path.stat().st_size / 1024**2:.1f} MiB")


def backups(
    folder: Path, every: timedelta, now: datetime, database: Path, *, own: bool
) -> Iterator[Line]:
    """Whether copies are made, where they lie, and whether a disk that dies takes them along."""
    topic = "backup"
    try:
        if not own:
            check_there(folder)
        last = last_made(names_in(folder), now)
    except FloorError as error:
        yield bad(topic, str(error), "see the section backup of the configuration")
        return
    if not every:
        yield warn(topic, "none is made by itself (backup.every_hours is 0)", "give it some hours")
    elif last is None:
        yield warn(topic, f"there is none in {folder} yet", "the daemon makes one when it runs")
    elif now - last > 2 * every:
        hours = (now - last) / timedelta(hours=1)
        hint = "does the daemon run? `hotfolder status` tells what keeps it"
        yield bad(topic, f"the last one is {hours:.0f} hours old", hint)
    else:
        yield fine(topic, f"the last one is of {last:%Y-%m-%d %H:%M} UTC, in {folder}")
    if _one_disk(folder, database):
        hint = "set backup.folder to a folder on another disk or machine"
        yield warn(topic, "copies lie on the disk of the database: it takes them along", hint)


def _one_disk(folder: Path, database: Path) -> bool:
    there = next((one for one in (folder, *folder.parents) if one.exists()), folder)
    try:
        return there.stat().st_dev == database.parent.stat().st_dev
    except OSError:
        return False
