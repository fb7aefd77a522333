"""A process that promises signals and sends them, with the outbox of the daemon, to be killed."""

import json
import os
import signal
import sys
import threading
import time
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from loguru import logger

from hotfolder.domain.deadline import deadline
from hotfolder.domain.signal import Signal, SignalType
from hotfolder.files.ballast import Ballast
from hotfolder.files.floor import Floor
from hotfolder.files.spool import Spool
from hotfolder.net.cloudsignal import Address, CloudSignal
from hotfolder.net.download import Download, Limits
from hotfolder.services.recover import recover
from hotfolder.services.send_signals import Gate, send_next
from hotfolder.services.shop import SIGNALS, Clock, Destination, Sender, Shop
from hotfolder.shopfront import SystemClock
from hotfolder.store.outbox import Promise
from hotfolder.store.store import Store

KEY = "soak-signal-key-7f3b9d2e"
DATABASE = "hotfolder.sqlite"
SENDERS = 4
ITEMS = 3
STAGES = (SignalType.REGISTERED, SignalType.PRODUCE, SignalType.PRODUCED, SignalType.PACKED)
REST_SECONDS = 0.005


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """Where a worker finds its database, writes what it promised, and sends to."""

    folder: Path
    promised: Path
    url: str

    @property
    def database(self) -> Path:
        return self.folder / DATABASE

    def promises(self) -> list[tuple[str, str, str]]:
        """Every signal whose transaction had ended: order, item, type."""
        if not self.promised.exists():
            return []
        lines = self.promised.read_text("utf-8").splitlines()
        whole = [json.loads(line) for line in lines if line.endswith("]")]  # a kill may cut one
        return [(order, item, kind) for order, item, kind in whole]


def run_worker(work: Work, *, promising: bool) -> int:
    """The number of the new process; it ends only when it is killed or asked to."""
    number = os.fork()
    if number:
        return number
    try:
        _live(work, promising=promising)
    except BaseException as error:  # noqa: BLE001 (never back into the parent's code)
        print(f"the sending process failed: {error!r}", file=sys.stderr)
    os._exit(1)


def _live(work: Work, *, promising: bool) -> None:
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    logger.remove()
    sender = CloudSignal(Address(url=work.url), KEY)
    shop = shop_of(work.folder, sender, SystemClock())
    recover(shop)
    gate = Gate(shop.destinations[SIGNALS], ahead=True)
    for _ in range(SENDERS):
        threading.Thread(target=_send, args=(shop, gate), daemon=True).start()
    if promising:
        _promise(shop, work)
    signal.pause()


def _send(shop: Shop, gate: Gate) -> None:
    while True:
        if not send_next(shop, gate):
            time.sleep(REST_SECONDS)


def _promise(shop: Shop, work: Work) -> None:
    """Orders without end; what was promised is noted as soon as its transaction has ended."""
    with work.promised.open("ab", buffering=0) as note:
        if work.promised.stat().st_size:
            note.write(b"\n")  # the last line may have been cut
        for number in count(1):
            order = f"{os.getpid()}-{number}"
            for kind in STAGES:
                made = [a_promise(shop, order, f"{order}-{item}", kind) for item in range(ITEMS)]
                with shop.store.transaction():
                    shop.store.outbox.add(made)
                lines = [json.dumps([order, one.signal.item_id, kind]) for one in made]
                note.write(("\n".join(lines) + "\n").encode())
            time.sleep(REST_SECONDS)


def a_promise(shop: Shop, order: str, item: str, kind: SignalType) -> Promise:
    """A signal of this item, to be sent now."""
    now = shop.clock.now()
    made = Signal(type=kind, order_id=order, item_id=item, at=now)
    return Promise(
        signal=made, job_id=1, due=now, deadline=deadline(kind, now, {}), destination=SIGNALS
    )


def shop_of(folder: Path, sender: Sender, clock: Clock) -> Shop:
    """A shop that only sends, its state in this folder."""
    return Shop(
        store=Store.open(folder / DATABASE),
        floor=Floor(folder / "floor", []),
        spool=Spool(folder / "spool"),
        ballast=Ballast(folder / "ballast", size=4096, least_free=0),
        flows=[],
        interfaces=[],
        clock=clock,
        destinations={SIGNALS: Destination(name=SIGNALS, sender=sender)},
        fetcher=Download(Limits(connect_seconds=1, idle_seconds=1, most_bytes=1, private=False)),
    )
