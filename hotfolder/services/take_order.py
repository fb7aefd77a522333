"""An order came in: understood, stored with its jobs and ItemRegistered, or refused and kept."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hmac import compare_digest
from ipaddress import ip_address

from hotfolder.domain.flow import Flow
from hotfolder.domain.job import Job, JobState, ticket_id
from hotfolder.domain.keyless import blank_keys, without_keys
from hotfolder.domain.order import Item, Order
from hotfolder.domain.signal import Signal, SignalType
from hotfolder.errors import OrderChanged, OrderKeyUnknown, OrderRefused, Problem
from hotfolder.formats.order_document import to_order
from hotfolder.formats.order_reader import ParsedDocument, parse
from hotfolder.formats.order_record import digest, order_to_data
from hotfolder.formats.signal_json import Protocol
from hotfolder.services.shop import Caller, Interface, Shop
from hotfolder.store.journal import Line
from hotfolder.store.notes import Note
from hotfolder.store.orders import Document, OrderTaken
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
    parsed: ParsedDocument | None = None


def take_order(
    shop: Shop, body: bytes, content_type: str | None, caller: Caller | None = None
) -> Taken:
    """The order of this document, once it is on the disk with everything it causes.

    `caller` is None for a document that a person of the shop hands in. Raises OrderRefused,
    OrderKeyUnknown or OrderChanged; the document is kept in each case.
    """
    received = _Received(body=body, content_type=content_type or "", at=shop.clock.now())
    try:
        parsed = parse(body, content_type)
    except OrderRefused as refusal:
        _keep(shop, received, None, str(refusal))
        raise
    interface = _interface(shop, parsed.apikey)
    if interface and caller and not _may_post(interface, caller):
        _keep(shop, received, parsed, "the sender is not one that this interface allows", interface)
        raise OrderKeyUnknown("the sender is not one that this Production Interface allows")
    if interface is None:
        _keep(shop, received, parsed, "unknown key")
        raise OrderKeyUnknown("the key in the document belongs to no Production Interface here")
    try:
        _check_form(interface, parsed)
        order = to_order(parsed.data)
    except OrderRefused as refusal:
        _keep(shop, received, parsed, str(refusal), interface)
        raise
    return _store(shop, replace(received, parsed=parsed), order, interface)


def _interface(shop: Shop, key: str) -> Interface | None:
    """The interface of this key, found in a time that tells nothing about the keys."""
    given = key.encode("utf-8", "replace")
    found = [one for one in shop.interfaces if compare_digest(one.key.encode(), given)]
    return found[0] if found and key else None


def _may_post(interface: Interface, caller: Caller) -> bool:
    """Whether the sender's network and password are those of the interface."""
    if interface.networks:
        try:
            address = ip_address(caller.address)
        except ValueError:
            return False
        mapped = getattr(address, "ipv4_mapped", None) or address
        if not any(mapped in network for network in interface.networks):
            return False
    if not interface.password:
        return True
    given = f"{caller.user}:{caller.password}".encode("utf-8", "replace")
    return compare_digest(given, f"{interface.user}:{interface.password}".encode())


def _check_form(interface: Interface, parsed: ParsedDocument) -> None:
    if parsed.form not in interface.forms:
        what = f"{parsed.form} is not taken by this Production Interface"
        hint = f"send {' or '.join(interface.forms)}"
        raise OrderRefused([Problem("", what, hint)])


def _keep(
    shop: Shop,
    received: _Received,
    parsed: ParsedDocument | None,
    reason: str,
    interface: Interface | None = None,
) -> None:
    """Keep a refused document for a person."""
    keys = [one.key for one in shop.interfaces] + ([parsed.apikey] if parsed else [])
    body, key_at = _keyless(received.body, keys, parsed)
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


def _store(shop: Shop, received: _Received, order: Order, interface: Interface) -> Taken:
    content = digest(order)
    keys = {one.key for one in shop.interfaces}
    record = json.dumps(without_keys(order_to_data(order), keys), ensure_ascii=False)
    with shop.store.transaction():
        known = shop.store.orders.digest_of(order.id)
        if known is None:
            taken = OrderTaken(
                order_id=order.id,
                interface=interface.name,
                mode=interface.mode,
                version=order.version,
                received_at=received.at,
                digest=content,
                record=record,
                warnings=order.warnings,
            )
            _add(shop, received, order, taken, interface)
        elif known == content:
            line = Line(at=received.at, order_id=order.id, action="order came again")
            shop.store.journal.write([line])
        else:
            _keep_changed(shop, received, order, interface)
    if known is None:
        shop.nudge.signals.set()
        shop.nudge.files.set()
    elif known != content:
        raise OrderChanged(
            f"order {order.id} is known with other content; the first one stays, "
            "this document is kept for a person to decide"
        )
    return Taken(order_id=order.id, repeated=known is not None)


def _add(
    shop: Shop, received: _Received, order: Order, taken: OrderTaken, interface: Interface
) -> None:
    document_id = shop.store.orders.keep_document(_document(received, order, interface))
    shop.store.orders.add(taken, document_id)
    jobs = shop.store.jobs.add(
        [_job(flow_for(shop.flows, item), order, item, taken) for item in order.items]
    )
    shop.store.outbox.add(_registered(shop, jobs, received.at))
    detail = {"interface": interface.name, "mode": interface.mode.value, "items": len(jobs)}
    shop.store.journal.write(
        [Line(at=received.at, order_id=order.id, action="order taken", detail=detail)]
    )


def _keep_changed(shop: Shop, received: _Received, order: Order, interface: Interface) -> None:
    words = "came again with other content; the first document stands"
    document = _document(received, order, interface, verdict="changed", reason=words)
    shop.store.orders.keep_document(document)
    shop.store.journal.write([Line(at=received.at, order_id=order.id, action="order came changed")])
    shop.store.notes.add(
        Note(stage="", name=order.id, kind="order changed", since=received.at, words=words)
    )


def _keyless(
    body: bytes, keys: Sequence[str], parsed: ParsedDocument | None
) -> tuple[bytes, list[int]]:
    """The document without its key, and where the key stood.

    A key that is written with escapes is not found in the bytes: then what was understood of the
    document is kept instead of the document.
    """
    body, places = blank_keys(body, keys)
    if places or parsed is None or not parsed.apikey:
        return body, places
    return json.dumps({"order": parsed.data}, ensure_ascii=False).encode(), []


def _document(
    received: _Received,
    order: Order,
    interface: Interface,
    verdict: str = "accepted",
    reason: str = "",
) -> Document:
    body, key_at = _keyless(received.body, [interface.key], received.parsed)
    return Document(
        received_at=received.at,
        body=body,
        key_at=key_at,
        content_type=received.content_type,
        interface=interface.name,
        verdict=verdict,
        reason=reason,
        order_id=order.id,
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
