"""An order came in: understood, stored with its jobs and ItemRegistered, or refused and kept."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TypeVar

from hotfolder.domain.action import Action
from hotfolder.domain.conditions import work_of
from hotfolder.domain.flow import Flow
from hotfolder.domain.job import Job, JobState, ticket_id
from hotfolder.domain.order import Item, Order
from hotfolder.domain.signal import Signal, SignalType
from hotfolder.domain.takes import choose_flow
from hotfolder.errors import (
    HotfolderError,
    OrderChanged,
    OrderKeyUnknown,
    OrderRefused,
    OrderUnreadable,
    StoreError,
)
from hotfolder.formats.order_document import to_order
from hotfolder.formats.order_reader import ParsedDocument
from hotfolder.formats.order_record import digest, order_to_data
from hotfolder.formats.signal_json import Protocol
from hotfolder.services.admit import check_form, interface_of, may_post
from hotfolder.services.keep_document import (
    Received,
    document_of,
    forget_refused,
    is_repeat,
    keep_changed,
    refused_document,
)
from hotfolder.services.read_document import read_document
from hotfolder.services.reorders import reorder_lines, reorder_warnings
from hotfolder.services.shop import Caller, Interface, Shop
from hotfolder.store.documents import Document
from hotfolder.store.journal import Line
from hotfolder.store.orders import FOUND_ON_FLOOR, OrderTaken
from hotfolder.store.outbox import Promise

T = TypeVar("T")
Posted = tuple[bytes, str | None, Caller | None]  # body, content type, who sent it


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """The order is durable. `repeated`: we had it already, and nothing new was written for it."""

    order_id: str
    repeated: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class _Read:
    """A document that holds an order for one of our interfaces."""

    received: Received
    parsed: ParsedDocument
    order: Order
    interface: Interface


@dataclass(frozen=True, slots=True)
class _Refused:
    """A document that holds none, and why; it is kept all the same."""

    document: Document
    why: HotfolderError


_Looked = _Read | _Refused | Exception


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


def _store_all(shop: Shop, read: Sequence[_Looked]) -> list[Taken | Exception]:
    try:
        return _store_together(shop, read)
    except StoreError:
        raise
    except Exception:  # noqa: BLE001 (one of them breaks: each for itself, so that it breaks alone)
        return [_outcome(partial(_store_alone, shop, one)) for one in read]


def _store_alone(shop: Shop, read: _Looked) -> Taken | Exception:
    [outcome] = _store_together(shop, [read])
    return outcome


def _store_together(shop: Shop, read: Sequence[_Looked]) -> list[Taken | Exception]:
    with shop.store.transaction():
        outcomes = [_store(shop, one) for one in read]
        if any(isinstance(one, _Refused) for one in read):
            forget_refused(shop)
    return outcomes


def _outcome(step: Callable[[], T]) -> T | Exception:
    """What a step gives or raises. A store that fails is no outcome: nothing of all is stored."""
    try:
        return step()
    except StoreError:
        raise
    except HotfolderError as error:
        return error.bare()
    except Exception as error:  # noqa: BLE001 (told to who sent this document)
        return error


def _read(
    shop: Shop, body: bytes, content_type: str | None, caller: Caller | None
) -> _Read | _Refused:
    received = Received(body=body, content_type=content_type or "", at=shop.clock.now())
    keep = partial(refused_document, shop, received)
    try:
        parsed = read_document(shop, body, content_type)
    except OrderRefused as refusal:
        return _Refused(keep(None, str(refusal)), OrderUnreadable(refusal.problems))
    interface = interface_of(shop, parsed.apikey)
    if interface and not may_post(interface, caller):
        words = "the sender is not one that this Production Interface allows"
        return _Refused(keep(parsed, words, interface), OrderKeyUnknown(words))
    if interface is None:
        words = "the key in the document belongs to no Production Interface here"
        return _Refused(keep(parsed, "unknown key"), OrderKeyUnknown(words))
    try:
        check_form(interface, parsed.form)
        order = to_order(parsed.data)
    except OrderRefused as refusal:
        return _Refused(keep(parsed, str(refusal), interface), refusal.bare())
    return _Read(received=received, parsed=parsed, order=order, interface=interface)


def _store(shop: Shop, read: _Looked) -> Taken | Exception:
    """What became of the document; what it causes is written into the transaction under way."""
    if isinstance(read, Exception):
        return read
    if isinstance(read, _Refused):
        shop.store.documents.keep(read.document)
        return read.why
    order = read.order
    content = digest(order)
    first = shop.store.orders.get(order.id)
    if first is None:
        _add(shop, read, content)
    elif first.digest == FOUND_ON_FLOOR and first.mode is read.interface.mode:
        _complete(shop, read, first, content)
        return Taken(order_id=order.id)
    elif is_repeat(first, content, read.interface):
        line = Line(at=read.received.at, order_id=order.id, action=Action.ORDER_CAME_AGAIN)
        shop.store.journal.write([line])
    else:
        keep_changed(shop, _document(shop, read, content), first, read.interface)
        same = first.digest == content
        what = "through another interface or mode" if same else "with other content"
        return OrderChanged(
            f"order {order.id} is known {what}; the first one stays, "
            "this document is kept for a person to decide"
        )
    return Taken(order_id=order.id, repeated=first is not None)


def _add(shop: Shop, read: _Read, content: str) -> None:
    order, interface, at = read.order, read.interface, read.received.at
    document = _document(shop, read, content)
    taken = content_of(shop, order, interface, document)
    shop.store.orders.add(taken, shop.store.documents.keep(document))
    detail = {
        "interface": interface.name,
        "mode": interface.mode.value,
        "items": len(order.items),
    }
    shop.store.journal.write(
        [Line(at=at, order_id=order.id, action=Action.ORDER_TAKEN, detail=detail)]
    )
    add_jobs(shop, order, taken, at)


def _complete(shop: Shop, read: _Read, first: OrderTaken, content: str) -> None:
    """The document of an order of which some jobs were found after a restore: they stay."""
    document = _document(shop, read, content)
    taken = replace(
        content_of(shop, read.order, read.interface, document), received_at=first.received_at
    )
    shop.store.orders.replace(taken, shop.store.documents.keep(document), was=first.digest)
    jobs = shop.store.jobs.of_order(read.order.id)
    known = {job.item_id for job in jobs}
    missing = tuple(item for item in read.order.items if item.id not in known)
    detail = {"interface": read.interface.name, "mode": taken.mode.value, "items": len(missing)}
    line = Line(at=read.received.at, order_id=read.order.id, action=Action.ORDER_TAKEN)
    shop.store.journal.write([replace(line, detail=detail)])
    if missing:
        add_jobs(shop, replace(read.order, items=missing), taken, read.received.at, jobs)


def _document(shop: Shop, read: _Read, content: str) -> Document:
    document = document_of(shop, read.received, read.parsed, read.interface)
    return replace(document, order_id=read.order.id, digest=content)


def content_of(shop: Shop, order: Order, interface: Interface, document: Document) -> OrderTaken:
    """The content of a document as it is stored, with all warnings."""
    return OrderTaken(
        order_id=order.id,
        interface=interface.name,
        mode=interface.mode,
        version=order.version,
        received_at=document.received_at,
        digest=document.digest,
        record=json.dumps(order_to_data(order), ensure_ascii=False),
        ship_by=order.shipping_date,
        warnings=[*order.warnings, *reorder_warnings(shop, order.items)],
    )


def add_jobs(
    shop: Shop, order: Order, taken: OrderTaken, at: datetime, former: Sequence[Job] = ()
) -> None:
    """New jobs for the items of `order`, each with its ItemRegistered. Belongs into a transaction.

    `former` are the jobs that the order has already; one of the same item gets a next run.
    """
    runs = {job.item_id: job.run for job in sorted(former, key=lambda job: job.run)}
    jobs = shop.store.jobs.add(
        [
            _job(flow_for(shop, order, item, taken), item, runs.get(item.id, 0) + 1, taken, at)
            for item in order.items
        ]
    )
    shop.store.outbox.add(registered(shop, jobs, at, is_new=not former))
    shop.store.journal.write(reorder_lines(shop, taken.order_id, order.items, at))


def flow_for(shop: Shop, order: Order, item: Item, taken: OrderTaken) -> Flow:
    """The flow that an item goes through: the first one that takes it."""
    work = work_of(order, item, taken.mode, taken.interface)
    return choose_flow(tuple(shop.flows), work).flow


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
        interface=taken.interface,
        reorder=item.reorder is not None,
    )


def registered(shop: Shop, jobs: Sequence[Job], at: datetime, *, is_new: bool) -> list[Promise]:
    """ItemRegistered of each item; in protocol 1.1 OrderRegistered once, of a new order."""
    about = [(job, job.item_id) for job in jobs]
    kind = SignalType.REGISTERED
    if jobs and shop.destination(jobs[0].interface).dialect.protocol is Protocol.V1_1:
        about = [(jobs[0], "")] if is_new else []
        kind = SignalType.ORDER_REGISTERED
    return [
        shop.promise(job, Signal(type=kind, order_id=job.order_id, item_id=item, at=at), due=at)
        for job, item in about
    ]
