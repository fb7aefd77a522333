"""A file for another program: it lies beside under a name that is left alone, then appears whole.

The two steps are apart, so that between them it can be written down that it will appear.
"""

import contextlib
import os
from pathlib import Path

from hotfolder.errors import FloorError, NotUnderstood
from hotfolder.files.atomic import flush_folder

NOTE_SUFFIX = ".txt"


def hidden(path: Path) -> Path:
    """Where a file lies until it appears at `path`."""
    return path.with_name(f".{path.name}.new")


def write_hidden(path: Path, data: bytes) -> None:
    """The bytes are on the disk, not at `path` yet. Raises FloorError."""
    beside = hidden(path)
    try:
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), 0o664)
            os.fsync(file.fileno())
    except OSError as error:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise FloorError(f"{path} can not be written: {error.strerror}") from error
    flush_folder(path.parent)


def appear(path: Path) -> None:
    """What was written hidden is at `path`; nothing happens when it has appeared before.

    Raises FloorError, also when a file of that name is still there.
    """
    beside = hidden(path)
    try:
        if not path.parent.is_dir():
            raise FloorError(f"{path.parent} is not there")
        if not beside.exists():
            return
        if path.exists():
            raise FloorError(f"{path} is still there: it has not been taken")
        beside.rename(path)
    except OSError as error:
        raise FloorError(f"{path} can not be written: {error.strerror}") from error
    flush_folder(path.parent)


def forget_hidden(path: Path) -> None:
    """Nothing will appear at `path`."""
    with contextlib.suppress(OSError):
        hidden(path).unlink()


def take_back(path: Path) -> None:
    """What appeared at `path` and was not taken lies there no more, nor will it appear.

    Raises FloorError, as while the other program has it open on a share.
    """
    try:
        hidden(path).unlink(missing_ok=True)
        path.unlink(missing_ok=True)
    except OSError as error:
        raise FloorError(f"{path} can not be taken back: {error.strerror}") from error


def put_into(path: Path, folder: str, note: str = "") -> Path:
    """Where the file is now: in this folder beside it, never over another, with a note why.

    Raises FloorError.
    """
    try:
        target = path.parent / folder
        target.mkdir(exist_ok=True)
        place = target / path.name
        number = 1
        while place.exists():
            number += 1
            place = target / f"{path.stem}-{number}{path.suffix}"
        path.rename(place)
        if note:
            place.with_name(place.name + NOTE_SUFFIX).write_text(note + "\n", encoding="utf-8")
    except OSError as error:
        raise FloorError(f"{path} can not be put into {folder}: {error.strerror}") from error
    return place


def small_bytes(path: Path, most: int) -> bytes:
    """The content of a file. Raises FloorError, and NotUnderstood for one that is too large."""
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        raise FloorError(f"{path} can not be read: {error.strerror}") from error
    if len(data) > most:
        raise NotUnderstood(f"it is larger than {most} bytes")
    return data


def count_files(folder: Path) -> int:
    """How many files lie in a folder, notes not counted; 0 when there is none."""
    try:
        names = {entry.name for entry in os.scandir(folder) if entry.is_file()}
    except OSError:
        return 0
    return sum(name.removesuffix(NOTE_SUFFIX) not in names - {name} for name in names)
