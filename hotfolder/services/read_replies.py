"""Replies of label programs are read when they are whole, and set aside when they help nobody."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from loguru import logger

from hotfolder.domain.label_form import LabelProgram
from hotfolder.errors import FloorError, NotUnderstood
from hotfolder.files.appear import count_files, put_into, small_bytes
from hotfolder.files.drop import Drop, DropFolder
from hotfolder.formats.label_reply import read_reply
from hotfolder.services.shop import Shop
from hotfolder.services.take_label import Stranger, take_labels
from hotfolder.store.parcels import ReadFile, StrangeRow

DONE = "done"
SET_ASIDE = "set-aside"
LARGEST = 32 * 1024 * 1024
PATIENCE = timedelta(minutes=10)  # for a reply that is not whole: its program may have stopped


@dataclass(slots=True)
class _Place:
    """The reply folder of a program. `doubts`: files that were not understood, and since when.

    `stays`: those that help nobody and are left where they are.
    """

    folder: DropFolder
    doubts: dict[str, float] = field(default_factory=dict)
    stays: set[str] = field(default_factory=set)


class Replies:
    """Looks at the folders of all label programs; what was read is known to the store."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._places: dict[str, _Place] = {}

    def step(self) -> dict[str, str]:
        """Read what is whole by now; by program, what is wrong with its folder."""
        troubles: dict[str, str] = {}
        for program in self._shop.labels:
            try:
                trouble = self._look(program)
            except FloorError as error:
                trouble = str(error)
            if trouble:
                troubles[program.name] = trouble
        return troubles

    def _look(self, program: LabelProgram) -> str:
        """What a person should see to in the folder, or empty. Raises FloorError."""
        place = self._places.get(program.name) or self._open(program)
        now = self._shop.clock.monotonic()
        trouble = ""
        unread = place.folder.look(now)
        try:
            while unread:
                try:
                    self._read(program, place, unread[0])
                except FloorError as error:  # this one is looked at again, the others go on
                    trouble = str(error)
                    place.folder.given.pop(unread[0].name, None)
                del unread[0]
        finally:
            for drop in unread:
                place.folder.given.pop(drop.name, None)
        self._set_aside_what_stays_half(program, place, now)
        return trouble or _left(program, place)

    def _open(self, program: LabelProgram) -> _Place:
        files = self._shop.store.replies.files(program.name)
        given = {
            one.name: Drop(name=one.name, fact=one.fact, sha256=one.sha256, revision=one.revision)
            for one in files
        }
        path = Path(program.reply_folder)
        form = program.reply.form.value
        folder = DropFolder(path, program.quiet_seconds, given, program.reply.file, form)
        place = self._places[program.name] = _Place(folder=folder)
        return place

    def _read(self, program: LabelProgram, place: _Place, drop: Drop) -> None:
        path = place.folder.path / drop.name
        try:
            found = read_reply(small_bytes(path, LARGEST), program.reply)
        except NotUnderstood as error:
            place.doubts.setdefault(drop.name, self._shop.clock.monotonic())
            logger.bind(program=program.name, file=drop.name).warning(
                "a reply is not understood: {}", error
            )
            return
        place.doubts.pop(drop.name, None)
        place.stays.discard(drop.name)
        bad = [Stranger(line=one.line, digest=one.digest, words=one.words) for one in found.bad]
        ours, strangers = take_labels(self._shop, program, found.rows)
        self._tell(program, drop, [*bad, *(strangers if program.tells_strangers else [])])
        if program.keep_replies:
            self._remember(program, drop)
        elif found.rows and not ours:
            note = f"Line {strangers[0].line}: {strangers[0].words}"
            self._move(program, place, drop.name, SET_ASIDE, note)
        elif not found.rows and found.bad:
            note = f"Line {found.bad[0].line}: {found.bad[0].words}"
            self._move(program, place, drop.name, SET_ASIDE, note)
        else:
            self._move(program, place, drop.name, DONE)

    def _tell(self, program: LabelProgram, drop: Drop, strangers: Sequence[Stranger]) -> None:
        """Rows that help nobody are told once, however often the file is read."""
        now = self._shop.clock.now()
        rows = [
            StrangeRow(
                program=program.name,
                digest=one.digest,
                seen_at=now,
                file=drop.name,
                line=one.line,
                words=one.words,
            )
            for one in strangers
        ]
        if not rows:
            return
        with self._shop.store.transaction():
            new = [row for row in rows if self._shop.store.replies.note_row(row)]
        if new:
            logger.bind(program=program.name, file=drop.name, line=new[0].line).warning(
                "{} rows of a reply help nobody: see hotfolder labels", len(new)
            )

    def _remember(self, program: LabelProgram, drop: Drop) -> None:
        read = ReadFile(name=drop.name, fact=drop.fact, sha256=drop.sha256, revision=drop.revision)
        with self._shop.store.passing_transaction():
            self._shop.store.replies.keep_file(program.name, read)

    def _move(
        self, program: LabelProgram, place: _Place, name: str, folder: str, note: str = ""
    ) -> None:
        """Out of the way; where we may not, it stays and is remembered."""
        drop = place.folder.given.get(name)
        try:
            put_into(place.folder.path / name, folder, note)
        except FloorError as error:
            if drop is not None:
                self._remember(program, drop)
            elif folder == SET_ASIDE:
                place.stays.add(name)
            logger.bind(program=program.name, file=name).warning("a reply stays: {}", error)
            return
        place.folder.given.pop(name, None)
        with self._shop.store.passing_transaction():
            self._shop.store.replies.forget_file(program.name, name)

    def _set_aside_what_stays_half(self, program: LabelProgram, place: _Place, now: float) -> None:
        """Nobody goes on writing what was not whole, or not understood, so long ago."""
        patience = PATIENCE.total_seconds()
        old = {name for name, at in place.doubts.items() if now - at >= patience}
        stuck = set(place.folder.stuck(now, patience))
        place.stays = {name for name in place.stays if (place.folder.path / name).exists()}
        for name in (old | stuck) - place.stays:
            place.doubts.pop(name, None)
            if not (place.folder.path / name).exists():
                continue
            if program.keep_replies:
                place.stays.add(name)
                if drop := place.folder.given.get(name):
                    self._remember(program, drop)
                continue
            why = "It was not whole or not understood, and nobody went on writing it."
            self._move(program, place, name, SET_ASIDE, why)


def _left(program: LabelProgram, place: _Place) -> str:
    """What lies there for a person, in words."""
    where = place.folder.path / SET_ASIDE
    if count := count_files(where):
        return f"{count} replies were set aside: see {where}"
    if place.stays:
        return f"{min(place.stays)} of {program.name} is not whole or not understood"
    return ""
