"""watchdog's events become hints: "look at this stage". Nothing else is taken from them.

One non-recursive watch a stage: recursive watches of watchdog 7.1 loop for ever above a few
thousand folders, and the paths in its events can be stale. That threads live proves nothing (after
an unmount they do, and hear nothing for ever), so it is measured whether a change arrives.
"""

import errno
import logging
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from loguru import logger
from watchdog.events import FileAttribEvent, FileSystemEvent, FileSystemEventHandler
from watchdog.observers.api import ObservedWatch

from hotfolder.domain.noise import MARKER_NAME, is_noise
from hotfolder.watch.ears import Ear, Ears, Way
from hotfolder.watch.emitter import WANTED, ArrivalObserver
from hotfolder.watch.probe import Probe, Step

Tell = Callable[[str], None]
MOST_DRIFT = 2
OVERFLOW_LOG = "watchdog.observers.inotify_c"
LIMITS = {
    errno.ENOSPC: "the limit of watches is reached; raise fs.inotify.max_user_watches",
    errno.EMFILE: "the limit of watchers is reached; raise fs.inotify.max_user_instances",
}


class Watching(StrEnum):
    """What is used: by itself only where the system announces changes, or one for all stages."""

    AUTO = "auto"
    EVENTS = "events"
    POLLING = "polling"


@dataclass(frozen=True, kw_only=True, slots=True)
class Listening:
    """How stages are listened to.

    `remote` names the file system of a stage that lies on another machine. Seconds: between two
    probes of a silent stage, and until an unanswered one counts as missed.
    """

    watching: Watching = Watching.AUTO
    remote: Callable[[str], str] = lambda _stage: ""
    probe_seconds: float = 60.0
    answer_seconds: float = 3.0
    clock: Callable[[], float] = time.monotonic


class _Hint(FileSystemEventHandler):
    def __init__(self, tell: Callable[[], None], hear: Callable[[], None]) -> None:
        self._tell = tell
        self._hear = hear

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Never raises: that would end watchdog's thread."""
        try:
            name = os.path.basename(os.fsdecode(event.src_path))  # noqa: PTH119 (no path of ours)
            if not isinstance(event, FileAttribEvent):
                self._hear()
                if not is_noise(name):
                    self._tell()
            elif name == MARKER_NAME:
                self._hear()
        except Exception as error:  # noqa: BLE001 (a hint lost costs seconds, the thread all hints)
            logger.opt(exception=error).error("a hint was lost")


class _Overflow(logging.Handler):
    """The only place where watchdog says that it lost events is its log."""

    def __init__(self, tell_all: Callable[[], None]) -> None:
        super().__init__(logging.WARNING)
        self._tell_all = tell_all

    def emit(self, _record: logging.LogRecord) -> None:
        self._tell_all()


