"""A look inside the folders of jobs that stand where they should: nothing announces a change there.

A few folders a round, one after the other, so that a large floor costs no more than a small one.
"""

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from loguru import logger

from hotfolder.domain.settle import (
    FileFact,
    FolderShape,
    Settling,
    is_settled,
    watch_settling,
)
from hotfolder.domain.ticket import TICKET_NAME, TicketSeen
from hotfolder.errors import FloorError, NotUnderstood
from hotfolder.files.folder import has_writer, shape
from hotfolder.formats import ticket_json
from hotfolder.services.shop import Shop
from hotfolder.store.journal import Line

EACH_ROUND = 50
CHANGED = "files changed"  # action of the journal line
INNER = "holds the job folder {}; a job inside a job is in no stage, so nothing is noted of it"
Folder = tuple[str, str]  # stage and name
AtHome = Mapping[str, Collection[str]]  # names by stage


@dataclass(slots=True)
class _Inside:
    """What the last look inside gave.

    `prints` has a number for each file; `missing` are files of the ticket. `settling` is set while
    files change. `inner` names a job folder that lies in this one, `since` (monotonic seconds) when
    it was first seen.
    """

    inode: str
    prints: tuple[int, ...]
    missing: tuple[str, ...] = ()
    settling: Settling | None = None
    inner: str = ""
    since: float = 0.0


class Insides:
    """Looks inside the folders of one floor. What it remembers may be lost at any time.

    What changes while nobody looks, or before the first look, is not told.
    """

    def __init__(self, shop: Shop, each_round: int = EACH_ROUND) -> None:
        self._shop = shop
        self._each_round = each_round
        self._known: dict[Folder, _Inside] = {}
        self._busy: set[Folder] = set()
        self._next: Iterator[Folder] = iter(())

    def step(self, at_home: AtHome) -> list[Folder]:
        """Look into the next few of these folders, and those where something goes on.

        Comes back with those that have to be seen anew: they do not hold the ticket of their job
        any more, or a job folder has come into them or is gone from there.
        """
        chosen = dict.fromkeys(sorted(self._busy))
        for _ in range(self._each_round):
            folder = next(self._next, None)
            if folder is None:
                self._begin_again(at_home)
                break
            chosen[folder] = None
        return [folder for folder in chosen if not self._is_right(folder, at_home)]

    def notes(self, stage: str, names: Collection[str]) -> dict[tuple[str, str], str]:
        """What a person should look at in these folders of a stage, by name and kind."""
        now = self._shop.clock.monotonic()
        patience = self._shop.rules.note_after_seconds
        found = {}
        for key, name in self._busy:
            inside = self._known[key, name]
            if key == stage and name in names and inside.inner and now - inside.since >= patience:
                found[name, "job inside"] = INNER.format(inside.inner)
        return found

    def _begin_again(self, at_home: AtHome) -> None:
        for folder in [one for one in self._known if one[1] not in at_home.get(one[0], ())]:
            self._forget(folder)
        self._next = iter([(stage, name) for stage, names in at_home.items() for name in names])

    def _forget(self, folder: Folder) -> None:
        self._known.pop(folder, None)
        self._busy.discard(folder)

    def _is_right(self, folder: Folder, at_home: AtHome) -> bool:
        """False when the folder has to be seen anew."""
        try:
            inode = self._shop.floor.inode(*folder)
            if inode is None or folder[1] not in at_home.get(folder[0], ()):
                self._forget(folder)
                return True  # the next listing tells
            return self._look(folder, inode)
        except (FloorError, NotUnderstood):
            self._forget(folder)
            return False

    def _look(self, folder: Folder, inode: str) -> bool:
        files = shape(self._shop.floor.job_path(*folder))
        prints = tuple(sorted(map(_print, files)))
        known = self._known.get(folder)
        if known is None or known.inode != inode:
            ticket = self._own_ticket(folder)
            if ticket is None:
                return False
            missing = _missing(ticket, files)
            known = self._known[folder] = _Inside(inode=inode, prints=prints, missing=missing)
        inner_stays = self._mind_inner(known, files)
        if prints == known.prints:
            known.settling = None
        elif not self._follow(folder, known, files):
            self._forget(folder)
            return False
        (self._busy.add if known.settling or known.inner else self._busy.discard)(folder)
        return inner_stays

    def _mind_inner(self, known: _Inside, files: FolderShape) -> bool:
        """True when the job folder in this one is the same as before, or there is none still."""
        inner = min((one for fact in files if (one := _job_folder(fact.path))), default="")
        if inner == known.inner:
            return True
        known.inner, known.since = inner, self._shop.clock.monotonic()
        return False

    def _follow(self, folder: Folder, known: _Inside, files: FolderShape) -> bool:
        """Files are changing: told when they are quiet. False when the ticket is the wrong one."""
        ticket = self._own_ticket(folder)
        if ticket is None:
            return False
        now = self._shop.clock.monotonic()
        known.settling = watch_settling(known.settling, files, now)
        if is_settled(known.settling, {}, now, self._shop.rules.settle_seconds):
            if has_writer(self._shop.floor.job_path(*folder)):
                known.settling = Settling(shape=files, since=now)
            else:
                self._tell(folder, known, files, ticket)
        return True

    def _tell(self, folder: Folder, known: _Inside, files: FolderShape, ticket: TicketSeen) -> None:
        before = set(known.prints)
        changed = sorted(
            fact.path
            for fact in files
            if fact.path in ticket.manifest and _print(fact) not in before
        )
        missing = _missing(ticket, files)
        if changed or missing != known.missing:
            self._write(folder, ticket, changed, missing)
        known.prints = tuple(sorted(map(_print, files)))
        known.missing, known.settling = missing, None

    def _write(
        self, folder: Folder, ticket: TicketSeen, changed: Sequence[str], missing: Sequence[str]
    ) -> None:
        job = self._shop.store.jobs.by_ticket(ticket.ticket_id)
        if job is None:
            return
        detail = {"stage": folder[0], "changed": list(changed), "missing": list(missing)}
        line = Line(
            at=self._shop.clock.now(),
            order_id=job.order_id,
            item_id=job.item_id,
            action=CHANGED,
            detail=detail,
        )
        with self._shop.store.transaction():
            self._shop.store.journal.write([line])
        logger.bind(order=job.order_id, item=job.item_id, stage=folder[0]).info(CHANGED)

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


def _print(fact: FileFact) -> int:
    """A number that changes with the content; rights and marks of file managers do not count."""
    return hash((fact.path, fact.size, fact.modified_ns))


def _job_folder(path: str) -> str:
    """The folder of this file when it is the ticket of another job."""
    folder, name = os.path.split(path)
    return folder if folder and name == TICKET_NAME else ""
