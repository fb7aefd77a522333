"""The lists of closed days are written: a file as CSV, one as PDF. What failed is tried again."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from loguru import logger

from hotfolder.domain.day_list import DayList, DaySheet, calendars
from hotfolder.domain.docket import Docket
from hotfolder.errors import FloorError, HotfolderError
from hotfolder.files.atomic import write_bytes, write_text
from hotfolder.formats.day_list import csv_text, file_name
from hotfolder.services.shop import Shop
from hotfolder.store.notes import Note

NOTE = "day list"  # kind of the note on a list that can not be written now
Step = Callable[[str], None]  # told of each step before it is done


@dataclass(frozen=True, kw_only=True, slots=True)
class ListPlace:
    """Where lists go, whose name stands on them, and who draws them."""

    folder: Path
    shop: str
    draw: Callable[[DaySheet], Docket]

    def paths(self, day: DayList) -> tuple[Path, Path]:
        """Where the CSV and the PDF of a closed day lie, or will."""
        name = file_name(day)
        return self.folder / f"{name}.csv", self.folder / f"{name}.pdf"


def write_lists(shop: Shop, place: ListPlace, step: Step = lambda _: None) -> list[Path]:
    """Write the lists of all days that have none yet; those that are written now.

    One that fails is noted and stays due, and keeps no other one back.
    """
    written: list[Path] = []
    for day in shop.store.days.lists_due():
        name = f"day {day.day} {day.calendar}".rstrip()
        try:
            written += _write(shop, place, day, step)
        except HotfolderError as error:
            _note(shop, name, f"{error}. It is tried again by itself")
            continue
        with shop.store.transaction():
            shop.store.days.listed(day)
            shop.store.notes.remove("", name, NOTE)
        step("written")
    return written


def is_in_trouble(shop: Shop) -> bool:
    """Whether a list could not be written, so that trying again can wait a while."""
    return any(note.kind == NOTE for note in shop.store.notes.all())


def _write(shop: Shop, place: ListPlace, day: DayList, step: Step) -> tuple[Path, Path]:
    rule = calendars(shop.day, shop.flows).get(day.calendar, shop.day)
    csv_path, pdf_path = place.paths(day)
    try:
        place.folder.mkdir(exist_ok=True)
    except OSError as error:
        raise FloorError(f"{place.folder} can not be made: {error.strerror}") from error
    step("csv")
    write_text(csv_path, csv_text(day))
    step("pdf")
    drawn = place.draw(DaySheet(shop=place.shop, day=day, zone=rule.zone))
    write_bytes(pdf_path, drawn.pdf)
    step("note")
    if drawn.missing_glyphs:
        points = ", ".join(f"U+{ord(sign):04X}" for sign in drawn.missing_glyphs[:10])
        logger.warning("no font has these letters of the day list: {}; install one", points)
    return csv_path, pdf_path


def _note(shop: Shop, name: str, words: str) -> None:
    known = {note.name: note.words for note in shop.store.notes.all() if note.kind == NOTE}
    if known.get(name) == words:
        return
    logger.warning("the list of {} is not written yet: {}", name, words)
    note = Note(stage="", name=name, kind=NOTE, since=shop.clock.now(), words=words)
    with shop.store.transaction():
        shop.store.notes.add(note)
