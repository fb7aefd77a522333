"""An order came in: understood, stored with its jobs and ItemRegistered, or refused and kept."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest
from typing import Any

from hotfolder.domain.flow import Flow
from hotfolder.domain.job import Job, JobState, Mode, ticket_id
from hotfolder.domain.keyless import blank_keys, without_keys
from hotfolder.domain.order import Item, Order
from hotfolder.domain.signal import Signal, SignalType
from hotfolder.errors import OrderChanged, OrderKeyUnknown, OrderRefused
from hotfolder.formats.order_document import to_order
from hotfolder.formats.order_fields import is_id
from hotfolder.formats.order_reader import ParsedDocument, parse
from hotfolder.formats.order_record import digest, order_to_data
from hotfolder.services.reorders import reorder_lines, reorder_warnings
from hotfolder.services.shop import Interface, Shop
from hotfolder.store.documents import Document, Verdict
from hotfolder.store.journal import Line
from hotfolder.store.notes import ORDER_CHANGED, Note
from hotfolder.store.orders import OrderTaken
from hotfolder.store.outbox import Promise


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """The order is durable. `repeated`: we had it already, and nothing new was written for it."""

    order_id: str
    repeated: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class _Received:
    """A document on its way through the checks."""

    body: bytes
    content_type: str
    at: datetime


def take_order(shop: Shop, body: bytes, content_type: str | None) -> Taken:
    """The order of this document, once it is on the disk with everything it causes.

    Raises OrderRefused, OrderKeyUnknown or OrderChanged; the document is kept in each case.
    """
    received = _Received(body=body, content_type=content_type or "", at=shop.clock.now())
    try:
        parsed = parse(body, content_type)
    except OrderRefused as refusal:
        _keep(shop, received, None, str(refusal))
        raise
    interface = _interface(shop, parsed.apikey)
    if interface is None:
        _keep(shop, received, parsed, "unknown key")
        raise OrderKeyUnknown("the key in the document belongs to no Production Interface here")
    try:
        order = to_order(parsed.data)
    except OrderRefused as refusal:
        _keep(shop, received, parsed, str(refusal), interface)
        raise
    return _store(shop, received, order, interface)


def _interface(shop: Shop, key: str) -> Interface | None:
    """The interface of this key, found in a time that tells nothing about the keys."""
    given = key.encode("utf-8", "replace")
    found = [one for one in shop.interfaces if compare_digest(one.key.encode(), given)]
    return found[0] if found and key else None


def _keep(
    shop: Shop,
    received: _Received,
    parsed: ParsedDocument | None,
    reason: str,
    interface: Interface | None = None,
) -> None:
    """Keep a refused document for a person."""
    keys = [one.key for one in shop.interfaces] + ([parsed.apikey] if parsed else [])
    body, key_at = blank_keys(received.body, keys)
    document = Document(
        received_at=received.at,
        body=body,
        key_at=key_at,
        content_type=received.content_type,
        interface=interface.name if interface else "",
        verdict=Verdict.REFUSED,
        reason=reason,
        order_id=_id_in(parsed.data) if parsed else None,
        sha256=sha256(received.body).hexdigest(),
    )
    with shop.store.transaction():
        shop.store.documents.keep(document)
        shop.store.documents.forget_refused(before=received.at - shop.rules.keep_refused)


def _id_in(data: dict[str, Any]) -> str | None:
    """The order id of a document that was not understood, when it looks like one."""
    found = data.get("id")
    is_number = isinstance(found, int) and not isinstance(found, bool)
    text = str(found).strip() if is_number or isinstance(found, str) else ""
    return text if is_id(text) else None


def _store(shop: Shop, received: _Received, order: Order, interface: Interface) -> Taken:
    content = digest(order)
    document = _document(received, order, interface, content)
    with shop.store.transaction():
        known = shop.store.orders.digest_of(order.id)
        if known is None:
            _add(shop, document, order, interface)
        elif known == content:
            line = Line(at=received.at, order_id=order.id, action="order came again")
            shop.store.journal.write([line])
        else:
            _keep_changed(shop, document, order.id, interface)
    if known is None:
        shop.nudge.signals.set()
        shop.nudge.files.set()
    elif known != content:
        raise OrderChanged(
            f"order {order.id} is known with other content; the first one stays, "
            "this document is kept for a person to decide"
        )
    return Taken(order_id=order.id, repeated=known is not None)


def _add(shop: Shop, document: Document, order: Order, interface: Interface) -> None:
    at = document.received_at
    taken = content_of(shop, order, interface, document)
    shop.store.orders.add(taken, shop.store.documents.keep(document))
    detail = {
        "interface": interface.name,
        "mode": interface.mode.value,
        "items": len(order.items),
    }
    line = Line(at=at, order_id=order.id, action="order taken", detail=detail)
    shop.store.journal.write([line])
    add_jobs(shop, order.items, taken, at)


def content_of(shop: Shop, order: Order, interface: Interface, document: Document) -> OrderTaken:
    """The content of a document as it is stored: without any key, with all warnings."""
    keys = {one.key for one in shop.interfaces}
    record = without_keys(order_to_data(order), keys)
    return OrderTaken(
        order_id=order.id,
        interface=interface.name,
        mode=interface.mode,
        version=order.version,
        received_at=document.received_at,
        digest=document.digest,
        record=json.dumps(record, ensure_ascii=False),
        ship_by=order.shipping_date,
        warnings=[*order.warnings, *reorder_warnings(shop, order.items)],
    )


def add_jobs(
    shop: Shop, items: Sequence[Item], taken: OrderTaken, at: datetime, former: Sequence[Job] = ()
) -> None:
    """New jobs for items of an order, each with its ItemRegistered. Belongs into a transaction.

    `former` are the jobs that the order has already; one of the same item gets a next run.
    """
    runs = {job.item_id: job.run for job in sorted(former, key=lambda job: job.run)}
    jobs = shop.store.jobs.add(
        [
            _job(flow_for(shop.flows, item), item, runs.get(item.id, 0) + 1, taken, at)
            for item in items
        ]
    )
    shop.store.outbox.add([_registered(shop, job, at) for job in jobs])
    shop.store.journal.write(reorder_lines(shop, taken.order_id, items, at))


def _keep_changed(shop: Shop, document: Document, order_id: str, interface: Interface) -> None:
    """Other content under a known id: kept once, noted until a person has decided about it.

    A document that was declined stays declined; one that was replaced is news when it comes back.
    """
    words = "came again with other content; the first document stands"
    before = shop.store.documents.set_aside_before(order_id, document.digest)
    if before is None:
        changed = replace(document, verdict=Verdict.CHANGED, reason=words)
        number = shop.store.documents.keep(changed)
    else:
        number = before.number
        if before.verdict is Verdict.REPLACED:
            shop.store.documents.judge(before, Verdict.CHANGED, words)
    at = document.received_at
    detail = {"document": number, "again": before is not None}
    line = Line(at=at, order_id=order_id, action="order came changed", detail=detail)
    shop.store.journal.write([line])
    if before is None or before.verdict is Verdict.REPLACED:
        test = "TEST: " if interface.mode is Mode.TEST else ""
        words = (
            f"{test}came again with other content (document {number}); the first one stands until "
            f"you decide: hotfolder decide {order_id} --keep or --take"
        )
        note = Note(stage="", name=order_id, kind=ORDER_CHANGED, since=at, words=words)
        shop.store.notes.add(note)


def _document(received: _Received, order: Order, interface: Interface, content: str) -> Document:
    body, key_at = blank_keys(received.body, [interface.key])
    return Document(
        received_at=received.at,
        body=body,
        key_at=key_at,
        content_type=received.content_type,
        interface=interface.name,
        order_id=order.id,
        digest=content,
        sha256=sha256(received.body).hexdigest(),
    )


def flow_for(flows: Sequence[Flow], _item: Item) -> Flow:
    """The flow that an item goes through: so far the first one takes everything."""
    return flows[0]


def _job(flow: Flow, item: Item, run: int, taken: OrderTaken, at: datetime) -> Job:
    return Job(
        id=0,
        order_id=taken.order_id,
        item_id=item.id,
        run=run,
        ticket_id=ticket_id(taken.order_id, item.id, run),
        flow=flow.name,
        mode=taken.mode,
        state=JobState.WAITING,
        since=at,
        reorder=item.reorder is not None,
    )


def _registered(shop: Shop, job: Job, at: datetime) -> Promise:
    signal = Signal(type=SignalType.REGISTERED, order_id=job.order_id, item_id=job.item_id, at=at)
    deadline = shop.rules.deadline(signal.type, at)
    return Promise(signal=signal, job_id=job.id, due=at, deadline=deadline)
