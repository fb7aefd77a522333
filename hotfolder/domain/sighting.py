"""A job folder was seen: is that news? Presence may be; absence never is."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum

from hotfolder.domain.job import Place


def inode_text(device: int, number: int) -> str:
    """`device:inode` as places have it; empty where there is no lasting number."""
    return f"{device}:{number}" if number else ""


def inode_number(text: str) -> int:
    """The inode of a place, 0 where there is none."""
    return int(text.rpartition(":")[2] or 0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """One look at a stage folder: job folders with their inode, and what is no folder.

    Of the folders that were known before it has only those that are not as known, and the names of
    those that are `gone`. An inode is 0 where the file system gives none that a folder keeps.
    `read_only`: nothing can be written here by anybody.
    """

    folders: dict[str, int]
    gone: tuple[str, ...] = ()
    device: int = 0
    strangers: tuple[str, ...] = ()
    read_only: bool = False

    def inode(self, name: str) -> str:
        """`device:inode` of a folder as places have it; empty where it says nothing."""
        return inode_text(self.device, self.folders[name])

    def beside(self, known: Mapping[str, int]) -> "Listing":
        """Of a listing in which nothing was known before: what is otherwise than `known`."""
        here = self.folders
        odd = {
            name: inode
            for name, inode in here.items()
            if name not in known or (inode and known[name] != inode)
        }
        gone = tuple(name for name in known if name not in here)
        return replace(self, folders=odd, gone=gone)


class Home(Enum):
    """What a look at the place where we believe a job to be has shown."""

    THERE = "the known folder is still there with its ticket"
    GONE = "it is not there, and its stage could be read"
    UNSEEN = "its stage can not be read, so nothing is known"


class Verdict(Enum):
    """What a sighting means."""

    AT_HOME = "where we believe it to be"
    RELABELED = "same stage, other folder name or a restored folder"
    RENAMED = "the same folder, now in another stage"
    COPIED = "another folder with this ticket, and the known one is gone"
    TWICE = "another folder with this ticket beside the known one"
    UNCLEAR = "can not be told before the known place is readable"


def judge(known: Place, seen: Place, home: Home) -> Verdict:
    """What it means that a job known at one place is seen at another, after a look at both ends.

    A folder renamed keeps its inode, so it can not be a copy. Another inode is a copy or an upload:
    news only when the known folder is certainly gone. So is a folder of which no inode is known.
    """
    same_path = (known.stage, known.folder) == (seen.stage, seen.folder)
    if same_path:
        return Verdict.AT_HOME if known.inode == seen.inode else Verdict.RELABELED
    if home is Home.THERE:
        return Verdict.TWICE
    if known.inode and known.inode == seen.inode:
        return Verdict.RELABELED if known.stage == seen.stage else Verdict.RENAMED
    if home is Home.UNSEEN:
        return Verdict.UNCLEAR
    return Verdict.RELABELED if known.stage == seen.stage else Verdict.COPIED
