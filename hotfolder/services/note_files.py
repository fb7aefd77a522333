"""The notes as files for people on the floor: one in each stage, one for the floor as a whole."""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf

from loguru import logger

from hotfolder.domain.noise import NOTES_NAME
from hotfolder.errors import FloorError
from hotfolder.files.people_file import PeopleFile, identity
from hotfolder.formats.notes_text import floor_notes, stage_notes
from hotfolder.services.shop import Shop

PAUSE_SECONDS = 3.0  # between two writes of one file, however much changes
RETRY_SECONDS = 60.0

Notes = dict[tuple[str, str], str]


@dataclass(kw_only=True, slots=True)
class _File:
    """A file of notes. `source` is what it was last made from; `next_write` monotonic seconds.

    `check` raises FloorError when the folder is not surely ours.
    """

    file: PeopleFile
    make: Callable[[Notes], str]
    check: Callable[[], None]
    source: Notes | None = None
    next_write: float = 0.0
    failed: bool = False


class NoteFiles:
    """Keeps the files equal to the notes. Writes nothing that stands there already.

    A file is written only where the floor is certainly the one we know: in a stage whose marker
    is there, and in the floor itself as long as it is the folder that it was at the start.
    """

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._floor_identity = identity(shop.floor.path)
        whole = PeopleFile(shop.floor.path / NOTES_NAME)
        self._files = {"": _File(file=whole, make=floor_notes, check=self._check_floor)}

    def show(self, stage: str, notes: Notes) -> float:
        """Notes of a stage by name and kind, or with "" those of the floor by stage and kind.

        Seconds until it wants to be called again with them; the same mapping as the last time
        means that nothing has changed.
        """
        file = self._files.get(stage) or self._begin(stage)
        if file.source is notes:
            return inf
        now = self._shop.clock.monotonic()
        if now < file.next_write:
            return file.next_write - now
        try:
            file.check()
            written = file.file.show(file.make(notes))
        except FloorError as error:
            if not file.failed:
                logger.warning("notes for people are not written: {}", error)
            file.failed = True
            file.next_write = now + RETRY_SECONDS
            return RETRY_SECONDS
        file.source, file.failed = notes, False
        if written:
            file.next_write = now + PAUSE_SECONDS
        return inf

    def _begin(self, stage: str) -> _File:
        """The file of a stage, which may have become one just now."""
        path = self._shop.floor.stage_path(stage) / NOTES_NAME
        check = self._check_of(stage)
        file = self._files[stage] = _File(file=PeopleFile(path), make=stage_notes, check=check)
        return file

    def _check_of(self, stage: str) -> Callable[[], None]:
        return lambda: self._shop.floor.check_marker(stage)

    def _check_floor(self) -> None:
        if identity(self._shop.floor.path) != self._floor_identity:
            raise FloorError(f"{self._shop.floor.path} is not the folder that it was")
