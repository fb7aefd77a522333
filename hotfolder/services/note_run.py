"""Runs of the daemon: one that was not stopped is told at the next start."""

from loguru import logger

from hotfolder.services.shop import Shop
from hotfolder.store.alerts import RUNNING

BEAT = "run beat"
BROKEN = "run broken off"
KNOWN = "alerts known since"


def begin_run(shop: Shop) -> None:
    """A run begins; whether the one before was stopped is known as long as this one lasts."""
    now = shop.clock.now()
    marks = shop.store.marks
    before, beat = marks.get(RUNNING), marks.get(BEAT)
    with shop.store.transaction():
        if before is None:
            marks.remove(BROKEN)
        else:
            last = max(before.at, beat.at) if beat else before.at
            words = (
                f"the last run began {before.at:%Y-%m-%d %H:%M} UTC, was last alive"
                f" {last:%Y-%m-%d %H:%M:%S} UTC and ended without being stopped: killed, out of"
                " memory, or the machine went down"
            )
            marks.set(BROKEN, last, words)
            logger.warning(words)
        if marks.get(KNOWN) is None:
            marks.set(KNOWN, now)
        marks.set(RUNNING, now)
        marks.set(BEAT, now)


def beat(shop: Shop) -> None:
    """The run is alive; a power cut may undo that this is known."""
    with shop.store.passing_transaction():
        shop.store.marks.set(BEAT, shop.clock.now())


def end_run(shop: Shop) -> None:
    """The run was stopped."""
    with shop.store.transaction():
        shop.store.marks.remove(RUNNING)
