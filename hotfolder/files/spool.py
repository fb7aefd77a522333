"""The spool: the daemon's own place for half-ready jobs, on the volume where they will go."""

import hashlib
from collections.abc import Collection
from pathlib import Path

from hotfolder.domain.preflight import FileFacts
from hotfolder.domain.ticket import TICKET_NAME, is_our_name, part_name
from hotfolder.errors import FloorError
from hotfolder.files.atomic import flush_file, flush_folder, write_text

CHUNK = 1024 * 1024
PREFIX = "job-"
KEPT = "kept-"
GIVEN = ".names-given"  # to the files of a job, one a line, until it is ready


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
        _remove(folder / GIVEN)
        for path in self._content(job_id):
            flush_file(path)
        flush_folder(folder)
        return folder

    def ticket_text(self, job_id: int) -> str | None:
        """The text of the ticket that the folder had on the floor, or None when it has none."""
        path = self.folder(job_id) / TICKET_NAME
        try:
            return path.read_text("utf-8", "replace") if path.is_file() else None
        except OSError as error:
            raise FloorError(f"{path} can not be read: {error.strerror}") from error

    def keep_only(self, job_id: int, names: Collection[str], listed: Collection[str] = ()) -> None:
        """Take away what an earlier try left and the job does not have.

        `listed` are the names in the ticket that the folder had; with those of earlier tries, which
        are noted here, they tell what is ours. Whatever a person put there stays, and so does the
        begin of a file of the job, with the note about it.
        """
        noted = self._noted(job_id)
        given = {*noted, *listed, *names}
        if given != noted:
            self._note(job_id, given)
        parts = tuple(part_name(name) for name in names)
        for path in self._content(job_id):
            kept = path.name in names or path.name.startswith(parts)
            if not kept and is_our_name(path.name, given):
                _remove(path)

    def _noted(self, job_id: int) -> set[str]:
        try:
            return set((self.folder(job_id) / GIVEN).read_text("utf-8").splitlines())
        except (OSError, ValueError):
            return set()

    def _note(self, job_id: int, names: Collection[str]) -> None:
        """Lost by a power cut it does no harm: at worst a file that is ours stays."""
        path = self.folder(job_id) / GIVEN
        try:
            path.write_text("\n".join(sorted(names)), "utf-8")
        except OSError as error:
            raise FloorError(f"{path} can not be written: {error.strerror}") from error

    def part(self, job_id: int, name: str) -> Path:
        """Where a file lies as long as it is not whole."""
        return self.folder(job_id) / part_name(name)

    def accept(self, job_id: int, name: str) -> None:
        """The file came whole and right: it gets its name."""
        part = self.part(job_id, name)
        try:
            part.replace(part.with_name(name))
        except OSError as error:
            raise FloorError(f"{part} can not be renamed: {error.strerror}") from error

    def reject(self, job_id: int, name: str) -> None:
        """What came of the file is of no use."""
        _remove(self.part(job_id, name))

    def facts(self, job_id: int, name: str) -> FileFacts | None:
        """The facts of a file that is here whole, or None; only whole ones have their name."""
        path = self.folder(job_id) / name
        if not path.is_file():
            return None
        digest = hashlib.md5(usedforsecurity=False)
        try:
            with path.open("rb") as file:
                while chunk := file.read(CHUNK):
                    digest.update(chunk)
            return FileFacts(size=path.stat().st_size, md5=digest.hexdigest())
        except OSError as error:
            raise FloorError(f"{path} can not be read: {error.strerror}") from error

    def drop(self, job_id: int, listed: Collection[str] = ()) -> Path | None:
        """The job needs its spool folder no more; `listed` as for `keep_only`.

        Where what a person had put there is kept, or None when there was nothing of that kind.
        """
        folder = self.folder(job_id)
        if not folder.exists():
            return None
        self.keep_only(job_id, (), listed)
        _remove(folder / GIVEN)
        kept = folder.with_name(f"{KEPT}{job_id}")
        try:
            if not self._content(job_id):
                folder.rmdir()
                return None
            folder.rename(kept)
        except OSError as error:
            raise FloorError(f"{folder} can not be removed: {error.strerror}") from error
        return kept

    def _content(self, job_id: int) -> list[Path]:
        folder = self.folder(job_id)
        try:
            return list(folder.iterdir())
        except OSError as error:
            raise FloorError(f"{folder} can not be listed: {error.strerror}") from error

    def _make(self, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o775)
        except OSError as error:
            raise FloorError(f"{folder} can not be made: {error.strerror}") from error


def _remove(path: Path) -> None:
    """A file or link; a folder is never ours."""
    try:
        if path.is_symlink() or not path.is_dir():
            path.unlink(missing_ok=True)
    except OSError as error:
        raise FloorError(f"{path} can not be removed: {error.strerror}") from error
