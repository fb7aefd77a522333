"""What the rounds remember of one stage between two looks. Losing it costs a full look only."""

from dataclasses import dataclass, field

from hotfolder.domain.settle import Settling


@dataclass(slots=True)
class Unclear:
    """A folder that is not settled or not understood yet.

    `since` is monotonic seconds of its first sight; `refusal` says why it is no move.
    """

    inode: str
    since: float
    settling: Settling | None = None
    refusal: str = ""


@dataclass(slots=True)
class View:
    """`at_home`: folders dealt with, by name with inode. `missed`: names gone, and since when."""

    at_home: dict[str, str]
    unclear: dict[str, Unclear] = field(default_factory=dict)
    missed: dict[str, float] = field(default_factory=dict)
    strangers: dict[str, float] = field(default_factory=dict)
    frozen: bool = False

    def see(self, folders: dict[str, str], now: float) -> list[str]:
        """Take in a listing; the names that have to be looked at more closely."""
        for name in self.at_home.keys() - folders.keys():
            del self.at_home[name]
            self.missed.setdefault(name, now)
        for name in self.missed.keys() & folders.keys():
            del self.missed[name]
        for name in self.unclear.keys() - folders.keys():
            del self.unclear[name]
        return [name for name, inode in folders.items() if self.at_home.get(name) != inode]

    def doubt(self, name: str, inode: str, now: float) -> Unclear:
        """The folder is not dealt with; what is remembered of it."""
        self.at_home.pop(name, None)
        known = self.unclear.get(name)
        if known is None or known.inode != inode:
            known = self.unclear[name] = Unclear(inode=inode, since=now)
        return known

    def forget(self, name: str) -> None:
        """The job that was here is elsewhere; whatever has this name now is looked at anew."""
        self.at_home.pop(name, None)

    def accept(self, name: str, inode: str) -> None:
        """The folder is dealt with."""
        self.unclear.pop(name, None)
        self.at_home[name] = inode
