"""build(): from a configuration to a shop with its doors. Nothing happens before it is called."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from hotfolder.config.check import Loaded
from hotfolder.config.day import Day
from hotfolder.config.model import Config, Signals
from hotfolder.day_loops import day_loops
from hotfolder.domain.device import Device
from hotfolder.loops import Loop, Pace, Rush
from hotfolder.services.admit import asks_basic
from hotfolder.services.archive_jobs import Archiving
from hotfolder.services.compact_signals import compact_signals
from hotfolder.services.docket_worker import DocketWorker
from hotfolder.services.fetch_next import Fetching, fetch_next
from hotfolder.services.follow_clock import ClockWatch, follow_clock
from hotfolder.services.label_work import LabelWork
from hotfolder.services.mind_room import mind_room
from hotfolder.services.recover import free_stuck
from hotfolder.services.run_device import DeviceRun, Dispatch
from hotfolder.services.send_signals import Gate, send_next
from hotfolder.services.shop import Clock, FlowsInUse, Shop
from hotfolder.services.take_manifest import Manifests
from hotfolder.services.take_order import Posted, Taken, take_orders
from hotfolder.services.tidy_up import forget_refused, tidy_spool
from hotfolder.services.watch_deadlines import park_the_old, watch_deadlines
from hotfolder.shopfront import MIB, archive_path, build_archive, build_lists, build_shop
from hotfolder.timers import Timers
from hotfolder.watch.ears import Ears
from hotfolder.watch.observer import Listening, StageObserver, Watching
from hotfolder.watch.rounds import Rounds
from hotfolder.ways_out import docket_worker, with_ways_out
from hotfolder.web.contract import contract_route
from hotfolder.web.health import health_routes
from hotfolder.web.intake import intake_route
from hotfolder.web.server import Server, make_app

IDLE_SECONDS = 30.0
LATE_SECONDS = 120.0
TICK_SECONDS = 1.0
DEADLINE_SECONDS = 5.0
WATCH_SECONDS = 3.0
LABEL_SECONDS = 2.0


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
    timers: Timers


def build(loaded: Loaded, clock: Clock | None = None) -> App:
    """The whole of it, ready to be started by daemon.py. Raises StoreError or HotfolderError.

    Without a `clock` the machine's counts.
    """
    config = loaded.config
    dockets = docket_worker()
    flows = FlowsInUse(loaded.flows)
    made = build_shop(loaded)
    shop = replace(with_ways_out(made, config, dockets), flows=flows, clock=clock or made.clock)
    ears = Ears()
    rounds = Rounds(shop, config.floor.look_every_seconds, ears)
    how = Listening(watching=Watching(config.floor.watching), remote=shop.floor.remote_kind)
    observer = StageObserver(shop.floor.paths(), rounds.hint, rounds.hint_all, ears, how)
    gates = tuple(Gate(destination, ahead=True) for destination in shop.destinations.values())
    mind_clock, rush, fetching = _clock_minder(shop, gates), Rush(), Fetching()

    def before() -> None:
        rush.let_pass()
        mind_clock()

    loops = (
        Loop("rounds", rounds.step, rounds.wake),
        *_minders(observer, dockets),
        *_keepers(shop, mind_clock, loaded),
        *_devices(shop, rounds),
        _archiver(shop, rush, loaded),
        _tidier(shop, fetching),
        *day_loops(shop, build_lists(loaded, dockets.render_day), _manifests(shop, config.day)),
        *_labelers(shop),
        *(loop for gate in gates for loop in _senders(shop, gate, before, config.signals)),
        *_fetchers(shop, fetching, rush, config.downloads.parallel),
    )
    return App(
        shop=shop,
        flows=flows,
        dockets=dockets,
        gates=gates,
        rounds=rounds,
        observer=observer,
        server=_server(config, shop, rush, loops),
        loops=loops,
        timers=_timers(shop, rounds, config.floor.look_every_seconds),
    )


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


def _clock_minder(shop: Shop, gates: Sequence[Gate]) -> Callable[[], None]:
    """Looks whether the machine's clock was set; to be called before the time is used."""
    watch = ClockWatch(shop.clock)

    def mind_clock() -> None:
        if follow_clock(shop, watch):
            for gate in gates:
                gate.reopen()

    return mind_clock


