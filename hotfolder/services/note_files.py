"""The notes as files for people on the floor: one in each stage, one for the floor as a whole."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

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
    """A file of notes. `source` is what it was last made from; `next_write` monotonic seconds."""

    path: Path
    file: PeopleFile
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
        self._files: dict[str, _File] = {}

    def forget(self, stage: str) -> None:
        """The stage is no more: nobody would mend its file."""
        file = self._files.pop(stage, None)
        if file is not None:
            with suppress(FloorError):
                file.file.show("")

    def show(self, stage: str, notes: Notes) -> None:
        """Notes of a stage by name and kind, or with "" those of the floor by stage and kind.

        The same mapping as the last time means that nothing has changed. What can not be written
        now is written at a later call.
        """
        floor = self._shop.floor
        folder = floor.stage_path(stage) if stage in floor.stages else floor.path
        file = self._files.get(stage)
        if file is None or file.path.parent != folder:
            path = folder / NOTES_NAME
            file = self._files[stage] = _File(path=path, file=PeopleFile(path))
        now = self._shop.clock.monotonic()
        if file.source is notes or now < file.next_write:
            return
        try:
            self._check(stage)
            text = stage_notes(notes) if stage else floor_notes(notes)
            written = file.file.show(text)
        except FloorError as error:
            if not file.failed:
                logger.warning("notes for people are not written: {}", error)
            file.failed = True
            file.next_write = now + RETRY_SECONDS
            return
        file.source, file.failed = notes, False
        if written:
            file.next_write = now + PAUSE_SECONDS

    def _check(self, stage: str) -> None:
        """Raises FloorError for a folder that is not surely ours."""
        if stage:
            self._shop.floor.check_marker(stage)
        elif identity(self._shop.floor.path) != self._floor_identity:
            raise FloorError(f"{self._shop.floor.path} is not the folder that it was")
