"""One daemon at a time: a lock that the kernel takes back when its process ends."""

import errno
import fcntl
import os
import time
from pathlib import Path
from typing import Self

from hotfolder.errors import FloorError

STATE_LOCK = "hotfolder.lock"  # in the state folder, held by its daemon
TRIES = 50
PAUSE_SECONDS = 0.005


class Lock:
    """Held while this process lives. What is told when taking it is readable for others."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @classmethod
    def take(cls, path: Path, told: str) -> Self | None:
        """The lock, or None when somebody holds it. Raises FloorError when it can not be made."""
        try:
            descriptor = _opened(path)
        except OSError as error:
            raise FloorError(f"{path} can not be made: {error.strerror}") from error
        if not _locked(descriptor):
            os.close(descriptor)
            return None
        lock = cls(descriptor)
        lock.tell(told)
        return lock

    def tell(self, text: str) -> None:
        """Replace what others can read; where nothing can be written they read what stood there."""
        if fcntl.fcntl(self._descriptor, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY:
            return
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, text.encode(), 0)

    def release(self) -> None:
        os.close(self._descriptor)


def _opened(path: Path) -> int:
    """A descriptor of the file; on a disk that can only be read an earlier one has to do."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        if error.errno != errno.EROFS:
            raise
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC)


def _locked(descriptor: int) -> bool:
    """Tried more than once: whoever asks for the holder has the lock for a moment as well."""
    for _ in range(TRIES):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(PAUSE_SECONDS)
        else:
            return True
    return False


def told_by_holder(path: Path) -> str | None:
    """What the holder of a lock tells, or None when nobody holds it."""
    try:
        with path.open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return file.read().decode("utf-8", "replace")
    except OSError:
        return None
    return None
