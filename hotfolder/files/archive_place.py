"""The archive on disk: a folder for each month, and in it what was put away, checked."""

import errno
import json
import os
import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hotfolder.domain.retention import ArchiveForm
from hotfolder.errors import FloorError
from hotfolder.files.archive_folder import read_folder, write_folder
from hotfolder.files.archive_zip import read_zip, write_zip
from hotfolder.files.atomic import flush_folder, write_text
from hotfolder.files.contents import Entry, Kind, contents, safe_name
from hotfolder.files.copying import Digests, GoOn
from hotfolder.files.folder import has_writer

MARKER = ".hotfolder-archive"
SPARE_BYTES = 16 * 1024 * 1024
ENTRY_BYTES = 4096  # what an entry takes at most beside its content
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
WRITE = {ArchiveForm.ZIP: write_zip, ArchiveForm.FOLDER: write_folder}
READ = {ArchiveForm.ZIP: read_zip, ArchiveForm.FOLDER: read_folder}
Record = Callable[[tuple[Entry, ...], Digests], bytes]  # what is written down beside the content


@dataclass(frozen=True, kw_only=True, slots=True)
class Bundle:
    """A folder that is to be archived. `id` is no other's that is archived at this time."""

    id: int
    folder: Path
    name: str
    month: str
    form: ArchiveForm


class ArchivePlace:
    """Where archived folders go. Raises FloorError, in words for a person.

    Like a stage it has a marker file: the empty folder of a disk that is not mounted has none.
    """

    def __init__(self, path: Path, floor_id: str = "") -> None:
        self.path = path
        self._floor_id = floor_id

    def prepare(self) -> bool:
        """Make it. True when it was not there."""
        marker = self.path / MARKER
        if marker.exists():
            return False
        self._make(self.path)
        write_text(marker, json.dumps({"floor": self._floor_id}) + "\n", mode=0o444)
        return True

    def check(self) -> None:
        """Raises FloorError when it is not there or can not be written."""
        self._check_marker()
        if not os.access(self.path, os.W_OK | os.X_OK):
            raise FloorError(f"the archive {self.path} can not be written by this user")

    def check_room(self, entries: tuple[Entry, ...]) -> None:
        """Raises FloorError when it is not there, or has no room for these."""
        self.check()
        size = sum(entry.size + ENTRY_BYTES for entry in entries if entry.kind is not Kind.OTHER)
        try:
            facts = os.statvfs(self.path)
        except OSError as error:
            what = f"the archive {self.path} can not be read: {error.strerror}"
            raise FloorError(what) from error
        if facts.f_blocks and facts.f_bavail * facts.f_frsize < size + SPARE_BYTES:
            raise FloorError(
                f"the archive {self.path} has no room for it: make room there, or set archive.path"
                " to a larger disk"
            )

    def _check_marker(self) -> None:
        try:
            marker: Any = json.loads((self.path / MARKER).read_bytes())
        except FileNotFoundError as error:
            what = f"has no marker file {MARKER}" if self.path.is_dir() else "is not there"
            raise FloorError(
                f"the archive {self.path} {what}: is its disk or share mounted? If it is new, "
                "make it with `hotfolder prepare`"
            ) from error
        except OSError as error:
            raise FloorError(
                f"the archive {self.path} can not be read: {error.strerror}"
            ) from error
        except ValueError as error:
            raise FloorError(f"the marker file {self.path / MARKER} is damaged") from error
        if not isinstance(marker, dict) or marker.get("floor") != self._floor_id:
            raise FloorError(
                f"the archive {self.path} belongs to another floor, as its marker file says: name"
                " a folder of its own in archive.path"
            )

    def names(self, bundle: Bundle) -> Iterator[Path]:
        """Where it may go: its own name first, then with numbers."""
        name, ending = safe_name(bundle.name), ".zip" if bundle.form is ArchiveForm.ZIP else ""
        yield self.path / bundle.month / f"{name}{ending}"
        for number in range(2, 100_000):
            yield self.path / bundle.month / f"{name}_{number}{ending}"

    def put(self, bundle: Bundle, record: Record, go_on: GoOn) -> Path:
        """Where a whole and durable copy of the folder lies now, every byte compared.

        Nothing is taken from the folder. A copy that an earlier call made counts as well.
        """
        entries = contents(bundle.folder)
        self.check_room(entries)
        part = self.path / bundle.month / f".job-{bundle.id}.part"
        try:
            self._make(part.parent)
            flush_folder(self.path)
            return self._put(bundle, part, record, go_on)
        except OSError as error:
            hint = ": make room there" if error.errno in FULL else ""
            what = f"the archive {self.path} can not be written: {error.strerror}{hint}"
            raise FloorError(what) from error
        except zipfile.BadZipFile as error:
            what = f"what was read back from the archive {self.path} is damaged: {error}"
            raise FloorError(what) from error
        finally:
            _discard(part)

    def _put(self, bundle: Bundle, part: Path, record: Record, go_on: GoOn) -> Path:
        entries = contents(bundle.folder)
        _discard(part)
        written = WRITE[bundle.form](
            part, bundle.folder, entries, lambda digests: record(entries, digests), go_on
        )
        if READ[bundle.form](part, go_on) != written:
            raise FloorError(f"what was read back from the archive {self.path} is not the same")
        if contents(bundle.folder) != entries or has_writer(bundle.folder):
            raise FloorError("something in the folder was changed while it was copied")
        for target in self.names(bundle):
            if not os.path.lexists(target):
                part.rename(target)
                break
            if _is_same(target, bundle.form, written, go_on):
                break
        flush_folder(target.parent)
        return target

    def _make(self, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o770)
        except OSError as error:
            raise FloorError(f"{folder} can not be made: {error.strerror}") from error


def _is_same(target: Path, form: ArchiveForm, written: Digests, go_on: GoOn) -> bool:
    """True when a call that was cut off has put the same there already."""
    try:
        return READ[form](target, go_on) == written
    except (OSError, zipfile.BadZipFile, FloorError):
        return False


def _discard(part: Path) -> None:
    """What is left of a copy that did not come to an end; what can not go now goes next time."""
    with suppress(OSError):
        if part.is_dir():
            shutil.rmtree(part)
        else:
            part.unlink(missing_ok=True)
