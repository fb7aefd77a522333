"""The floor: the stage folders on disk. It says where jobs are, and only presence counts."""

import errno
import json
import os
import stat
from collections.abc import Iterable, Mapping
from itertools import count
from pathlib import Path, PurePosixPath
from typing import Any

from hotfolder.domain.flow import Flow, Stage
from hotfolder.domain.job import Place
from hotfolder.domain.noise import MARKER_NAME, is_noise
from hotfolder.domain.sighting import Listing
from hotfolder.domain.ticket import TICKET_NAME
from hotfolder.errors import FloorError
from hotfolder.files.atomic import flush_folder, write_text
from hotfolder.files.mounts import MOUNTS, is_remote, is_steady, kind_of

TICKET_BYTES = 4 * 1024 * 1024
FOREIGN_MARKER = "its marker file belongs to {}, so this is not the folder we think it is"


def stages_of(flows: Iterable[Flow], sides: Iterable[Stage] = ()) -> dict[str, Stage]:
    """The stages of all flows and those beside them, by their keys."""
    stages = [*(stage for flow in flows for stage in flow.stages), *sides]
    return {stage.key: stage for stage in stages}


class Floor:
    """All stage folders together. Raises FloorError, in words for a person."""

    def __init__(
        self,
        path: Path,
        flows: Iterable[Flow],
        floor_id: str = "",
        sides: Iterable[Stage] = (),
        mounts: Path = MOUNTS,
    ) -> None:
        """`sides` are stages beside the flows, such as hold. `mounts` lists file systems."""
        self.path = path
        self.floor_id = floor_id
        self._mounts = mounts
        self._kinds: dict[int, str] = {}
        self.use(stages_of(flows, sides))

    def use(self, stages: Mapping[str, Stage]) -> None:
        """These are the stages from now on; who reads the former ones can end that in peace."""
        within = {key: _stages_within(stage, stages.values()) for key, stage in stages.items()}
        self._within = within
        self.stages = dict(stages)

    def stage_path(self, stage_key: str) -> Path:
        """Where the folder of a stage should be."""
        stage = self.stages.get(stage_key)
        if stage is None:
            raise FloorError(f"stage {stage_key} is not configured any more")
        return self.path / stage.folder

    def paths(self) -> dict[str, Path]:
        """Where the folders of all stages should be, by key."""
        return {key: self.path / stage.folder for key, stage in self.stages.items()}

    def job_path(self, stage_key: str, folder: str) -> Path:
        return self.stage_path(stage_key) / folder

    def _inside(self, stage_key: str, *names: str) -> str:
        """The same as text, and what lies below: paths are costly where thousands move at once."""
        return "/".join((str(self.stage_path(stage_key)), *names))

    def prepare(self) -> list[Path]:
        """Make what is missing: stage folders with their marker files. What was made."""
        made = []
        for key in self.stages:
            marker = self.stage_path(key) / MARKER_NAME
            if not marker.exists():
                _make_folder(marker.parent)
                text = json.dumps({"floor": self.floor_id, "stage": key})
                write_text(marker, text + "\n", mode=0o444)
                made.append(marker.parent)
        return made

    def look(self, stage_key: str, known: Mapping[str, int] | None = None) -> Listing:
        """What lies in a stage folder now, or what is otherwise than `known`: folders with inodes.

        A folder without its own marker file is not trusted: an unmounted share looks just like an
        empty folder.
        """
        path = self.stage_path(stage_key)
        within = self._within.get(stage_key, ())
        self.check_marker(stage_key)
        try:
            device = path.stat().st_dev
            steady = is_steady(self._kind(stage_key, device))
            odd, gone = _odd_entries(path, known or {}, steady=steady)
            read_only = bool(os.statvfs(path).f_flag & os.ST_RDONLY)
        except OSError as error:
            raise FloorError(f"{path} can not be listed: {error.strerror}") from error
        folders, strangers = _told_apart(entry for entry in odd if entry.name not in within)
        return Listing(
            folders=folders if steady else dict.fromkeys(folders, 0),
            gone=gone,
            device=device,
            strangers=tuple(sorted(strangers)),
            read_only=read_only,
        )

    def remote_kind(self, stage_key: str) -> str:
        """The file system of a stage that lies on another machine, such as nfs4, or empty."""
        try:
            kind = self._kind(stage_key, self.stage_path(stage_key).stat().st_dev)
        except (OSError, FloorError):
            return ""
        return kind if is_remote(kind) else ""

    def _kind(self, stage_key: str, device: int) -> str:
        if device not in self._kinds:
            self._kinds[device] = kind_of(self.stage_path(stage_key), self._mounts)
        return self._kinds[device]

    def check_marker(self, stage_key: str) -> None:
        """Raises FloorError when the stage folder is not surely the one that was prepared."""
        path = self.stage_path(stage_key)
        try:
            marker: Any = json.loads((path / MARKER_NAME).read_bytes())
        except FileNotFoundError as error:
            what = "has no marker file" if path.is_dir() else "is not there"
            raise FloorError(
                f"{path} {what}: is its disk or share mounted? If it is new, "
                "make it with `hotfolder prepare`"
            ) from error
        except OSError as error:
            raise FloorError(f"{path} can not be read: {error.strerror}") from error
        except ValueError as error:
            raise FloorError(f"{path}: its marker file {MARKER_NAME} is damaged") from error
        found = marker if isinstance(marker, dict) else {}
        if found.get("stage") != stage_key:
            whose = f"stage {found.get('stage')}"
            raise FloorError(f"{path}: {FOREIGN_MARKER.format(whose)}")
        if self.floor_id and found.get("floor") != self.floor_id:
            raise FloorError(f"{path}: {FOREIGN_MARKER.format('another floor')}")

    def check_writable(self, stage_key: str) -> None:
        """Raises FloorError when this process may not put jobs into the stage folder."""
        path = self.stage_path(stage_key)
        if not os.access(path, os.W_OK | os.X_OK):
            raise FloorError(f"{path} can not be written by this user")

    def inode(self, stage_key: str, folder: str) -> str | None:
        """`device:inode` of a job folder, or None when there is none of that name."""
        path = self._inside(stage_key, folder)
        try:
            facts = os.lstat(path)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise FloorError(f"{path} can not be read: {error.strerror}") from error
        return f"{facts.st_dev}:{facts.st_ino}"

    def ticket_text(self, stage_key: str, folder: str, name: str = TICKET_NAME) -> str | None:
        """The text of the job ticket in a folder, or None when it has none of that name."""
        path = self._inside(stage_key, folder, name)
        try:
            data = _read_regular(path, TICKET_BYTES + 1)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise FloorError(f"{path} can not be read: {error.strerror}") from error
        if len(data) > TICKET_BYTES:
            raise FloorError(f"{path} is too large for a job ticket")
        return data.decode("utf-8", "replace")

    def leave_note(self, stage_key: str, folder: str, name: str, text: str) -> None:
        """The file `name` in a job folder holds this text; it is gone for an empty one.

        Nothing happens when there is no such folder.
        """
        self.check_marker(stage_key)
        path = self.job_path(stage_key, folder)
        try:
            if text and path.is_dir():
                write_text(path / name, text)
            elif not text:
                (path / name).unlink(missing_ok=True)
        except OSError as error:
            raise FloorError(f"{path / name} can not be written: {error.strerror}") from error

    def take_back(self, stage_key: str, folder: str, target: Path) -> None:
        """A job folder leaves the floor for `target`, by one rename."""
        self.check_marker(stage_key)
        try:
            self.job_path(stage_key, folder).rename(target)
        except OSError as error:
            raise FloorError(
                f"{self.job_path(stage_key, folder)} can not be taken back: {error.strerror}"
            ) from error

    def pass_on(self, place: Place, stage_key: str, folder: str) -> None:
        """A job folder goes on to another stage by one rename, as if a person had dragged it.

        Never over another one: `folder` must be free there. Raises FloorError.
        """
        self.check_marker(place.stage)
        self.check_marker(stage_key)
        source, target = self.job_path(place.stage, place.folder), self.job_path(stage_key, folder)
        try:
            if os.path.lexists(target):
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
            source.rename(target)
        except OSError as error:
            words = error.strerror
            if error.errno == errno.EXDEV:
                words = "it is on another volume; let a person drag it, or put both on one"
            raise FloorError(f"{source} can not be moved to {target}: {words}") from error

    def receive(self, ready: Path, stage_key: str, folder: str) -> None:
        """A ready folder appears in a stage by one rename; never into one that is not ours."""
        self.check_marker(stage_key)
        target = self.job_path(stage_key, folder)
        try:
            ready.rename(target)
        except OSError as error:
            words = error.strerror
            if error.errno == errno.EXDEV:
                words = "it is on another volume; set floor.spool to a folder on this volume"
            raise FloorError(f"{ready} can not be moved to {target}: {words}") from error
        flush_folder(target.parent)


