"""build(): from a configuration to a shop with its doors. Nothing happens before it is called."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from hotfolder.config.check import Loaded
from hotfolder.config.model import Config, SignalPlace, Signals
from hotfolder.domain.job import Mode
from hotfolder.domain.signal import SignalType
from hotfolder.files.ballast import Ballast
from hotfolder.files.floor import Floor
from hotfolder.files.spool import Spool
from hotfolder.formats.signal_json import Dialect, Protocol
from hotfolder.loops import Loop
from hotfolder.net.cloudsignal import Address, CloudSignal
from hotfolder.net.download import Download, Limits
from hotfolder.services.compact_signals import compact_signals
from hotfolder.services.fetch_next import Fetching, fetch_next
from hotfolder.services.mind_room import mind_room
from hotfolder.services.recover import free_stuck
from hotfolder.services.send_signals import Gate, send_next
from hotfolder.services.shop import SIGNALS, Destination, Interface, Rules, Shop
from hotfolder.services.take_order import take_order
from hotfolder.services.watch_deadlines import park_the_old, watch_deadlines
from hotfolder.store.store import Store
from hotfolder.timers import Timers
from hotfolder.watch.observer import StageObserver
from hotfolder.watch.rounds import Rounds
from hotfolder.web.health import health_routes
from hotfolder.web.intake import intake_routes
from hotfolder.web.server import Server, make_app

MIB = 1024 * 1024
DATABASE_NAME = "hotfolder.sqlite"
BALLAST_NAME = "ballast"
ARCHIVE_NAME = "archive"
IDLE_SECONDS = 30.0
LATE_SECONDS = 120.0
LEASE_SECONDS = 30.0
SPARE_SECONDS = 5.0
TICK_SECONDS = 1.0
DEADLINE_SECONDS = 5.0


class SystemClock:
    """The machine's clocks."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


@dataclass(frozen=True, kw_only=True, slots=True)
class App:
    """A shop with its doors, not started."""

    shop: Shop
    gates: tuple[Gate, ...]
    rounds: Rounds
    observer: StageObserver
    server: Server
    loops: tuple[Loop, ...]
    timers: Timers


def database_path(loaded: Loaded) -> Path:
    """Where the store of this shop lies."""
    return loaded.state_path / DATABASE_NAME


def archive_path(loaded: Loaded) -> Path:
    """Where old delivered signals of this shop lie."""
    return loaded.state_path / ARCHIVE_NAME


def build_floor(loaded: Loaded) -> Floor:
    return Floor(loaded.floor_path, loaded.flows, loaded.config.floor.id)


def build_shop(loaded: Loaded) -> Shop:
    """The shop without its doors, enough for a command. Opens the store; raises StoreError."""
    config = loaded.config
    return Shop(
        store=Store.open(database_path(loaded)),
        floor=build_floor(loaded),
        spool=Spool(loaded.spool_path),
        ballast=Ballast(loaded.state_path / BALLAST_NAME),
        flows=loaded.flows,
        interfaces=interfaces_of(config),
        clock=SystemClock(),
        destinations=_destinations(config),
        fetcher=_fetcher(config),
        rules=Rules(
            deadlines=_deadlines(config),
            lease=_lease(config),
            fetch_attempts=config.downloads.attempts,
            settle_seconds=config.floor.settle_seconds,
        ),
    )


def interfaces_of(config: Config) -> list[Interface]:
    """The Production Interfaces that orders may come through."""
    return [
        Interface(
            name=one.name,
            key=one.key.get_secret_value(),
            mode=Mode(one.mode),
            destination=one.signals_to or SIGNALS,
        )
        for one in config.intake.interfaces
    ]


def build(loaded: Loaded) -> App:
    """The whole of it, ready to be started by daemon.py. Raises StoreError or HotfolderError."""
    config = loaded.config
    shop = build_shop(loaded)
    rounds = Rounds(shop, config.floor.look_every_seconds)
    paths = {key: shop.floor.stage_path(key) for key in shop.floor.stages}
    observer = StageObserver(paths, rounds.hint, rounds.hint_all)
    gates = tuple(Gate(destination) for destination in shop.destinations.values())

    def watch() -> float:
        observer.mend()
        return config.floor.look_every_seconds

    loops = (
        Loop("rounds", rounds.step, rounds.wake),
        Loop("watches", watch),
        *_keepers(shop, loaded),
        *(loop for gate in gates for loop in _senders(shop, gate, config.signals.parallel)),
        *_fetchers(shop, config.downloads.parallel),
    )
    timers = Timers(
        {
            "signals": (TICK_SECONDS, shop.nudge.signals.set),
            "files": (TICK_SECONDS, shop.nudge.files.set),
            "floor": (config.floor.look_every_seconds, rounds.wake.set),
        }
    )
    return App(
        shop=shop,
        gates=gates,
        rounds=rounds,
        observer=observer,
        server=_server(config, shop, loops),
        loops=loops,
        timers=timers,
    )


