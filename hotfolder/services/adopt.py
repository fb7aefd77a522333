"""A job that only its ticket tells of comes into the store: what the ticket says, and no more."""

import json
from dataclasses import dataclass, replace
from datetime import datetime

from hotfolder.domain.action import Action
from hotfolder.domain.flow import HOLD
from hotfolder.domain.job import Job, JobState, Place
from hotfolder.domain.move import Arrival
from hotfolder.domain.order import Order
from hotfolder.domain.ticket import TicketFound
from hotfolder.formats.order_record import order_from_data, order_to_data
from hotfolder.services.note_move import note_moves
from hotfolder.services.shop import Shop
from hotfolder.services.take_order import registered
from hotfolder.store.journal import Line
from hotfolder.store.orders import FOUND_ON_FLOOR, OrderTaken

NO_DOCUMENT = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A ticket of an unknown job, and where it lies."""

    ticket: TicketFound
    place: Place


def adopt(shop: Shop, found: Found, now: datetime) -> Job:
    """The job, in doubt from now on.

    Its order is known afterwards with those items whose folders were found. Nothing is sent: what
    its place makes due is parked.
    """
    with shop.store.transaction():
        job = _add(shop, found, now)
    if job.place != found.place:
        note_moves(shop, [Arrival(job=job, place=found.place)])
    return shop.store.jobs.get(job.id) or job


def put_there(shop: Shop, job: Job, place: Place) -> Job:
    """A job without a place was released since: it is in its first stage, as far as it can be.

    The way from there to `place` is a move like any other.
    """
    flow, now = shop.flow(job.flow), shop.clock.now()
    first = flow.first.key if flow and place.stage != HOLD else place.stage
    detail = {"stage": place.stage, "folder": place.folder}
    line = Line(at=now, order_id=job.order_id, item_id=job.item_id, action=Action.JOB_FOUND)
    with shop.store.transaction():
        shop.store.jobs.release(job, replace(place, stage=first), now)
        shop.store.jobs.renamed(job)
        shop.store.journal.write([replace(line, detail=detail)])
    return shop.store.jobs.get(job.id) or job


def _add(shop: Shop, found: Found, now: datetime) -> Job:
    ticket, place = found.ticket, found.place
    interface, is_new = _know_order(shop, ticket, now)
    job = Job(
        id=0,
        order_id=ticket.order.id,
        item_id=ticket.item.id,
        run=ticket.run,
        ticket_id=ticket.ticket_id,
        flow=ticket.flow,
        mode=ticket.mode,
        state=JobState.WAITING,
        since=now,
        interface=interface,
        reorder=ticket.item.reorder is not None,
    )
    [job] = shop.store.jobs.add([job])
    shop.store.doubts.mark(job, now)
    shop.store.outbox.add(registered(shop, [job], now, is_new=is_new))
    return put_there(shop, job, place)


def _know_order(shop: Shop, ticket: TicketFound, now: datetime) -> tuple[str, bool]:
    """The interface of the order, and whether it was not known at all."""
    first = shop.store.orders.get(ticket.order.id)
    if first is None:
        interface = _interface(shop, ticket)
        shop.store.orders.add(_taken(ticket.order, ticket, interface), NO_DOCUMENT)
        detail = {"items": [ticket.item.id]}
        line = Line(at=now, order_id=ticket.order.id, action=Action.ORDER_FOUND, detail=detail)
        shop.store.journal.write([line])
        return interface, True
    order = order_from_data(json.loads(first.record))
    if ticket.item.id not in {item.id for item in order.items}:
        whole = replace(order, items=(*order.items, ticket.item))
        taken = replace(
            first,
            digest=FOUND_ON_FLOOR,
            record=json.dumps(order_to_data(whole), ensure_ascii=False),
        )
        shop.store.orders.replace(taken, NO_DOCUMENT, was=first.digest)
    return first.interface, False


def _taken(order: Order, ticket: TicketFound, interface: str) -> OrderTaken:
    return OrderTaken(
        order_id=order.id,
        interface=interface,
        mode=ticket.mode,
        version=order.version,
        received_at=ticket.received_at,
        digest=FOUND_ON_FLOOR,
        record=json.dumps(order_to_data(order), ensure_ascii=False),
        ship_by=order.shipping_date,
        warnings=list(order.warnings),
    )


def _interface(shop: Shop, ticket: TicketFound) -> str:
    """As the ticket tells; a ticket of an earlier program does not: one of the same mode."""
    names = [one.name for one in shop.interfaces]
    if ticket.interface in names:
        return ticket.interface
    alike = [one.name for one in shop.interfaces if one.mode is ticket.mode]
    return (alike or names)[0]
