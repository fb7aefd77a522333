"""A manifest of the label program is taken: its codes go to the jobs, then the day is closed.

Nothing but `read` knows how it is written, so that another program's form is another function.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path

from loguru import logger

from hotfolder.domain.day_list import SHOP, ClosedBy
from hotfolder.domain.job import Job, JobState, newest
from hotfolder.domain.signal import SignalType
from hotfolder.errors import FloorError, NotPossible, NotUnderstood
from hotfolder.files.drop import DropFolder
from hotfolder.files.tray import Claimed, Tray
from hotfolder.formats.manifest_file import Manifest, ManifestRow, read_manifest
from hotfolder.services.close_day import close_day, log_closed
from hotfolder.services.parcel import Parcel
from hotfolder.services.plan_day import rule_of
from hotfolder.services.ship_item import ship_item
from hotfolder.services.shop import Shop
from hotfolder.store.days import Closing
from hotfolder.store.notes import Note

NOTE = "manifest"  # kind of the note on a folder that can not be used now
QUIET_SECONDS = 5.0
Read = Callable[[str, bytes], Manifest]
References = Mapping[str, list[Job]]


class Manifests:
    """Looks at the folder where manifests are dropped; takes each once."""

    def __init__(self, shop: Shop, folder: Path, read: Read = read_manifest) -> None:
        self._shop = shop
        self._drops = DropFolder(folder, QUIET_SECONDS)
        self._tray = Tray(folder)
        self._read = read
        self._trouble: str | None = None  # of an earlier run nothing is known

    def step(self) -> int:
        """How many manifests were taken, those first whose taking was cut off."""
        try:
            self._claim()
            claimed = self._tray.claimed()
            for one in claimed:
                self._take(one)
        except FloorError as error:
            self._tell(str(error))
            return 0
        self._tell("")
        return len(claimed)

    def _claim(self) -> None:
        """The day of a manifest is the one on which it came, whenever it is dealt with."""
        now = self._shop.clock.now()
        today = rule_of(self._shop, SHOP).today(now)
        for drop in self._drops.look(self._shop.clock.monotonic()):
            del self._drops.given[drop.name]  # the next file may have its name and content
            self._tray.claim(drop.name, today.isoformat())

    def _take(self, one: Claimed) -> None:
        try:
            day = date.fromisoformat(one.mark)
            found = self._understood(one)
        except (NotUnderstood, ValueError) as error:
            path = self._tray.set_aside(one, f"It was not understood:\n{error}")
            logger.warning("the manifest {} was set aside, see {}.txt", one.name, path)
            return
        problems = [*found.problems, *self._give(found.rows)]
        closing = Closing(calendar=SHOP, day=day, at=self._shop.clock.now(), by=ClosedBy.MANIFEST)
        if closed := close_day(self._shop, closing, adding=True):
            log_closed(closed)
        path = self._tray.finish(one, "\n".join(problems))
        if problems:
            logger.warning(
                "{} lines of the manifest {} were not taken, see {}.txt",
                len(problems),
                one.name,
                path,
            )

    def _understood(self, one: Claimed) -> Manifest:
        found = self._read(one.name, self._tray.read(one))
        if found.problems and not found.rows:
            raise NotUnderstood("\n".join(found.problems))
        return found

    def _give(self, rows: Iterable[ManifestRow]) -> list[str]:
        """Give the codes to the jobs; what was not taken, a sentence a line."""
        known = _references(self._shop)
        problems = []
        for row in rows:
            jobs = known.get(row.reference, [])
            orders = {job.order_id for job in jobs}
            if len(orders) != 1:
                which = "of more than one order" if orders else "no item or order"
                problems.append(f"line {row.line}: {row.reference} is {which} here")
                continue
            for job in newest(jobs).values():
                try:
                    self._give_one(job, row)
                except (NotPossible, NotUnderstood) as error:
                    problems.append(f"line {row.line}: {error}")
        return problems

    def _give_one(self, job: Job, row: ManifestRow) -> None:
        """Raises NotPossible for an item of which Cloudprinter was told another code."""
        now = self._shop.store.jobs.get(job.id) or job
        option = row.shipping_option or now.shipping_option
        if (now.tracking, now.shipping_option) == (row.tracking, option):
            return
        said = self._shop.store.outbox.said(job.id) | job.said_before
        if SignalType.SHIPPED in said:
            raise NotPossible(f"item {job.item_id} was shipped with another code")
        ship_item(self._shop, now, Parcel(tracking=row.tracking, shipping_option=option))

    def _tell(self, trouble: str) -> None:
        if trouble == self._trouble:
            return
        store, self._trouble = self._shop.store, trouble
        with store.transaction():
            if trouble:
                logger.warning("no manifest can be taken: {}", trouble)
                now = self._shop.clock.now()
                store.notes.add(
                    Note(stage="", name="manifests", kind=NOTE, since=now, words=trouble)
                )
            else:
                store.notes.remove("", "manifests", NOTE)


def _references(shop: Shop) -> References:
    """The jobs that are not canceled, by item and by order."""
    found: dict[str, list[Job]] = {}
    for job in shop.store.jobs.all():
        if job.state is not JobState.CANCELED:
            for reference in {job.item_id, job.order_id}:
                found.setdefault(reference, []).append(job)
    return found
