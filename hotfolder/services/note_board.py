"""The board of notes: each thing a person should look at once, gone as soon as it is solved."""

from collections.abc import Mapping

from loguru import logger

from hotfolder.services.shop import Shop
from hotfolder.store.notes import Note

WAITS = "waits"
FROZEN = "frozen"
READ_ONLY = "read only"
WATCHING = "watching"
OVERFLOW = "overflow"
HEALTH = frozenset({READ_ONLY, WATCHING, OVERFLOW})
Notes = dict[tuple[str, str], str]


class Board:
    """Keeps the notes in the store equal to what the rounds see; writes only what changes."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._shown: dict[str, Notes] = {}
        for note in shop.store.notes.all():
            self._shown.setdefault(note.stage, {})[note.name, note.kind] = note.words

    def stages(self) -> set[str]:
        """The stages of which something was noted at some time."""
        return {stage for stage in self._shown if stage}

    def shown(self, stage: str) -> Notes:
        """The notes of a stage by name and kind; another mapping as soon as anything changes."""
        return self._shown.setdefault(stage, {})

    def only(self, stage: str, notes: Notes) -> None:
        """What was seen in a stage now, and nothing else; jobs that wait and health stay."""
        shown = self.shown(stage)
        kept = {key: words for key, words in shown.items() if key[1] == WAITS or key[1] in HEALTH}
        self._show(stage, kept | notes)

    def waits(self, by_stage: Mapping[str, Mapping[str, str]]) -> None:
        """For what the jobs wait, by stage and folder; no other job waits any more."""
        for stage in self._shown.keys() | by_stage.keys():
            others = {key: words for key, words in self.shown(stage).items() if key[1] != WAITS}
            waiting = by_stage.get(stage, {})
            self._show(stage, others | {(name, WAITS): words for name, words in waiting.items()})

    def health(self, by_stage: Mapping[str, Mapping[str, str]]) -> None:
        """How the looking itself does, by stage and kind; nothing else is wrong with it."""
        for stage in self._shown.keys() | by_stage.keys():
            shown = self.shown(stage).items()
            others = {key: words for key, words in shown if key[1] not in HEALTH}
            found = by_stage.get(stage, {})
            self._show(stage, others | {("", kind): words for kind, words in found.items()})

    def forget(self, stage: str) -> None:
        """The stage is no more."""
        self._show(stage, {})

    def _show(self, stage: str, notes: Notes) -> None:
        shown = self.shown(stage)
        if notes == shown:
            return
        with self._shop.store.transaction():
            for name, kind in shown.keys() - notes.keys():
                self._shop.store.notes.remove(stage, name, kind)
            for key, words in notes.items():
                if shown.get(key) != words:
                    self._add(stage, *key, words)
        for name, kind in notes.keys() - shown.keys():
            words = notes[name, kind]
            told = words if words.startswith(kind) else f"{kind}: {words}"
            logger.bind(stage=stage, folder=name).warning("{}", told)
        self._shown[stage] = dict(notes)

    def add(self, stage: str, name: str, kind: str, words: str) -> None:
        """One more note of a stage."""
        self._show(stage, {**self.shown(stage), (name, kind): words})

    def _add(self, stage: str, name: str, kind: str, words: str) -> None:
        now = self._shop.clock.now()
        note = Note(stage=stage, name=name, kind=kind, since=now, words=words)
        self._shop.store.notes.add(note)
