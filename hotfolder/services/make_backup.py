"""A backup is made: a checked copy under the name of its time, and the oldest ones go."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from loguru import logger

from hotfolder.domain.backup_plan import backup_name, is_due, last_made, to_remove
from hotfolder.errors import FloorError, StoreError
from hotfolder.files.backup_folder import check_there, names_in, remove
from hotfolder.services.shop import Shop
from hotfolder.store.backup import Copied, back_up, remember
from hotfolder.store.notes import Note

BACKUP = "backup"  # name and kind of the note on a backup that can not be made
LOOK_SECONDS = 30.0
AGAIN_SECONDS = 300.0  # after one that could not be made


@dataclass(frozen=True, kw_only=True, slots=True)
class BackupPlace:
    """What is copied, where to, how often and how many are kept; no time at all means never.

    A folder that is our `own` is made when it is missing.
    """

    database: Path
    folder: Path
    every: timedelta
    keep: int
    own: bool = True


def backup_if_due(shop: Shop, place: BackupPlace, go_on: Callable[[], None]) -> float:
    """Make a backup when its time has come; seconds until that is worth asking again.

    What keeps it from being made is noted for people until one is made again.
    """
    now = shop.clock.now()
    try:
        last = last_made(names_in(place.folder), now)
        if not is_due(last, now, place.every):
            forget_trouble(shop)  # a person made one meanwhile
            return LOOK_SECONDS
        copied = make_backup(place, now, lambda _share: go_on())
    except (FloorError, StoreError) as error:
        # of each attempt the name is another one, and the reason the same
        _tell(shop, now, str(error).replace(backup_name(now), "hotfolder-TIME.sqlite"))
        return AGAIN_SECONDS
    logger.info("backup made: {} ({} bytes)", copied.path, copied.size)
    forget_trouble(shop)
    return LOOK_SECONDS


def forget_trouble(shop: Shop) -> None:
    """Nothing keeps backups from being made, or none are wanted: nothing told of it stands."""
    if any(note.kind == BACKUP for note in shop.store.notes.all()):
        with shop.store.transaction():
            shop.store.notes.remove("", BACKUP, BACKUP)


def make_backup(
    place: BackupPlace, now: datetime, progress: Callable[[float], None] = lambda _share: None
) -> Copied:
    """A checked copy made now. Raises StoreError or FloorError when there can be none.

    The store may be one of an earlier program: it is not changed for it. That an old copy can not
    be removed is only logged, as the new one counts.
    """
    if not place.own:
        check_there(place.folder)
    copied = back_up(place.database, place.folder / backup_name(now), progress, now)
    remember(place.database, copied, now)
    try:
        remove(place.folder, to_remove(names_in(place.folder), copied.path.name, place.keep))
    except FloorError as error:
        logger.warning("an old backup stays: {}", error)
    return copied


def _tell(shop: Shop, now: datetime, words: str) -> None:
    """Said once for each reason, however often it is tried."""
    if (BACKUP, words) in {(note.kind, note.words) for note in shop.store.notes.all()}:
        return
    logger.error("no backup: {}", words)
    with shop.store.transaction():
        shop.store.notes.add(Note(stage="", name=BACKUP, kind=BACKUP, since=now, words=words))
