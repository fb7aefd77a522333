"""An item is late or can not be made: ItemDelay and ItemCanceled, said by a person."""

from collections.abc import Mapping
from typing import Any

from hotfolder.domain.action import Action
from hotfolder.domain.cause import listed_cause
from hotfolder.domain.job import Job, JobState
from hotfolder.domain.signal import Signal, SignalType
from hotfolder.errors import NotPossible
from hotfolder.services.shop import Shop
from hotfolder.store.journal import Line
from hotfolder.store.notes import MADE_AGAIN
from hotfolder.store.signal_state import SignalState

AHEAD = (SignalType.PRODUCE, SignalType.PRODUCED, SignalType.PACKED, SignalType.SHIPPED)


def delay(shop: Shop, job: Job, cause: str, hours: int) -> None:
    """Say ItemDelay: `cause` in free words, `hours` until it goes on (How to integrate)."""
    with shop.store.transaction():
        job = _now(shop, job)
        if job.state is JobState.CANCELED:
            raise NotPossible(f"item {job.item_id} is canceled")
        fields = {"cause": cause, "delay": str(hours)}
        _say(shop, job, SignalType.DELAY, fields, Action.ITEM_DELAYED)
        shop.store.notes.remove("", f"{job.order_id} {job.item_id}", MADE_AGAIN)
    shop.nudge.signals.set()


def cancel(shop: Shop, job: Job, cause: str, message: str) -> None:
    """Say ItemCanceled with a code of the published list; the order's other items go on.

    What the job still had to say about being made and shipped is withdrawn. Raises NotPossible for
    any other code, and once ItemShipped was sent or is on the wire.
    """
    code = listed_cause(cause).code
    with shop.store.transaction():
        job = _now(shop, job)
        if job.state is JobState.CANCELED:
            raise NotPossible(f"item {job.item_id} is canceled already")
        if _has_shipped(shop, job):
            raise NotPossible(f"item {job.item_id} has shipped; it can not be canceled any more")
        shop.store.outbox.withdraw(job.id, AHEAD)
        shop.store.jobs.cancel(job, shop.clock.now(), code)
        fields = {"cause": code, "message": message}
        _say(shop, job, SignalType.CANCELED, fields, Action.ITEM_CANCELED)
    shop.nudge.signals.set()


def _now(shop: Shop, job: Job) -> Job:
    """The job as the store has it inside this transaction: the daemon works beside us."""
    return shop.store.jobs.by_ticket(job.ticket_id) or job


def _has_shipped(shop: Shop, job: Job) -> bool:
    wanted = {"order": job.order_id, "item": job.item_id, "type": SignalType.SHIPPED.value}
    states = {row["state"] for row in shop.store.signals.find(wanted) if row["job_id"] == job.id}
    gone = {SignalState.SENT, SignalState.SENDING}
    return SignalType.SHIPPED in job.said_before or bool(states & gone)


def _say(shop: Shop, job: Job, kind: SignalType, fields: Mapping[str, str], action: Action) -> None:
    now = shop.clock.now()
    signal = Signal(type=kind, order_id=job.order_id, item_id=job.item_id, at=now, fields=fields)
    detail: dict[str, Any] = {**fields, "signals": [kind.value], "by": "a person"}
    line = Line(at=now, order_id=job.order_id, item_id=job.item_id, action=action, detail=detail)
    shop.store.outbox.add([shop.promise(job, signal, due=now)])
    shop.store.journal.write([line])
