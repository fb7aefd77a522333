"""A person decides about an order that came again with other content."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from hotfolder.domain.action import Action
from hotfolder.domain.change import JobFacts, Plan, plan_change
from hotfolder.domain.job import Job
from hotfolder.domain.order import Order
from hotfolder.domain.signal import SignalType
from hotfolder.errors import DecisionRefused, NotPossible, Problem
from hotfolder.formats.order_document import to_order
from hotfolder.formats.order_record import digest, order_from_data
from hotfolder.services.find_folders import folders_of, take_from_hold
from hotfolder.services.kept_documents import as_it_came
from hotfolder.services.read_document import read_document
from hotfolder.services.shop import Interface, Shop
from hotfolder.services.take_order import add_jobs, content_of, flow_for
from hotfolder.store.documents import Document, Verdict
from hotfolder.store.due_signals import Row
from hotfolder.store.journal import Line
from hotfolder.store.notes import ORDER_CHANGED
from hotfolder.store.orders import OrderTaken
from hotfolder.store.signal_state import STANDING, SignalState

NOT_MADE = "is not in the order any more"


@dataclass(frozen=True, kw_only=True, slots=True)
class Switched:
    """What taking other content came to: the document, and item ids by what became of them."""

    document: int
    added: Sequence[str]
    anew: Sequence[str]
    off: Sequence[str]
    alone: Sequence[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Change:
    """A known order, the document that a person wants instead, and what stands in it."""

    taken: OrderTaken
    document: Document
    interface: Interface
    old: Order
    new: Order


def keep_first(shop: Shop, order_id: str) -> list[int]:
    """The numbers of the documents declined with this: the order stays as it is.

    Raises NotPossible when there is nothing to decide.
    """
    now = shop.clock.now()
    with shop.store.transaction():
        waiting = _waiting(shop, order_id)
        for document in waiting:
            shop.store.documents.judge(document, Verdict.DECLINED, "declined by a person")
        numbers = [document.number for document in waiting]
        line = Line(
            at=now,
            order_id=order_id,
            action=Action.CHANGE_DECLINED,
            detail={"documents": numbers},
        )
        shop.store.journal.write([line])
        shop.store.notes.remove("", order_id, ORDER_CHANGED)
    return numbers


def take_changed(shop: Shop, order_id: str, number: int | None = None) -> Switched:
    """Make the content of a changed document the order; `number` chooses between several.

    Raises NotPossible when there is nothing to decide, DecisionRefused with everything that
    stands in the way, and OrderRefused when the document is not valid (any more). All is one
    transaction: refused means that nothing was changed.
    """
    change = _change(shop, order_id, number)
    jobs = shop.store.jobs.of_order(order_id)
    folders = folders_of(shop, jobs)
    now = shop.clock.now()
    with shop.store.transaction():
        if shop.store.jobs.of_order(order_id) != jobs:
            raise _moved_on(order_id)
        plan = plan_change(
            _fingerprints(change.old), _fingerprints(change.new), _facts(shop, jobs, folders)
        )
        if plan.problems:
            raise DecisionRefused(plan.problems)
        for job in (*plan.anew, *plan.off):
            take_from_hold(shop, job)
        _write(shop, change, plan, now)
    shop.nudge.signals.set()
    shop.nudge.files.set()
    return _switched(change, plan)


def _waiting(shop: Shop, order_id: str) -> list[Document]:
    documents = shop.store.documents.of_order(order_id)
    waiting = [one for one in documents if one.verdict is Verdict.CHANGED]
    if shop.store.orders.digest_of(order_id) is None:
        raise NotPossible(f"there is no order {order_id} here")
    if not waiting:
        raise NotPossible(f"there is nothing to decide about order {order_id}")
    return waiting


def _change(shop: Shop, order_id: str, number: int | None) -> _Change:
    waiting = _waiting(shop, order_id)
    document = _chosen(order_id, waiting, number)
    taken = shop.store.orders.get(order_id)
    interface = next((one for one in shop.interfaces if one.name == document.interface), None)
    if taken is None:
        raise NotPossible(f"there is no order {order_id} here")
    if interface is None or document.interface != taken.interface:
        raise _other_interface(document, taken)
    if interface.mode is not taken.mode:
        raise _other_mode(document, taken, interface)
    parsed = read_document(shop, as_it_came(shop, document).body, document.content_type)
    return _Change(
        taken=taken,
        document=document,
        interface=interface,
        old=order_from_data(json.loads(taken.record)),
        new=to_order(parsed.data),
    )


def _other_interface(document: Document, taken: OrderTaken) -> DecisionRefused:
    what = f"it came through interface {document.interface}, the order through {taken.interface}"
    if document.interface == taken.interface:
        what = f"its interface {document.interface} is not in the configuration any more"
    hint = "only a document of the same interface can take its place; --keep keeps the first"
    return DecisionRefused([Problem(f"document {document.number}", what, hint)])


def _other_mode(document: Document, taken: OrderTaken, interface: Interface) -> DecisionRefused:
    what = f"its interface {interface.name} is in mode {interface.mode.value} now, the order came"
    hint = "an order stays what it came as; --keep keeps it, and it can come under a new number"
    return DecisionRefused(
        [Problem(f"document {document.number}", f"{what} in mode {taken.mode.value}", hint)]
    )


def _chosen(order_id: str, waiting: Sequence[Document], number: int | None) -> Document:
    numbers = [document.number for document in waiting]
    if number is None and len(waiting) > 1:
        what = f"documents {', '.join(map(str, numbers))} all have other content"
        hint = "say with --document which one is to be the order"
        raise DecisionRefused([Problem(f"order {order_id}", what, hint)])
    found = [one for one in waiting if number in (None, one.number)]
    if not found:
        known = ", ".join(map(str, numbers))
        raise NotPossible(
            f"document {number} is none that order {order_id} came changed with"
            f" (these are: {known})"
        )
    return found[0]


def _moved_on(order_id: str) -> DecisionRefused:
    what = "something happened to its jobs just now"
    return DecisionRefused([Problem(f"order {order_id}", what, "decide again")])


def _fingerprints(order: Order) -> dict[str, str]:
    """By item id, a digest of all that its job is made, packed and shipped by.

    Sums and dates of the order itself change with every new item; they change no work.
    """
    shipping = replace(order.shipping, invoice={})
    bare = replace(order, shipping=shipping, date="", client={}, costs={})
    return {item.id: digest(replace(bare, items=(item,))) for item in order.items}


def _facts(shop: Shop, jobs: Sequence[Job], folders: Mapping[int, str]) -> list[JobFacts]:
    signals = shop.store.signals.find({"order": jobs[0].order_id}) if jobs else []
    facts = []
    for job in jobs:
        flow = shop.flow(job.flow)
        mine = [row for row in signals if row["job_id"] == job.id or not row["item_id"]]
        standing = [row for row in mine if row["state"] in STANDING]
        facts.append(
            JobFacts(
                job=job,
                said={SignalType(kind) for kind in job.said_before} | _types(standing),
                unheard=_types(row for row in standing if _is_unheard(row)),
                first_stage=flow.first.key if flow else "",
                folder=folders.get(job.id, ""),
            )
        )
    return facts


def _types(rows: Iterable[Row]) -> set[SignalType]:
    return {SignalType(row["type"]) for row in rows}


def _is_unheard(row: Row) -> bool:
    """True when it was never sent; one that was accepted can wait to be sent again."""
    waits = row["state"] == SignalState.WAITING
    return waits and not row["attempts"] and row["accepted_at"] is None


def _write(shop: Shop, change: _Change, plan: Plan, now: datetime) -> None:
    order, document = change.new, change.document
    content = replace(
        content_of(shop, order, change.interface, replace(document, digest=digest(order))),
        received_at=change.taken.received_at,
    )
    kept = [
        shop.store.orders.replace(content, document.number, was=change.taken.digest),
        shop.store.documents.judge(document, Verdict.ACCEPTED),
    ]
    for former in shop.store.documents.of_order(order.id):
        if former.verdict is Verdict.ACCEPTED and former.number != document.number:
            words = f"document {document.number} took its place"
            kept.append(shop.store.documents.judge(former, Verdict.REPLACED, words))
    kept += [_make_anew(shop, change.new, content, job, now) for job in plan.anew]
    kept += [_take_off(shop, job, now) for job in plan.off]
    if not all(kept):
        raise _moved_on(order.id)
    shop.store.journal.write(_lines(change, plan, now))
    added = tuple(item for item in order.items if item.id in plan.added)
    jobs = shop.store.jobs.of_order(order.id)
    add_jobs(shop, replace(order, items=added), content, now, jobs)
    if not any(one.verdict is Verdict.CHANGED for one in shop.store.documents.of_order(order.id)):
        shop.store.notes.remove("", order.id, ORDER_CHANGED)


def _make_anew(shop: Shop, order: Order, content: OrderTaken, job: Job, now: datetime) -> bool:
    item = next(item for item in order.items if item.id == job.item_id)
    flow = flow_for(shop, order, item, content)
    return shop.store.jobs.anew(job, flow.name, now, reorder=item.reorder is not None)


def _take_off(shop: Shop, job: Job, now: datetime) -> bool:
    shop.store.outbox.withdraw(job.id, [SignalType.REGISTERED])
    return shop.store.jobs.take_off(job, now, NOT_MADE)


def _lines(change: _Change, plan: Plan, now: datetime) -> list[Line]:
    done = _switched(change, plan)
    detail = {
        "document": done.document,
        "added": done.added,
        "anew": done.anew,
        "off": done.off,
        "alone": done.alone,
    }
    off = {"reason": NOT_MADE}
    of_jobs: list[tuple[Job, Action, dict[str, str]]]
    of_jobs = [(job, Action.JOB_ANEW, {}) for job in plan.anew]
    of_jobs += [(job, Action.JOB_OFF, off) for job in plan.off]
    order_id = change.new.id
    return [
        Line(at=now, order_id=order_id, action=Action.CHANGE_TAKEN, detail=detail),
        *(
            Line(at=now, order_id=order_id, item_id=job.item_id, action=action, detail=why)
            for job, action, why in of_jobs
        ),
    ]


def _switched(change: _Change, plan: Plan) -> Switched:
    return Switched(
        document=change.document.number,
        added=list(plan.added),
        anew=[job.item_id for job in plan.anew],
        off=[job.item_id for job in plan.off],
        alone=[job.item_id for job in plan.alone],
    )
