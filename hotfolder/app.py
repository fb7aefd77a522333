"""build(): from a configuration to a shop with its doors. Nothing happens before it is called."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hotfolder.config.check import Loaded
from hotfolder.config.model import Config
from hotfolder.domain.job import Mode
from hotfolder.files.floor import Floor
from hotfolder.files.spool import Spool
from hotfolder.loops import Loop, Rush
from hotfolder.net.cloudsignal import Address, CloudSignal
from hotfolder.net.download import Download, Limits
from hotfolder.services.fetch_next import Fetching, fetch_next
from hotfolder.services.recover import free_stuck
from hotfolder.services.send_signals import Destination, send_next
from hotfolder.services.shop import Interface, Rules, Shop
from hotfolder.services.take_order import Taken, take_order
from hotfolder.store.store import Store
from hotfolder.timers import Timers
from hotfolder.watch.observer import StageObserver
from hotfolder.watch.rounds import Rounds
from hotfolder.web.health import health_routes
from hotfolder.web.intake import intake_routes
from hotfolder.web.server import Server, make_app

MIB = 1024 * 1024
DATABASE_NAME = "hotfolder.sqlite"
IDLE_SECONDS = 30.0
LATE_SECONDS = 120.0
LEASE_SECONDS = 40.0
TICK_SECONDS = 1.0


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
    rounds: Rounds
    observer: StageObserver
    server: Server
    loops: tuple[Loop, ...]
    timers: Timers


def database_path(loaded: Loaded) -> Path:
    """Where the store of this shop lies."""
    return loaded.state_path / DATABASE_NAME


def build_floor(loaded: Loaded) -> Floor:
    return Floor(loaded.floor_path, loaded.flows, loaded.config.floor.id)


def build_shop(loaded: Loaded) -> Shop:
    """The shop without its doors, enough for a command. Opens the store; raises StoreError."""
    config = loaded.config
    return Shop(
        store=Store.open(database_path(loaded)),
        floor=build_floor(loaded),
        spool=Spool(loaded.spool_path),
        flows=loaded.flows,
        interfaces=[
            Interface(name=one.name, key=one.key.get_secret_value(), mode=Mode(one.mode))
            for one in config.intake.interfaces
        ],
        clock=SystemClock(),
        sender=_sender(config),
        fetcher=_fetcher(config),
        rules=Rules(
            bundle_limit=config.signals.bundle_limit,
            lease=_lease(config),
            fetch_attempts=config.downloads.attempts,
            settle_seconds=config.floor.settle_seconds,
            keep_refused=timedelta(days=config.intake.keep_refused_days),
        ),
    )


def build(loaded: Loaded) -> App:
    """The whole of it, ready to be started by daemon.py. Raises StoreError or HotfolderError."""
    config = loaded.config
    shop = build_shop(loaded)
    rounds = Rounds(shop, config.floor.look_every_seconds)
    paths = {key: shop.floor.stage_path(key) for key in shop.floor.stages}
    observer = StageObserver(paths, rounds.hint, rounds.hint_all)
    rush = Rush()
    senders = _senders(shop, rush, config.signals.parallel)
    fetchers = _fetchers(shop, rush, config.downloads.parallel)

    def watch() -> float:
        observer.mend()
        return config.floor.look_every_seconds

    def free() -> float:
        free_stuck(shop)
        return IDLE_SECONDS

    loops = (
        Loop("rounds", rounds.step, rounds.wake),
        Loop("watches", watch),
        Loop("leases", free),
        *senders,
        *fetchers,
    )
    timers = Timers(
        {
            "signals": (TICK_SECONDS, shop.nudge.signals.set),
            "files": (TICK_SECONDS, shop.nudge.files.set),
            "floor": (config.floor.look_every_seconds, rounds.wake.set),
        }
    )
    server = _server(config, shop, rush, loops)
    return App(
        shop=shop, rounds=rounds, observer=observer, server=server, loops=loops, timers=timers
    )


def _sender(config: Config) -> CloudSignal:
    signals = config.signals
    address = Address(
        url=signals.url,
        connect_seconds=signals.connect_timeout_seconds,
        read_seconds=signals.read_timeout_seconds,
        ca_file=str(signals.ca_file or ""),
        proxy=signals.proxy.get_secret_value() if signals.proxy else "",
    )
    return CloudSignal(address, signals.key.get_secret_value())


def _lease(config: Config) -> timedelta:
    """Longer than any POST lasts, so that nothing is freed that is still on its way."""
    signals = config.signals
    seconds = signals.connect_timeout_seconds + signals.read_timeout_seconds
    return timedelta(seconds=LEASE_SECONDS + seconds)


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


def _server(config: Config, shop: Shop, rush: Rush, loops: tuple[Loop, ...]) -> Server:
    def take(body: bytes, content_type: str | None) -> Taken:
        with rush.order():
            return take_order(shop, body, content_type)

    def late_loops() -> list[str]:
        now = time.monotonic()
        return [loop.name for loop in loops if now - loop.beat > LATE_SECONDS]

    intake = config.intake
    routes = intake_routes(
        take,
        intake.path,
        intake.body_limit_mib * MIB,
        intake.unknown_key_status,
    )
    app = make_app(routes, health_routes(late_loops))
    return Server(app, intake.host, intake.port)


def _senders(shop: Shop, rush: Rush, count: int) -> list[Loop]:
    """The first sender is nudged; each wakes the next one while there is more to send."""
    destination = Destination()
    loops: list[Loop] = []
    for number in reversed(range(count)):
        following = loops[0] if loops else None

        def step(following: Loop | None = following) -> float:
            rush.let_pass()
            if not send_next(shop, destination):
                return IDLE_SECONDS
            if following is not None:
                following.wake.set()
            return 0.0

        wake = shop.nudge.signals if number == 0 else None
        loops.insert(0, Loop(f"sender-{number + 1}", step, wake))
    return loops


def _fetchers(shop: Shop, rush: Rush, count: int) -> list[Loop]:
    fetching = Fetching()

    def step() -> float:
        rush.let_pass()
        return 0.0 if fetch_next(shop, fetching) else IDLE_SECONDS

    return [Loop(f"fetcher-{n + 1}", step, shop.nudge.files) for n in range(count)]
