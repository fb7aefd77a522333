"""The bed of the fault tests: a real store, a real sender and a real receiver on 127.0.0.1.

Only the clock is turned by hand. Everything between sender and receiver passes the fault proxy.
"""

import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hotfolder.domain.deadline import deadline
from hotfolder.domain.signal import REQUIRED, Signal, SignalType
from hotfolder.files.ballast import Ballast
from hotfolder.files.floor import Floor
from hotfolder.files.spool import Spool
from hotfolder.net.cloudsignal import Address, CloudSignal
from hotfolder.net.guard import Names
from hotfolder.services.follow_clock import ClockWatch, follow_clock
from hotfolder.services.recover import free_stuck
from hotfolder.services.send_signals import Gate, send_next
from hotfolder.services.shop import SIGNALS, Destination, Sender, Shop
from hotfolder.services.watch_deadlines import park_the_old, watch_deadlines
from hotfolder.store.database import Database
from hotfolder.store.outbox import Promise
from hotfolder.store.store import Store
from hotfolder.test_center.account import Account
from hotfolder.test_center.signals import read_post
from hotfolder.test_center.state import CenterState
from tests.builders import a_flow
from tests.fakes import START, FolderFetcher, ManualClock
from tests.fault_proxy import FaultProxy
from tests.faults.oracle import Oracle
from tests.faults.senders import Watched
from tests.net.servers import Request, Respond, Server
from tests.test_center_server import RunningTestCenter

KEY = "0123456789abcdef0123456789abcdef"
ALL = (
    SignalType.REGISTERED,
    SignalType.PRODUCE,
    SignalType.PRODUCED,
    SignalType.PACKED,
    SignalType.SHIPPED,
)
TIMES: Mapping[str, Any] = {"connect_seconds": 1.0, "read_seconds": 1.0, "whole_seconds": 2.0}
CHORES_EVERY = timedelta(seconds=5)
FIELDS = {"tracking": "JD0123", "shipping_option": "post", "cause": "late", "delay": "5"}


def promises_of(
    order: str,
    item: str,
    kinds: Sequence[SignalType],
    at: datetime,
    undo: timedelta = timedelta(),
) -> list[Promise]:
    """What an item's stages promise, as `Shop.promise` would."""
    return [
        Promise(
            signal=Signal(
                type=kind,
                order_id=order,
                item_id=item,
                at=at,
                fields={name: FIELDS[name] for name in REQUIRED.get(kind, ())},
            ),
            job_id=int(item) if item.isdecimal() else 1,
            due=at + undo,
            deadline=deadline(kind, at, {}),
            destination=SIGNALS,
        )
        for kind in kinds
    ]


def a_shop(
    folder: Path, clock: Any, senders: Mapping[str, Sender], *, busy_seconds: float = 10.0
) -> Shop:
    """A shop that only sends, its state in this folder. Times as short as tests want them."""
    state = folder / "state"
    return Shop(
        store=Store(Database.open(state / "hotfolder.sqlite", busy_seconds)),
        floor=Floor(folder / "floor", [a_flow()], "floor-of-the-faults"),
        spool=Spool(folder / "floor" / ".hotfolder" / "spool"),
        ballast=Ballast(state / "ballast", size=4096, least_free=0),
        flows=[a_flow()],
        interfaces=[],
        clock=clock,
        destinations={
            name: Destination(name=name, sender=sender) for name, sender in senders.items()
        },
        fetcher=FolderFetcher(folder),
    )


class SetClock(ManualClock):
    """A manual clock that somebody may set: then only one of the two clocks of a machine jumps."""

    def set_by(self, span: timedelta) -> None:
        self._now += span