Entries = list[os.DirEntry[str]]


def _odd_entries(
    path: Path, known: Mapping[str, int], *, steady: bool
) -> tuple[Entries, tuple[str, ...]]:
    """The entries that are no known folder, and known names that are gone. Raises OSError.

    Lists a hundred thousand folders of which none has changed: no step more than that needs.
    """
    inode_of, counter = known.get, count()
    with os.scandir(path) as entries:
        if steady:
            odd = [
                entry
                for entry, _ in zip(entries, counter, strict=False)
                if inode_of(entry.name) != entry.inode() or not entry.is_dir(follow_symlinks=False)
            ]
        else:
            numbered = zip(entries, counter, strict=False)
            odd = [entry for entry, _ in numbered if entry.name not in known]
    if next(counter) - len(odd) == len(known):
        return [entry for entry in odd if not is_noise(entry.name)], ()
    here = set(os.listdir(path))  # noqa: PTH208 (names alone)
    gone = tuple(name for name in known if name not in here)
    return [entry for entry in odd if not is_noise(entry.name)], gone


def _told_apart(entries: Iterable[os.DirEntry[str]]) -> tuple[dict[str, int], list[str]]:
    """Folders with their inodes, and what can be no job."""
    folders: dict[str, int] = {}
    strangers = []
    for entry in entries:
        if entry.is_dir(follow_symlinks=False) and _is_text(entry.name):
            folders[entry.name] = entry.inode()
        else:
            strangers.append(_shown(entry.name))
    return folders, strangers


def _stages_within(outer: Stage, stages: Iterable[Stage]) -> frozenset[str]:
    """Names of stage folders that lie in this one: they are no job folders."""
    parts = [PurePosixPath(stage.folder) for stage in stages]
    return frozenset(part.name for part in parts if str(part.parent) == outer.folder)


def _make_folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o775)
    except OSError as error:
        raise FloorError(f"{path} can not be made: {error.strerror}") from error


def _is_text(name: str) -> bool:
    """False for a name that is not UTF-8: it can be neither stored nor shown as it is."""
    return name.isascii() or not any("\udc80" <= letter <= "\udcff" for letter in name)


def _shown(name: str) -> str:
    return os.fsencode(name).decode("utf-8", "replace")


def _read_regular(path: str, most_bytes: int) -> bytes:
    """The start of a file; a pipe or the like is an OSError, where reading would wait for ever."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(descriptor, "rb") as file:  # noqa: PTH123 (it is open already)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "it is not a regular file")
        return file.read(most_bytes)
