"""The job ticket: machine-readable instructions that travel in the job folder."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from hotfolder.domain.finding import Finding
from hotfolder.domain.flow import SortBy
from hotfolder.domain.job import Mode
from hotfolder.domain.noise import is_noise, is_unfinished
from hotfolder.domain.order import Item, Order, ProductFile

TICKET_NAME = "job-ticket.json"
WHY_NAME = "WHY.txt"
LOOK_NAME = "LOOK.txt"
ORDER_NOTE_NAME = "ORDER-NOTE.txt"
DOCKET_NAME = "docket.pdf"
OUR_NAMES = (TICKET_NAME, WHY_NAME, LOOK_NAME, ORDER_NOTE_NAME, DOCKET_NAME)
TITLE_BYTES = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketFile:
    """A file of the job folder: its name there, and what the order calls it."""

    name: str
    type: str
    size: int
    md5: str


@dataclass(frozen=True, kw_only=True, slots=True)
class JobTicket:
    """All a shop needs to make and ship one job."""

    ticket_id: str
    run: int
    mode: Mode
    flow: str
    received_at: datetime
    order: Order
    item: Item
    files: tuple[TicketFile, ...]
    findings: tuple[Finding, ...] = ()
    interface: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketSeen:
    """What of a ticket on the floor matters to us: whose it is, and names with sizes in bytes."""

    ticket_id: str
    manifest: Mapping[str, int | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketFound:
    """What a ticket tells of a job that nobody here knows. `order` has its item alone.

    `interface` is empty in tickets of earlier programs; addresses of files are without their keys.
    """

    ticket_id: str
    run: int
    mode: Mode
    flow: str
    interface: str
    received_at: datetime
    order: Order
    item: Item


def looks_like_ticket(name: str) -> bool:
    """True for the ticket's name and for what file managers make of it when they keep both."""
    folded = name.casefold()
    return folded.startswith("job-ticket") and folded.endswith(".json")


def folder_name(
    order: Order, item: Item, mode: Mode, run: int = 1, sorted_by: tuple[str, ...] | None = None
) -> str:
    """A folder name that a person can read and sort, safe on every file system.

    Marks first (reorders go first, tests are never mistaken for live work), then what it sorts by
    (`sort_parts`, without them the date to ship by), the item id, the copies and what is left of
    the title in any script.
    """
    marks = ["!REORDER"] if item.reorder else []
    if mode is Mode.TEST:
        marks.append("TEST")
    leading = (_ship_by(order),) if sorted_by is None else sorted_by
    parts = [*marks, *leading, item.id, f"{item.count}x"]
    if run > 1:
        parts.append(f"run{run}")
    parts.append(plain_words(item.title or item.product))
    return "_".join(part for part in parts if part)


def sort_parts(order: Order, sort_by: SortBy, received_at: datetime) -> tuple[str, ...]:
    """The words of a folder name by which it sorts, and the date to ship by; times are UTC.

    Priorities sort as they are, `P02` before `P10`: what they mean is not documented. An order
    without one comes last, as `Px`.
    """
    ship_by = _ship_by(order)
    if sort_by is SortBy.PRIORITY:
        return f"P{_priority(order.priority)}", ship_by
    if sort_by is SortBy.RECEIVED:
        return f"{received_at:%Y-%m-%d-%H%M%S}", f"by-{ship_by}" if ship_by else ""
    return (ship_by,)


def _ship_by(order: Order) -> str:
    found = re.match(r"\d{4}-\d{2}-\d{2}", order.shipping_date)
    return found[0] if found else ""


def _priority(text: str) -> str:
    word = plain_words(text, 10)
    return word.zfill(2) if word.isascii() and word.isdecimal() else word or "x"


def plain_words(text: str, most_bytes: int = TITLE_BYTES) -> str:
    """The letters and digits of a text in any script, joined by hyphens, cut between letters."""
    normal = unicodedata.normalize("NFC", text)
    words = re.sub(r"[\W_]+", "-", normal).strip("-")
    while len(words.encode()) > most_bytes:
        words = words[:-1]
    return words.strip("-")


def is_our_name(name: str, given: Collection[str]) -> bool:
    """True for a file that Hotfolder itself puts into a job folder, or the begin of one.

    `given` are the names it gave to ordered files. Whatever else lies there is somebody's.
    """
    if name in given or name in OUR_NAMES:
        return True
    begun = (*map(part_name, given), *(f".{own}." for own in OUR_NAMES))
    return name.startswith(begun)


def file_names(item: Item, order_files: tuple[ProductFile, ...]) -> dict[str, ProductFile]:
    """Names in the job folder for the item's files and the papers of the order.

    Built from our own words and the item id, never from an address or a title; each name once.
    """
    names: dict[str, ProductFile] = {}
    wanted = [(item.id, file) for file in item.files] + [("order", file) for file in order_files]
    for owner, file in wanted:
        stem = f"{owner}_{plain_words(file.type, 30) or 'file'}"
        ending = _ending(file.format)
        name, number = f"{stem}.{ending}", 1
        while name.casefold() in {known.casefold() for known in names}:
            number += 1
            name = f"{stem}_{number}.{ending}"
        names[name] = file
    return names


def missing_names(
    item: Item, order_files: tuple[ProductFile, ...], files: Iterable[TicketFile]
) -> tuple[str, ...]:
    """Names of ordered files, papers included, that are not among those of the job folder."""
    here = {file.name for file in files}
    return tuple(name for name in file_names(item, order_files) if name not in here)


def part_name(name: str) -> str:
    """What a file is called as long as it is not whole; notes about it have longer names."""
    return f".{name}.part"


def _ending(file_format: str) -> str:
    """An ending for a file of this format, never one by which we or others would overlook it."""
    ending = plain_words(file_format.lower(), 10)
    overlooked = is_noise(f"x.{ending}") or is_unfinished(f"x.{ending}")
    return "file" if overlooked else ending or "pdf"
