"""Tracking came after the job had reached its shipping stage, by file or by command."""

from dataclasses import replace

from hotfolder.domain.action import Action
from hotfolder.domain.doubt import UNSENT
from hotfolder.domain.flow import Flow, Ships, Stage
from hotfolder.domain.job import END_OF_DAY, Job, JobState
from hotfolder.domain.move import missing_for, shipping_waits_for
from hotfolder.domain.shelf import OTHER_ITEMS
from hotfolder.domain.signal import SignalType
from hotfolder.errors import NotPossible, NotUnderstood
from hotfolder.formats.tracking_file import looks_right
from hotfolder.services.parcel import Parcel, ordered_method, parcel_of
from hotfolder.services.say_shipped import shipped_promise
from hotfolder.services.shelf import note_let_go, still_waits, wait_again
from hotfolder.services.shop import Shop
from hotfolder.store.journal import Line


def ship_waiting(shop: Shop) -> dict[Job, str]:
    """Say ItemShipped for the waiting jobs whose folder tells the tracking by now.

    Comes back with the jobs that still wait, and what is wrong with their tracking file, if
    anything. A job that stands elsewhere by now, such as in hold, says it when it is back.
    """
    still_waiting = {}
    for job in shop.store.jobs.waiting_for_input():
        if _waits_for_day(shop, job):
            wait_again(shop, job)
            continue
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
    with shop.store.transaction():
        # read again: the daemon may just have noted a move into the shipping stage
        job = shop.store.jobs.by_ticket(job.ticket_id) or job
        stage = _stage_waiting(shop, job)
        said = SignalType.SHIPPED in shop.store.outbox.said(job.id) | job.said_before
        needs = _needs(shop, job, parcel, said=said)
        waits = stage is not None and bool(job.waits_for or needs in (OTHER_ITEMS, END_OF_DAY))
        waits_for = needs if waits else job.waits_for
        shop.store.jobs.ship(job, parcel.tracking, parcel.shipping_option, waits_for)
        ships = stage is not None and not needs and not said
        parked = ""
        if ships:
            note_let_go(shop, job)
            promise = shipped_promise(shop, job, parcel.fields(), at=now, due=now)
            parked = promise.parked
            shop.store.outbox.add([promise])
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
    if ships and job.doubt_since:
        return f"ItemShipped {UNSENT}"
    if said:
        return "ItemShipped was said before; the new tracking is kept but not sent"
    if waits_for == END_OF_DAY and stage is not None:
        return "kept; ItemShipped goes out at the end of the day"
    return "ItemShipped is on its way" if ships else f"kept; {_later(shop, job, needs)}"


def _needs(shop: Shop, job: Job, parcel: Parcel, *, said: bool) -> str:
    """What ItemShipped waits for once the job is in its shipping stage; empty: for nothing."""
    flow = shop.flow(job.flow)
    ships = flow.ships if flow and not said else Ships.AT_ONCE
    needs = shipping_waits_for(SignalType.SHIPPED, parcel.fields(), ships)
    is_ready = not said and needs in ("", END_OF_DAY)
    # nobody looks again at what is in the archive, so that waits for no other
    if is_ready and job.state is not JobState.DONE and still_waits(shop, job):
        return OTHER_ITEMS
    return needs


def _waits_for_day(shop: Shop, job: Job) -> bool:
    """Whether nothing but the close is awaited; not when its flow was changed to ship at once."""
    flow = shop.flow(job.flow)
    is_ready = job.waits_for == END_OF_DAY
    return is_ready and (flow is None or flow.ships is Ships.END_OF_DAY)


def _later(shop: Shop, job: Job, needs: str) -> str:
    """What becomes of ItemShipped, which is not said now."""
    flow = shop.flow(job.flow)
    if flow is not None and _shipping_stage(flow) is None:
        return "nothing is sent: no stage of its flow says ItemShipped"
    if needs and needs != END_OF_DAY:
        return f"ItemShipped still needs {needs}"
    if job.waits_for:
        return "ItemShipped goes out when the job is back in a stage of its flow"
    return "ItemShipped goes out when the job reaches its shipping stage"


def _stage_waiting(shop: Shop, job: Job) -> Stage | None:
    """The stage that says ItemShipped now: the job waits in it, or is in the archive already."""
    flow = shop.flow(job.flow)
    if flow is None:
        return None
    if job.state is JobState.DONE:
        return _shipping_stage(flow)
    if job.place is None or not job.waits_for:
        return None
    position = flow.position(job.place.stage)
    return None if position is None else flow.stages[position]


def _shipping_stage(flow: Flow) -> Stage | None:
    return next((one for one in flow.stages if one.signal is SignalType.SHIPPED), None)
