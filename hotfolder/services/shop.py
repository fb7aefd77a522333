"""The Shop: what a service may touch. Built once in app.py and handed around."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from threading import Event
from typing import Any, Protocol, overload

from hotfolder.domain.answer import Answer
from hotfolder.domain.day import DayRule
from hotfolder.domain.deadline import deadline
from hotfolder.domain.device import Device
from hotfolder.domain.docket import Docket, DocketFacts
from hotfolder.domain.flow import Flow
from hotfolder.domain.job import Job, Mode, Place
from hotfolder.domain.label_form import LabelProgram
from hotfolder.domain.preflight import FileFacts
from hotfolder.domain.signal import Signal, SignalType
from hotfolder.files.ballast import Ballast
from hotfolder.files.floor import Floor
from hotfolder.files.spool import Spool
from hotfolder.formats.docket_template import DocketTemplate
from hotfolder.formats.signal_json import Dialect
from hotfolder.store.outbox import Promise
from hotfolder.store.store import Store

Network = IPv4Network | IPv6Network
Progress = Callable[[int, int | None], None]  # bytes that are here, and of the whole if known
SIGNALS = "cloudsignal"  # the destination's name in the store


class Clock(Protocol):
    """What time it is."""

    def now(self) -> datetime:
        """The moment, aware, in UTC."""

    def monotonic(self) -> float:
        """Seconds that only ever grow."""


class Sender(Protocol):
    """The way to CloudSignal."""

    def send(self, request: Mapping[str, Any]) -> Answer:
        """What came back, whatever it is; raises nothing."""

    def set_key(self, key: str) -> bool:
        """Use another key from now on; True when it really is another one."""


class Fetcher(Protocol):
    """The way to the order's files."""

    def fetch(
        self,
        url: str,
        target: Path,
        wanted: int | None = None,
        progress: Progress | None = None,
        md5: str | None = None,
    ) -> FileFacts:
        """The facts of the file, now at `target`. Raises FetchError.

        `wanted` and `md5` are what the order names. What `progress` raises ends the fetch, and a
        later one goes on from there.
        """


@dataclass(frozen=True, kw_only=True, slots=True)
class Destination:
    """Where signals go: a CloudSignal interface and how it is spoken to.

    `bundle_limit` 1 never bundles. `pages_count`: a web page with status 200 counts as accepted.
    """

    name: str
    sender: Sender
    dialect: Dialect = field(default_factory=Dialect)
    bundle_limit: int = 50
    pages_count: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class DocketStyle:
    """How the shop's dockets look, and who draws them."""

    template: DocketTemplate
    draw: Callable[[DocketFacts, DocketTemplate, bytes | None], Docket]


@dataclass(frozen=True, kw_only=True, slots=True)
class Interface:
    """A Production Interface: orders that carry its key came through it.

    `destination` is the name of where its signals go. `forms` are the formats it takes. With a
    `password` senders must give it by HTTP Basic; with `networks` they must come from one of them.
    """

    name: str
    key: str = field(repr=False)
    mode: Mode
    destination: str = SIGNALS
    forms: tuple[str, ...] = ("json", "xml")
    user: str = ""
    password: str = field(default="", repr=False)
    networks: tuple[Network, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """Who posts an order: the address it comes from, and what it gave by HTTP Basic."""

    address: str
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """Numbers of the shop. `deadlines` per type; a type that is not there keeps the usual one."""

    lease: timedelta = timedelta(seconds=60)
    deadlines: Mapping[SignalType, timedelta] = field(default_factory=dict)
    fetch_attempts: int = 5
    fetch_hold_after: timedelta = timedelta(hours=4)
    settle_seconds: float = 10.0
    note_after_seconds: float = 30.0
    tracking_quiet_seconds: float = 2.0
    poll_seconds: float = 15.0
    watching: str = "auto"
    keep_refused: timedelta = timedelta(days=30)


class Bell:
    """Rung after a commit that made work, so that nobody has to wait for a timer."""

    def __init__(self) -> None:
        self._listeners: list[Event] = []

    def listen(self) -> Event:
        """An event of the caller's own, set at each ring."""
        event = Event()
        self._listeners.append(event)
        return event

    def set(self) -> None:
        """Ring."""
        for event in self._listeners:
            event.set()


@dataclass(frozen=True, kw_only=True, slots=True)
class Nudges:
    """There are signals to send; there are files to fetch; job folders were put on the floor.

    Of `placed` the rounds take what they have not seen yet. To lose it with the process loses
    nothing: a first look asks the store.
    """

    signals: Bell = field(default_factory=Bell)
    files: Bell = field(default_factory=Bell)
    placed: deque[Place] = field(default_factory=deque)


class FlowsInUse(Sequence[Flow]):
    """The flows of a shop that runs: replaced as a whole while other threads read them."""

    def __init__(self, flows: Iterable[Flow]) -> None:
        self._flows = tuple(flows)

    def use(self, flows: Iterable[Flow]) -> None:
        """These are the flows from now on."""
        self._flows = tuple(flows)

    def __iter__(self) -> Iterator[Flow]:
        return iter(self._flows)

    def __len__(self) -> int:
        return len(self._flows)

    @overload
    def __getitem__(self, at: int) -> Flow: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Flow]: ...
    def __getitem__(self, at: int | slice) -> Flow | Sequence[Flow]:
        return self._flows[at]


@dataclass(frozen=True, kw_only=True, slots=True)
class Shop:
    """One shop: its truths, its doors and its rules."""

    store: Store
    floor: Floor
    spool: Spool
    ballast: Ballast
    flows: Sequence[Flow]
    interfaces: list[Interface]
    clock: Clock
    destinations: Mapping[str, Destination]
    fetcher: Fetcher
    rules: Rules = field(default_factory=Rules)
    day: DayRule = field(default_factory=DayRule)
    labels: Sequence[LabelProgram] = ()
    dockets: DocketStyle | None = None
    nudge: Nudges = field(default_factory=Nudges)
    signal_keys: list[str] = field(default_factory=list, repr=False)
    devices: Sequence[Device] = ()

    def keys(self) -> list[str]:
        """Every key of the configuration: none of them may be written anywhere."""
        return [*(one.key for one in self.interfaces), *self.signal_keys]

    def destination(self, interface: str) -> Destination:
        """Where the signals of orders from this interface go; the usual one for an unknown name."""
        found = next((one for one in self.interfaces if one.name == interface), None)
        name = found.destination if found else SIGNALS
        return self.destinations.get(name) or next(iter(self.destinations.values()))

    def promise(
        self, job: Job, signal: Signal, due: datetime, stage: str = "", *, inferred: bool = False
    ) -> Promise:
        """A signal of a job, ready to be put into the outbox."""
        return Promise(
            signal=signal,
            job_id=job.id,
            due=due,
            deadline=deadline(signal.type, signal.at, self.rules.deadlines),
            destination=self.destination(job.interface).name,
            stage=stage,
            inferred=inferred,
        )

    def take_back(self, job: Job) -> None:
        """The folder of a held job goes back to the spool, by one rename. Raises FloorError.

        Nothing happens when it is there already: an earlier call was cut off.
        """
        spool = self.spool.folder(job.id)
        if job.place is not None and not spool.exists():
            self.floor.take_back(job.place.stage, job.place.folder, spool)

    def flow(self, name: str) -> Flow | None:
        """The flow of this name; None when the configuration no longer has it."""
        return next((flow for flow in self.flows if flow.name == name), None)
