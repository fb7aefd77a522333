"""Giving files to a device and getting them back: each appears by one rename, never half."""

import errno
import filecmp
import os
import shutil
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from hotfolder.domain.noise import is_noise
from hotfolder.domain.ticket import looks_like_ticket
from hotfolder.errors import FloorError
from hotfolder.files.atomic import flush_folder, write_text
from hotfolder.files.device_folder import ASIDE
from hotfolder.files.folder import is_being_written

CHUNK = 1024 * 1024
HATCH = ".hotfolder"  # our own folder at the device, on the volume of its input
FILE_MODE = 0o664
FOLDER_MODE = 0o775
GoOn = Callable[[], None]  # called between chunks; what it raises ends the work


class Changing(FloorError):
    """The source is being written just now: try again later."""


@contextmanager
def _in_words(what: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise FloorError(f"{what}: {error.strerror or error}") from error


class Hatch:
    """The way into the input folder of a device, and out of it. Raises FloorError."""

    def __init__(self, folder: Path, inbox: Path, token: str) -> None:
        """`token` names our own folder for this one handover."""
        self._inbox = inbox
        with _in_words(f"{inbox} can not be used"):
            same = folder.stat().st_dev == inbox.stat().st_dev
        self._path = (folder if same else inbox) / HATCH / token

    def is_ready(self) -> bool:
        """Whether something lies ready that has not been renamed into the input."""
        with _in_words(f"{self._path} can not be read"):
            try:
                return bool(os.listdir(self._path))  # noqa: PTH208 (names alone)
            except FileNotFoundError:
                return False

    def clear(self) -> None:
        """What an earlier try left is gone, and the empty folder with it."""
        shutil.rmtree(self._path, ignore_errors=True)

    def put_file(self, source: Path, name: str, go_on: GoOn) -> None:
        """A copy of the file lies ready. Raises Changing while somebody writes it."""
        target = self._made() / name
        with _in_words(f"{source} can not be copied to {target}"):
            _copy(source, target, go_on)

    def put_folder(self, source: Path, name: str, without: str, go_on: GoOn) -> None:
        """A copy of the folder lies ready, but for a folder `without` in it, and for noise."""
        target = self._made() / name
        with _in_words(f"{source} can not be copied to {target}"):
            _copy_folder(source, target, without, go_on)

    def _made(self) -> Path:
        with _in_words(f"{self._path} can not be made"):
            self._path.mkdir(parents=True, exist_ok=True, mode=FOLDER_MODE)
        return self._path

    def seal(self) -> None:
        """What lies ready stays so after a power cut."""
        for folder in (self._path, self._path.parent, self._path.parent.parent):
            _flush(folder)

    def enter(self, name: str) -> None:
        """What lies ready appears in the input: beside files first, then the one of this name."""
        with _in_words(f"nothing can be put into {self._inbox}"):
            ready = sorted(os.listdir(self._path), key=lambda one: one == name)  # noqa: PTH208 (names alone)
            for one in ready:
                (self._path / one).rename(self._inbox / one)
            _flush(self._inbox)
            with suppress(OSError):
                self._path.rmdir()

    def take_back(self, names: Sequence[str]) -> bool:
        """True when the device had not taken the first of these: all are out of the input, gone."""
        self.clear()
        found = []
        for name in names:
            with _in_words(f"{self._inbox / name} can not be taken back"):
                target = self._made() / name
                try:
                    (self._inbox / name).rename(target)
                except FileNotFoundError:
                    continue
                found.append(name)
        self.clear()
        return names[0] in found


def _flush(folder: Path) -> None:
    """Its entries are on the disk; some file servers do not offer that for folders."""
    try:
        flush_folder(folder)
    except FloorError as error:
        if getattr(error.__cause__, "errno", None) not in (errno.EINVAL, errno.EOPNOTSUPP):
            raise


def _copy(source: Path, target: Path, go_on: GoOn) -> None:
    """Raises OSError, or Changing when the source was changed meanwhile."""
    if is_being_written(source):
        raise Changing(f"{source} is being written")
    before = _print(source)
    descriptor = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(descriptor, "rb") as reading, target.open("wb") as writing:  # noqa: PTH123 (it is open already)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "it is not a regular file")
        while chunk := reading.read(CHUNK):
            go_on()
            writing.write(chunk)
        writing.flush()
        with suppress(PermissionError):  # on shares that keep no modes
            os.fchmod(writing.fileno(), FILE_MODE)
        os.fsync(writing.fileno())
    if _print(source) != before or before[0] != target.stat().st_size:
        raise Changing(f"{source} was changed while it was copied")


def _print(path: Path) -> tuple[int, int, int]:
    facts = os.lstat(path)
    return facts.st_size, facts.st_mtime_ns, facts.st_ino


def _copy_folder(source: Path, target: Path, without: str, go_on: GoOn) -> None:
    target.mkdir(exist_ok=True, mode=FOLDER_MODE)
    for entry in sorted(source.iterdir()):
        if is_noise(entry.name) or entry.is_symlink() or entry.name == without:
            continue
        if entry.is_dir():
            _copy_folder(entry, target / entry.name, "", go_on)
        elif entry.is_file():
            _copy(entry, target / entry.name, go_on)
    _flush(target)


def bring(source: Path, target: Path, go_on: GoOn) -> Path:
    """A result lies in the folder `target`, whole, and is gone from where it was; where it is now.

    Never over another one: it gets a number then. May be repeated after it was cut off. Raises
    FloorError.
    """
    with _in_words(f"{source} can not be moved to {target}"):
        target.mkdir(parents=True, exist_ok=True, mode=FOLDER_MODE)
        for name in _names_for(source):
            there = target / name
            if not os.path.lexists(there):
                _move(source, there, go_on)
                return there
            if _same(source, there):
                _remove(source)
                return there
    raise FloorError(f"{source} can not be moved to {target}: every name is taken")


def _names_for(source: Path) -> Iterator[str]:
    yield source.name
    for number in range(2, 1000):
        yield f"{source.stem}_{number}{source.suffix}"


def _same(source: Path, there: Path) -> bool:
    """Whether an earlier move of a file to another volume was cut off before its very end."""
    if source.is_dir() or there.is_dir() or not there.is_file():
        return False
    return filecmp.cmp(source, there, shallow=False)


def _move(source: Path, there: Path, go_on: GoOn) -> None:
    if source.is_dir():
        _rename_tickets(source)
    try:
        source.rename(there)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        part = there.with_name(f".{there.name}.part")
        _remove(part)
        if source.is_dir():
            shutil.copytree(source, part, symlinks=True)
        else:
            _copy(source, part, go_on)
        part.rename(there)
        _flush(there.parent)
        _remove(source)
    else:
        _flush(there.parent)


def _rename_tickets(folder: Path) -> None:
    """A job ticket in a result would make a job of it."""
    for path in folder.iterdir():
        if looks_like_ticket(path.name):
            path.rename(path.with_name(f"returned-{path.name}"))


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def set_aside(path: Path, why: str, go_on: GoOn) -> Path:
    """A file that nobody wants lies in set-aside beside, with a note; where. Raises FloorError."""
    there = bring(path, path.parent / ASIDE, go_on)
    write_text(there.with_name(f"{there.name}.txt"), f"{path.name}\n\n{why}\n")
    return there
