"""One job folder from the inside: its shape, whether someone still writes, small notes in it."""

import errno
import fcntl
import os
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from hotfolder.domain.noise import is_noise
from hotfolder.domain.settle import FileFact, FolderShape
from hotfolder.domain.ticket import TICKET_NAME, looks_like_ticket
from hotfolder.errors import FloorError

SMALL_BYTES = 64 * 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class SmallFile:
    """A file that a person or a program put into a job folder.

    `age` is seconds between now and its last change, by ctime. A change in the future is as old:
    the clock was set back since, or that of the file server is ahead.
    """

    name: str
    data: bytes
    age: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Inside:
    """Names in a folder that say whose it is.

    `tickets`: the files that look like job tickets, the ticket itself among them; `jobs`: folders
    in it that have a job ticket of their own.
    """

    tickets: tuple[str, ...] = ()
    jobs: tuple[str, ...] = ()


def inside(folder: Path | str) -> Inside:
    """Whose a folder may be, by names alone; nothing of one that is gone. Raises FloorError."""
    tickets, jobs = [], []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    if _has_ticket(Path(entry.path)):
                        jobs.append(entry.name)
                elif looks_like_ticket(entry.name):
                    tickets.append(entry.name)
    except (FileNotFoundError, NotADirectoryError):
        return Inside()
    except OSError as error:
        raise FloorError(f"{folder} can not be listed: {error.strerror}") from error
    return Inside(tickets=tuple(sorted(tickets)), jobs=tuple(sorted(jobs)))


def _has_ticket(folder: Path) -> bool:
    try:
        return (folder / TICKET_NAME).is_file()
    except OSError:
        return False


def shape(folder: Path) -> FolderShape:
    """Every file below a folder, links not followed. Raises FloorError."""
    facts = []
    for path in _files(folder):
        try:
            found = os.lstat(path)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise FloorError(f"{path} can not be read: {error.strerror}") from error
        facts.append(
            FileFact(
                path=os.path.relpath(path, folder),
                size=found.st_size,
                changed_ns=found.st_ctime_ns,
                modified_ns=found.st_mtime_ns,
            )
        )
    return frozenset(facts)


def has_writer(folder: Path) -> bool:
    """True when any process of this machine, smbd among them, has a file here open for writing.

    Asked by a read lease that is given back at once: it is refused while there is a writer. Where
    leases are not to be had (foreign owner, network mount) the answer is False.
    """
    return any(is_being_written(path) for path in _files(folder))


def small_file(folder: Path, names: Collection[str]) -> SmallFile | None:
    """The first file in the folder with one of these lower-case names, however it is cased.

    Raises FloorError when it is there but can not be read.
    """
    try:
        found = sorted(
            entry.name
            for entry in os.scandir(folder)
            if entry.name.lower() in names and entry.is_file(follow_symlinks=False)
        )
    except FileNotFoundError:
        return None
    except OSError as error:
        raise FloorError(f"{folder} can not be listed: {error.strerror}") from error
    return _read_small(folder / found[0]) if found else None


def _read_small(path: Path) -> SmallFile | None:
    try:
        with path.open("rb") as file:
            data = file.read(SMALL_BYTES)
            changed = os.fstat(file.fileno()).st_ctime
    except FileNotFoundError:
        return None
    except OSError as error:
        raise FloorError(f"{path} can not be read: {error.strerror}") from error
    return SmallFile(name=path.name, data=data, age=abs(time.time() - changed))


def _files(folder: Path) -> Iterator[str]:
    for root, folders, names in os.walk(folder, onerror=_raise):
        folders[:] = [name for name in folders if not is_noise(name)]
        for name in names:
            if not is_noise(name):
                yield os.path.join(root, name)  # noqa: PTH118 (one path a file, by the thousand)


def _raise(error: OSError) -> None:
    if error.errno != errno.ENOENT:
        raise FloorError(f"{error.filename} can not be listed: {error.strerror}") from error


def is_being_written(path: str | Path) -> bool:
    """True when any process of this machine has the file open for writing, as in `has_writer`."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError as error:
        return error.errno == errno.EAGAIN
    finally:
        os.close(descriptor)
    return False


def changed_at(folder: Path) -> datetime:
    """When the folder itself was last renamed, or something in it was made, renamed or removed.

    Raises FloorError.
    """
    try:
        seconds = os.lstat(folder).st_ctime
    except OSError as error:
        raise FloorError(f"{folder} can not be read: {error.strerror}") from error
    return datetime.fromtimestamp(seconds, UTC)
