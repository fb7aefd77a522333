"""A backlog: signals that wait in the store before the daemon starts, without orders and jobs."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from hotfolder.domain.deadline import deadline
from hotfolder.domain.signal import Signal, SignalType
from hotfolder.services.shop import SIGNALS
from hotfolder.store.outbox import Promise
from hotfolder.store.store import Store
from scripts.benchmarks.sizes import ITEMS


def fill_outbox(database: Path, signals: int) -> None:
    """So many ItemRegistered, promised now, of orders of one to five items."""
    store = Store.open(database)
    with store.transaction():
        store.outbox.add(list(islice(_promises(datetime.now(UTC)), signals)))
    store.close()


def _promises(now: datetime) -> Iterator[Promise]:
    number = 0
    while True:
        for count in ITEMS:
            number += 1
            for item in range(1, count + 1):
                signal = Signal(
                    type=SignalType.REGISTERED,
                    order_id=f"{number:08}0000",
                    item_id=f"{number:08}{item:04}",
                    at=now,
                )
                due = deadline(signal.type, now, {})
                yield Promise(signal=signal, job_id=0, due=now, deadline=due, destination=SIGNALS)
