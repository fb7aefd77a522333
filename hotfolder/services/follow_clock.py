"""The machine's clock was set: what waits for a span of time goes on waiting for the same span.

A board without a battery starts in 1970, a suspended machine wakes hours later, and somebody may
set the clock back: signals must neither wait for the hour to come again nor all be too old at once.
"""

import threading
from datetime import timedelta

from loguru import logger

from hotfolder.services.shop import Clock, Shop

NOTICED = timedelta(seconds=5)


class ClockWatch:
    """Compares the two clocks of the machine, of which only one can be set."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._apart = self._look()

    def jumped(self) -> timedelta:
        """How far the clock was set since the last call; zero for what is only put right slowly.

        Of several threads one is told.
        """
        with self._lock:
            before, self._apart = self._apart, self._look()
        jump = timedelta(seconds=self._apart - before)
        return jump if abs(jump) >= NOTICED else timedelta()

    def _look(self) -> float:
        return self._clock.now().timestamp() - self._clock.monotonic()


def follow_clock(shop: Shop, watch: ClockWatch) -> bool:
    """True when the clock was set: undo times, pauses, leases and ages were moved along with it.

    When something happened, and by when it should have been told, stays as it was.
    """
    jump = watch.jumped()
    if not jump:
        return False
    with shop.store.transaction():
        shop.store.signals.shift(jump)
    logger.warning("the clock was set by {}: signals wait as long as before", jump)
    shop.nudge.signals.set()
    return True
