"""watchdog's events become hints: "look at this stage". Nothing else is taken from them.

One non-recursive watch a stage: recursive watches of watchdog 7.1 loop for ever above a few
thousand folders, and the paths in its events can be stale.
"""

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from loguru import logger
from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import ObservedWatch

HINTS: list[type[FileSystemEvent]] = [
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileMovedEvent,
]
Tell = Callable[[str], None]
OVERFLOW_LOG = "watchdog.observers.inotify_c"


class _Hint(FileSystemEventHandler):
    def __init__(self, stage_key: str, tell: Tell, tell_left: Tell) -> None:
        self._stage_key = stage_key
        self._tell = tell
        self._tell_left = tell_left

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Never raises: that would end watchdog's thread."""
        left = isinstance(event, (DirDeletedEvent, FileDeletedEvent))
        try:
            (self._tell_left if left else self._tell)(self._stage_key)
        except Exception as error:  # noqa: BLE001 (a hint lost costs seconds, the thread all hints)
            logger.opt(exception=error).error("a hint for stage {} was lost", self._stage_key)


class _Overflow(logging.Handler):
    """The only place where watchdog says that it lost events is its log."""

    def __init__(self, tell_all: Callable[[], None]) -> None:
        super().__init__(logging.WARNING)
        self._tell_all = tell_all

    def emit(self, _record: logging.LogRecord) -> None:
        self._tell_all()


class StageObserver:
    """Watches stage folders.

    `tell` is called with a stage key from watchdog's own thread; `tell_left` instead, if given,
    when something has only left the stage, which watchdog says half a second late.
    """

    def __init__(
        self,
        stages: Mapping[str, Path],
        tell: Tell,
        tell_all: Callable[[], None],
        tell_left: Tell | None = None,
    ) -> None:
        self._stages = stages
        self._tell = tell
        self._tell_left = tell_left or tell
        self._overflow = _Overflow(tell_all)
        self._observer: Any = None
        self._watches: dict[str, tuple[ObservedWatch, str]] = {}

    def start(self) -> None:
        """Watch what can be watched; looking at intervals finds what can not."""
        logging.getLogger(OVERFLOW_LOG).addHandler(self._overflow)
        self._observer = Observer()
        self._observer.start()
        self.mend()

    def stop(self) -> None:
        logging.getLogger(OVERFLOW_LOG).removeHandler(self._overflow)
        if self._observer is not None:
            self._observer.stop()
            self._observer.join(timeout=5)
            self._observer = None
            self._watches.clear()

    def use(self, stages: Mapping[str, Path]) -> None:
        """These are the stages from the next `mend` on."""
        self._stages = stages

    def mend(self) -> None:
        """Watch again what is watched no more: a folder replaced or mounted, a dead thread."""
        if self._observer is None:
            return
        if not self._is_whole():
            logger.warning("watching has stopped and is started again")
            self.stop()
            self.start()
            return
        stages = self._stages
        for stage_key in self._watches.keys() - stages.keys():
            self._unwatch(stage_key)
        for stage_key, path in stages.items():
            self._mend_stage(stage_key, path)

    def _unwatch(self, stage_key: str) -> None:
        watch, _ = self._watches.pop(stage_key)
        self._observer.unschedule(watch)

    def watched(self) -> set[str]:
        """The stages whose folders are being watched now."""
        return set(self._watches)

    def _is_whole(self) -> bool:
        emitters = self._observer.emitters
        return self._observer.is_alive() and all(emitter.is_alive() for emitter in emitters)

    def _mend_stage(self, stage_key: str, path: Path) -> None:
        identity = _identity(path)
        if identity == self._watches.get(stage_key, (None, ""))[1]:
            return
        if stage_key in self._watches:
            self._unwatch(stage_key)
        if identity:
            self._watch(stage_key, path, identity)

    def _watch(self, stage_key: str, path: Path, identity: str) -> None:
        try:
            watch = self._observer.schedule(
                _Hint(stage_key, self._tell, self._tell_left),
                str(path),
                recursive=False,
                event_filter=HINTS,
            )
        except OSError as error:
            logger.warning("{} is only looked at at intervals: {}", path, error.strerror)
        else:
            self._watches[stage_key] = (watch, identity)
        self._tell(stage_key)


def _identity(path: Path) -> str:
    try:
        facts = path.stat()
    except OSError:
        return ""
    return f"{facts.st_dev}:{facts.st_ino}"
