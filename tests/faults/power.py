"""A disk that can lose power: SQLite writes through it, and it knows what was really kept."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from random import Random
from typing import Any, Self

import apsw


class Deed(StrEnum):
    """What was done to a file, or said by the test in between."""

    WRITE = "write"
    TRUNCATE = "truncate"
    SYNC = "sync"
    DELETE = "delete"
    FAILED_SYNC = "failed sync"
    MARK = "mark"


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """`file` is the name without its folder; `said` and `what` belong to marks."""

    deed: Deed
    file: str = ""
    offset: int = 0
    data: bytes = b""
    said: str = ""
    what: Any = None


@dataclass(kw_only=True, slots=True)
class _Image:
    """A file as the disk has it, and what is only in memory so far."""

    kept: bytearray = field(default_factory=bytearray)
    unsynced: list[Step] = field(default_factory=list)

    def take(self, step: Step) -> None:
        if step.deed is Deed.SYNC:
            self.sync()
        elif step.deed is Deed.FAILED_SYNC:
            self.unsynced.clear()
        else:
            self.unsynced.append(step)

    def sync(self, dice: Random | None = None) -> None:
        """Keep what is only in memory; with dice, some of it."""
        for step in self.unsynced:
            if dice is None or dice.random() < 0.5:
                self._write(step)
        self.unsynced.clear()

    def _write(self, step: Step) -> None:
        if step.deed is Deed.TRUNCATE:
            del self.kept[step.offset :]
            return
        end = step.offset + len(step.data)
        self.kept.extend(bytes(max(0, end - len(self.kept))))
        self.kept[step.offset : end] = step.data


class Disk(apsw.VFS):
    """The default way of SQLite to its files, in this process, while the block lasts.

    Everything is really written, and remembered. `failing_syncs`: so many syncs fail from now on;
    what they should have kept is lost although it can still be read (ext4 and XFS do this).
    """

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.failing_syncs = 0
        super().__init__("disk of the tests", "unix", makedefault=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.unregister()

    def xOpen(self, name: Any, flags: list[int]) -> Any:  # noqa: N802 (SQLite's name)
        return _File(self, name, flags)

    def xDelete(self, name: str, sync_folder: bool) -> None:  # noqa: N802 (SQLite's name)
        """SQLite deletes files only where it waits for the folder, or does not care."""
        super().xDelete(name, sync_folder)
        self.steps.append(Step(deed=Deed.DELETE, file=Path(name).name))

    def mark(self, said: str, what: Any) -> None:
        """Remember that this had happened by now."""
        self.steps.append(Step(deed=Deed.MARK, said=said, what=what))

    def sync(self, file: str) -> None:
        failed = self.failing_syncs > 0
        self.failing_syncs -= failed
        self.steps.append(Step(deed=Deed.FAILED_SYNC if failed else Deed.SYNC, file=file))
        if failed:
            error: Any = apsw.IOError("the disk of the tests could not sync")
            error.extendedresult = apsw.SQLITE_IOERR_FSYNC
            raise error


class _File(apsw.VFSFile):
    def __init__(self, disk: Disk, name: Any, flags: list[int]) -> None:
        self._disk = disk
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        self._name = Path(path or "temporary").name
        super().__init__("unix", name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802 (SQLite's name)
        step = Step(deed=Deed.WRITE, file=self._name, offset=offset, data=bytes(data))
        self._disk.steps.append(step)
        super().xWrite(data, offset)

    def xTruncate(self, size: int) -> None:  # noqa: N802 (SQLite's name)
        self._disk.steps.append(Step(deed=Deed.TRUNCATE, file=self._name, offset=size))
        super().xTruncate(size)

    def xSync(self, flags: int) -> None:  # noqa: N802 (SQLite's name)
        super().xSync(flags)
        self._disk.sync(self._name)


def after_power_cut(steps: Sequence[Step], folder: Path, dice: Random | None = None) -> None:
    """Write to `folder` what the disk has kept when the power goes after these steps.

    Nothing that was not synced; with dice some of it, as disks write in an order of their own.
    """
    images: dict[str, _Image] = {}
    for step in steps:
        if step.deed is Deed.DELETE:
            images.pop(step.file, None)
        elif step.deed is not Deed.MARK:
            images.setdefault(step.file, _Image()).take(step)
    for name, image in images.items():
        if dice is not None:
            image.sync(dice)
        if image.kept:
            (folder / name).write_bytes(image.kept)


def marked(steps: Sequence[Step], said: str) -> list[Any]:
    """What was marked this way, in order."""
    return [step.what for step in steps if step.deed is Deed.MARK and step.said == said]
