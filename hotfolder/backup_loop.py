"""The thread that makes backups: one that takes long keeps nobody waiting."""

from math import inf

from hotfolder.loops import Loop
from hotfolder.services.make_backup import BackupPlace, backup_if_due
from hotfolder.services.shop import Shop


def backup_loops(shop: Shop, place: BackupPlace) -> list[Loop]:
    """None when the configuration wants no backups."""
    if not place.every:
        return []

    def step() -> float:
        return backup_if_due(shop, place, loop.go_on)

    loop = Loop("backup", step, late_seconds=inf)  # its disk may hang, and nobody waits for it
    return [loop]
