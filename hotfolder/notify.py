"""What the service manager is told: that we are ready, that we live, what we do.

The protocol is a line a fact over a datagram socket: https://www.freedesktop.org/software/systemd/man/sd_notify.html
"""

import os
import socket
from collections.abc import Callable, MutableMapping
from typing import Self

from loguru import logger

STARTING_SECONDS = 0.1
USUAL_SECONDS = 10.0  # where nobody watches over us
FEEDS = 4.0  # so often within the time after which we count as dead
PATIENCE_SECONDS = 1.0
MICROSECONDS = 1_000_000


class ServiceManager:
    """Who started us and wants to be told; where nobody does, telling does nothing."""

    def __init__(self, address: str = "", watchdog_seconds: float = 0.0) -> None:
        """`watchdog_seconds`: after so much silence we count as dead; 0: silence is fine."""
        self._address = address
        self.watchdog_seconds = watchdog_seconds if address else 0.0

    @classmethod
    def of(cls, environ: MutableMapping[str, str]) -> Self:
        """The one that this environment names; what names it is taken out, for our children."""
        address = environ.pop("NOTIFY_SOCKET", "")
        microseconds = environ.pop("WATCHDOG_USEC", "")
        meant = environ.pop("WATCHDOG_PID", "") in ("", str(os.getpid()))
        counts = meant and microseconds.isdecimal()
        return cls(address, int(microseconds) / MICROSECONDS if counts else 0.0)

    def tell(self, *facts: str) -> bool:
        """Facts such as READY=1; False when somebody wants to know and could not be told."""
        if not self._address:
            return True
        place = self._address
        if place.startswith("@"):  # not in a file system, unix(7)
            place = "\0" + place[1:]
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as to:
                to.settimeout(PATIENCE_SECONDS)
                to.sendto("\n".join(facts).encode(), place)
        except (OSError, ValueError) as error:
            logger.warning("the service manager could not be told {}: {}", facts[0], error)
            return False
        return True


class Duty:
    """Tells the service manager when we are ready, and after that only while all is at work.

    Silence is what makes it start us again, so that a part which is stuck or has died does not
    stay so for ever. Of a part that is late and would not be helped by that it is only told.
    """

    def __init__(
        self,
        manager: ServiceManager,
        *,
        awaited: Callable[[], list[str]],
        late: Callable[[], list[str]],
        stuck: Callable[[], list[str]],
        words: str,
    ) -> None:
        """`awaited`: parts that must work before we are ready; `late`: not heard of for too long.

        `stuck`: those of them that a new start may help. `words`: what we do when all is well.
        """
        self._manager = manager
        self._awaited = awaited
        self._late = late
        self._stuck = stuck
        self._words = words
        self._ready = False
        self._told_late: list[str] = []

    def report(self) -> float:
        """Tell how it stands now; seconds until that is due again."""
        if not self._ready:
            self._ready = self._is_ready()
            return self._pause if self._ready else STARTING_SECONDS
        late = self._late()
        if late != self._told_late:
            self._tell_change(late)
        if not late or not self._stuck():
            self._manager.tell("WATCHDOG=1")
        return self._pause

    @property
    def _pause(self) -> float:
        watched = self._manager.watchdog_seconds
        return watched / FEEDS if watched else USUAL_SECONDS

    def _is_ready(self) -> bool:
        if self._awaited() or self._late():
            return False
        logger.info("ready: {}", self._words)
        return self._manager.tell("READY=1", f"STATUS={self._words}", "WATCHDOG=1")

    def _tell_change(self, late: list[str]) -> None:
        names = ", ".join(late)
        if late:
            logger.error("not heard of for too long: {}", names)
        else:
            logger.info("at work again: {}", ", ".join(self._told_late))
        words = f"not heard of for too long: {names}" if late else self._words
        self._manager.tell(f"STATUS={words}")
        self._told_late = late
