"""scripts/soak --outage: the receiver is down for an hour, on a clock that runs sixty times faster.

The outbox, its sender and its store are the daemon's, the receiver is the test center. Orders come
in all the time. At the end it is told how often the receiver was asked, and what was late.
"""

import sys
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import long_run
from fast_clock import FastClock
from long_run import Report, a_parser, run
from outbox_worker import KEY, a_promise, shop_of
from programs import Programs
from sweep_center import start_center

from hotfolder.domain.answer import Answer
from hotfolder.domain.signal import SignalType
from hotfolder.net.cloudsignal import Address, CloudSignal
from hotfolder.services.send_signals import Gate, send_next
from hotfolder.services.shop import SIGNALS, Shop

SENDERS = 4
REST_SECONDS = 0.002
DRAIN_SECONDS = 60.0
WITHIN = timedelta(minutes=15)
OUTAGE_STATUS = 503


@dataclass(slots=True)
class Asked:
    """A sender that fails until the receiver is up, by its answers, and notes when it was asked."""

    sender: CloudSignal
    clock: FastClock
    tries: list[tuple[datetime, int | None]] = field(default_factory=list)
    accepted: dict[str, datetime] = field(default_factory=dict)

    def send(self, request: Mapping[str, Any]) -> Answer:
        answer = self.sender.send(request)
        now = self.clock.now()
        self.tries.append((now, answer.status))
        if answer.status == 200:
            for one in request.get("items", [request]):
                self.accepted[one["item"]] = now
        return answer

    def set_key(self, key: str) -> bool:
        return self.sender.set_key(key)


@dataclass(frozen=True, kw_only=True, slots=True)
class Options(long_run.Options):
    """What the command line says."""

    minutes: float
    orders: int
    faster: float


def main() -> int:
    """The exit code, as `run` says."""
    parser = a_parser("--outage", __doc__)
    parser.add_argument("--minutes", type=float, default=60, help="of the outage (default 60)")
    parser.add_argument("--orders", type=int, default=600, help="that come in (default 600)")
    parser.add_argument("--faster", type=float, default=60, help="how many times (default 60)")
    given = parser.parse_args()
    if given.orders < 1 or not given.minutes >= 0 or not given.faster > 0:
        parser.error("--orders goes from 1, --minutes from 0, and --faster is more than 0")
    options = Options(**vars(given))
    report = Report()

    def work(folder: Path, programs: Programs) -> None:
        begun = time.monotonic()
        _suffer(options, folder, programs, report)
        report.seconds = round(time.monotonic() - begun, 1)

    return run(options, report, "nothing was lost", work)


def _suffer(options: Options, folder: Path, programs: Programs, report: Report) -> None:
    center = start_center(programs, folder, {"status": OUTAGE_STATUS})
    clock = FastClock(options.faster)
    asked = Asked(CloudSignal(Address(url=center.signal_url), KEY), clock)
    shop = shop_of(folder / "state", asked, clock)
    began = clock.now()
    recovery = began + timedelta(minutes=options.minutes)
    with _sending(shop):
        taken = _take_orders(shop, options.orders, began, recovery)
        center.set_fault({})
        recovered = clock.now()
        end = time.monotonic() + DRAIN_SECONDS
        while len(asked.accepted) < len(taken) and time.monotonic() < end:
            time.sleep(REST_SECONDS)
    _judge(asked, taken, began, recovered, report)


@contextmanager
def _sending(shop: Shop) -> Iterator[None]:
    """The senders of a shop, for as long as the block runs."""
    gate = Gate(shop.destinations[SIGNALS])
    stop = threading.Event()

    def send() -> None:
        while not stop.is_set():
            if not send_next(shop, gate):
                stop.wait(REST_SECONDS)
        shop.store.close()

    senders = [threading.Thread(target=send, daemon=True) for _ in range(SENDERS)]
    for sender in senders:
        sender.start()
    try:
        yield
    finally:
        stop.set()
        for sender in senders:
            sender.join(DRAIN_SECONDS)


def _take_orders(
    shop: Shop, count: int, began: datetime, recovery: datetime
) -> dict[str, datetime]:
    """When each order's only item came in, evenly over the outage; returns when that is over."""
    taken: dict[str, datetime] = {}
    for number in range(count):
        due = began + (recovery - began) * number / count
        while shop.clock.now() < due:
            time.sleep(REST_SECONDS)
        promise = a_promise(shop, f"{number}", f"item-{number}", SignalType.REGISTERED)
        with shop.store.transaction():
            shop.store.outbox.add([promise])
        taken[promise.signal.item_id] = promise.signal.at
    while shop.clock.now() < recovery:
        time.sleep(REST_SECONDS)
    return taken


def _judge(
    asked: Asked,
    taken: Mapping[str, datetime],
    began: datetime,
    recovered: datetime,
    report: Report,
) -> None:
    arrived = asked.accepted
    refused = [at for at, status in asked.tries if status != 200]
    late = [at - recovered for at in arrived.values()]
    last = max(late, default=timedelta()).total_seconds()
    after = [at - recovered <= WITHIN for at in arrived.values()]
    kept = [arrived[item] - at <= WITHIN for item, at in taken.items() if item in arrived]
    report.counts = {
        "orders that came in during the outage": len(taken),
        **_probes(refused, began),
        "seconds from recovery to the last signal, of the fast clock": round(last, 1),
        "% of ItemRegistered accepted within 15 minutes after recovery": _share(after, taken),
        "% of ItemRegistered accepted within 15 minutes after receipt": _share(kept, taken),
    }
    if len(arrived) != len(taken) or not all(after):
        report.problems.append("not everything arrived in time")


def _share(held: Iterable[bool], taken: Mapping[str, datetime]) -> float:
    """In percent."""
    return round(100 * sum(held) / len(taken), 1)


def _probes(refused: Iterable[datetime], began: datetime) -> dict[str, int]:
    """How often the receiver was asked in vain, by the age of the outage."""
    spans = {"first minute": 1, "first ten minutes": 10}
    counts: Counter[str] = Counter()
    for at in refused:
        minutes = (at - began).total_seconds() / 60
        counts[next((name for name, end in spans.items() if minutes < end), "time after")] += 1
    return {f"asked in vain in the {name}": counts[name] for name in (*spans, "time after")}


if __name__ == "__main__":
    sys.exit(main())
