"""Bytes from one open file to another with their checksum, read back from the disk itself."""

import errno
import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from hotfolder.errors import FloorError
from hotfolder.files.contents import Entry, escaped

CHUNK = 1024 * 1024
GoOn = Callable[[], None]  # called between chunks; what it raises ends the work


@dataclass(frozen=True, kw_only=True, slots=True)
class Digest:
    """What a file is, by size in bytes and SHA-256."""

    size: int
    sha256: str


class Spoiled(FloorError):
    """What is just read can not be read on, or is not what it was."""


Digests = dict[str, Digest]  # by name in the archive
EMPTY = Digest(size=0, sha256=hashlib.sha256().hexdigest())  # of a folder, too


@contextmanager
def source(folder: Path, entry: Entry) -> Iterator[IO[bytes]]:
    """A file of the folder, open for reading. Raises FloorError when it is not what it was."""
    path = folder / entry.path
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise FloorError(f"{escaped(str(path))} can not be read: {error.strerror}") from error
    with open(descriptor, "rb") as file:  # noqa: PTH123 (it is open already)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise FloorError(f"{escaped(str(path))} is no file any more")
        try:
            yield file
        except Spoiled as error:
            raise FloorError(f"{escaped(str(path))} {error}") from error


def copied(reading: IO[bytes], writing: IO[bytes] | None, most: int, go_on: GoOn) -> Digest:
    """The digest of what was read, and written if there is something to write to.

    Raises Spoiled when there is more than `most` bytes: the file grows just now.
    """
    digest, size = hashlib.sha256(), 0
    while chunk := _read(reading):
        go_on()
        size += len(chunk)
        if size > most:
            raise Spoiled("grew while it was copied")
        digest.update(chunk)
        if writing is not None:
            writing.write(chunk)
    return Digest(size=size, sha256=digest.hexdigest())


def _read(file: IO[bytes]) -> bytes:
    try:
        return file.read(CHUNK)
    except OSError as error:
        raise Spoiled(f"can not be read: {error.strerror}") from error


def digest_of(data: bytes) -> Digest:
    return Digest(size=len(data), sha256=hashlib.sha256(data).hexdigest())


def flushed(file: IO[bytes]) -> None:
    """Its bytes are on the disk, and the next reader gets them from there and not from memory."""
    file.flush()
    os.fsync(file.fileno())
    try:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP):
            raise
