"""build(): from a configuration to a shop with its doors. Nothing happens before it is called."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from hotfolder.backup_loop import backup_loops
from hotfolder.config.check import Loaded
from hotfolder.config.downloads import Downloads
from hotfolder.config.model import Config, Signals
from hotfolder.day_loops import day_loops
from hotfolder.doors import build_certificate, house_door, order_door
from hotfolder.eyes import Eyes
from hotfolder.loops import LATE_SECONDS, Loop, Pace, Rush
from hotfolder.program_loops import device_loops, label_loops
from hotfolder.pulse import Pulse
from hotfolder.services.archive_jobs import Archiving
from hotfolder.services.compact_signals import compact_signals
from hotfolder.services.docket_worker import DocketWorker
from hotfolder.services.fetch_next import Fetching, fetch_next
from hotfolder.services.follow_clock import ClockWatch, follow_clock
from hotfolder.services.mind_certificate import CertificateWatch
from hotfolder.services.mind_room import mind_room
from hotfolder.services.recover import free_stuck
from hotfolder.services.send_signals import Gate, send_next
from hotfolder.services.shop import Clock, FlowsInUse, Shop
from hotfolder.services.take_manifest import Manifests
from hotfolder.services.take_order import Posted, Taken, take_orders
from hotfolder.services.tidy_up import forget_refused, tidy_spool
from hotfolder.services.watch_deadlines import park_the_old, watch_deadlines
from hotfolder.shopfront import (
    archive_path,
    backup_place,
    build_archive,
    build_lists,
    build_shop,
    whole_seconds,
)
from hotfolder.timers import Timers
from hotfolder.watch.ears import Ears
from hotfolder.watch.observer import Listening, StageObserver, Watching
from hotfolder.watch.rounds import Rounds
from hotfolder.ways_out import alert_ways, docket_worker, with_ways_out
from hotfolder.web.certificate import Certificate
from hotfolder.web.server import Door, Server

IDLE_SECONDS = 30.0
NEEDED = ("rounds", "outbox")  # the first round looks at all stages
# to read, check or flush a file of many GiB at once, or to look into a hundred thousand jobs that
# come into sight at once, on a slow disk
BULKY_SECONDS = 600.0
FETCH_STOP_SECONDS = 2.0  # a file is gone on with where it was left
TICK_SECONDS = 1.0
DEADLINE_SECONDS = 5.0
WATCH_SECONDS = 3.0
RENEWAL_SECONDS = 5.0


@dataclass(frozen=True, kw_only=True, slots=True)
class App:
    """A shop with its doors, not started."""

    shop: Shop
    flows: FlowsInUse
    dockets: DocketWorker
    gates: tuple[Gate, ...]
    rounds: Rounds
    observer: StageObserver
    server: Server
    loops: tuple[Loop, ...]
    pulse: Pulse
    timers: Timers


def build(loaded: Loaded, clock: Clock | None = None) -> App:
    """The whole of it, ready to be started; `clock`: instead of the machine's.

    Raises StoreError or HotfolderError.
    """
    config = loaded.config
    certificate, dockets = build_certificate(config.intake), docket_worker()
    shop, flows = _shop(loaded, dockets, clock)
    rounds, observer = _watchers(shop, config)
    gates = tuple(Gate(destination, ahead=True) for destination in shop.destinations.values())
    eyes = Eyes(shop, loaded, alert_ways(config.alerts))
    timers = _timers(shop, rounds, config.floor.look_every_seconds)
    mind_clock, rush, fetching = _clock_minder(shop, gates, timers), Rush(), Fetching()
    before = _before_sending(rush, mind_clock)
    orders = _order_door(config, shop, rush, certificate)
    loops = (
        *_minders(rounds, observer, dockets),
        *_keepers(shop, mind_clock, loaded),
        _archiver(shop, rush, loaded),
        _tidier(shop, fetching),
        *_others(shop, loaded, rounds, dockets),
        *eyes.loops(),
        *_renewer(shop, certificate),
        *(loop for gate in gates for loop in _senders(shop, gate, before, config.signals)),
        *_fetchers(shop, fetching, rush, config.downloads),
    )
    pulse = Pulse(loops, NEEDED)
    eyes.watch(loops)
    return App(
        shop=shop,
        flows=flows,
        dockets=dockets,
        gates=gates,
        rounds=rounds,
        observer=observer,
        server=Server(orders, house_door(config, pulse, eyes.readings(orders.refused))),
        loops=loops,
        pulse=pulse,
        timers=timers,
    )


def _shop(loaded: Loaded, dockets: DocketWorker, clock: Clock | None) -> tuple[Shop, FlowsInUse]:
    """The shop with its ways out, and its flows, which may be changed while it runs."""
    flows = FlowsInUse(loaded.flows)
    shop = with_ways_out(build_shop(loaded), loaded.config, dockets)
    return replace(shop, flows=flows, clock=clock or shop.clock), flows


def _watchers(shop: Shop, config: Config) -> tuple[Rounds, StageObserver]:
    ears = Ears()
    rounds = Rounds(shop, config.floor.look_every_seconds, ears)
    how = Listening(watching=Watching(config.floor.watching), remote=shop.floor.remote_kind)
    return rounds, StageObserver(shop.floor.paths(), rounds.hint, rounds.hint_all, ears, how)


def _timers(shop: Shop, rounds: Rounds, look_every_seconds: float) -> Timers:
    def nudge() -> None:
        shop.nudge.signals.set()
        shop.nudge.files.set()

    return Timers(
        {
            "signals and files": (TICK_SECONDS, nudge),  # of two timers each costs as much
            "floor": (look_every_seconds, rounds.wake.set),
        }
    )


def _clock_minder(shop: Shop, gates: Sequence[Gate], timers: Timers) -> Callable[[], None]:
    """Looks whether the machine's clock was set; to be called before the time is used."""
    watch = ClockWatch(shop.clock)

    def mind_clock() -> None:
        if follow_clock(shop, watch):
            timers.begin_anew()
            for gate in gates:
                gate.reopen()

    return mind_clock


