"""What the docket of a job says: texts for people, taken from its ticket.

White label: of all names of businesses only the consignor's is here, and no price.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hotfolder.domain.cause import reorder_words
from hotfolder.domain.finding import Finding, Level
from hotfolder.domain.job import Mode
from hotfolder.domain.order import Address, Option
from hotfolder.domain.ticket import JobTicket, TicketFile, missing_names

# Letters of Persian and of Indian scripts are joined or kept apart by these two.
_JOINERS = "\u200c\u200d"
_VARIATION_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")

_FOUND = {Level.HOLD: "STOP", Level.WARN: "LOOK", Level.NOTE: "Note:"}


class Mark(StrEnum):
    """What must be seen from across the room."""

    REORDER = "REORDER"
    TEST = "TEST"


@dataclass(frozen=True, kw_only=True, slots=True)
class DocketFacts:
    """The texts of a docket, fit to print: no control characters, no hidden ones.

    What the order leaves out is empty. Tuples are lines. `look` is what preflight warns of or
    holds, `noted` what it only notes.
    """

    item_id: str
    order_id: str
    position: str
    ticket_id: str
    run: str
    flow: str
    received: str
    received_at: datetime
    priority: str
    title: str
    product: str
    product_code: str
    count: str
    pages: str
    options: tuple[str, ...]
    ship_by: str
    shipping_method: str
    consignor: str
    address: tuple[str, ...]
    country: str
    files: tuple[str, ...]
    look: tuple[str, ...]
    noted: tuple[str, ...]
    marks: tuple[Mark, ...]
    reorder_cause: str
    reorder_text: str
    reorder_of: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Docket:
    """A PDF of one page, and what is not on it as it should be.

    `missing_glyphs` are the characters that no font has; a question mark stands in their place.
    `cut` names the texts (placeholders of the template) that did not fit even at their least size.
    `left_out` says in words which codes or pictures are not there, and why. The page tells the
    same where its template has the notes.
    """

    pdf: bytes
    missing_glyphs: tuple[str, ...]
    cut: tuple[str, ...]
    left_out: tuple[str, ...]


def docket_facts(ticket: JobTicket) -> DocketFacts:
    """What the docket of this job says."""
    order, item, reorder = ticket.order, ticket.item, ticket.item.reorder
    delivery = order.delivery
    return DocketFacts(
        item_id=printable(item.id),
        order_id=printable(order.id),
        position=_position(ticket),
        ticket_id=printable(ticket.ticket_id),
        run=str(ticket.run) if ticket.run > 1 else "",
        flow=printable(ticket.flow),
        received=ticket.received_at.strftime("%Y-%m-%d %H:%M %Z").strip(),
        received_at=ticket.received_at,
        priority=printable(order.priority),
        title=printable(item.title),
        product=printable(item.desc) or printable(item.product),
        product_code=printable(item.product),
        count=str(item.count),
        pages=printable(item.pages),
        options=_lines(*map(_option_words, item.options)),
        ship_by=_to_the_minute(printable(order.shipping_date)),
        shipping_method=printable(order.shipping.method),
        consignor=printable(order.shipping.consignor),
        address=_address_lines(delivery),
        country=printable(delivery.country),
        files=_files(ticket),
        look=_found(ticket, (Level.HOLD, Level.WARN)),
        noted=_found(ticket, (Level.NOTE,)),
        marks=_marks(ticket),
        reorder_cause=reorder_words(printable(reorder.cause)) if reorder else "",
        reorder_text=printable(reorder.desc) if reorder else "",
        reorder_of=printable(reorder.item_id or reorder.order_id) if reorder else "",
    )


def printable(text: str) -> str:
    """The text in one line, as it should be seen.

    White space is one space. What has no look of its own goes: control characters, marks that turn
    the direction of writing round (they could make one name look like another), tags, variants.
    """
    one_line = re.sub(r"[\s\x00-\x1f\x7f-\x9f]+", " ", text)
    plain = _VARIATION_SELECTORS.sub("", unicodedata.normalize("NFC", one_line))
    if not plain.isprintable():
        plain = "".join(_shown(character) for character in plain)
    return " ".join(plain.split())  # what has gone may have stood between two spaces


def _shown(character: str) -> str:
    match unicodedata.category(character):
        case "Cf":
            return character if character in _JOINERS else ""
        case "Cs":
            return "\ufffd"
        case _:
            return character


def _position(ticket: JobTicket) -> str:
    ids = [item.id for item in ticket.order.items]
    if len(ids) < 2 or ticket.item.id not in ids:
        return ""
    return f"{ids.index(ticket.item.id) + 1} / {len(ids)}"


def _marks(ticket: JobTicket) -> tuple[Mark, ...]:
    marks = [Mark.REORDER] if ticket.item.reorder else []
    if ticket.mode is Mode.TEST:
        marks.append(Mark.TEST)
    return tuple(marks)


def _option_words(option: Option) -> str:
    words = printable(option.desc) or printable(option.option)
    count = printable(option.count)
    return words if count in {"", "0", "1"} else f"{words} ({count})"


def _files(ticket: JobTicket) -> tuple[str, ...]:
    """What is not there comes first: it must not be overlooked."""
    missing = missing_names(ticket.item, ticket.order.files, ticket.files)
    told = (f"MISSING: {printable(name)}" for name in missing)
    return _lines(*told, *map(_file_words, ticket.files))


def _found(ticket: JobTicket, levels: Sequence[Level]) -> tuple[str, ...]:
    """Findings of these levels, the most serious first."""
    found = (one for level in levels for one in ticket.findings if one.level is level)
    return _lines(*map(_finding_words, found))


def _finding_words(finding: Finding) -> str:
    file = f"{printable(finding.file)}: " if finding.file else ""
    return f"{_FOUND[finding.level]} {file}{printable(finding.words)}"


def _file_words(file: TicketFile) -> str:
    return f"{printable(file.name)} ({_size_words(file.size)})"


def _size_words(size: int) -> str:
    if size < 1000:
        return f"{size} B"
    if size < 1_000_000:
        return f"{size / 1000:.0f} kB"
    if size < 1_000_000_000:
        return f"{size / 1_000_000:.1f} MB"
    return f"{size / 1_000_000_000:.1f} GB"


def _to_the_minute(date: str) -> str:
    return re.sub(r"^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}):\d{2}$", r"\1 \2", date)


def _address_lines(address: Address) -> tuple[str, ...]:
    town = " ".join(part for part in (printable(address.zip), printable(address.city)) if part)
    land = " ".join(part for part in (printable(address.state), printable(address.country)) if part)
    streets = (printable(address.street1), printable(address.street2))
    return _lines(printable(address.company), printable(address.name), *streets, town, land)


def _lines(*lines: str) -> tuple[str, ...]:
    return tuple(line for line in lines if line)
