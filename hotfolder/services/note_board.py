"""The board of notes: each thing a person should look at once, gone as soon as it is solved."""

from loguru import logger

from hotfolder.services.shop import Shop
from hotfolder.store.notes import Note

Notes = dict[tuple[str, str], str]


class Board:
    """Keeps the notes in the store equal to what the rounds see; writes only what changes."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._shown: dict[str, Notes] = {}
        for note in shop.store.notes.all():
            self._shown.setdefault(note.stage, {})[note.name, note.kind] = note.words

    def only(self, stage: str, notes: Notes) -> None:
        """These are the notes of a stage now; others of it are solved."""
        shown = self._shown.get(stage, {})
        if notes == shown:
            return
        with self._shop.store.transaction():
            for name, kind in shown.keys() - notes.keys():
                self._shop.store.notes.remove(stage, name, kind)
            for key in notes.keys() - shown.keys():
                self._add(stage, *key, notes[key])
            for key in notes.keys() & shown.keys():
                if notes[key] != shown[key]:
                    self._add(stage, *key, notes[key])
        for name, kind in notes.keys() - shown.keys():
            logger.bind(stage=stage, folder=name).warning("{}: {}", kind, notes[name, kind])
        self._shown[stage] = dict(notes)

    def add(self, stage: str, name: str, kind: str, words: str) -> None:
        """One more note of a stage."""
        self.only(stage, {**self._shown.get(stage, {}), (name, kind): words})

    def _add(self, stage: str, name: str, kind: str, words: str) -> None:
        now = self._shop.clock.now()
        note = Note(stage=stage, name=name, kind=kind, since=now, words=words)
        self._shop.store.notes.add(note)
