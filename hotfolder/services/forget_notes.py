"""Notes of parts that the configuration has no more: nobody else takes them away."""

from collections.abc import Collection

from hotfolder.services.shop import Shop


def forget_notes_of(shop: Shop, kinds: Collection[str]) -> None:
    """There is nothing of these kinds any more: nothing that was told of it stands."""
    with shop.store.transaction():
        for note in shop.store.notes.all():
            if note.kind in kinds:
                shop.store.notes.remove(note.stage, note.name, note.kind)
