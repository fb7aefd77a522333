"""What is wrong with a device, as notes that are gone as soon as it is solved."""

from collections.abc import Iterable, Mapping

from loguru import logger

from hotfolder.services.shop import Shop
from hotfolder.store.notes import Note

MOST = 20
KIND = "device"  # kind of the notes of no certain device; of one its name follows


class Told:
    """The notes of one device, or of none: kept equal to what is wrong now."""

    def __init__(self, shop: Shop, device: str = "") -> None:
        self._shop = shop
        self._device = device
        self._kind = f"{KIND} {device}".strip()
        self._shown: dict[str, str] | None = None

    def show(self, wrong: Mapping[str, str]) -> None:
        """By what it is about, what is wrong, in words; nothing else is."""
        wrong = _bounded(wrong)
        shown = self._before() if self._shown is None else self._shown
        if wrong == shown:
            return
        now = self._shop.clock.now()
        with self._shop.store.transaction():
            for name in shown.keys() - wrong.keys():
                self._shop.store.notes.remove("", name, self._kind)
            for name, words in wrong.items():
                if shown.get(name) != words:
                    note = Note(stage="", name=name, kind=self._kind, since=now, words=words)
                    self._shop.store.notes.add(note)
        for name in wrong.keys() - shown.keys():
            logger.bind(device=self._device).warning("{}: {}", name, wrong[name])
        self._shown = dict(wrong)

    def _before(self) -> dict[str, str]:
        notes = self._shop.store.notes.all()
        return {note.name: note.words for note in notes if note.kind == self._kind}


def _bounded(wrong: Mapping[str, str]) -> Mapping[str, str]:
    """What is wrong with very many things is told of the first of them, and how many more."""
    if len(wrong) <= MOST:
        return wrong
    names = sorted(wrong)
    more = f"the same or other trouble with {len(wrong) - MOST} more: hotfolder devices"
    return {name: wrong[name] for name in names[:MOST]} | {"and more": more}


def forget_notes(shop: Shop, devices: Iterable[str]) -> None:
    """Nothing is told any more of devices that are none of these."""
    kinds = {KIND, *(f"{KIND} {name}" for name in devices)}
    old = [one for one in shop.store.notes.all() if one.kind.split(" ")[0] == KIND]
    with shop.store.transaction():
        for note in old:
            if note.kind not in kinds:
                shop.store.notes.remove(note.stage, note.name, note.kind)
