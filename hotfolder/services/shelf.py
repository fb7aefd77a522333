"""Parcels complete: which items of an order are there, and whether one has to wait for others."""

from datetime import timedelta
from typing import Any

from loguru import logger

from hotfolder.domain.action import Action
from hotfolder.domain.flow import ShipComplete
from hotfolder.domain.job import END_OF_DAY, Job, newest
from hotfolder.domain.shelf import OTHER_ITEMS, OnShelf, shelf_of
from hotfolder.domain.standing import is_finished
from hotfolder.services.shop import Shop
from hotfolder.store.journal import Line
from hotfolder.store.notes import Note

MISSING = "items missing"  # kind of the note on a job that has waited too long for others


def shelf(shop: Shop, order_id: str) -> list[OnShelf]:
    """The items of an order; empty for an unknown one."""
    flows = {flow.name: flow for flow in shop.flows}
    return shelf_of(shop.store.jobs.of_order(order_id), flows)


def others_missing(shop: Shop, job: Job) -> list[str]:
    """The items that ItemShipped of a job has to wait for; none where its flow does not wait."""
    rule = _rule(shop, job)
    if rule is None:
        return []
    return [
        one.job.item_id
        for one in shelf(shop, job.order_id)
        if one.missing and one.job.item_id != job.item_id
    ]


def still_waits(shop: Shop, job: Job) -> bool:
    """Whether ItemShipped of a job has to wait for others; not when its time is over."""
    rule = _rule(shop, job)
    if rule is None or not others_missing(shop, job):
        return False
    return not (rule.lets_go and _is_over(shop, job, rule))


def wait_again(shop: Shop, job: Job) -> None:
    """A job that waits for the end of the day waits for others of its order that were taken back.

    Nothing happens to one that has none to wait for.
    """
    if not still_waits(shop, job):
        return
    with shop.store.transaction():
        now = shop.store.jobs.get(job.id)
        if now is not None and now.waits_for == END_OF_DAY and still_waits(shop, now):
            shop.store.jobs.ship(now, now.tracking, now.shipping_option, OTHER_ITEMS)


def note_let_go(shop: Shop, job: Job) -> None:
    """A job ships: when it does so without others that it has waited for, that is written down."""
    if missing := others_missing(shop, job):
        line = Line(
            at=shop.clock.now(),
            order_id=job.order_id,
            item_id=job.item_id,
            action=Action.SHIPPED_WITHOUT,
            detail={"items": missing},
        )
        shop.store.journal.write([line])


def mind_shelves(shop: Shop) -> None:
    """A person is told of jobs that wait too long for others, until these are there."""
    wanted: dict[str, str] = {}
    for job in shop.store.jobs.waiting_for_input():
        rule = _rule(shop, job)
        if rule is None or job.waits_for != OTHER_ITEMS or not _is_over(shop, job, rule):
            continue
        if missing := others_missing(shop, job):
            words = f"waits more than {rule.wait_hours:g} hours for {', '.join(missing)}"
            wanted[f"{job.order_id} {job.item_id}"] = words
    shown = {note.name: note.words for note in shop.store.notes.all() if note.kind == MISSING}
    if wanted == shown:
        return
    now = shop.clock.now()
    with shop.store.transaction():
        for name in shown.keys() - wanted.keys():
            shop.store.notes.remove("", name, MISSING)
        for name, words in wanted.items():
            shop.store.notes.add(Note(stage="", name=name, kind=MISSING, since=now, words=words))
    for name in wanted.keys() - shown.keys():
        logger.warning("{} {}", name, wanted[name])


def shelf_lines(shop: Shop, order_id: str) -> list[dict[str, Any]]:
    """The shelf of an order as plain data."""
    return [
        {
            "item": one.job.item_id,
            "packed": one.packed,
            "missing": one.missing,
            "where": one.where,
            "tracking": one.job.tracking,
            "waits_for": one.job.waits_for,
        }
        for one in shelf(shop, order_id)
    ]


def shelves(shop: Shop) -> list[dict[str, Any]]:
    """Orders of several items of which some are packed and not all are done, oldest first."""
    flows = {flow.name: flow for flow in shop.flows}
    orders: dict[str, list[Job]] = {}
    for job in shop.store.jobs.all():
        orders.setdefault(job.order_id, []).append(job)
    found = []
    for order_id, jobs in orders.items():
        if len(newest(jobs)) < 2:
            continue
        items = shelf_of(jobs, flows)
        packed = [one for one in items if one.packed]
        done = all(is_finished(one.job, flows.get(one.job.flow)) for one in items)
        if packed and not done:
            missing = sum(one.missing for one in items)
            lines = shelf_lines(shop, order_id)
            found.append({"order": order_id, "complete": not missing, "items": lines})
    return found


def _rule(shop: Shop, job: Job) -> ShipComplete | None:
    flow = shop.flow(job.flow)
    return flow.ship_complete if flow else None


def _is_over(shop: Shop, job: Job, rule: ShipComplete) -> bool:
    return shop.clock.now() >= job.since + timedelta(hours=rule.wait_hours)