def _minders(observer: StageObserver, dockets: DocketWorker) -> list[Loop]:
    """What looks after the watches of stage folders, and ends a docket worker without work."""

    def watch() -> float:
        observer.mend()
        return WATCH_SECONDS

    def rest() -> float:
        dockets.rest()
        return IDLE_SECONDS

    return [Loop("watches", watch), Loop("dockets", rest)]


def _keepers(shop: Shop, mind_clock: Callable[[], None], loaded: Loaded) -> list[Loop]:
    """What looks after the outbox, and what makes it smaller."""
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

    return [Loop("outbox", mind_outbox), Loop("archive", compact)]


def _archiver(shop: Shop, rush: Rush, loaded: Loaded) -> Loop:
    """Puts finished jobs away, after everything else."""

    def go_on(_step: str) -> None:
        loop.go_on()
        rush.let_pass()

    def step() -> float:
        archiving.run()
        return IDLE_SECONDS

    archiving = Archiving(shop, build_archive(loaded), go_on)
    loop = Loop("archiver", step)
    return loop


def _devices(shop: Shop, rounds: Rounds) -> list[Loop]:
    """What gives jobs to devices: a thread for each, as the share of one may hang.

    Without any, what those of an earlier configuration had is still brought to an end.
    """
    if not (shop.devices or shop.store.handovers.open() or shop.store.own_moves.all()):
        return []
    dispatch = Dispatch(shop, rounds.hint)
    return [Loop("dispatch", dispatch.step), *(_device(shop, one) for one in shop.devices)]


def _device(shop: Shop, device: Device) -> Loop:
    def step() -> float:
        return run.step()

    loop = Loop(f"device {device.name}", step)
    run = DeviceRun(shop, device, loop.go_on)
    return loop


def _labelers(shop: Shop) -> list[Loop]:
    """What speaks with label programs; their notes of an earlier run go when none is left."""
    work = LabelWork(shop)

    def step() -> float:
        work.step()
        return LABEL_SECONDS if shop.labels else IDLE_SECONDS

    return [Loop("labels", step)]


def _manifests(shop: Shop, day: Day) -> Manifests | None:
    return Manifests(shop, day.manifest, day.manifest_from) if day.manifest else None


def _server(config: Config, shop: Shop, rush: Rush, loops: tuple[Loop, ...]) -> Server:
    def take(documents: Sequence[Posted]) -> list[Taken | Exception]:
        with rush.order():
            return take_orders(shop, documents)

    def late_loops() -> list[str]:
        now = time.monotonic()
        return [loop.name for loop in loops if now - loop.beat > LATE_SECONDS]

    intake = config.intake
    orders = intake_route(
        take,
        intake.path,
        intake.body_limit_mib * MIB,
        intake.unknown_key_status,
        lambda: asks_basic(shop),
    )
    contract = contract_route(intake.path, intake.unknown_key_status)
    app = make_app(orders, contract, *health_routes(late_loops))
    return Server(app, intake.host, intake.port)


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
        loops.insert(0, Loop(f"{gate.destination.name}-{number + 1}", step, wake))
    return loops


def _tidier(shop: Shop, fetching: Fetching) -> Loop:
    def tidy() -> float:
        tidy_spool(shop, fetching.is_busy)
        forget_refused(shop)
        return IDLE_SECONDS

    return Loop("tidy", tidy)


def _fetchers(shop: Shop, fetching: Fetching, rush: Rush, count: int) -> list[Loop]:
    def one(name: str) -> Loop:
        def step() -> float:
            rush.let_pass()
            return 0.0 if fetch_next(shop, fetching, loop.go_on) else IDLE_SECONDS

        loop = Loop(name, step, shop.nudge.files.listen())
        return loop

    return [one(f"fetcher-{number + 1}") for number in range(count)]
