"""A folder that files are taken out of: each is claimed, then done or set aside, never deleted.

A claim is a rename, so a file is taken once, and one whose taking was cut off is found again. A
claim carries a mark, such as the day on which it was taken.
"""

from dataclasses import dataclass
from pathlib import Path

from hotfolder.errors import FloorError
from hotfolder.files.atomic import flush_folder, write_text

CLAIMED = ".taking"
DONE = "done"
ASIDE = "set-aside"
_BETWEEN = "__"


@dataclass(frozen=True, kw_only=True, slots=True)
class Claimed:
    """A file that was taken and is not dealt with yet."""

    mark: str
    name: str
    path: Path


class Tray:
    """Nothing is made or looked at before it is needed. All raise FloorError."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def claim(self, name: str, mark: str) -> None:
        """Take the file of this name."""
        self._move(self.path / name, CLAIMED, f"{mark}{_BETWEEN}{name}")

    def claimed(self) -> list[Claimed]:
        """What was taken, in the order of marks and names."""
        try:
            paths = sorted((self.path / CLAIMED).iterdir())
        except FileNotFoundError:
            return []
        except OSError as error:
            raise FloorError(f"{self.path} can not be read: {error.strerror}") from error
        found = []
        for path in paths:
            mark, between, name = path.name.partition(_BETWEEN)
            if between and path.is_file():
                found.append(Claimed(mark=mark, name=name, path=path))
        return found

    def read(self, one: Claimed) -> bytes:
        """Its content."""
        try:
            return one.path.read_bytes()
        except OSError as error:
            raise FloorError(f"{one.path} can not be read: {error.strerror}") from error

    def finish(self, one: Claimed, remark: str = "") -> Path:
        """It is dealt with; a remark lies beside it as text. Where it is now."""
        return self._put(one, DONE, remark)

    def set_aside(self, one: Claimed, why: str) -> Path:
        """It was not understood. Where it is now, with the reason beside it."""
        return self._put(one, ASIDE, why)

    def _put(self, one: Claimed, folder: str, words: str) -> Path:
        target = self._free(self.path / folder, one.name)
        if words:
            target.parent.mkdir(exist_ok=True)
            write_text(target.with_name(f"{target.name}.txt"), f"{words}\n")
        self._move(one.path, folder, target.name)
        return target

    def _move(self, source: Path, folder: str, name: str) -> None:
        target = self.path / folder / name
        try:
            target.parent.mkdir(exist_ok=True)
            if target.exists():
                raise FloorError(f"{target} is in the way: take it away")
            source.rename(target)
        except OSError as error:
            raise FloorError(f"{source} can not be taken: {error.strerror}") from error
        flush_folder(target.parent)

    @staticmethod
    def _free(folder: Path, name: str) -> Path:
        """A name that nobody has: that of an earlier file stays."""
        path, number = folder / name, 1
        while path.exists():
            number += 1
            path = folder / f"{Path(name).stem}_{number}{Path(name).suffix}"
        return path
