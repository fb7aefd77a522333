"""What is told of labels: silence, what is held, folders that fail; and parcels that are done."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from loguru import logger

from hotfolder.domain.job import JobState
from hotfolder.domain.label import LabeledParcel, ParcelState, is_silent
from hotfolder.errors import FloorError
from hotfolder.files.appear import take_back
from hotfolder.services.gather_parcels import HAS_CODE, jobs_of_parcel
from hotfolder.services.shop import Shop
from hotfolder.store.notes import Note
from hotfolder.store.parcels import OPEN

STRANGERS_FOR = timedelta(days=1)
MOST_NAMED = 5
ASKING, REPLIES, SILENCE, HELD, STRANGERS = KINDS = (
    "label requests",
    "label replies",
    "label silence",
    "labels held",
    "label strangers",
)
ByProgram = Mapping[str, str]
Notes = dict[tuple[str, str], str]


class LabelNotes:
    """Keeps the notes about label programs equal to how things stand; writes what changes."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._shown: Notes = {
            (note.name, note.kind): note.words
            for note in shop.store.notes.all()
            if note.kind in KINDS
        }

    def show(self, asking: ByProgram, replies: ByProgram) -> None:
        """`asking` and `replies` are troubles of folders, by label program."""
        now = self._shop.clock.now()
        notes: Notes = {(name, ASKING): words for name, words in asking.items()}
        notes |= {(name, REPLIES): words for name, words in replies.items()}
        notes |= self._of_parcels(now) | self._of_strangers(now)
        if notes == self._shown:
            return
        with self._shop.store.transaction():
            for name, kind in self._shown.keys() - notes.keys():
                self._shop.store.notes.remove("", name, kind)
            for (name, kind), words in notes.items():
                if self._shown.get((name, kind)) != words:
                    note = Note(stage="", name=name, kind=kind, since=now, words=words)
                    self._shop.store.notes.add(note)
        for name, kind in notes.keys() - self._shown.keys():
            logger.bind(program=name).warning("{}", notes[name, kind])
        self._shown = notes

    def _of_parcels(self, now: datetime) -> Notes:
        open_ones = self._shop.store.parcels.in_states(OPEN)
        configured = {program.name for program in self._shop.labels}
        notes: Notes = {}
        for name in sorted({parcel.program for parcel in open_ones}):
            own = [parcel for parcel in open_ones if parcel.program == name]
            silent = [parcel for parcel in own if is_silent(parcel, now)]
            if silent and name in configured:
                words = f"no answer for {_named(silent)}: does the label program run?"
                notes[name, SILENCE] = words
            held = [parcel for parcel in own if parcel.state is ParcelState.HELD]
            if held:  # of a manifest too, which is of no label program
                notes[name, HELD] = f"labels are held of {_named(held)}: see hotfolder labels"
        return notes

    def _of_strangers(self, now: datetime) -> Notes:
        found: dict[str, list[str]] = {}
        for row in self._shop.store.replies.rows_since(now - STRANGERS_FOR):
            found.setdefault(row.program, []).append(f"{row.file} line {row.line}")
        return {
            (name, STRANGERS): f"{len(rows)} rows of replies help nobody, the last in {rows[-1]};"
            " see hotfolder labels"
            for name, rows in found.items()
        }


def _named(parcels: list[LabeledParcel]) -> str:
    named = ", ".join(parcel.reference for parcel in parcels[:MOST_NAMED])
    more = len(parcels) - MOST_NAMED
    return f"{named} and {more} more" if more > 0 else named


def settle_parcels(shop: Shop) -> None:
    """Parcels that need no label any more: all canceled, or a person gave their codes.

    What their label program has not taken of them is taken back: each label costs money.
    """
    folders = {program.name: Path(program.request_folder) for program in shop.labels}
    for parcel in shop.store.parcels.in_states([ParcelState.ASKED, ParcelState.HELD]):
        if parcel.offered:
            continue  # a person decides
        jobs = jobs_of_parcel(shop, parcel)
        living = [job for job in jobs if job.state is not JobState.CANCELED]
        if not living:
            state, words = ParcelState.WITHDRAWN, ""
        elif all(job.tracking for job in living):
            state = ParcelState.ANSWERED if parcel.tracking else ParcelState.BY_HAND
            words = "" if parcel.tracking else HAS_CODE
        else:
            continue
        try:
            if parcel.file and not parcel.tracking and parcel.program in folders:
                take_back(folders[parcel.program] / parcel.file)
        except FloorError:
            continue  # later: it may be in use just now
        settled = replace(parcel, state=state, words=words, rename_due=False)
        with shop.store.transaction():
            known = shop.store.parcels.get(parcel.id)
            if known == parcel:
                shop.store.parcels.keep(settled)
