"""The board of notes: each thing a person should look at once, gone as soon as it is solved."""

from collections.abc import Mapping

from loguru import logger

from hotfolder.services.shop import Shop
from hotfolder.store.notes import Note

WAITS = "waits"
Notes = dict[tuple[str, str], str]


class Board:
    """Keeps the notes in the store equal to what the rounds see; writes only what changes."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._shown: dict[str, Notes] = {}
        for note in shop.store.notes.all():
            self._shown.setdefault(note.stage, {})[note.name, note.kind] = note.words

    def only(self, stage: str, notes: Notes) -> None:
        """These are the notes of a stage now; others of it are solved, but for jobs that wait."""
        shown = self._shown.get(stage, {})
        self._show(stage, {key: words for key, words in shown.items() if key[1] == WAITS} | notes)

    def waits(self, by_stage: Mapping[str, Mapping[str, str]]) -> None:
        """For what the jobs wait, by stage and folder; no other job waits any more."""
        for stage in self._shown.keys() | by_stage.keys():
            shown = self._shown.get(stage, {})
            others = {key: words for key, words in shown.items() if key[1] != WAITS}
            waiting = by_stage.get(stage, {})
            self._show(stage, others | {(name, WAITS): words for name, words in waiting.items()})

    def _show(self, stage: str, notes: Notes) -> None:
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
