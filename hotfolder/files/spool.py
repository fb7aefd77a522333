"""The spool: the daemon's own place for half-ready jobs, on the volume where they will go."""

import shutil
from collections.abc import Callable
from pathlib import Path

from hotfolder.domain.ticket import part_name
from hotfolder.errors import FloorError
from hotfolder.files.atomic import flush_file, flush_folder, write_text

PREFIX = "job-"


class Spool:
    """One folder per job that is being made ready. Raises FloorError."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def prepare(self) -> None:
        """Make the spool folder."""
        self._make(self.path)

    def folder(self, job_id: int) -> Path:
        """The job's folder in the spool, there or not."""
        return self.path / f"{PREFIX}{job_id}"

    def begun(self) -> list[int]:
        """The ids of all jobs that have a folder here, the smallest first."""
        try:
            names = [path.name.removeprefix(PREFIX) for path in self.path.glob(f"{PREFIX}*")]
        except OSError:
            return []
        return sorted(int(name) for name in names if name.isdecimal())

    def begin(self, job_id: int) -> Path:
        """The job's folder, made when missing; what an earlier try left in it is still there."""
        folder = self.folder(job_id)
        self._make(folder)
        return folder

    def finish(self, job_id: int, ticket_name: str, ticket: str) -> Path:
        """The folder with its ticket, durable and ready to be renamed."""
        folder = self.folder(job_id)
        write_text(folder / ticket_name, ticket)
        for path in self._content(job_id):
            flush_file(path)
        flush_folder(folder)
        return folder

    def keep_only(self, job_id: int, names: set[str], ours: Callable[[str], bool]) -> None:
        """Take away what an earlier try left and the job does not have.

        `ours` tells which names only we give; whatever a person put there stays, and so does the
        begin of a file of the job, with the note about it.
        """
        parts = tuple(part_name(name) for name in names)
        for path in self._content(job_id):
            kept = path.name in names or path.name.startswith(parts)
            if not kept and ours(path.name):
                _remove(path)

    def drop(self, job_id: int) -> None:
        """The job needs its spool folder no more."""
        shutil.rmtree(self.folder(job_id), ignore_errors=True)

    def _content(self, job_id: int) -> list[Path]:
        folder = self.folder(job_id)
        try:
            return list(folder.iterdir())
        except OSError as error:
            raise FloorError(f"{folder} can not be listed: {error.strerror}") from error

    def _make(self, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o2775)
        except OSError as error:
            raise FloorError(f"{folder} can not be made: {error.strerror}") from error


def _remove(path: Path) -> None:
    try:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise FloorError(f"{path} can not be removed: {error.strerror}") from error