class StageObserver:
    """Watches stage folders.

    `tell` is called with a stage key from watchdog's own thread when something has arrived there;
    `tell_all` when anything may have changed. How well each stage is heard stands in `ears`.
    """

    def __init__(
        self,
        stages: Mapping[str, Path],
        tell: Tell,
        tell_all: Callable[[], None],
        ears: Ears | None = None,
        how: Listening | None = None,
    ) -> None:
        self._stages = stages
        self._tell = tell
        self._tell_all = tell_all
        self._ears = ears or Ears()
        self._how = how or Listening()
        self._overflow = _Overflow(self._overflowed)
        self._observer: ArrivalObserver | None = None
        self._watches: dict[str, tuple[ObservedWatch, str]] = {}
        self._probes: dict[str, Probe] = {}
        self._started = False

    def start(self) -> None:
        """Watch what can be watched; looking at intervals finds what can not."""
        self._started = True
        log = logging.getLogger(OVERFLOW_LOG)
        log.addHandler(self._overflow)
        log.propagate = False  # what it says is told in our words
        self.mend()

    def stop(self) -> None:
        self._started = False
        logging.getLogger(OVERFLOW_LOG).removeHandler(self._overflow)
        self._give_up()

    def use(self, stages: Mapping[str, Path]) -> None:
        """These are the stages from the next `mend` on."""
        self._stages = stages

    def mend(self) -> None:
        """Watch again what is watched no more: a folder replaced or mounted, a dead thread.

        To be called every few seconds: probes are sent and judged here.
        """
        if not self._started:
            return
        if self._observer is not None and not self._observer.is_whole():
            logger.warning("watching has stopped and is started again")
            self._give_up()
        stages = self._stages
        for stage in self._watches.keys() - stages.keys():
            self._unwatch(stage)
        for stage, path in stages.items():
            if reason := self._not_watched(stage):
                self._unwatch(stage)
                self._set(stage, Ear(way=Way.POLLED, why=reason))
            else:
                self._mend_stage(stage, path)

    def watched(self) -> set[str]:
        """The stages whose folders are being watched now."""
        return set(self._watches)

    def _not_watched(self, stage: str) -> str:
        """Why a stage is to be polled, if it is."""
        if self._how.watching is Watching.POLLING:
            return "as configured"
        kind = self._how.remote(stage) if self._how.watching is Watching.AUTO else ""
        return f"it lies on another machine ({kind})" if kind else ""

    def _mend_stage(self, stage: str, path: Path) -> None:
        identity = _identity(path)
        if stage in self._watches and self._watches[stage][1] == identity:
            self._listen(stage, path)
            return
        self._unwatch(stage)
        if identity and self._watch(stage, path, identity):
            self._probes[stage] = Probe(
                every=self._how.probe_seconds, patience=self._how.answer_seconds
            )
            self._set(stage, Ear())

    def _listen(self, stage: str, path: Path) -> None:
        """Measure whether a change in the stage arrives, and act on it."""
        probe, now = self._probes[stage], self._how.clock()
        step = probe.step(now, self._ears.heard_at(stage))
        if step is Step.ASK and not _ask(path):
            probe.can_not_ask(now)
            if self._ears.drift(stage) >= MOST_DRIFT:
                step = probe.renew(now)
        elif step is Step.ASK:
            probe.ask(now)
        if step is Step.HEARD:
            self._set(stage, Ear())
        elif step is Step.RENEW:
            self._renew(stage, path, probe)

    def _renew(self, stage: str, path: Path, probe: Probe) -> None:
        if probe.is_deaf:
            self._set(stage, Ear(way=Way.DEAF, why="a change made to try it was not announced"))
        else:
            logger.warning("stage {} is not heard: it is watched anew", stage)
        self._unwatch(stage)
        self._watch(stage, path, _identity(path))

    def _watch(self, stage: str, path: Path, identity: str) -> bool:
        """True when the stage is watched now; it has to be looked at then, and if not as well."""
        hint = _Hint(lambda: self._tell(stage), lambda: self._ears.hear(stage, self._how.clock()))
        self._ears.forget_drift(stage)
        try:
            watch = self._running().schedule(
                hint, str(path), recursive=False, event_filter=WANTED, follow_symlink=True
            )
        except OSError as error:
            why = LIMITS.get(error.errno or 0, error.strerror or "the system refuses it")
            self._set(stage, Ear(way=Way.DEAF, why=why))
            return False
        self._watches[stage] = (watch, identity)
        self._tell(stage)
        return True

    def _running(self) -> ArrivalObserver:
        """The observer, started when there is none. Raises OSError."""
        if self._observer is None:
            self._observer = ArrivalObserver()
            self._observer.start()
        return self._observer

    def _unwatch(self, stage: str) -> None:
        watch, _ = self._watches.pop(stage, (None, ""))
        if watch is not None and self._observer is not None:
            self._observer.unschedule(watch)

    def _give_up(self) -> None:
        self._watches.clear()
        if self._observer is not None:
            self._observer.stop()
            self._observer.join(timeout=5)
            self._observer = None

    def _set(self, stage: str, ear: Ear) -> None:
        if not self._ears.set(stage, ear):
            return
        if ear.way is Way.DEAF:
            logger.warning("stage {} is looked at, not listened to: {}", stage, ear.why)
        else:
            logger.info("stage {} is known by {} {}", stage, ear.way.value, ear.why)

    def _overflowed(self) -> None:
        self._ears.overflow(self._how.clock())
        self._tell_all()


def _ask(path: Path) -> bool:
    """Make a change that must be announced and that nobody sees: the marker gets a new time."""
    try:
        os.utime(path / MARKER_NAME)
    except OSError:
        return False
    return True


def _identity(path: Path) -> str:
    try:
        facts = path.stat()
    except OSError:
        return ""
    return f"{facts.st_dev}:{facts.st_ino}"
