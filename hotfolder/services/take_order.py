"""An order came in: understood, stored with its jobs and ItemRegistered, or refused and kept."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hmac import compare_digest
from typing import TypeVar

from hotfolder.domain.flow import Flow
from hotfolder.domain.job import Job, JobState, ticket_id
from hotfolder.domain.keyless import keyless, without_keys
from hotfolder.domain.order import Item, Order
from hotfolder.domain.signal import Signal, SignalType
from hotfolder.errors import OrderChanged, OrderKeyUnknown, OrderRefused, StoreError
from hotfolder.formats.order_document import to_order
from hotfolder.formats.order_reader import ParsedDocument, parse
from hotfolder.formats.order_record import digest, order_to_data
from hotfolder.formats.signal_json import Protocol
from hotfolder.services.admit import check_form, may_post
from hotfolder.services.shop import Caller, Interface, Shop
from hotfolder.store.journal import Line
from hotfolder.store.notes import Note
from hotfolder.store.orders import Document, OrderTaken
from hotfolder.store.outbox import Promise

T = TypeVar("T")
Posted = tuple[bytes, str | None, Caller | None]  # body, content type, who sent it


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


@dataclass(frozen=True, kw_only=True, slots=True)
class _Read:
    """A document that holds an order for one of our interfaces."""

    received: _Received
    parsed: ParsedDocument
    order: Order
    interface: Interface


def take_order(
    shop: Shop, body: bytes, content_type: str | None, caller: Caller | None = None
) -> Taken:
    """The order of this document, once it is on the disk with everything it causes.

    `caller` is None for a document that a person of the shop hands in. Raises OrderRefused,
    OrderKeyUnknown or OrderChanged; the document is kept in each case.
    """
    [outcome] = take_orders(shop, [(body, content_type, caller)])
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def take_orders(shop: Shop, documents: Sequence[Posted]) -> list[Taken | Exception]:
    """What became of each document, all on the disk by one commit.

    An exception stands for an order that was not taken and disturbs no other. Raises StoreError
    when none could be stored.
    """
    read = [_outcome(partial(_read, shop, *document)) for document in documents]
    outcomes = _store_all(shop, read)
    if any(isinstance(one, Taken) and not one.repeated for one in outcomes):
        shop.nudge.signals.set()
        shop.nudge.files.set()
    return outcomes


def _store_all(shop: Shop, read: Sequence[_Read | Exception]) -> list[Taken | Exception]:
    try:
        with shop.store.transaction():
            return [_store(shop, one) for one in read]
    except StoreError:
        raise
    except Exception:  # noqa: BLE001 (one of them breaks: each for itself, so that it breaks alone)
        return [_outcome(partial(_store_alone, shop, one)) for one in read]


def _store_alone(shop: Shop, read: _Read | Exception) -> Taken | Exception:
    with shop.store.transaction():
        return _store(shop, read)


def _outcome(step: Callable[[], T]) -> T | Exception:
    """What a step gives or raises. A store that fails is no outcome: nothing of all is stored."""
    try:
        return step()
    except StoreError:
        raise
    except Exception as error:  # noqa: BLE001 (told to who sent this document)
        return error


def _read(shop: Shop, body: bytes, content_type: str | None, caller: Caller | None) -> _Read:
    received = _Received(body=body, content_type=content_type or "", at=shop.clock.now())
    try:
        parsed = parse(body, content_type)
    except OrderRefused as refusal:
        _keep(shop, received, None, str(refusal))
        raise
    interface = _interface(shop, parsed.apikey)
    if interface and not may_post(interface, caller):
        _keep(shop, received, parsed, "the sender is not one that this interface allows", interface)
        raise OrderKeyUnknown("the sender is not one that this Production Interface allows")
    if interface is None:
        _keep(shop, received, parsed, "unknown key")
        raise OrderKeyUnknown("the key in the document belongs to no Production Interface here")
    try:
        check_form(interface, parsed.form)
        order = to_order(parsed.data)
    except OrderRefused as refusal:
        _keep(shop, received, parsed, str(refusal), interface)
        raise
    return _Read(received=received, parsed=parsed, order=order, interface=interface)


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
    body, key_at = keyless(received.body, keys, parsed.data if parsed and parsed.apikey else None)
    order_id = parsed.data.get("id") if parsed else None
    document = Document(
        received_at=received.at,
        body=body,
        key_at=key_at,
        content_type=received.content_type,
        interface=interface.name if interface else "",
        verdict="refused",
        reason=reason,
        order_id=order_id if isinstance(order_id, str) else None,
    )
    with shop.store.transaction():
        shop.store.orders.keep_document(document)
        shop.store.orders.forget_old_refusals()


def _store(shop: Shop, read: _Read | Exception) -> Taken | Exception:
    """What became of the document; what it causes is written into the transaction under way."""
    if isinstance(read, Exception):
        return read
    order = read.order
    content = digest(order)
    known = shop.store.orders.digest_of(order.id)
    if known is None:
        _add(shop, read, content)
    elif known == content:
        line = Line(at=read.received.at, order_id=order.id, action="order came again")
        shop.store.journal.write([line])
    else:
        _keep_changed(shop, read)
        return OrderChanged(
            f"order {order.id} is known with other content; the first one stays, "
            "this document is kept for a person to decide"
        )
    return Taken(order_id=order.id, repeated=known is not None)


def _record(shop: Shop, order: Order) -> str:
    """The order as JSON, without any key that somebody may have written into it."""
    data = order_to_data(order)
    text = json.dumps(data, ensure_ascii=False)
    keys = {one.key for one in shop.interfaces}
    if any(json.dumps(key, ensure_ascii=False)[1:-1] in text for key in keys):
        text = json.dumps(without_keys(data, keys), ensure_ascii=False)
    return text


def _add(shop: Shop, read: _Read, content: str) -> None:
    received, order, interface = read.received, read.order, read.interface
    taken = OrderTaken(
        order_id=order.id,
        interface=interface.name,
        mode=interface.mode,
        version=order.version,
        received_at=received.at,
        digest=content,
        record=_record(shop, order),
        warnings=order.warnings,
    )
    document_id = shop.store.orders.keep_document(_document(read))
    shop.store.orders.add(taken, document_id)
    jobs = shop.store.jobs.add(
        [_job(flow_for(shop.flows, item), order, item, taken) for item in order.items]
    )
    shop.store.outbox.add(_registered(shop, jobs, received.at))
    detail = {"interface": interface.name, "mode": interface.mode.value, "items": len(jobs)}
    shop.store.journal.write(
        [Line(at=received.at, order_id=order.id, action="order taken", detail=detail)]
    )


def _keep_changed(shop: Shop, read: _Read) -> None:
    at, order_id = read.received.at, read.order.id
    words = "came again with other content; the first document stands"
    shop.store.orders.keep_document(_document(read, verdict="changed", reason=words))
    shop.store.journal.write([Line(at=at, order_id=order_id, action="order came changed")])
    shop.store.notes.add(Note(stage="", name=order_id, kind="order changed", since=at, words=words))


def _document(read: _Read, verdict: str = "accepted", reason: str = "") -> Document:
    received, interface = read.received, read.interface
    body, key_at = keyless(received.body, [interface.key], read.parsed.data)
    return Document(
        received_at=received.at,
        body=body,
        key_at=key_at,
        content_type=received.content_type,
        interface=interface.name,
        verdict=verdict,
        reason=reason,
        order_id=read.order.id,
    )


def flow_for(flows: Sequence[Flow], _item: Item) -> Flow:
    """The flow that an item goes through: so far the first one takes everything."""
    return flows[0]


def _job(flow: Flow, order: Order, item: Item, taken: OrderTaken) -> Job:
    return Job(
        id=0,
        order_id=order.id,
        item_id=item.id,
        run=1,
        ticket_id=ticket_id(order.id, item.id, 1),
        flow=flow.name,
        mode=taken.mode,
        state=JobState.WAITING,
        since=taken.received_at,
        interface=taken.interface,
    )


def _registered(shop: Shop, jobs: Sequence[Job], at: datetime) -> list[Promise]:
    """ItemRegistered of each item; in protocol 1.1 OrderRegistered once, all items being stored."""
    first = jobs[0]
    if shop.destination(first.interface).dialect.protocol is Protocol.V1_1:
        kind, about = SignalType.ORDER_REGISTERED, [(first, "")]
    else:
        kind, about = SignalType.REGISTERED, [(job, job.item_id) for job in jobs]
    return [
        shop.promise(job, Signal(type=kind, order_id=job.order_id, item_id=item, at=at), due=at)
        for job, item in about
    ]
