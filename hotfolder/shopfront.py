"""The shop for those who only look, promise or change: no door is opened and nothing is sent.

Commands start quickly because of it; what the daemon needs on top stands in app.py.
"""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from hotfolder.config.check import Loaded
from hotfolder.config.model import Config, SignalPlace, Signals
from hotfolder.domain.answer import Answer, Fault
from hotfolder.domain.day_list import DaySheet
from hotfolder.domain.docket import Docket
from hotfolder.domain.job import Mode
from hotfolder.domain.preflight import FileFacts
from hotfolder.domain.retention import ArchiveForm, Keep
from hotfolder.domain.signal import SignalType
from hotfolder.errors import FetchError
from hotfolder.files.archive_place import ArchivePlace
from hotfolder.files.ballast import Ballast
from hotfolder.files.floor import Floor
from hotfolder.files.flows_in_use import keep_flows_in_use
from hotfolder.files.lock import STATE_LOCK
from hotfolder.files.spool import Spool
from hotfolder.formats.signal_json import Dialect, Protocol
from hotfolder.services.archive_jobs import Archive
from hotfolder.services.day_lists import ListPlace
from hotfolder.services.make_backup import BackupPlace
from hotfolder.services.shop import SIGNALS, Destination, Interface, Progress, Rules, Shop
from hotfolder.store.database import DATABASE_NAME
from hotfolder.store.store import Store

MIB = 1024 * 1024
BALLAST_NAME = "ballast"
ARCHIVE_NAME = "archive"
BACKUPS = "backups"
FLOOR_LOCK = ".hotfolder/daemon.lock"
LEASE_SECONDS = 30.0
SPARE_SECONDS = 5.0


class SystemClock:
    """The machine's clocks."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


class NoWayOut:
    """In the place of senders and fetchers: a command promises, the daemon sends and fetches."""

    def send(self, _request: Mapping[str, Any]) -> Answer:
        return Answer(fault=Fault.NO_CONNECTION)

    def set_key(self, _key: str) -> bool:
        return False

    def fetch(
        self,
        _url: str,
        _target: Path,
        _wanted: int | None = None,
        _progress: Progress | None = None,
        _md5: str | None = None,
    ) -> FileFacts:
        raise FetchError("files are fetched by the daemon")


def database_path(loaded: Loaded) -> Path:
    """Where the store of this shop lies."""
    return loaded.state_path / DATABASE_NAME


def archive_path(loaded: Loaded) -> Path:
    """Where old delivered signals of this shop lie."""
    return loaded.state_path / ARCHIVE_NAME


def lock_paths(loaded: Loaded) -> list[Path]:
    """What a running daemon holds: its state, then its floor."""
    return [loaded.state_path / STATE_LOCK, loaded.floor_path / FLOOR_LOCK]


def keep_flows(started: Loaded, loaded: Loaded) -> None:
    """Let commands see the flows that the daemon uses, which started with others perhaps."""
    keep_flows_in_use(started.state_path, loaded.flow_texts)


def build_archive(loaded: Loaded) -> Archive:
    """Where the folders of finished jobs go, and when."""
    wanted = loaded.config.archive
    after = timedelta(days=wanted.after_days) if wanted.after_days else None
    return Archive(
        keep=Keep(after=after, form=ArchiveForm(wanted.form)),
        place=ArchivePlace(wanted.path, loaded.config.floor.id),
    )


def backup_place(loaded: Loaded) -> BackupPlace:
    """What is copied, where to, how often and how many are kept."""
    wanted = loaded.config.backup
    return BackupPlace(
        database=database_path(loaded),
        folder=wanted.folder or loaded.state_path / BACKUPS,
        every=timedelta(hours=wanted.every_hours),
        keep=wanted.keep,
        own=wanted.folder is None,
    )


def build_floor(loaded: Loaded) -> Floor:
    return Floor(loaded.floor_path, loaded.flows, loaded.config.floor.id, loaded.sides)


def build_shop(loaded: Loaded, database: Path | None = None) -> Shop:
    """The shop, enough for a command. Opens its store, or that file; raises StoreError."""
    config = loaded.config
    return Shop(
        store=Store.open(database or database_path(loaded)),
        floor=build_floor(loaded),
        spool=Spool(loaded.spool_path),
        ballast=Ballast(loaded.state_path / BALLAST_NAME),
        flows=loaded.flows,
        interfaces=interfaces_of(config),
        clock=SystemClock(),
        destinations={
            name: _destination(name, place, config.signals)
            for name, place in signal_places(config).items()
        },
        fetcher=NoWayOut(),
        rules=Rules(
            deadlines=_deadlines(config),
            lease=_lease(config),
            fetch_attempts=config.downloads.attempts,
            fetch_hold_after=timedelta(hours=config.downloads.hold_after_hours),
            settle_seconds=config.floor.settle_seconds,
            watching=config.floor.watching,
            poll_seconds=config.floor.poll_seconds,
            keep_refused=timedelta(days=config.intake.keep_refused_days),
        ),
        day=config.day.rule(),
        labels=tuple(one.program() for one in config.labels),
        signal_keys=signal_keys_of(config),
        devices=tuple(one.device() for one in config.devices),
    )


def build_lists(loaded: Loaded, draw: Callable[[DaySheet], Docket]) -> ListPlace:
    """Where the lists of closed days go; `draw` puts them on paper."""
    config = loaded.config
    return ListPlace(folder=config.day.lists, shop=config.shop.name, draw=draw)


def interfaces_of(config: Config) -> list[Interface]:
    """The Production Interfaces that orders may come through."""
    return [
        Interface(
            name=one.name,
            key=one.key.get_secret_value(),
            mode=Mode(one.mode),
            destination=one.signals_to or SIGNALS,
            forms=one.formats,
            user=one.basic_user,
            password=one.basic_password.get_secret_value(),
            networks=tuple(ip_network(network) for network in one.networks),
        )
        for one in config.intake.interfaces
    ]


def signal_places(config: Config) -> dict[str, SignalPlace]:
    """The usual destination, and one for each interface that has its own."""
    places: dict[str, SignalPlace] = {SIGNALS: config.signals}
    return places | {other.name: other for other in config.signals.others}


def signal_keys_of(config: Config) -> list[str]:
    """The keys of all destinations."""
    return [place.key.get_secret_value() for place in signal_places(config).values()]


def _destination(name: str, place: SignalPlace, common: Signals) -> Destination:
    dialect = Dialect(protocol=Protocol(place.protocol), delay_as_error=place.delay_as_item_error)
    old = dialect.protocol is Protocol.V1_1
    return Destination(
        name=name,
        sender=NoWayOut(),
        dialect=dialect,
        bundle_limit=1 if old else place.bundle_limit,
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
    return timedelta(seconds=LEASE_SECONDS + whole_seconds(config.signals))


def whole_seconds(signals: Signals) -> float:
    """The longest that one POST may take on the wall, whatever the server drips."""
    return signals.connect_timeout_seconds + signals.read_timeout_seconds + SPARE_SECONDS
