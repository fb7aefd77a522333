"""The folder of the backups: what lies there, and what may go."""

import os
from collections.abc import Iterable
from pathlib import Path

from hotfolder.errors import FloorError


def names_in(folder: Path) -> list[str]:
    """The names there; none of a folder that is not there yet. Raises FloorError."""
    try:
        return os.listdir(folder)  # noqa: PTH208 (names alone)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise FloorError(f"{folder} can not be listed: {error.strerror}") from error


def check_there(folder: Path) -> None:
    """Raises FloorError when the folder is not there or can not be written.

    It is not made: where a disk is not mounted, copies would land on the wrong one.
    """
    if not folder.is_dir():
        raise FloorError(f"{folder} is not there: mount its disk, or make the folder once")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise FloorError(f"{folder} can not be written by this user")


def remove(folder: Path, names: Iterable[str]) -> None:
    """These go. Raises FloorError."""
    for name in names:
        try:
            (folder / name).unlink(missing_ok=True)
        except OSError as error:
            raise FloorError(f"{folder / name} can not be removed: {error.strerror}") from error


def make_folder(folder: Path) -> bool:
    """True when it was missing and is there now, for its owner alone. Raises FloorError."""
    if folder.is_dir():
        return False
    try:
        folder.mkdir(parents=True, mode=0o700)
    except OSError as error:
        raise FloorError(f"{folder} can not be made: {error.strerror}") from error
    return True
