"""watchdog's own parts, put together so that only what we need is ever announced.

Its usual observer also asks the kernel for what leaves a folder, holds that back for half a second
to pair it with an arrival, and everything behind it waits as long. What has left is no news here.
"""

from watchdog.events import DirCreatedEvent, FileAttribEvent, FileCreatedEvent, FileSystemEvent
from watchdog.observers.api import BaseObserver
from watchdog.observers.inotify import InotifyEmitter
from watchdog.observers.inotify_c import InotifyConstants, InotifyFD, Mask

# Created stands for moved in as well; attributes of files are how a probe is heard.
WANTED: list[type[FileSystemEvent]] = [DirCreatedEvent, FileCreatedEvent, FileAttribEvent]
ASKED = Mask(
    InotifyConstants.IN_CREATE
    | InotifyConstants.IN_MOVED_TO
    | InotifyConstants.IN_ATTRIB
    | InotifyConstants.IN_DELETE_SELF
    | InotifyConstants.IN_ONLYDIR
)


class ArrivalEmitter(InotifyEmitter):
    """Announces what arrives in one folder, and changes of the attributes of files in it."""

    def get_event_mask_from_filter(self) -> Mask:
        return ASKED


class ArrivalObserver(BaseObserver):
    """Watches folders, each of them flat. Raises OSError when the system has no more room for it.

    As watchdog's InotifyObserver, but with our emitter and a reader that can be asked whether it
    lives.
    """

    def __init__(self) -> None:
        self._reader = InotifyFD()
        self._reader.start()
        super().__init__(ArrivalEmitter, inotify_fd=self._reader)

    def is_whole(self) -> bool:
        """True while every thread of it lives."""
        threads = [self, self._reader, *self.emitters]
        return all(thread.is_alive() for thread in threads)

    def on_thread_stop(self) -> None:
        super().on_thread_stop()
        self._reader.stop()
        self._reader.join()