@dataclass(kw_only=True, slots=True)
class Bed:
    """A shop that sends through the proxy to the test center, which keeps its account by our clock.

    `gate` is the way to the receiver; `sender` knows when it was asked.
    """

    folder: Path
    shop: Shop
    clock: SetClock
    center: RunningTestCenter
    proxy: FaultProxy
    sender: Watched
    oracle: Oracle
    gate: Gate
    clock_watch: ClockWatch
    logged: list[str] = field(default_factory=list)

    def promise(
        self,
        order: str,
        item: str,
        kinds: Sequence[SignalType] = (SignalType.REGISTERED,),
        undo: timedelta = timedelta(),
    ) -> None:
        """Promised when this returns."""
        promises = promises_of(order, item, kinds, self.clock.now(), undo)
        with self.shop.store.transaction():
            self.shop.store.outbox.add(promises)
        self.oracle.note(promises)

    def promise_many(self, orders: int, items: int = 1, first: int = 1) -> None:
        """ItemRegistered for so many orders of so many items each."""
        made = [
            promise
            for order in range(first, first + orders)
            for item in range(items)
            for promise in promises_of(
                f"{order:06}", f"{order * 100 + item}", ALL[:1], self.clock.now()
            )
        ]
        with self.shop.store.transaction():
            self.shop.store.outbox.add(made)
        self.oracle.note(made)

    def send(self) -> None:
        """Until nothing more goes now."""
        self.mind_clock()
        while send_next(self.shop, self.gate):
            pass

    def mind_clock(self) -> None:
        if follow_clock(self.shop, self.clock_watch):
            self.gate.reopen()

    def pass_time(self, seconds: float, step: float = 1.0) -> None:
        """The daemon's work while the clock goes on."""
        until = self.clock.now() + timedelta(seconds=seconds)
        looked = self.clock.now() - CHORES_EVERY
        while self.clock.now() < until:
            self.send()
            if self.clock.now() - looked >= CHORES_EVERY:
                looked = self.clock.now()
                self.do_chores()
            self.clock.turn(step)
        self.send()

    def do_chores(self) -> None:
        """What the daemon does for the outbox beside sending."""
        self.mind_clock()
        free_stuck(self.shop)
        watch_deadlines(self.shop)
        park_the_old(self.shop)

    def check(self, *, doubles: int = 0) -> None:
        self.oracle.check(doubles=doubles, logged=self.logged)

    def accepted_after(self, moment: datetime) -> list[float]:
        """The seconds, after this moment, at which signals were accepted."""
        since = moment.timestamp()
        return [one.at - since for one in self.oracle.accepted() if one.at >= since]

    def states(self) -> dict[str, int]:
        return self.shop.store.signals.counts()

    def aim_at(self, url: str, names: Names | None = None, **times: Any) -> None:
        """From now on signals go to another address, or with other times."""
        address = Address(**{"url": url, **TIMES, **times})
        self.sender = Watched(CloudSignal(address, KEY, names), self.clock)
        self.use(sender=self.sender)

    def books(self, respond: Respond) -> Respond:
        """Another receiver: it accepts what comes, like the test center, then answers this way."""

        def both(server: Server, connection: socket.socket, request: Request) -> None:
            post = read_post(request.body)
            self.center.state.account.accept(post.elements, is_bundle=post.is_bundle)
            respond(server, connection, request)

        return both

    def use(self, **changes: Any) -> None:
        """From now on the destination is another one, as `Destination` says."""
        usual = replace(self.shop.destinations[SIGNALS], **changes)
        self.shop = replace(self.shop, destinations={SIGNALS: usual})
        self.gate = Gate(usual)


@contextmanager
def made_bed(
    folder: Path,
    logged: list[str],
    *,
    busy_seconds: float = 10.0,
    account_folder: Path | None = None,
    start: datetime = START,
    **address: Any,
) -> Iterator[Bed]:
    """A bed whose sender gives up as soon as `address` says."""
    clock = SetClock(start)
    account = (account_folder or folder) / "account.jsonl"
    with ExitStack() as stack:
        center = RunningTestCenter(signal_key=KEY)
        center.state = CenterState(
            signal_key=KEY,
            strict_orders=False,
            account=Account(account, clock=lambda: clock.now().timestamp()),
        )
        stack.enter_context(center)
        port = int(center.url.rpartition(":")[2])
        proxy = stack.enter_context(FaultProxy(port))
        url = center.signal_url.replace(str(port), str(proxy.port))
        sender = Watched(CloudSignal(Address(**{"url": url, **TIMES, **address}), KEY), clock)
        shop = a_shop(folder, clock, {SIGNALS: sender}, busy_seconds=busy_seconds)
        stack.callback(shop.store.close)
        yield Bed(
            folder=folder,
            shop=shop,
            clock=clock,
            center=center,
            proxy=proxy,
            sender=sender,
            oracle=Oracle(
                account=account,
                database=folder / "state" / "hotfolder.sqlite",
                folder=folder,
                keys={KEY},
            ),
            gate=Gate(shop.destinations[SIGNALS]),
            clock_watch=ClockWatch(clock),
            logged=logged,
        )
