"""Start in order, wait, stop in order. POSIX signals are named only here."""

import ctypes
import faulthandler
import gc
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass

from loguru import logger

from hotfolder.app import App, build
from hotfolder.config.check import Loaded
from hotfolder.errors import AlreadyRunning
from hotfolder.files.lock import Lock
from hotfolder.logs import Logs
from hotfolder.loops import Loop, not_ended
from hotfolder.notify import Duty, ServiceManager
from hotfolder.reload import ConfigWatch
from hotfolder.services.forget_notes import forget_notes_of
from hotfolder.services.make_backup import BACKUP
from hotfolder.services.mind_certificate import CERTIFICATE
from hotfolder.services.note_run import begin_run, end_run
from hotfolder.services.recover import recover
from hotfolder.services.take_manifest import NOTE as MANIFEST
from hotfolder.shopfront import keep_flows, lock_paths

STOP_SECONDS = 25.0  # the unit gives us 30
HEALTH_PATH = "/health/ready"
GARBAGE_OBJECTS, GARBAGE_ROUNDS = 1_000, 5
STOP_REQUESTS = (signal.SIGTERM, signal.SIGINT)
LOG_MORE, LOG_LESS = signal.SIGUSR1, signal.SIGUSR2
M_ARENA_MAX = -8  # malloc.h of glibc


def run(loaded: Loaded, logs: Logs) -> None:
    """Run until asked to stop. Raises HotfolderError when it can not start.

    A file lease that is broken while we look at a file would end the process, so that request is
    ignored. Of a daemon that is ended because it is stuck the log shows where each thread was; one
    that was merely stopped goes on while that is written, and it may break off.
    """
    signal.signal(signal.SIGIO, signal.SIG_IGN)
    faulthandler.enable(sys.__stderr__ or 2)
    _spare_memory()
    manager = ServiceManager.of(os.environ)
    manager.tell("STATUS=starting: opening the store")
    asked_to_stop = _requests()
    locks = take_locks(loaded)
    try:
        keep_flows(loaded, loaded)
        app = build(loaded)
        app.shop.spool.prepare()
        app.shop.store.check()
        forget_notes_of(app.shop, not_wanted(loaded))
        changes = Loop("changes", ConfigWatch(app, loaded, os.environ, logs.usual_is).step)
        manager.tell("STATUS=starting: looking at the floor")
        _start(app)
        changes.start()
        _spare_garbage_collection()
        addresses = _addresses(loaded, app.server.ports)
        locks[0].tell(_told(addresses))
        requests = _Requests(hears=asked_to_stop, logs=logs)
        _be_on_duty(app, manager, f"orders are taken at {addresses['orders']}", requests)
        logger.info("stopping")
        manager.tell("STOPPING=1", "STATUS=stopping")
        changes.ask_to_stop()
        _stop(app)
    finally:
        for lock in locks:
            lock.release()


def not_wanted(loaded: Loaded) -> list[str]:
    """The kinds of notes of parts that this configuration does not have."""
    config = loaded.config
    parts = {
        CERTIFICATE: config.intake.tls_certificate,
        BACKUP: config.backup.every_hours,
        MANIFEST: config.day.manifest,
    }
    return [kind for kind, wanted in parts.items() if not wanted]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Requests:
    """What others ask of us by POSIX signals: to stop, or to log more or less."""

    hears: socket.socket
    logs: Logs

    def wait(self, seconds: float) -> bool:
        """True when asked to stop within this time."""
        self.hears.settimeout(seconds)
        try:
            number = self.hears.recv(1)[0]
        except TimeoutError:
            return False
        if number == LOG_MORE:
            self.logs.more()
        elif number == LOG_LESS:
            self.logs.less()
        return number in STOP_REQUESTS


def _be_on_duty(app: App, manager: ServiceManager, words: str, requests: _Requests) -> None:
    """Returns when asked to stop; until then it tells the service manager how we are.

    In the main thread, which does nothing else: when the whole process is stuck, nothing is told.
    """
    duty = Duty(
        manager,
        awaited=app.pulse.awaited,
        late=lambda: [*app.pulse.late(), *app.server.late()],
        stuck=lambda: [*app.pulse.stuck(), *app.server.late()],
        words=words,
    )
    while not requests.wait(duty.report()):
        pass


def _spare_memory() -> None:
    """One heap for all threads: the heaps that glibc gives them take 4 MB and stay half empty.

    Python runs one thread at a time, so none waits for the heap. To be called before there are
    others. https://man7.org/linux/man-pages/man3/mallopt.3.html
    """
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_option is not None:
        set_option(M_ARENA_MAX, 1)


def _spare_garbage_collection() -> None:
    """Never look for garbage among what is here for good: that took a tenth of each order.

    What came later is little, so all of it is looked at often: each connection that ends leaves a
    ring of objects, in a day some megabytes. The second look has nothing to find; it makes the
    collector forget how much there was before, as it waits for a quarter of that to come anew.
    https://docs.python.org/3/library/gc.html#gc.freeze
    """
    gc.collect()
    gc.freeze()
    gc.collect()
    gc.set_threshold(GARBAGE_OBJECTS, GARBAGE_ROUNDS, GARBAGE_ROUNDS)


def _requests() -> socket.socket:
    """Gives the number of each signal as a byte.

    The kernel may hand a signal to any thread, and a main thread that waits for a lock does not
    hear of it before the lock is free. https://docs.python.org/3/library/signal.html#signals-and-threads
    """
    hears, told = socket.socketpair()
    told.setblocking(False)
    signal.set_wakeup_fd(told.detach())
    for number in (*STOP_REQUESTS, LOG_MORE, LOG_LESS):
        signal.signal(number, lambda *_: None)
    return hears


def take_locks(loaded: Loaded) -> list[Lock]:
    """The locks of state and floor. Raises AlreadyRunning when one is held by another daemon."""
    locks = []
    for path in lock_paths(loaded):
        lock = Lock.take(path, _told({}))
        if lock is None:
            raise AlreadyRunning(f"another Hotfolder is running: it holds {path}")
        locks.append(lock)
    return locks


def _told(addresses: Mapping[str, str]) -> str:
    """What a running daemon tells those who find its lock."""
    health = addresses["house"] + HEALTH_PATH if addresses else ""
    told = {"pid": os.getpid(), "orders": "", "house": "", "health": health}
    return json.dumps(told | dict(addresses))


def _addresses(loaded: Loaded, ports: tuple[int, ...]) -> dict[str, str]:
    """Of the door for orders and that of the house, whose ports these are."""
    config = loaded.config
    return {"orders": config.intake.address(ports[0]), "house": config.house.address(ports[1])}


def _start(app: App) -> None:
    recover(app.shop)
    begin_run(app.shop)
    app.observer.start()
    for loop in app.loops:
        loop.start()
    app.timers.start()
    app.server.start()


def _stop(app: App) -> None:
    """All have the same time to end, at once; what is not done then is done at the next start."""
    end = time.monotonic() + STOP_SECONDS
    for loop in app.loops:
        loop.ask_to_stop()
    app.server.stop()
    app.timers.stop()
    late = not_ended(app.loops, end - time.monotonic())
    app.observer.stop()
    app.dockets.stop()
    for gate in app.gates:
        gate.give_back(app.shop, of_all=True)
    end_run(app.shop)
    app.shop.store.close()
    if late:
        logger.warning("{} did not end in time; what they did is taken up again", ", ".join(late))
