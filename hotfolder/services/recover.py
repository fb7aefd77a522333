"""After a start: free what was stuck, finish what was promised."""

from datetime import timedelta

from loguru import logger

from hotfolder.domain.retry import Health, Reach
from hotfolder.services.device_notes import forget_notes
from hotfolder.services.release_job import repeat_renames
from hotfolder.services.shop import Shop

LONGEST_WAIT = timedelta(hours=1)  # no undo time and no pause of a signal is longer


def recover(shop: Shop) -> None:
    """Take up what the last run left; floor and store together are enough for that.

    Called before anything else runs: every signal under way is one whose outcome nobody knows.
    """
    now = shop.clock.now()
    with shop.store.transaction():
        freed = shop.store.outbox.free()
        shop.store.signals.hasten(now, now + LONGEST_WAIT)  # the clock was ahead in the last run
        for name in shop.destinations:
            if shop.store.destinations.get(name).reach is not Reach.OPEN:
                shop.store.destinations.keep(name, Health())  # a new run asks anew
    if freed:
        logger.warning("{} signals were under way when the last run ended: sent again", freed)
    repeat_renames(shop)
    forget_notes(shop, [device.name for device in shop.devices])


def free_stuck(shop: Shop) -> int:
    """How many signals wait again whose outcome was never told: it could not be stored."""
    with shop.store.transaction():
        freed = shop.store.outbox.free(shop.clock.now())
    if freed:
        logger.warning("{} signals were under way for too long: sent again", freed)
        shop.nudge.signals.set()
    return freed
