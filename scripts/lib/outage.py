"""scripts/soak --outage: the receiver is down for an hour, on a clock that runs sixty times faster.

The outbox, its sender and its store are the daemon's, the receiver is the test center. Orders come
in all the time. At the end it is told how often the receiver was asked, and what was late.
"""

import argparse
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from outbox_worker import KEY, a_promise, shop_of
from programs import Programs, Trouble, end_on_request
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


class FastClock:
    """A clock that runs so many times faster than the real one."""

    def __init__(self, factor: float) -> None:
        self._factor = factor
        self._wall, self._began = datetime.now(UTC), time.monotonic()

    def now(self) -> datetime:
        return self._wall + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        return (time.monotonic() - self._began) * self._factor


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


def main() -> int:
    """The exit code: 0 fine, 1 not so, 130 stopped by Ctrl-C."""
    parser = argparse.ArgumentParser(prog="scripts/soak --outage", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60, help="of the outage (default 60)")
    parser.add_argument("--orders", type=int, default=600, help="that come in (default 600)")
    parser.add_argument("--faster", type=float, default=60, help="how many times (default 60)")
    options = parser.parse_args()
    end_on_request()
    try:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="outage-")))
            return _run(options, folder, stack.enter_context(Programs()))
    except Trouble as trouble:
        print(f"FAILED: {trouble}")
        return 1
    except KeyboardInterrupt:
        print("Stopped; everything that was started has ended.", file=sys.stderr)
        return 130


def _run(options: argparse.Namespace, folder: Path, programs: Programs) -> int:
    center = start_center(programs, folder, {"status": OUTAGE_STATUS})
    clock = FastClock(options.faster)
    asked = Asked(CloudSignal(Address(url=center.signal_url), KEY), clock)
    shop = shop_of(folder / "state", asked, clock)
    began = clock.now()
    recovery = began + timedelta(minutes=options.minutes)
    _send_all_the_time(shop)
    taken = _take_orders(shop, options.orders, began, recovery)
    center.set_fault({})
    recovered = clock.now()
    end = time.monotonic() + DRAIN_SECONDS
    while len(asked.accepted) < len(taken) and time.monotonic() < end:
        time.sleep(REST_SECONDS)
    return _tell(asked, taken, began, recovered)


def _send_all_the_time(shop: Shop) -> None:
    gate = Gate(shop.destinations[SIGNALS])

    def send() -> None:
        while True:
            if not send_next(shop, gate):
                time.sleep(REST_SECONDS)

    for _ in range(SENDERS):
        threading.Thread(target=send, daemon=True).start()


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


def _tell(asked: Asked, taken: Mapping[str, datetime], began: datetime, recovered: datetime) -> int:
    arrived = asked.accepted
    refused = [at for at, status in asked.tries if status != 200]
    late = [at - recovered for at in arrived.values()]
    last = max(late, default=timedelta()).total_seconds()
    after = [at - recovered <= WITHIN for at in arrived.values()]
    kept = [arrived[item] - at <= WITHIN for item, at in taken.items() if item in arrived]
    print(f"{'orders that came in during the outage':<58}{len(taken):>8}")
    for words, count in _probes(refused, began):
        print(f"{words:<58}{count:>8}")
    print(f"{'seconds from recovery to the last signal, of the fast clock':<58}{last:>8.1f}")
    print(f"{'ItemRegistered accepted within 15 minutes after recovery':<58}{_share(after, taken)}")
    print(f"{'ItemRegistered accepted within 15 minutes after receipt':<58}{_share(kept, taken)}")
    is_fine = len(arrived) == len(taken) and all(after)
    print("FINE: nothing was lost" if is_fine else "FAILED: not everything arrived in time")
    return 0 if is_fine else 1


def _share(held: Iterable[bool], taken: Mapping[str, datetime]) -> str:
    return f"{100 * sum(held) / len(taken):>6.1f} %"


def _probes(refused: Iterable[datetime], began: datetime) -> list[tuple[str, int]]:
    """How often the receiver was asked in vain, by the age of the outage."""
    spans = {"first minute": 1, "first ten minutes": 10}
    counts: Counter[str] = Counter()
    for at in refused:
        minutes = (at - began).total_seconds() / 60
        counts[next((name for name, end in spans.items() if minutes < end), "time after")] += 1
    words = [*spans, "time after"]
    return [(f"asked in vain in the {name}", counts[name]) for name in words]


if __name__ == "__main__":
    sys.exit(main())
