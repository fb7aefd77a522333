"""A disk that gets full is told while there is still room to tell it."""

from loguru import logger

from hotfolder.errors import StoreError
from hotfolder.services.shop import Shop
from hotfolder.store.notes import Note

DISK = "disk"
WORDS = "the disk of the state folder is almost full: no signal is sent until there is room again"


def mind_room(shop: Shop) -> bool:
    """True when the disk has room for sending; while it has not, a note says so.

    The ballast is laid down again as soon as there is room for it.
    """
    shop.ballast.keep()
    enough = shop.ballast.is_enough_room()
    told = any(note.kind == DISK for note in shop.store.notes.all())
    if enough and told:
        with shop.store.transaction():
            shop.store.notes.remove("", DISK, DISK)
        logger.info("the disk of the state folder has room again: signals go on")
    elif not enough and not told:
        logger.error(WORDS)
        _note(shop)
    return enough


def _note(shop: Shop) -> None:
    note = Note(stage="", name=DISK, kind=DISK, since=shop.clock.now(), words=WORDS)
    try:
        with shop.store.transaction():
            shop.store.notes.add(note)
    except StoreError as error:
        logger.error("this can not even be noted: {}", error)