def _keepers(shop: Shop, loaded: Loaded) -> list[Loop]:
    """What looks after the outbox, and what makes it smaller."""
    keep = timedelta(days=loaded.config.signals.keep_days)

    def compact() -> float:
        moved = compact_signals(shop, archive_path(loaded), keep) if keep else 0
        return 0.0 if moved else IDLE_SECONDS

    def mind_outbox() -> float:
        mind_room(shop)
        free_stuck(shop)
        park_the_old(shop)
        return 0.0 if watch_deadlines(shop) else DEADLINE_SECONDS

    return [Loop("outbox", mind_outbox), Loop("archive", compact)]


def _destinations(config: Config) -> dict[str, Destination]:
    """The usual destination, and one for each interface that has its own."""
    places: dict[str, SignalPlace] = {SIGNALS: config.signals}
    places |= {other.name: other for other in config.signals.others}
    return {name: _destination(name, place, config.signals) for name, place in places.items()}


def _destination(name: str, place: SignalPlace, common: Signals) -> Destination:
    address = Address(
        url=place.url,
        connect_seconds=common.connect_timeout_seconds,
        read_seconds=common.read_timeout_seconds,
        whole_seconds=_whole_seconds(common),
        ca_file=str(common.ca_file or ""),
        proxy=common.proxy.get_secret_value() if common.proxy else "",
    )
    dialect = Dialect(protocol=Protocol(place.protocol), delay_as_error=place.delay_as_item_error)
    old = dialect.protocol is Protocol.V1_1
    return Destination(
        name=name,
        sender=CloudSignal(address, place.key.get_secret_value()),
        dialect=dialect,
        bundle_limit=1 if old else common.bundle_limit,
        pages_count=common.accept_web_pages,
    )


def _deadlines(config: Config) -> dict[SignalType, timedelta]:
    limits = config.deadlines
    minutes = {
        SignalType.ORDER_REGISTERED: limits.item_registered,
        SignalType.REGISTERED: limits.item_registered,
        SignalType.PRODUCE: limits.item_produce,
        SignalType.PRODUCED: limits.item_produced,
        SignalType.PACKED: limits.item_packed,
        SignalType.SHIPPED: limits.item_shipped,
        SignalType.DELAY: limits.item_delay,
        SignalType.CANCELED: limits.item_canceled,
    }
    return {kind: timedelta(minutes=count) for kind, count in minutes.items()}


def _lease(config: Config) -> timedelta:
    """Longer than any POST lasts, so that nothing is freed that is still on its way."""
    return timedelta(seconds=LEASE_SECONDS + _whole_seconds(config.signals))


def _whole_seconds(signals: Signals) -> float:
    """The longest that one POST may take on the wall, whatever the server drips."""
    return signals.connect_timeout_seconds + signals.read_timeout_seconds + SPARE_SECONDS


def _fetcher(config: Config) -> Download:
    downloads = config.downloads
    return Download(
        Limits(
            connect_seconds=downloads.connect_timeout_seconds,
            idle_seconds=downloads.idle_timeout_seconds,
            most_bytes=downloads.size_limit_mib * MIB,
            private=downloads.allow_private_addresses,
        )
    )


def _server(config: Config, shop: Shop, loops: tuple[Loop, ...]) -> Server:
    def late_loops() -> list[str]:
        now = time.monotonic()
        return [loop.name for loop in loops if now - loop.beat > LATE_SECONDS]

    intake = config.intake
    routes = intake_routes(
        partial(take_order, shop),
        intake.path,
        intake.body_limit_mib * MIB,
        intake.unknown_key_status,
    )
    app = make_app(routes, health_routes(late_loops))
    return Server(app, intake.host, intake.port)


def _senders(shop: Shop, gate: Gate, count: int) -> list[Loop]:
    """The first sender is nudged; each wakes the next one while there is more to send."""
    loops: list[Loop] = []
    for number in reversed(range(count)):
        following = loops[0] if loops else None

        def step(following: Loop | None = following) -> float:
            if not send_next(shop, gate):
                return IDLE_SECONDS
            if following is not None:
                following.wake.set()
            return 0.0

        wake = shop.nudge.signals.listen() if number == 0 else None
        loops.insert(0, Loop(f"{gate.destination.name}-{number + 1}", step, wake))
    return loops


def _fetchers(shop: Shop, count: int) -> list[Loop]:
    fetching = Fetching()

    def step() -> float:
        return 0.0 if fetch_next(shop, fetching) else IDLE_SECONDS

    return [Loop(f"fetcher-{n + 1}", step, shop.nudge.files.listen()) for n in range(count)]
