"""What really lies on the disk, read without the program: stages by marker, jobs by ticket."""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.fakes import ManualClock

MARKER = ".hotfolder-stage"
TICKET = "job-ticket.json"
OURS = ("ORDER-NOTE.txt", "_NOTES.txt")  # what the daemon writes and takes away on the floor
Place = tuple[str, str, str]  # stage, name, inode
Shape = Mapping[str, tuple[int, int, int]]  # by name: size, time of change, inode


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A folder that lies in a stage, or one with a ticket that lies anywhere else.

    `stage` is empty unless the folder is where the daemon can see it. `ticket` is the id in it.
    `spoiled`: it has a ticket that can not be read. `whole`: all files of the ticket are there.
    `since` (monotonic seconds) none of its own files changed.
    `files` are the inodes of all files in it, however deep.
    """

    path: Path
    stage: str
    inode: str
    ticket: str
    spoiled: bool
    whole: bool
    since: float
    files: frozenset[int]

    @property
    def place(self) -> Place:
        return self.stage, self.path.name, self.inode


@dataclass(kw_only=True, slots=True)
class Scan:
    """One look at everything. `stages` has every stage, `visible` those that are mounted."""

    stages: dict[str, Path] = field(default_factory=dict)
    visible: set[str] = field(default_factory=set)
    folders: list[Found] = field(default_factory=list)
    files: dict[str, tuple[int, int]] = field(default_factory=dict)

    def at(self, stage: str, name: str) -> Found | None:
        """The folder of this name that the daemon sees in a stage."""
        seen = (one for one in self.folders if (one.stage, one.path.name) == (stage, name))
        return next(seen, None) if stage else None


class Disk:
    """Everything below `base`: the floor, what was taken from it, and disks that are away."""

    def __init__(self, base: Path, stages: Mapping[str, str], clock: ManualClock) -> None:
        self.base = base
        self.floor = base / "floor"
        self.aside = base / "aside"  # where an unmounted disk is while it is away
        self.desk = base / "desk"  # off the floor
        self.backup = base / "backup"
        self._expected = {self.floor / folder: key for key, folder in stages.items()}
        self._clock = clock
        self._shapes: dict[str, tuple[Shape, float]] = {}

    def scan(self) -> Scan:
        found = Scan()
        paths = []
        for root in (self.floor, self.aside, self.desk):
            for folder, names, files in os.walk(root):
                names[:] = sorted(name for name in names if not name.startswith("."))
                path = Path(folder)
                paths.append(path)
                self._note_files(found, path, files)
        keys = {path: key for key, path in found.stages.items()}
        found.visible = {key for path, key in keys.items() if self._expected.get(path) == key}
        for path in paths:
            key = keys.get(path.parent, "")
            if (
                path not in keys
                and path not in self._expected
                and (key or (path / TICKET).exists())
            ):
                found.folders.append(self._found(path, key if key in found.visible else ""))
        return found

    def _note_files(self, found: Scan, path: Path, names: list[str]) -> None:
        if MARKER in names:
            found.stages[str(json.loads((path / MARKER).read_bytes())["stage"])] = path
        for entry in os.scandir(path):
            if entry.name not in OURS and entry.is_file():
                facts = entry.stat()
                found.files[entry.path] = facts.st_size, facts.st_mtime_ns

    def _found(self, path: Path, stage: str) -> Found:
        facts = path.stat()
        inode = f"{facts.st_dev}:{facts.st_ino}"
        now = self._clock.monotonic()
        shape = _shape(path)
        # another folder may be put in and taken out again while nobody looks
        own = {name: facts for name, facts in shape.items() if "/" not in name}
        before, since = self._shapes.get(inode, ({}, now))
        since = since if own == before else now
        self._shapes[inode] = own, since
        ticket, whole = _read(path, shape)
        return Found(
            path=path,
            stage=stage,
            inode=inode,
            ticket=ticket,
            spoiled=not ticket and TICKET in shape,
            whole=whole,
            since=since,
            files=frozenset(facts[2] for facts in shape.values()),
        )


def _shape(path: Path) -> Shape:
    found = {}
    for folder, _names, names in os.walk(path):
        for name in names:
            file = os.path.join(folder, name)  # noqa: PTH118 (read a thousand times a second)
            facts = os.stat(file)  # noqa: PTH116 (a thousand times a second)
            found[file.removeprefix(f"{path}/")] = facts.st_size, facts.st_ctime_ns, facts.st_ino
    return found


def _read(path: Path, shape: Shape) -> tuple[str, bool]:
    """The id in the ticket, and whether its files are all there; no id without a ticket."""
    with suppress(OSError, ValueError):
        ticket = json.loads((path / TICKET).read_bytes())
        files = [(one["name"], one["size"]) for one in ticket["files"]]
        return str(ticket["ticket"]), all(shape.get(name, (-1,))[0] == size for name, size in files)
    return "", False
