"""The Shop: what a service may touch. Built once in app.py and handed around."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any, Protocol

from hotfolder.domain.flow import Flow
from hotfolder.domain.job import Mode
from hotfolder.domain.preflight import FileFacts
from hotfolder.domain.signal import SignalType
from hotfolder.files.floor import Floor
from hotfolder.files.spool import Spool
from hotfolder.store.store import Store

SIGNALS = "cloudsignal"  # the destination's name in the store


class Clock(Protocol):
    """What time it is."""

    def now(self) -> datetime:
        """The moment, aware, in UTC."""

    def monotonic(self) -> float:
        """Seconds that only ever grow."""


class Sender(Protocol):
    """The way to CloudSignal."""

    def send(self, request: Mapping[str, Any]) -> None:
        """Returns when accepted, raises DeliveryError otherwise."""


class Fetcher(Protocol):
    """The way to the order's files."""

    def fetch(self, url: str, target: Path) -> FileFacts:
        """The facts of the file, now at `target`. Raises FetchError."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Interface:
    """A Production Interface: orders that carry its key came through it."""

    name: str
    key: str = field(repr=False)
    mode: Mode


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """Numbers of the shop.

    `registered_within` is the network's own limit (How to integrate); the others are ours.
    """

    bundle_limit: int = 50
    lease: timedelta = timedelta(seconds=60)
    registered_within: timedelta = timedelta(minutes=15)
    signaled_within: timedelta = timedelta(hours=1)
    fetch_attempts: int = 5
    settle_seconds: float = 10.0
    note_after_seconds: float = 30.0
    tracking_quiet_seconds: float = 2.0
    keep_refused: timedelta = timedelta(days=30)

    def deadline(self, kind: SignalType, at: datetime) -> datetime:
        """By when a signal of something that happened at `at` should have arrived."""
        if kind is SignalType.REGISTERED:
            return at + self.registered_within
        return at + self.signaled_within


@dataclass(frozen=True, kw_only=True, slots=True)
class Nudges:
    """Set after a commit that made work, so that nobody has to wait for a timer."""

    signals: Event = field(default_factory=Event)
    files: Event = field(default_factory=Event)


@dataclass(frozen=True, kw_only=True, slots=True)
class Shop:
    """One shop: its truths, its doors and its rules."""

    store: Store
    floor: Floor
    spool: Spool
    flows: Sequence[Flow]
    interfaces: Sequence[Interface]
    clock: Clock
    sender: Sender
    fetcher: Fetcher
    rules: Rules = field(default_factory=Rules)
    nudge: Nudges = field(default_factory=Nudges)

    def flow(self, name: str) -> Flow | None:
        """The flow of this name; None when the configuration no longer has it."""
        return next((flow for flow in self.flows if flow.name == name), None)
