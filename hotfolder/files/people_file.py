"""A small file that people on the floor read: there while there is something to say."""

import contextlib
from pathlib import Path

from hotfolder.errors import FloorError

MOST_BYTES = 4 * 1024 * 1024


class PeopleFile:
    """Its text is changed by renaming and only when it differs; it need not outlive a power cut."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._text: str | None = None  # what stands there; None: nobody has looked yet

    def show(self, text: str) -> bool:
        """True when something had to be written; an empty text takes the file away.

        Raises FloorError, and then looks anew the next time.
        """
        try:
            if self._text is None:
                self._text = self._read()
            if text == self._text:
                return False
            self._text = None
            self._write(text)
        except OSError as error:
            raise FloorError(f"{self._path} can not be written: {error.strerror}") from error
        self._text = text
        return True

    def _read(self) -> str:
        try:
            with self._path.open("rb") as file:
                return file.read(MOST_BYTES).decode("utf-8", "replace")
        except FileNotFoundError:
            return ""

    def _write(self, text: str) -> None:
        if not text:
            self._path.unlink(missing_ok=True)
            return
        beside = self._path.with_name(f".{self._path.name}.new")
        try:
            beside.write_bytes(text.encode("utf-8", "replace"))
            beside.chmod(0o664)
            beside.replace(self._path)
        except OSError:
            with contextlib.suppress(OSError):
                beside.unlink()
            raise


def identity(folder: Path) -> tuple[int, int] | None:
    """Device and inode of a folder, or None when it is not there."""
    try:
        facts = folder.stat()
    except OSError:
        return None
    return facts.st_dev, facts.st_ino
