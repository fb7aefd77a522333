"""Which parcels label programs are to be asked for, found by comparing stages with parcels.

So nothing is lost when the daemon is killed, and a drag past the stage that asks counts as well.
"""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta

from hotfolder.domain.flow import Flow
from hotfolder.domain.job import Job, JobState
from hotfolder.domain.label import LabeledParcel, ParcelState, references
from hotfolder.domain.label_form import LabelProgram, Per
from hotfolder.domain.label_request import brings_label
from hotfolder.domain.order import Order
from hotfolder.domain.signal import SignalType
from hotfolder.formats.order_record import order_from_data
from hotfolder.services.parcel import parcel_of
from hotfolder.services.shop import Shop

OWN_LABEL = "the order brings its own label"
HAS_CODE = "its tracking code is known already"


def gather_parcels(shop: Shop, program: LabelProgram) -> set[int]:
    """The jobs that stand where a label is wanted; those that were in no parcel are in one now.

    A job whose drag can still be taken back is left for later.
    """
    jobs = list(_standing(shop, program))
    known = shop.store.parcels.parcel_ids(jobs) if jobs else {}
    now = shop.clock.now()
    for job in jobs:
        undo = shop.floor.stages[job.place.stage].undo_seconds if job.place else 0.0
        if job.id not in known and now >= job.since + timedelta(seconds=undo):
            _put_into_parcel(shop, program, job, now)
    return {job.id for job in jobs}


def _standing(shop: Shop, program: LabelProgram) -> Iterator[Job]:
    """Jobs without a code that are in the stage that asks, or further.

    Whoever is in its shipping stage without one waits there: the many that have shipped are not
    looked at.
    """
    flows = {
        flow.name: flow
        for flow in shop.flows
        if flow.label_stage and flow.label_stage.ask_label == program.name
    }
    if not flows:
        return
    jobs = shop.store.jobs.waiting_for_input()
    for key in {key for flow in flows.values() for key in _before_shipping(flow)}:
        jobs += shop.store.jobs.in_stage(key).values()
    seen: set[int] = set()
    for job in jobs:
        if job.flow in flows and job.id not in seen and _wants_label(flows[job.flow], job):
            seen.add(job.id)
            yield job


def _before_shipping(flow: Flow) -> Iterator[str]:
    start = flow.position(flow.label_stage.key) if flow.label_stage else None
    for stage in flow.stages[start or 0 :]:
        if stage.signal is SignalType.SHIPPED:
            return
        yield stage.key


def _wants_label(flow: Flow, job: Job) -> bool:
    if job.tracking or job.state is not JobState.FLOOR or job.place is None or job.doubt_since:
        return False  # one in doubt may have its label, and each costs money
    start = flow.position(flow.label_stage.key) if flow.label_stage else None
    here = flow.position(job.place.stage)
    return start is not None and here is not None and here >= start


def _put_into_parcel(shop: Shop, program: LabelProgram, job: Job, now: datetime) -> None:
    by_hand = _by_hand(shop, job)
    with shop.store.transaction():
        if shop.store.parcels.of_job(job) is not None:
            return
        if program.parcel is Per.ORDER and not by_hand:
            for parcel in shop.store.parcels.of_order(job.order_id):
                is_open = parcel.state is ParcelState.WAITING and parcel.asked_at is None
                if parcel.program == program.name and is_open:
                    shop.store.parcels.add_job(parcel.id, job)
                    return
        base = job.order_id if program.reference is Per.ORDER else job.item_id
        taken = shop.store.parcels.has_reference
        parcel = LabeledParcel(
            id=0,
            program=program.name,
            order_id=job.order_id,
            reference=next(one for one in references(base) if not taken(program.name, one)),
            state=ParcelState.BY_HAND if by_hand else ParcelState.WAITING,
            since=now,
            words=by_hand,
        )
        shop.store.parcels.add(parcel, [job])


def _by_hand(shop: Shop, job: Job) -> str:
    """Why no program is asked, or empty."""
    order = order_of(shop, job.order_id)
    if order is None or brings_label(order):
        return OWN_LABEL
    if job.place and parcel_of(shop, job, job.place).tracking:
        return HAS_CODE
    return ""


def order_of(shop: Shop, order_id: str) -> Order | None:
    """The order as it was taken; None for one that is not known."""
    taken = shop.store.orders.get(order_id)
    return order_from_data(json.loads(taken.record)) if taken else None


def jobs_of_parcel(shop: Shop, parcel: LabeledParcel) -> list[Job]:
    """The jobs whose items are in a parcel."""
    found = (shop.store.jobs.get(one) for one in shop.store.parcels.job_ids(parcel))
    return [job for job in found if job is not None]
