"""After a start: free what was stuck, finish what was promised."""

from loguru import logger

from hotfolder.domain.retry import Health, Reach
from hotfolder.services.release_job import repeat_renames
from hotfolder.services.shop import Shop


def recover(shop: Shop) -> None:
    """Take up what the last run left; floor and store together are enough for that.

    Called before anything else runs: every signal under way is one whose outcome nobody knows.
    """
    with shop.store.transaction():
        freed = shop.store.outbox.free()
        for name in shop.destinations:
            if shop.store.destinations.get(name).reach is not Reach.OPEN:
                shop.store.destinations.keep(name, Health())  # a new run asks anew
    if freed:
        logger.warning("{} signals were under way when the last run ended: sent again", freed)
    repeat_renames(shop)


def free_stuck(shop: Shop) -> int:
    """How many signals wait again whose outcome was never told: it could not be stored."""
    with shop.store.transaction():
        freed = shop.store.outbox.free(shop.clock.now())
    if freed:
        logger.warning("{} signals were under way for too long: sent again", freed)
        shop.nudge.signals.set()
    return freed
