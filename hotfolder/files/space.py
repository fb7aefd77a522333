"""How much room a disk has."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True, slots=True)
class Space:
    """Of the disk with this number: what we may still write, and its size, in bytes."""

    disk: int
    free: int
    size: int


def space_at(path: Path) -> Space | None:
    """The room where this path is, or will be made; None when nobody can tell.

    A share whose server is away may let this wait for very long.
    """
    try:
        there = next(one for one in (path, *path.parents) if one.exists())
        facts = os.statvfs(there)
        disk = there.stat().st_dev
    except OSError:
        return None
    unit = facts.f_frsize
    return Space(disk=disk, free=facts.f_bavail * unit, size=facts.f_blocks * unit)
