"""Files that appear whole or not at all, and stay after a power cut."""

import contextlib
import os
from pathlib import Path

from hotfolder.errors import FloorError


def write_text(path: Path, text: str, *, mode: int = 0o664) -> None:
    """Put text at `path` by writing beside it and renaming. Raises FloorError."""
    write_bytes(path, text.encode(), mode=mode)


def write_bytes(path: Path, data: bytes, *, mode: int = 0o664) -> None:
    """The same for any content."""
    beside = path.with_name(f".{path.name}.new")
    try:
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        beside.replace(path)
        flush_folder(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise FloorError(f"{path} can not be written: {error.strerror}") from error


def flush_file(path: Path) -> None:
    """The file's bytes are on the disk when this returns. Raises FloorError."""
    _flush(path, os.O_RDONLY)


def flush_folder(path: Path) -> None:
    """The folder's entries are on the disk when this returns. Raises FloorError."""
    _flush(path, os.O_RDONLY | os.O_DIRECTORY)


def _flush(path: Path, flags: int) -> None:
    try:
        descriptor = os.open(path, flags)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise FloorError(f"{path} can not be made durable: {error.strerror}") from error
