"""What the rounds remember of one stage between two looks. Losing it costs a full look only."""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field

from hotfolder.domain.job import Place
from hotfolder.domain.settle import Settling
from hotfolder.domain.sighting import Listing, inode_number

UNKNOWN = -1  # as an inode: of no folder
STRANGER = "is no job folder; nothing is done with it"
# worries about a folder that is a job's by its inode, although its ticket tells nothing or too much
SPOILED = frozenset({"unreadable", "two tickets", "two jobs"})


@dataclass(slots=True)
class Unclear:
    """A folder that is not settled or not understood yet.

    `since` is monotonic seconds of its first sight; `refusal` says why it is no move of the job
    `refused`; `worry` and `remark` are the kind and the sentence that the last closer look gave.
    `was_home`: a job was here that is known nowhere else. `origin`: the moves and the place of its
    job when it began to settle.
    """

    inode: str
    since: float
    was_home: bool = False
    origin: tuple[int, Place | None] | None = None
    settling: Settling | None = None
    refusal: str = ""
    refused: int | None = None
    worry: tuple[str, str] | None = None
    remark: tuple[str, str] | None = None


@dataclass(slots=True)
class View:
    """`at_home`: folders dealt with, by name with inode. `missed`: names gone, and since when.

    `taken`: names that another job's folder has now, and since when. `remarks`: what is odd about a
    job that is where it should be. `loaded`: what the store knows is in here. `device` is of the
    stage folder.
    """

    at_home: dict[str, int] = field(default_factory=dict)
    unclear: dict[str, Unclear] = field(default_factory=dict)
    missed: dict[str, float] = field(default_factory=dict)
    taken: dict[str, float] = field(default_factory=dict)
    strangers: dict[str, float] = field(default_factory=dict)
    remarks: dict[str, tuple[str, str]] = field(default_factory=dict)
    device: int = 0
    loaded: bool = False
    frozen: bool = False
    read_only: bool = False

    def see(self, listing: Listing, now: float) -> list[str]:
        """Take in what has changed; the names that have to be looked at more closely."""
        for name in listing.gone:
            self.forget(name)
            self.missed.setdefault(name, now)
        folders = listing.folders
        for name, one in self.unclear.items():
            if one.was_home and name not in folders:
                self.missed.setdefault(name, now)
        self.unclear = {name: one for name, one in self.unclear.items() if name in folders}
        self.strangers = {name: self.strangers.get(name, now) for name in listing.strangers}
        return list(folders)

    def doubt(self, name: str, inode: str, now: float) -> Unclear:
        """The folder is here and not dealt with; what is remembered of it."""
        known = self.unclear.get(name)
        is_awaited = name in self.at_home or name in self.missed
        was_home = is_awaited or (known is not None and known.was_home)
        self.forget(name)
        self.missed.pop(name, None)
        if known is None or known.inode != inode:
            known = self.unclear[name] = Unclear(inode=inode, since=now)
        known.was_home = was_home
        return known

    def forget(self, name: str) -> None:
        """The job that was here is elsewhere; whatever has this name now is looked at anew."""
        self.at_home.pop(name, None)
        self.remarks.pop(name, None)

    def accept(self, name: str, inode: int, remark: tuple[str, str] | None = None) -> None:
        """The folder is dealt with."""
        self.unclear.pop(name, None)
        self.remarks.pop(name, None)
        self.at_home[name] = inode
        if remark:
            self.remarks[name] = remark

    def expect(self, name: str, now: float) -> None:
        """A job was put here by ourselves: it is missed unless the next look shows it."""
        if self.loaded and name not in self.at_home and name not in self.unclear:
            self.missed.setdefault(name, now)

    def held(self) -> Iterator[int | str]:
        """The jobs that lie here and mean nothing here, as notes tell: by id, or by inode."""
        for one in self.unclear.values():
            if one.worry is not None and one.worry[0] in SPOILED and one.inode:
                yield one.inode
            elif one.worry is None and one.refused is not None:
                yield one.refused

    def notes(
        self, now: float, patience: float, told: Container[tuple[str, str]] = ()
    ) -> dict[tuple[str, str], str]:
        """By name and kind, what was found and has lasted for so many seconds, or was `told`."""
        notes = {(name, kind): words for name, (kind, words) in self.remarks.items()}
        for name, unclear in self.unclear.items():
            if unclear.worry is not None:
                kind, words = unclear.worry
                if now - unclear.since >= patience or (name, kind) in told:
                    notes[name, kind] = words
            elif unclear.refusal:
                notes[name, "wrong stage"] = unclear.refusal
        for name, since in self.strangers.items():
            if now - since >= patience or (name, "stranger") in told:
                notes[name, "stranger"] = STRANGER
        return notes


def first_sight(
    known: Mapping[str, str], here: Mapping[str, int], device: int
) -> tuple[dict[str, int], str]:
    """The folders at home at a first look, given what the store knows: `device:inode` by name.

    With the old number of the disk where only that has changed, as after a boot: when none of the
    folders is on the disk of today, but all that are `here` have kept their inodes. In the order
    of the listing, in which they will be compared: that is twice as fast with very many.
    """
    in_order = {name: known[name] for name in here if name in known} | dict(known)
    prefix = f"{device}:"
    today = any(inode.startswith(prefix) for inode in known.values())
    if today or not any(here.values()):
        at_home = {
            name: inode_number(inode) if inode.startswith(prefix) or not inode else UNKNOWN
            for name, inode in in_order.items()
        }
        return at_home, ""
    numbers = {name: inode_number(inode) for name, inode in in_order.items()}
    same = [numbers[name] == found for name, found in here.items() if name in known]
    devices = {inode.partition(":")[0] for inode in known.values()}
    if len(devices) == 1 and same and all(same):
        return numbers, devices.pop()
    return dict.fromkeys(in_order, UNKNOWN), ""
