"""Tracking came after the job had reached its shipping stage, by file or by command."""

from dataclasses import replace

from hotfolder.domain.action import Action
from hotfolder.domain.flow import Stage
from hotfolder.domain.job import Job, JobState
from hotfolder.domain.move import missing_for
from hotfolder.domain.shelf import OTHER_ITEMS
from hotfolder.domain.signal import Signal, SignalType
from hotfolder.domain.unasked import why_parked
from hotfolder.errors import NotPossible, NotUnderstood
from hotfolder.formats.tracking_file import looks_right
from hotfolder.services.parcel import Parcel, ordered_method, parcel_of
from hotfolder.services.shelf import note_let_go, still_waits
from hotfolder.services.shop import Shop
from hotfolder.store.journal import Line


def ship_waiting(shop: Shop) -> dict[Job, str]:
    """Say ItemShipped for the waiting jobs whose folder tells the tracking by now.

    Comes back with the jobs that still wait, and what is wrong with their tracking file, if
    anything. A job that stands elsewhere by now, such as in hold, says it when it is back.
    """
    still_waiting = {}
    for job in shop.store.jobs.waiting_for_input():
        if job.place is None:
            continue
        parcel = parcel_of(shop, job, job.place)
        missing = missing_for(SignalType.SHIPPED, parcel.fields())
        if missing:
            still_waiting[job] = parcel.problem
        elif _stage_waiting(shop, job) is None:
            continue
        elif job.waits_for == OTHER_ITEMS and still_waits(shop, job):
            still_waiting[job] = ""
        else:
            give_tracking(shop, job, parcel)
    return still_waiting


def ship_item(shop: Shop, job: Job, parcel: Parcel) -> str:
    """What came of giving an item its tracking, as a sentence.

    Raises NotPossible for a canceled one, NotUnderstood for what can be no tracking code. Where the
    order names no shipping method, the parcel must name its option.
    """
    if not all(looks_right(value) for value in parcel.fields().values()):
        raise NotUnderstood("this does not look like a tracking code: one code, one line")
    job = shop.store.jobs.get(job.id) or job
    if job.state is JobState.CANCELED:
        raise NotPossible(f"item {job.item_id} is canceled; nothing is shipped")
    option = parcel.shipping_option or job.shipping_option or ordered_method(shop, job)
    return give_tracking(shop, job, replace(parcel, shipping_option=option))


def give_tracking(shop: Shop, job: Job, parcel: Parcel) -> str:
    """Keep what is known of the parcel; a job that waits for it in its stage says ItemShipped."""
    now = shop.clock.now()
    missing = missing_for(SignalType.SHIPPED, parcel.fields())
    with shop.store.transaction():
        # read again: the daemon may just have noted a move into the shipping stage
        job = shop.store.jobs.by_ticket(job.ticket_id) or job
        stage = _stage_waiting(shop, job)
        said = SignalType.SHIPPED in shop.store.outbox.said(job.id) | job.said_before
        if stage and not missing and not said and still_waits(shop, job):
            missing = OTHER_ITEMS
        waits_for = missing if stage else job.waits_for
        shop.store.jobs.ship(job, parcel.tracking, parcel.shipping_option, waits_for)
        ships = stage is not None and not missing and not said
        parked = why_parked(_skipped_unasked(shop, job)) if ships else ""
        if ships:
            note_let_go(shop, job)
            signal = Signal(
                type=SignalType.SHIPPED,
                order_id=job.order_id,
                item_id=job.item_id,
                at=now,
                fields=parcel.fields(),
            )
            shop.store.outbox.add([replace(shop.promise(job, signal, due=now), parked=parked)])
        line = Line(
            at=now,
            order_id=job.order_id,
            item_id=job.item_id,
            action=Action.TRACKING_GIVEN,
            detail={**parcel.fields(), "signals": [SignalType.SHIPPED.value] if ships else []},
        )
        shop.store.journal.write([line])
    shop.nudge.signals.set()
    if parked:
        return f"ItemShipped waits for a person: {parked}"
    return _outcome(ships=ships, said=said, missing=missing)


def _skipped_unasked(shop: Shop, job: Job) -> list[str]:
    """Stages that the last drag skipped and that want a person to let its signals go."""
    told = shop.store.journal.of_order(job.order_id)
    moves = [one for one in told if one.item_id == job.item_id and one.action == Action.JOB_MOVED]
    return list(moves[-1].detail.get("unasked", [])) if moves else []


def _outcome(*, ships: bool, said: bool, missing: str) -> str:
    if said:
        return "ItemShipped was said before; the new tracking is kept but not sent"
    if ships:
        return "ItemShipped is on its way"
    if missing:
        return f"kept; ItemShipped still needs {missing}"
    return "kept; ItemShipped goes out when the job reaches its shipping stage"


def _stage_waiting(shop: Shop, job: Job) -> Stage | None:
    """The shipping stage, when the job stands in it and waits there."""
    flow = shop.flow(job.flow)
    if flow is None or job.place is None or not job.waits_for:
        return None
    position = flow.position(job.place.stage)
    return None if position is None else flow.stages[position]
