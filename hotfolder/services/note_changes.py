"""Files of a job were changed where it stands: told once in the journal, when they are quiet.

Nothing announces what happens inside a job folder. So a few folders are looked into each time, one
after the other: a large floor costs no more than a small one.
"""

from array import array
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from loguru import logger

from hotfolder.domain.action import Action
from hotfolder.domain.settle import FileFact, FolderShape, Settling, is_settled, watch_settling
from hotfolder.domain.ticket import TicketSeen
from hotfolder.errors import FloorError, NotUnderstood
from hotfolder.files.folder import has_writer, shape
from hotfolder.formats import ticket_json
from hotfolder.services.shop import Shop
from hotfolder.store.journal import Line

EACH_TIME = 8
Folder = tuple[str, str]  # stage and name
AtHome = Mapping[str, Collection[str]]  # names by stage


@dataclass(slots=True)
class _Known:
    """What a look gave. `prints` has a number for each file; `missing` are files of the ticket.

    `settling` is set while files change.
    """

    inode: str
    prints: "array[int]"
    missing: tuple[str, ...]
    settling: Settling | None = None


class Changes:
    """Looks into the folders of one floor. What it remembers may be lost at any time.

    What changes while nobody looks, or before the first look, is not told.
    """

    def __init__(self, shop: Shop, each_time: int = EACH_TIME) -> None:
        self._shop = shop
        self._each_time = each_time
        self._known: dict[Folder, _Known] = {}
        self._changing: set[Folder] = set()
        self._next: Iterator[Folder] = iter(())

    def step(self, at_home: AtHome) -> None:
        """Look into the next few of these folders, and into those where files are changing."""
        chosen = dict.fromkeys(sorted(self._changing))
        for _ in range(self._each_time):
            folder = next(self._next, None)
            if folder is None:
                self._begin_again(at_home)
                break
            chosen[folder] = None
        for stage, name in chosen:
            try:
                is_known = name in at_home.get(stage, ()) and self._look((stage, name))
            except (FloorError, NotUnderstood):
                is_known = False  # whoever looks for the job itself says so
            if not is_known:
                self._forget((stage, name))

    def _begin_again(self, at_home: AtHome) -> None:
        for folder in [one for one in self._known if one[1] not in at_home.get(one[0], ())]:
            self._forget(folder)
        self._next = iter([(stage, name) for stage, names in at_home.items() for name in names])

    def _forget(self, folder: Folder) -> None:
        self._known.pop(folder, None)
        self._changing.discard(folder)

    def _look(self, folder: Folder) -> bool:
        """False when this is not the folder of the job that should be there."""
        inode = self._shop.floor.inode(*folder)
        files = shape(self._shop.floor.job_path(*folder))
        prints = _prints(files)
        known = self._known.get(folder)
        if inode is not None and known and known.inode == inode and known.prints == prints:
            known.settling = None
            self._changing.discard(folder)
            return True
        ticket = self._own_ticket(folder)
        if inode is None or ticket is None:
            return False
        if known is None or known.inode != inode:
            missing = _missing(ticket, files)
            self._known[folder] = _Known(inode=inode, prints=prints, missing=missing)
        else:
            self._follow(folder, known, files, ticket)
        return True

    def _follow(
        self, folder: Folder, known: _Known, files: FolderShape, ticket: TicketSeen
    ) -> None:
        """Files are changing: told when they are quiet and nobody writes."""
        now = self._shop.clock.monotonic()
        self._changing.add(folder)
        known.settling = watch_settling(known.settling, files, now)
        if not is_settled(known.settling, {}, now, self._shop.rules.settle_seconds):
            return
        if has_writer(self._shop.floor.job_path(*folder)):
            known.settling = Settling(shape=files, since=now)
            return
        self._tell(folder, known, files, ticket)
        known.prints = _prints(files)
        known.missing, known.settling = _missing(ticket, files), None

    def _tell(self, folder: Folder, known: _Known, files: FolderShape, ticket: TicketSeen) -> None:
        before = set(known.prints)
        ours = [fact for fact in files if fact.path in ticket.manifest]
        changed = sorted(fact.path for fact in ours if _print(fact) not in before)
        missing = _missing(ticket, files)
        job = self._shop.store.jobs.at(*folder)
        if job is None or (not changed and missing == known.missing):
            return
        line = Line(
            at=self._shop.clock.now(),
            order_id=job.order_id,
            item_id=job.item_id,
            action=Action.FILES_CHANGED,
            detail={"stage": folder[0], "changed": changed, "missing": list(missing)},
        )
        with self._shop.store.transaction():
            self._shop.store.journal.write([line])
        logger.bind(order=job.order_id, item=job.item_id, stage=folder[0]).info(
            Action.FILES_CHANGED
        )

    def _own_ticket(self, folder: Folder) -> TicketSeen | None:
        """The ticket in the folder when it is that of the job which is believed to be there."""
        text = self._shop.floor.ticket_text(*folder)
        job = self._shop.store.jobs.at(*folder)
        ticket = ticket_json.read(text) if text else None
        is_own = ticket is not None and job is not None and ticket.ticket_id == job.ticket_id
        return ticket if is_own else None


def _missing(ticket: TicketSeen, files: FolderShape) -> tuple[str, ...]:
    """Names of the ticket that are not there. A file of another size is a changed one."""
    there = {fact.path for fact in files}
    return tuple(name for name in ticket.manifest if name not in there)


def _prints(files: FolderShape) -> "array[int]":
    return array("q", sorted(map(_print, files)))


def _print(fact: FileFact) -> int:
    """A number that changes with the content; rights and marks of file managers do not count."""
    return hash((fact.path, fact.size, fact.modified_ns))
