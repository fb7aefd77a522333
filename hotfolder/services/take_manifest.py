"""A manifest of a label program is taken: its codes go to the jobs, then the day is closed.

Every code passes the gate that those of replies pass. A line that no label was asked for makes a
parcel of its own, so that a person can decide about a code that is held.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from loguru import logger

from hotfolder.domain.day_list import SHOP, ClosedBy
from hotfolder.domain.job import Job, newest
from hotfolder.domain.label import (
    LabeledParcel,
    LabelReply,
    ParcelState,
    own_words,
    references,
)
from hotfolder.domain.label_form import LabelProgram, Rows, plain_manifest
from hotfolder.domain.tracking import tidied
from hotfolder.errors import FloorError, NotUnderstood
from hotfolder.files.appear import small_bytes
from hotfolder.files.drop import DropFolder
from hotfolder.files.tray import Claimed, Tray
from hotfolder.formats.label_reply import ReplyFile, read_reply
from hotfolder.formats.manifest_file import read_manifest
from hotfolder.services.close_day import close_day, log_closed
from hotfolder.services.plan_day import rule_of
from hotfolder.services.read_replies import LARGEST, PATIENCE
from hotfolder.services.shop import Shop
from hotfolder.services.take_label import take_labels
from hotfolder.store.days import Closing
from hotfolder.store.notes import Note

NOTE = "manifest"  # kind of the note on a folder that can not be used now
References = Mapping[str, list[Job]]


class Manifests:
    """Looks at the folder where manifests are dropped; takes each once.

    They are written as the replies of the label program of this name are, without one plainly.
    """

    def __init__(self, shop: Shop, folder: Path, written_as: str = "") -> None:
        self._shop = shop
        self._named = next((one for one in shop.labels if one.name == written_as), None)
        program = self._named or plain_manifest()
        self._quiet = timedelta(seconds=program.quiet_seconds)
        self._drops = DropFolder(folder, program.quiet_seconds, form=program.reply.form.value)
        self._tray = Tray(folder)
        self._trouble: str | None = None  # of an earlier run nothing is known

    def step(self) -> int:
        """How many manifests were taken, those first whose taking was cut off."""
        try:
            self._claim()
            claimed = self._tray.claimed()
            for one in claimed:
                self._take(one)
        except FloorError as error:
            self._tell(f"{error}. It is tried again by itself: is its folder there and mounted?")
            return 0
        self._tell("")
        return len(claimed)

    def _claim(self) -> None:
        """The day of a manifest is the one on which it came, whenever it is dealt with.

        So it counts from before it lay still: what comes just before midnight is of that day.
        One that nobody has gone on writing for long is taken as it is, to be set aside.
        """
        now, monotonic = self._shop.clock.now(), self._shop.clock.monotonic()
        day = rule_of(self._shop, SHOP).today(now - self._quiet)
        whole = [drop.name for drop in self._drops.look(monotonic)]
        half = self._drops.stuck(monotonic, PATIENCE.total_seconds())
        for name in dict.fromkeys([*whole, *half]):
            self._drops.given.pop(name, None)  # the next file may have its name and content
            self._tray.claim(name, day.isoformat())

    def _take(self, one: Claimed) -> None:
        try:
            day = date.fromisoformat(one.mark)
            found = self._understood(one)
        except (NotUnderstood, ValueError) as error:
            path = self._tray.set_aside(one, f"It was not understood:\n{error}")
            logger.warning("the manifest {} was set aside, see {}.txt", one.name, path)
            return
        problems = [f"line {bad.line}: {bad.words}" for bad in found.bad]
        problems += self._give(found.rows)
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

    def _understood(self, one: Claimed) -> ReplyFile:
        data = small_bytes(one.path, LARGEST)
        if self._named:
            found = read_reply(data, replace(self._named.reply, rows=Rows.ONCE))
        else:
            found = read_manifest(data)
        if found.bad and not found.rows:
            raise NotUnderstood("\n".join(f"line {bad.line}: {bad.words}" for bad in found.bad))
        return found

    def _give(self, rows: Iterable[LabelReply]) -> list[str]:
        """Give the codes to the jobs; what was not taken, a sentence a line."""
        known = _references(self._shop)
        return [
            f"line {row.line}: {words}" for row in rows if (words := self._give_one(row, known))
        ]

    def _give_one(self, row: LabelReply, known: References) -> str:
        """Why the code of a row does not leave the shop, or empty."""
        with self._shop.store.transaction():
            program: LabelProgram | str | None = self._program_of(row)
            if program is None:
                program = self._new_parcel(row, known)
                row = replace(row, day=None)  # nobody asked, so it can not be older than that
            if isinstance(program, str):
                return program
            _, strangers = take_labels(self._shop, program, [row])
            if strangers:
                return strangers[0].words
            return _why_held(self._shop, program, row)

    def _program_of(self, row: LabelReply) -> LabelProgram | None:
        """Whose parcel it is for; None when no label was asked for."""
        writer = self._named or plain_manifest(row.service)
        for program in (writer, *self._shop.labels, plain_manifest()):
            if row.key and self._shop.store.parcels.named(program.name, row.key):
                return replace(program, options=writer.options)
        return None

    def _new_parcel(self, row: LabelReply, known: References) -> LabelProgram | str:
        """The program in whose name the parcel is; or, in words, why there is none."""
        jobs = list(newest(known.get(row.key, [])).values())
        if len({job.order_id for job in jobs}) != 1:
            which = "of more than one order" if jobs else "no item or order"
            return f"{row.key} is {which} here"
        if not row.tracking:
            return f"{row.key} has no tracking code"
        if all(job.tracking == tidied(row.tracking) for job in jobs):
            return ""
        program, taken = self._named or plain_manifest(row.service), self._shop.store.parcels
        loose = [job for job in jobs if taken.of_job(job) is None]
        if not loose:
            return f"{row.key} was asked of a label program that is not configured any more"
        base = references(row.key)
        parcel = LabeledParcel(
            id=0,
            program=program.name,
            order_id=jobs[0].order_id,
            reference=next(one for one in base if not taken.has_reference(program.name, one)),
            state=ParcelState.ASKED,
            since=self._shop.clock.now(),
        )
        taken.add(parcel, loose)
        return program

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


def _why_held(shop: Shop, program: LabelProgram, row: LabelReply) -> str:
    for parcel in shop.store.parcels.named(program.name, row.key):
        if parcel.state is ParcelState.HELD and parcel.offered == tidied(row.tracking):
            return f"{row.key} is held, see hotfolder labels: {own_words(parcel.words)}"
    return ""


def _references(shop: Shop) -> References:
    """The jobs by item and by order."""
    found: dict[str, list[Job]] = {}
    for job in shop.store.jobs.all():
        for reference in {job.item_id, job.order_id}:
            found.setdefault(reference, []).append(job)
    return found
