"""Compressed files of lines that only ever grow; whole lines or none."""

import gzip
import mmap
import os
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from hotfolder.errors import FloorError
from hotfolder.files.atomic import flush_folder

# An empty gzip member (RFC 1952) after each call's lines: what does not end with it was cut off.
END = bytes.fromhex("1f8b08000000000002ff0300") + bytes(8)


def add_lines(path: Path, lines: Sequence[str]) -> None:
    """Lines added at the end, on the disk when this returns. Raises FloorError.

    Each call adds a gzip member of its own, as the format allows, so nothing earlier is rewritten.
    What a crash left half written is cut off first: it would hide all that follows.
    """
    data = gzip.compress("".join(f"{line}\n" for line in lines).encode()) + END
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            size = _whole_size(descriptor)
            os.ftruncate(descriptor, size)
            if os.write(descriptor, data) != len(data):
                os.ftruncate(descriptor, size)
                raise FloorError(f"{path} can not be written whole")
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise FloorError(f"{path} can not be written: {error.strerror}") from error
    flush_folder(path.parent)


def _whole_size(descriptor: int) -> int:
    """Where the last whole member ends; bytes behind it are of one that was cut off."""
    size = os.fstat(descriptor).st_size
    if size == 0 or os.pread(descriptor, len(END), max(size - len(END), 0)) == END:
        return size
    with mmap.mmap(descriptor, size, access=mmap.ACCESS_READ) as data:
        found = data.rfind(END)
    return found + len(END) if found >= 0 else 0


def read_lines(path: Path) -> Iterator[str]:
    """The lines, as far as they are whole. Raises FloorError when the file can not be opened."""
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for line in file:
                yield line.rstrip("\n")
    except (EOFError, gzip.BadGzipFile, zlib.error):
        return
    except OSError as error:
        raise FloorError(f"{path} can not be read: {error.strerror}") from error
