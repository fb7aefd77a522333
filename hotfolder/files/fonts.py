"""The fonts of this machine: which of them print a text, each cut down to its part of it."""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hotfolder.domain.typeface import Face

if TYPE_CHECKING:
    from hotfolder.files.font_file import FontFile

MOST_FILES = 2000

# Families in order of choice: names of files without the style, in lower case. First those with
# Latin, Greek and Cyrillic, then one script each, then Chinese, Japanese and Korean.
_FAMILIES = (
    "dejavusans", "notosans", "liberationsans", "opensans", "roboto", "arimo", "freesans", "arial",
    "notosanscjk.*", "sourcehansans.*", "notosans.*", "droidsansfallback.*", "wqy.*",
)  # fmt: skip
_STYLES = re.compile(r"[-_ ]?(regular|book|roman|medium|bold|vf|variable.*|\[.*\])$")
_UNUSUAL = re.compile(
    r"italic|oblique|condensed|narrow|light|thin|black|extra|semi|demi|heavy|mono|emoji|display"
)


def usual_folders(home: Path) -> tuple[Path, ...]:
    """Where the fonts of a machine and of a user lie."""
    return (
        home / ".fonts",
        home / ".local/share/fonts",
        Path("/usr/local/share/fonts"),
        Path("/usr/share/fonts"),
        Path("/Library/Fonts"),
    )


class FontShelf:
    """Fonts by the characters they have. Files are opened when a text first asks for them.

    What it learns is small (names, and sets of characters): the fonts themselves stay on the disk.
    Files that are no usable fonts are passed over in silence.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = folders
        self._paths: list[Path] | None = None
        self._opened: dict[Path, FontFile | None] = {}

    def faces(self, characters: frozenset[str], bold: bool) -> tuple[Face, ...]:  # noqa: FBT001 (as `Fonts` is)
        """Faces that together have these characters, best first: a `domain.typeface.Fonts`.

        A family that has no bold font lends its upright one.
        """
        if self._paths is None:
            self._paths = list(_font_files(self._folders))
        found: list[Face] = []
        left = characters
        for path in sorted(self._paths, key=lambda path: _rank(path, bold=bold)):
            if not left:
                break
            face = self._face(path, left, bold=bold)
            if face is not None:
                found.append(face)
                left -= face.covers
        return tuple(found)

    def _face(self, path: Path, characters: frozenset[str], *, bold: bool) -> Face | None:
        file = self._open(path)
        covered = file.covered(characters) if file else frozenset()
        if not file or not covered:
            return None
        try:
            data = file.cut(covered, bold=bold)
        except (OSError, ValueError):
            self._opened[path] = None
            return None
        return Face(name=path.stem, data=data, covers=covered)

    def _open(self, path: Path) -> "FontFile | None":
        # HarfBuzz takes memory that a shop without dockets need not give.
        from hotfolder.files.font_file import FontFile  # noqa: PLC0415 (only where a docket is drawn)

        if path not in self._opened:
            try:
                self._opened[path] = FontFile(path)
            except (OSError, ValueError):
                self._opened[path] = None
        return self._opened[path]


def _font_files(folders: Iterable[Path]) -> Iterator[Path]:
    left = MOST_FILES
    for folder in folders:
        for root, inner, names in os.walk(folder):
            inner.sort()
            for name in sorted(names):
                if left and name.lower().endswith((".ttf", ".otf", ".ttc", ".otc")):
                    left -= 1
                    yield Path(root, name)


def _rank(path: Path, *, bold: bool) -> tuple[bool, int, str, bool]:
    stem = path.stem.lower()
    family = _STYLES.sub("", stem)
    order = next(
        (at for at, known in enumerate(_FAMILIES) if re.fullmatch(known, family)), len(_FAMILIES)
    )
    return _UNUSUAL.search(stem) is not None, order, family, ("bold" in stem) != bold
