"""After a start: free what was stuck, finish what was promised."""

from loguru import logger

from hotfolder.services.release_job import repeat_renames
from hotfolder.services.shop import Shop


def recover(shop: Shop) -> None:
    """Take up what the last run left; floor and store together are enough for that.

    Called before anything else runs: every signal under way is one whose outcome nobody knows.
    """
    with shop.store.transaction():
        freed = shop.store.outbox.free()
    if freed:
        logger.warning("{} signals were under way when the last run ended: sent again", freed)
    repeat_renames(shop)
