"""A file that is still on its way: what of it is here, and of which version it is."""

import contextlib
import errno
import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, Self

from hotfolder.domain.preflight import FileFacts
from hotfolder.errors import FetchError, FetchKind

CHUNK = 1024 * 1024
MIB = 1024 * 1024
KEEP_BYTES = 32 * MIB
KEEP_SECONDS = 10.0
_FULL = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True, kw_only=True, slots=True)
class Version:
    """Which version of the file the server gives: its marks, and its size where that is told.

    `ranges`: it says that it gives parts of the file, whether it has marks or not.
    """

    etag: str = ""
    modified: str = ""
    total: int | None = None
    ranges: bool = False

    @property
    def mark(self) -> str:
        """For If-Range; empty when nobody could tell whether the rest belongs to the begin."""
        return self.etag or self.modified


def note_of(path: Path) -> Path:
    """Where it is written down how far the file at `path` has come; gone when it is whole."""
    return path.with_name(f"{path.name}.from")


class Part:
    """The file at `path`, growing, with its md5. What an earlier try noted there is gone on with.

    Only what was flushed to the disk is noted, so a power cut spoils nothing. The address is kept
    as a hash: signed links are keys. `is_provable`: somebody compares the md5 in the end, so that
    what has no marks can be gone on with. Raises FetchError when the disk does not play along.
    """

    def __init__(
        self, path: Path, url: str, reserve_bytes: int, *, is_provable: bool = False
    ) -> None:
        self._path = path
        self._address = hashlib.sha256(url.encode()).hexdigest()
        self._reserve = reserve_bytes
        self._is_provable = is_provable
        self._file: BinaryIO | None = None
        self._kept = (0, time.monotonic())
        self.version = Version()
        self.size = 0
        self.is_guessed = False  # nobody told whether the rest belongs to the begin
        self._digest = hashlib.md5(usedforsecurity=False)

    @property
    def md5(self) -> str:
        """Of what is here, as 32 lower-case hex digits."""
        return self._digest.hexdigest()

    def __enter__(self) -> Self:
        with _told():
            self._take_up()
        return self

    def __exit__(self, *_error: object) -> None:
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._file.close()
            self._file = None

    @property
    def can_go_on(self) -> bool:
        """True when a later answer may bring the rest of what is here."""
        return bool(self.version.mark) or (self._is_provable and self.version.ranges)

    def begin(self, version: Version) -> None:
        """From the first byte on, of this version."""
        with _told():
            self._forget()
            self._file = self._path.open("wb")
            self.version = version

    def learn(self, total: int | None) -> None:
        """The size of the whole file became known."""
        if self.version.total is None:
            self.version = replace(self.version, total=total)

    def add(self, data: bytes) -> None:
        """These bytes come next."""
        assert self._file is not None
        with _told():
            self._file.write(data)
        self._digest.update(data)
        self.size += len(data)
        size, at = self._kept
        if self.size - size >= KEEP_BYTES or time.monotonic() - at >= KEEP_SECONDS:
            self.keep()
            self.need_room(0)

    def keep(self) -> None:
        """What is here is safe and a later try may go on from it, if the server can do that."""
        self._kept = (self.size, time.monotonic())
        if self._file is None or not self.can_go_on or not self.size:
            return
        with _told():
            self._file.flush()
            os.fsync(self._file.fileno())
            note = {"address": self._address, "size": self.size, **asdict(self.version)}
            beside = note_of(self._path).with_suffix(".tmp")
            beside.write_text(json.dumps(note), encoding="utf-8")
            beside.replace(note_of(self._path))

    def drop(self) -> None:
        """Nothing of it is of any use."""
        with _told():
            self._forget()
            self._path.unlink(missing_ok=True)

    def finish(self) -> FileFacts:
        """Size in bytes and md5 of the whole file."""
        with _told():
            if self._file is not None:
                self._file.close()
                self._file = None
            note_of(self._path).unlink(missing_ok=True)
        return FileFacts(size=self.size, md5=self.md5)

    def need_room(self, size: int) -> None:
        """Raises FetchError when so many more bytes would leave less than the reserve free."""
        with _told():
            free = shutil.disk_usage(self._path.parent).free
        if free < size + self._reserve:
            raise FetchError(
                f"not enough disk space: {_mib(size)} more are needed and {_mib(self._reserve)} "
                f"must stay free (downloads.keep_free_mib), but only {_mib(free)} are free",
                FetchKind.NO_SPACE,
            )

    def _take_up(self) -> None:
        note = _read_note(note_of(self._path))
        if note.get("address") != self._address or not self._path.is_file():
            return
        self.version = _version_in(note)
        if not self.can_go_on:
            self._forget()
            return
        size = note["size"]
        file = self._path.open("r+b")
        self._file = file
        while self.size < size and (data := file.read(min(CHUNK, size - self.size))):
            self._digest.update(data)
            self.size += len(data)
        if self.size < size:
            self._forget()
            return
        file.truncate(size)
        file.seek(size)
        self._kept = (size, time.monotonic())

    def _forget(self) -> None:
        self.__exit__()
        note_of(self._path).unlink(missing_ok=True)
        self.version = Version()
        self.size = 0
        self.is_guessed = False
        self._kept = (0, time.monotonic())
        self._digest = hashlib.md5(usedforsecurity=False)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        kind = FetchKind.NO_SPACE if error.errno in _FULL else FetchKind.NOT_WRITTEN
        raise FetchError(f"it can not be written: {error.strerror}", kind) from error


def _read_note(path: Path) -> dict[str, Any]:
    """What an earlier try noted; empty when there is nothing of use."""
    try:
        note = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(note, dict):
        return {}
    texts = all(isinstance(note.get(name), str) for name in ("address", "etag", "modified"))
    total = note.get("total", "")
    numbers = type(note.get("size")) is int and (total is None or type(total) is int)
    return note if texts and numbers and note["size"] > 0 else {}


def _version_in(note: dict[str, Any]) -> Version:
    return Version(
        etag=note["etag"],
        modified=note["modified"],
        total=note["total"],
        ranges=note.get("ranges") is True,
    )


def _mib(size: int) -> str:
    return f"{size / MIB:.0f} MiB"
