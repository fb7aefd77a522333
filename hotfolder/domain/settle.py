"""When is a folder that somebody copies here whole? Measured on a clock that never jumps.

Constant size and time are no proof: a client that sets the final length first and then stalls
looks finished. So a copied job folder counts as whole only when every file of its ticket is there
with its size, nothing changed for a while, and no one has a file of it open for writing.
"""

from collections.abc import Mapping
from dataclasses import dataclass

DROP_LOOKS = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class FileFact:
    """A file in a job folder. `changed_ns` is its ctime: the one time a client can not set.

    `modified_ns` is its mtime, which stays what it was when only rights or marks are changed.
    """

    path: str
    size: int
    changed_ns: int
    modified_ns: int = 0


FolderShape = frozenset[FileFact]


@dataclass(frozen=True, kw_only=True, slots=True)
class Settling:
    """A shape and since when (monotonic seconds) it has not changed."""

    shape: FolderShape
    since: float


def watch_settling(before: Settling | None, shape: FolderShape, now: float) -> Settling:
    """The earlier look kept while the shape is the same, otherwise a new start."""
    if before is not None and before.shape == shape:
        return before
    return Settling(shape=shape, since=now)


def missing_files(manifest: Mapping[str, int | None], shape: FolderShape) -> list[str]:
    """Names from the ticket that are not there, or not with their size (None: any size)."""
    sizes = {fact.path: fact.size for fact in shape}
    return [
        name
        for name, size in manifest.items()
        if name not in sizes or (size is not None and sizes[name] != size)
    ]


def is_settled(
    settling: Settling, manifest: Mapping[str, int | None], now: float, quiet_seconds: float
) -> bool:
    """True when the folder is complete by its ticket and was quiet long enough."""
    return now - settling.since >= quiet_seconds and not missing_files(manifest, settling.shape)


@dataclass(frozen=True, kw_only=True, slots=True)
class DropFact:
    """A single file that a device dropped. `changed_ns` is its ctime."""

    size: int
    changed_ns: int
    inode: int


@dataclass(frozen=True, kw_only=True, slots=True)
class DropLook:
    """A fact that was seen `times` times in a row, first at `since` (monotonic seconds)."""

    fact: DropFact
    since: float
    times: int


def look_at_drop(before: DropLook | None, fact: DropFact, now: float) -> DropLook:
    """The earlier look counted on while nothing changes, otherwise a new start."""
    if before is not None and before.fact == fact:
        return DropLook(fact=fact, since=before.since, times=before.times + 1)
    return DropLook(fact=fact, since=now, times=1)


def is_drop_settled(look: DropLook, now: float, quiet_seconds: float) -> bool:
    """True for a file with content that was seen often enough, and quiet long enough.

    Often enough, as a machine that slept between two looks has seen no quiet.
    """
    return look.fact.size > 0 and look.times >= DROP_LOOKS and now - look.since >= quiet_seconds
