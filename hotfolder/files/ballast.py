"""Room for a full disk: a file to give away, so that what was done can still be written down."""

import os
from pathlib import Path

from hotfolder.errors import FloorError

BALLAST_BYTES = 8 * 1024 * 1024
LEAST_FREE_BYTES = 16 * 1024 * 1024


class Ballast:
    """A file of zeros beside the database, and whether there is room enough to send.

    Sending stops while the disk is fuller than `least_free` bytes allow: a signal whose outcome can
    not be stored would be sent again and again.
    """

    def __init__(
        self, path: Path, size: int = BALLAST_BYTES, least_free: int = LEAST_FREE_BYTES
    ) -> None:
        self.path = path
        self._size = size
        self._least_free = least_free

    def is_enough_room(self) -> bool:
        """True when the disk has room for what sending writes; an unreadable disk has none."""
        return self._has_free(self._least_free)

    def keep(self) -> bool:
        """True when the ballast lies there, made again if that leaves room enough to send."""
        try:
            if self.path.exists() and self.path.stat().st_size >= self._size:
                return True
            if not self._has_free(self._least_free + self._size):
                return False
            self._make()
        except OSError:
            return False
        return True

    def _make(self) -> None:
        """The whole file, or no part of it."""
        try:
            with self.path.open("wb") as file:
                os.posix_fallocate(file.fileno(), 0, self._size)
        except OSError:
            self.path.unlink(missing_ok=True)
            raise

    def _has_free(self, size: int) -> bool:
        try:
            facts = os.statvfs(self.path.parent)
        except OSError:
            return False
        return facts.f_bavail * facts.f_frsize >= size

    def give_away(self) -> None:
        """Free its room. Raises FloorError when that is not possible."""
        try:
            self.path.unlink(missing_ok=True)
        except OSError as error:
            raise FloorError(f"{self.path} can not be removed: {error.strerror}") from error
