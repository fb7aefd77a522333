"""Folders of finished jobs on their way from the floor to the archive; they lie in the spool."""

import shutil
from contextlib import suppress
from pathlib import Path

from hotfolder.domain.ticket import TICKET_NAME
from hotfolder.errors import FloorError
from hotfolder.files.atomic import flush_folder

PREFIX = "archive-"
DONE_PREFIX = "archived-"  # a checked copy is in the archive: these may go


class Aside:
    """One folder a job, out of everybody's reach. Raises FloorError."""

    def __init__(self, spool: Path) -> None:
        self.path = spool

    def folder(self, job_id: int) -> Path:
        """The job's folder, there or not."""
        return self.path / f"{PREFIX}{job_id}"

    def begun(self) -> list[int]:
        """The ids of all jobs that have a folder here, the smallest first."""
        names = [path.name.removeprefix(PREFIX) for path in self.path.glob(f"{PREFIX}*")]
        return sorted(int(name) for name in names if name.isdecimal())

    def ticket_text(self, job_id: int) -> str | None:
        """The text of the ticket in the folder, or None when it has none."""
        path = self.folder(job_id) / TICKET_NAME
        try:
            return path.read_text("utf-8", "replace") if path.is_file() else None
        except OSError as error:
            raise FloorError(f"{path} can not be read: {error.strerror}") from error

    def done(self, job_id: int) -> None:
        """A checked copy of the job's folder is in the archive, so it may go."""
        folder = self.folder(job_id)
        if folder.exists():
            target = self.path / f"{DONE_PREFIX}{job_id}"
            shutil.rmtree(target, ignore_errors=True)
            try:
                folder.rename(target)
            except OSError as error:
                raise FloorError(f"{folder} can not be renamed: {error.strerror}") from error
            flush_folder(self.path)

    def sweep(self) -> None:
        """Take away the folders that may go. Raises FloorError for one that stays."""
        for folder in self.path.glob(f"{DONE_PREFIX}*"):
            try:
                shutil.rmtree(folder)
            except OSError as error:
                with suppress(OSError):
                    if not folder.exists():
                        continue
                raise FloorError(
                    f"{folder} is archived but can not be removed: {error.strerror}"
                ) from error


def same_volume(one: Path, other: Path) -> bool:
    """True when a folder can go from one to the other by a rename. Raises FloorError."""
    try:
        return one.stat().st_dev == other.stat().st_dev
    except OSError as error:
        raise FloorError(f"{error.filename} can not be read: {error.strerror}") from error
