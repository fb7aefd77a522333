"""A process that only sends, with the store and sender of the daemon, to be killed at will.

python -m tests.faults.sending FOLDER URL [mortal]: `mortal` kills itself after its first claim.
"""

import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hotfolder.domain.answer import Answer
from hotfolder.files.lock import Lock
from hotfolder.net.cloudsignal import Address, CloudSignal
from hotfolder.services.recover import recover
from hotfolder.services.send_signals import Gate, send_next
from hotfolder.services.shop import SIGNALS
from hotfolder.shopfront import SystemClock
from tests.faults.bed import KEY, a_shop
from tests.waiting import wait_until

LOCKED = 5
IDLE_SECONDS = 120.0  # nobody will kill it any more: it ends by itself


class Mortal:
    """Dies between claim and POST."""

    def send(self, _request: Mapping[str, Any]) -> Answer:
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("nobody survives this")

    def set_key(self, _key: str) -> bool:
        return False


def main(folder: str, url: str, mortal: str = "") -> None:
    lock = Lock.take(Path(folder) / "state" / "hotfolder.lock", "")
    if lock is None:
        sys.exit(LOCKED)
    address = Address(url=url, connect_seconds=2, read_seconds=2, whole_seconds=3)
    sender = Mortal() if mortal else CloudSignal(address, KEY)
    shop = a_shop(Path(folder), SystemClock(), {SIGNALS: sender})
    gate = Gate(shop.destinations[SIGNALS])
    recover(shop)
    while True:
        wait_until(lambda: send_next(shop, gate), IDLE_SECONDS, "something to send, or a kill")


if __name__ == "__main__":
    main(*sys.argv[1:])
