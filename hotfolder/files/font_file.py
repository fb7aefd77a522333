"""One font file: which characters it has, and a small font cut out of it. Loads HarfBuzz."""

from collections.abc import Iterable
from pathlib import Path

import uharfbuzz

_NEEDED = frozenset({"head", "hhea", "hmtx", "maxp", "cmap", "OS/2", "post", "name"})
_OUTLINES = frozenset({"glyf", "CFF "})
_BOLD = 700

# Of no use on a page that runs from left to right, and work for those who read the font.
_UNUSED = ("BASE", "MATH", "VORG", "vhea", "vmtx", "gasp", "kern")


class FontFile:
    """A font that a page can carry: it has outlines and all tables that a PDF needs.

    Raises OSError when it can not be read and ValueError when it is no such font. The file is
    mapped while it is asked, never read whole, and let go after.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        face = self._face()
        tags = set(face.table_tags)
        if not tags >= _NEEDED or not tags & _OUTLINES or not face.glyph_count:
            raise ValueError("is no font with outlines")
        self._unicodes = face.unicodes

    def covered(self, characters: Iterable[str]) -> frozenset[str]:
        """Those of the characters that the font has."""
        return frozenset(letter for letter in characters if ord(letter) in self._unicodes)

    def cut(self, characters: Iterable[str], *, bold: bool) -> bytes:
        """A font with these characters alone; of a variable font, the weight that is asked for.

        Raises OSError when the file is gone and ValueError when it is damaged.
        """
        wanted = uharfbuzz.SubsetInput()
        wanted.flags = uharfbuzz.SubsetFlags.NO_HINTING | uharfbuzz.SubsetFlags.DESUBROUTINIZE
        wanted.unicode_set.update(map(ord, characters))
        wanted.drop_table_tag_set.update(int.from_bytes(tag.encode()) for tag in _UNUSED)
        face = self._face()
        if "fvar" in face.table_tags:
            wanted.pin_all_axes_to_default(face)
            if bold and any(axis.tag == "wght" for axis in face.axis_infos):
                wanted.pin_axis_location(face, "wght", _BOLD)
        try:
            small = uharfbuzz.subset(face, wanted)
        except RuntimeError as error:
            raise ValueError("can not be cut") from error
        if not wanted.unicode_set.issubset(small.unicodes):
            raise ValueError("has lost letters since it was opened")
        return bytes(small.blob.data)

    def _face(self) -> uharfbuzz.Face:
        try:
            return uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(self._path)))
        except uharfbuzz.HarfBuzzError as error:
            raise OSError("can not be opened") from error