def _before_sending(rush: Rush, mind_clock: Callable[[], None]) -> Callable[[], None]:
    def before() -> None:
        rush.let_pass()
        mind_clock()

    return before


def _minders(rounds: Rounds, observer: StageObserver, dockets: DocketWorker) -> list[Loop]:
    """What looks at stage folders and after their watches, and ends a worker without work."""

    def watch() -> float:
        observer.mend()
        return WATCH_SECONDS

    def rest() -> float:
        dockets.rest()
        return IDLE_SECONDS

    look = Loop("rounds", rounds.step, rounds.wake, BULKY_SECONDS)
    return [look, Loop("watches", watch), Loop("dockets", rest)]


def _keepers(shop: Shop, mind_clock: Callable[[], None], loaded: Loaded) -> list[Loop]:
    """What looks after the outbox, what makes it smaller, and what copies the store."""
    keep = timedelta(days=loaded.config.signals.keep_days)

    def compact() -> float:
        moved = compact_signals(shop, archive_path(loaded), keep) if keep else 0
        return 0.0 if moved else IDLE_SECONDS

    def mind_outbox() -> float:
        mind_clock()
        mind_room(shop)
        free_stuck(shop)
        park_the_old(shop)
        return 0.0 if watch_deadlines(shop) else DEADLINE_SECONDS

    backups = backup_loops(shop, backup_place(loaded))
    return [Loop("outbox", mind_outbox), Loop("archive", compact), *backups]


def _archiver(shop: Shop, rush: Rush, loaded: Loaded) -> Loop:
    """Puts finished jobs away, after everything else."""

    def go_on(_step: str) -> None:
        loop.go_on()
        rush.let_pass()

    def step() -> float:
        archiving.run()
        return IDLE_SECONDS

    archiving = Archiving(shop, build_archive(loaded), go_on)
    loop = Loop("archiver", step, late_seconds=BULKY_SECONDS)
    return loop


def _others(shop: Shop, loaded: Loaded, rounds: Rounds, dockets: DocketWorker) -> list[Loop]:
    """Devices, the end of the day, and label programs."""
    day = loaded.config.day
    manifests = Manifests(shop, day.manifest, day.manifest_from) if day.manifest else None
    return [
        *device_loops(shop, rounds.hint),
        *day_loops(shop, build_lists(loaded, dockets.render_day), manifests),
        *label_loops(shop),
    ]


def _order_door(config: Config, shop: Shop, rush: Rush, certificate: Certificate | None) -> Door:
    def take(documents: Sequence[Posted]) -> list[Taken | Exception]:
        with rush.order():
            return take_orders(shop, documents)

    return order_door(config, shop, take, certificate)


def _renewer(shop: Shop, certificate: Certificate | None) -> list[Loop]:
    if certificate is None:
        return []
    watch = CertificateWatch(shop, certificate)

    def look() -> float:
        watch.look()
        return RENEWAL_SECONDS

    return [Loop("certificate", look)]


def _senders(shop: Shop, gate: Gate, before: Callable[[], None], signals: Signals) -> list[Loop]:
    """The first sender is nudged; each wakes the next one while there is more to send."""
    loops: list[Loop] = []
    pace = Pace(signals.most_per_second or 0)
    for number in reversed(range(signals.parallel)):
        following = loops[0] if loops else None

        def step(following: Loop | None = following) -> float:
            before()
            pace.wait()
            if not send_next(shop, gate):
                return IDLE_SECONDS
            if following is not None:
                following.wake.set()
            return 0.0

        wake = shop.nudge.signals.listen() if number == 0 else None
        name = f"{gate.destination.name}-{number + 1}"
        loops.insert(0, Loop(name, step, wake, LATE_SECONDS + whole_seconds(signals)))
    return loops


def _tidier(shop: Shop, fetching: Fetching) -> Loop:
    def tidy() -> float:
        tidy_spool(shop, fetching.is_busy)
        forget_refused(shop)
        return IDLE_SECONDS

    return Loop("tidy", tidy)


def _fetchers(shop: Shop, fetching: Fetching, rush: Rush, downloads: Downloads) -> list[Loop]:
    silence = downloads.connect_timeout_seconds + downloads.idle_timeout_seconds

    def one(name: str) -> Loop:
        def step() -> float:
            rush.let_pass()
            return 0.0 if fetch_next(shop, fetching, loop.go_on) else IDLE_SECONDS

        loop = Loop(name, step, shop.nudge.files.listen(), BULKY_SECONDS + silence)
        loop.stop_seconds = FETCH_STOP_SECONDS
        return loop

    return [one(f"fetcher-{number + 1}") for number in range(downloads.parallel)]
