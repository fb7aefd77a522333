"""The whole story of one order, read from the store and the spool; nothing is changed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from hotfolder.domain.action import Action
from hotfolder.domain.cause import reorder_words
from hotfolder.domain.job import Job, JobState, newest
from hotfolder.domain.order import Item, Order, ProductFile, Reorder
from hotfolder.domain.standing import is_late
from hotfolder.domain.ticket import file_names
from hotfolder.errors import NotPossible
from hotfolder.formats.journal_words import in_words
from hotfolder.formats.order_record import order_from_data
from hotfolder.formats.signal_line import moment, signal_line
from hotfolder.services.job_findings import last_findings
from hotfolder.services.kept_documents import document_line
from hotfolder.services.lost_jobs import finished
from hotfolder.services.overview import job_line
from hotfolder.services.reorders import original_job
from hotfolder.services.shelf import shelf_lines
from hotfolder.services.shop import Shop
from hotfolder.store.journal import Line
from hotfolder.store.notes import ORDER_CHANGED
from hotfolder.store.orders import OrderTaken


@dataclass(frozen=True, kw_only=True, slots=True)
class _Known:
    """What the store knows of an order."""

    taken: OrderTaken
    order: Order
    jobs: Sequence[Job]

    def job_of(self, item_id: str) -> Job | None:
        """The newest job of an item; None for one that has none (any more)."""
        return newest(self.jobs).get(item_id)


def order_story(shop: Shop, order_id: str, *, personal: bool = False) -> dict[str, Any]:
    """Everything known of an order as plain data. Raises NotPossible for an unknown id.

    Names, addresses, the client's own words and what we do not understand of the document are
    only in it when asked for: then `record` holds the content of the order as it was taken.
    `archived`: some of its signals went to the archive and are not in it.
    """
    taken = shop.store.orders.get(order_id)
    if taken is None:
        raise NotPossible(
            f"there is no order {order_id} here; `hotfolder documents` lists what was refused"
        )
    record = json.loads(taken.record)
    jobs = shop.store.jobs.of_order(order_id)
    known = _Known(taken=taken, order=order_from_data(record), jobs=jobs)
    journal = shop.store.journal.of_order(order_id)
    story = {
        **_facts(shop, known),
        "items": [
            {**_item(shop, known, item), "findings": last_findings(journal, item.id)}
            for item in known.order.items
        ],
        "jobs": [job_line(shop, job) for job in jobs],
        "shelf": shelf_lines(shop, order_id),
        "moves": [_move(line) for line in journal if line.action == Action.JOB_MOVED],
        "signals": [signal_line(row) for row in shop.store.signals.find({"order": order_id})],
        "archived": any(job.said_before for job in jobs),
        "journal": [_journal_line(line) for line in journal],
        "documents": [document_line(shop, one) for one in shop.store.documents.of_order(order_id)],
        "warnings": list(taken.warnings),
    }
    return {**story, "record": record} if personal else story


def _facts(shop: Shop, known: _Known) -> dict[str, Any]:
    taken, order = known.taken, known.order
    notes = shop.store.notes.all()
    return {
        "order": taken.order_id,
        "received": moment(taken.received_at),
        "interface": taken.interface,
        "mode": taken.mode.value,
        "version": taken.version,
        "date": order.date,
        "ship_by": order.shipping_date,
        "priority": order.priority,
        "shipping_method": order.shipping.method,
        "consignor": order.shipping.consignor,
        "reorder": any(item.reorder for item in order.items),
        "late": _is_late(shop, known),
        "changed": any(n.kind == ORDER_CHANGED and n.name == taken.order_id for n in notes),
    }


def _is_late(shop: Shop, known: _Known) -> bool:
    """As in the list of orders: by its signals, or because it should have been shipped."""
    now = shop.clock.now()
    late = bool(shop.store.signals.find({"order": known.taken.order_id, "late": now}))
    done = all(map(finished(shop), known.jobs))
    return is_late(known.taken.ship_by, now, signal_is_late=late, done=done)


def _item(shop: Shop, known: _Known, item: Item) -> dict[str, Any]:
    job = known.job_of(item.id)
    files = file_names(item, known.order.files)
    return {
        "item": item.id,
        "product": item.product,
        "count": item.count,
        "title": item.title,
        "pages": item.pages,
        "options": [option.option for option in item.options],
        "files": [_file(shop, job, name, file) for name, file in files.items()],
        "reorder": _reorder(shop, item.reorder) if item.reorder else None,
    }


def _file(shop: Shop, job: Job | None, name: str, file: ProductFile) -> dict[str, Any]:
    """A file with what came of it; what lies in the job folder was checked before it got there."""
    return {
        "name": name,
        "type": file.type,
        "format": file.format,
        "server": urlsplit(file.url).hostname or "",
        "md5": file.md5,
        "size": file.size,
        "fetched": job is not None and (_was_on_floor(job) or _is_in_spool(shop, job, name)),
    }


def _was_on_floor(job: Job) -> bool:
    """True also for a job that is archived by now."""
    return job.place is not None or job.reached != "" or job.state is JobState.DONE


def _is_in_spool(shop: Shop, job: Job, name: str) -> bool:
    path: Path = shop.spool.folder(job.id) / name
    return path.is_file()


def _reorder(shop: Shop, reorder: Reorder) -> dict[str, Any]:
    original = original_job(shop, reorder)
    return {
        "cause": reorder.cause,
        "cause_words": reorder_words(reorder.cause),
        "original_order": reorder.order_id,
        "original_item": reorder.item_id,
        "original_job": job_line(shop, original) if original else None,
    }


def _move(line: Line) -> dict[str, Any]:
    told: Mapping[str, Any] = line.detail
    return {
        "at": moment(line.at),
        "item": line.item_id,
        "from": told.get("from"),
        "to": told.get("to"),
        "kind": told.get("kind"),
        "signals": told.get("signals", []),
    }


def _journal_line(line: Line) -> dict[str, Any]:
    return {
        "at": moment(line.at),
        "item": line.item_id,
        "action": line.action,
        "words": in_words(line.action, line.detail),
        "detail": dict(line.detail),
    }
