"""The job ticket as the text that lies in the job folder."""

import json
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from hotfolder.domain.job import Mode, ticket_id
from hotfolder.domain.ticket import JobTicket, TicketFound, TicketSeen
from hotfolder.errors import NotUnderstood
from hotfolder.formats.order_record import order_from_data, order_to_data

VERSION = 1


def write(ticket: JobTicket) -> str:
    """The ticket as JSON text for people and programs. It holds no key.

    `ticket` is the identity that Hotfolder reads back; `order` is as the order document had it,
    with this item alone, and file addresses without what would let a reader of the share fetch.
    """
    data = {
        "hotfolder_ticket": VERSION,
        "ticket": ticket.ticket_id,
        "run": ticket.run,
        "mode": ticket.mode.value,
        "flow": ticket.flow,
        "interface": ticket.interface,
        "received": ticket.received_at.isoformat(timespec="seconds"),
        "order_id": ticket.order.id,
        "item_id": ticket.item.id,
        "product": ticket.item.product,
        "count": ticket.item.count,
        "title": ticket.item.title,
        "ship_by": ticket.order.shipping_date,
        "shipping_method": ticket.order.shipping.method,
        "consignor": ticket.order.shipping.consignor,
        "reorder": ticket.item.reorder is not None,
        "files": [
            {"name": file.name, "type": file.type, "size": file.size, "md5": file.md5}
            for file in ticket.files
        ],
        "findings": [
            {
                "code": finding.code.value,
                "level": finding.level.value,
                "file": finding.file,
                "words": finding.words,
                "cause": finding.cause,
            }
            for finding in ticket.findings
        ],
        "order": _order_data(ticket),
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _order_data(ticket: JobTicket) -> dict[str, Any]:
    order = order_to_data(replace(ticket.order, items=(ticket.item,)))
    for file in [*order["files"], *order["items"][0]["files"]]:
        file["url"] = _bare(file["url"])
    return order


def _bare(url: str) -> str:
    """Scheme, host and path of an address: signed links and passwords are keys."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def read(text: str) -> TicketSeen:
    """What we need of a ticket on the floor. Raises NotUnderstood for a text that is none."""
    try:
        data: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotUnderstood("it is not valid JSON") from error
    if not isinstance(data, dict) or not isinstance(data.get("ticket"), str):
        raise NotUnderstood("it does not say which job it belongs to")
    if not _is_storable(data["ticket"]):
        raise NotUnderstood("the id of its job is not valid text")
    files = data.get("files")
    manifest = {
        file["name"]: file.get("size") if isinstance(file.get("size"), int) else None
        for file in (files if isinstance(files, list) else [])
        if isinstance(file, dict) and isinstance(file.get("name"), str)
    }
    if not all(_is_storable(name) for name in manifest):
        raise NotUnderstood("the name of a file in it is not valid text")
    return TicketSeen(ticket_id=data["ticket"], manifest=manifest)


def read_found(text: str) -> TicketFound:
    """All that a ticket tells, for a job that is not known. Raises NotUnderstood."""
    seen = read(text)
    try:
        data = json.loads(text)
        order = order_from_data(data["order"])
        found = TicketFound(
            ticket_id=seen.ticket_id,
            run=int(data["run"]),
            mode=Mode(data["mode"]),
            flow=str(data["flow"]),
            interface=str(data.get("interface", "")),
            received_at=datetime.fromisoformat(data["received"]),
            order=order,
            item=order.items[0],
        )
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise NotUnderstood("its job ticket is not complete") from error
    named = ticket_id(order.id, found.item.id, found.run)
    if named != found.ticket_id or found.received_at.tzinfo is None:
        raise NotUnderstood("its job ticket contradicts itself")
    return found


def _is_storable(text: str) -> bool:
    """False for half a surrogate pair: JSON can say it, but no file name or row can hold it."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
