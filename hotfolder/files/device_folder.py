"""Looking at the folders of a device: what lies there, is it whole, what does it say?"""

import codecs
import os
import stat
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from hotfolder.domain.noise import is_noise, is_unfinished
from hotfolder.domain.settle import DROP_LOOKS, DropFact, DropLook, look_at_drop
from hotfolder.errors import FloorError
from hotfolder.files.drop import is_whole
from hotfolder.files.folder import has_writer, is_being_written, shape
from hotfolder.files.mounts import is_steady, kind_of

TAIL_BYTES = 1024 * 1024
SMALL_BYTES = 256 * 1024
ASIDE = "set-aside"


class Lookout:
    """Looks at the folders of one device again and again; forgetting costs a few looks."""

    def __init__(self, quiet_seconds: float) -> None:
        self._quiet = quiet_seconds
        self._looks: dict[Path, dict[str, DropLook]] = {}
        self._absent: dict[str, DropLook] = {}

    def look(self, folder: Path, now: float, skip: Callable[[str], bool]) -> list[str]:
        """Files and folders that lie there now, but for names that mean nothing or are skipped.

        `now` is monotonic seconds. Nothing for a folder that is not there. Raises FloorError when
        it can not be listed.
        """
        before = self._looks.get(folder, {})
        looks = {
            name: look_at_drop(before.get(name), fact, now)
            for name, fact in _facts(folder, skip).items()
        }
        self._looks[folder] = looks
        return sorted(looks)

    def is_settled(self, path: Path, now: float, *, lenient: bool) -> bool:
        """True when what was seen there is whole, as far as one can tell.

        Lenient: it counts without content, and without the end that its format should have.
        """
        look = self._looks.get(path.parent, {}).get(path.name)
        if look is None or not (look.fact.size or lenient) or not self._is_quiet(look, now):
            return False
        if path.is_dir():
            return not has_writer(path)
        return not is_being_written(path) and (lenient or is_whole(path))

    def is_left(self, path: Path, now: float, limit: timedelta) -> bool:
        """True when what was seen there has not changed for so long, whole or not.

        Never for an empty folder, which may be one of the device.
        """
        look = self._looks.get(path.parent, {}).get(path.name)
        if look is None or now - look.since < limit.total_seconds():
            return False
        is_empty_folder = path.is_dir() and not look.fact.size
        return not is_empty_folder and self.is_settled(path, now, lenient=True)

    def _is_quiet(self, look: DropLook, now: float) -> bool:
        return look.times >= DROP_LOOKS and now - look.since >= self._quiet

    def is_gone(self, name: str, *, seen: bool, now: float) -> bool:
        """True when a name was not seen in the input for long enough; one look is no proof."""
        if seen:
            self._absent.pop(name, None)
            return False
        fact = DropFact(size=0, changed_ns=0, inode=0)
        look = self._absent[name] = look_at_drop(self._absent.get(name), fact, now)
        return self._is_quiet(look, now)

    def forget(self, name: str) -> None:
        """Nobody asks for this name any more."""
        self._absent.pop(name, None)


def seat_of(folder: Path) -> str:
    """Tells a folder apart from another one at its place, such as that below an unmounted share.

    Raises FloorError when it is not there.
    """
    try:
        number = folder.stat().st_ino
    except OSError as error:
        raise FloorError(f"{folder} can not be read: {error.strerror}") from error
    kind = kind_of(folder)
    return f"{kind}:{number if is_steady(kind) else 0}"


def names_in(folder: Path) -> list[str]:
    """Every name that lies there, hidden ones too. Raises FloorError."""
    try:
        return os.listdir(folder)  # noqa: PTH208 (names alone)
    except OSError as error:
        raise FloorError(f"{folder} can not be listed: {error.strerror}") from error


def _facts(folder: Path, skip: Callable[[str], bool]) -> dict[str, DropFact]:
    facts = {}
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name == ASIDE or is_noise(entry.name) or is_unfinished(entry.name):
                    continue
                if skip(entry.name):
                    continue
                fact = _fact(Path(entry.path))
                if fact:
                    facts[entry.name] = fact
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise FloorError(f"{folder} can not be listed: {error.strerror}") from error
    return facts


def _fact(path: Path) -> DropFact | None:
    """Of a folder everything in it counts; None for what is neither file nor folder, or gone."""
    try:
        found = os.lstat(path)
    except OSError:
        return None
    if stat.S_ISREG(found.st_mode):
        return DropFact(size=found.st_size, changed_ns=found.st_ctime_ns, inode=found.st_ino)
    if not stat.S_ISDIR(found.st_mode):
        return None
    inside = shape(path)
    newest = max((one.changed_ns for one in inside), default=0)
    return DropFact(
        size=sum(one.size for one in inside),
        changed_ns=max(newest, found.st_ctime_ns),
        inode=found.st_ino,
    )


def last_lines(path: Path) -> list[str]:
    """The last lines of a log, at most a MiB; none when it is not there. Raises FloorError."""
    return _text(path, TAIL_BYTES, from_end=True).splitlines()


def small_text(path: Path) -> str:
    """The beginning of a text file, at most 256 KiB; empty for a folder. Raises FloorError."""
    return "" if path.is_dir() else _text(path, SMALL_BYTES, from_end=False)


def _text(path: Path, most: int, *, from_end: bool) -> str:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(descriptor, "rb") as file:  # noqa: PTH123 (it is open already)
            mark = file.read(4)
            size = os.fstat(descriptor).st_size
            file.seek(max(0, size - most + size % 2) if from_end else 0)
            data = file.read(most)
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise FloorError(f"{path} can not be read: {error.strerror}") from error
    return data.decode(_encoding(mark), "replace").removeprefix("\ufeff")


def _encoding(mark: bytes) -> str:
    """Programs on Windows write UTF-16 as well."""
    if mark.startswith(codecs.BOM_UTF16_LE):
        return "utf-16-le"
    if mark.startswith(codecs.BOM_UTF16_BE):
        return "utf-16-be"
    return "utf-8"
