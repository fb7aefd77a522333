"""Jobs were seen in another stage: what that says goes into the store in one transaction."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from hotfolder.domain.flow import HOLD, Flow
from hotfolder.domain.job import Job, JobState
from hotfolder.domain.move import Arrival, Consequences, Move, Refusal, consequences, move
from hotfolder.domain.signal import Signal, SignalType
from hotfolder.domain.unasked import why_parked
from hotfolder.services.parcel import Parcel, parcel_of
from hotfolder.services.shop import Shop
from hotfolder.store.journal import Line
from hotfolder.store.outbox import Promise


def note_moves(shop: Shop, arrivals: Sequence[Arrival]) -> list[tuple[Arrival, str]]:
    """Write moves with their journal lines and signals. Those not written come back with why.

    A canceled job may go anywhere: that is written, and nothing is said about it.
    """
    refused = []
    prepared = []
    for arrival in arrivals:
        step = _step(shop, arrival)
        if arrival.job.state is JobState.CANCELED:
            prepared.append((arrival, step, Parcel()))
        elif isinstance(step, Refusal):
            refused.append((arrival, step.why))
        else:
            prepared.append((arrival, step, _parcel(shop, arrival, step)))
    now = shop.clock.now()
    with shop.store.transaction():
        for arrival, step, parcel in prepared:
            _write(shop, arrival, step, parcel, now)
    if prepared:
        shop.nudge.signals.set()
    return refused


def _step(shop: Shop, arrival: Arrival) -> Move | Refusal:
    job = arrival.job
    flow = shop.flow(job.flow)
    if flow is None or job.place is None:
        return Refusal(why=f"its flow {job.flow} is not configured any more")
    source, reached = job.place.stage, job.reached
    if _has_left_the_flow(shop, flow, source):
        source, reached = HOLD, ""
    elif flow.position(reached) is None:
        reached = ""
    return move(flow, source, arrival.place.stage, reached)


def _has_left_the_flow(shop: Shop, flow: Flow, stage: str) -> bool:
    """Whether the flow was changed and does not have this stage any more.

    Where it stood nobody can tell then: out of it all is said that was not said yet.
    """
    is_known = stage in shop.floor.stages
    is_of_others = any(other.position(stage) is not None for other in shop.flows)
    return flow.position(stage) is None and (is_of_others or not is_known)


def _parcel(shop: Shop, arrival: Arrival, step: Move) -> Parcel:
    """What is known of the parcel, looked up only for a move that ships."""
    ships = any(stage.signal is SignalType.SHIPPED for stage in step.entered)
    return parcel_of(shop, arrival.job, arrival.place) if ships else Parcel()


def _write(
    shop: Shop, arrival: Arrival, step: Move | Refusal, parcel: Parcel, now: datetime
) -> None:
    job = shop.store.jobs.by_ticket(arrival.job.ticket_id) or arrival.job
    if job.state is JobState.CANCELED or isinstance(step, Refusal):  # perhaps canceled just now
        _write_silent(shop, arrival, replace(job, moves=arrival.job.moves), now)
        return
    if job.tracking != arrival.job.tracking:  # given since the folder was looked at
        parcel = _parcel(shop, replace(arrival, job=job), step)
    said = shop.store.outbox.said(job.id) | {SignalType(kind) for kind in job.said_before}
    effects = consequences(step, said, parcel.fields())
    if not shop.store.jobs.move(arrival.job, arrival.place, now, _waits_for(job, effects)):
        return
    if parcel.tracking or effects.waits_for:
        option = parcel.shipping_option
        shop.store.jobs.ship(job, parcel.tracking, option, effects.waits_for)
    withdrawn = shop.store.outbox.withdraw(job.id, effects.withdraw)
    undo = timedelta(seconds=step.target.undo_seconds)
    parked = why_parked([stage.key for stage in step.unasked])
    promises = _promises(shop, job, effects, now, undo)
    shop.store.outbox.add([replace(promise, parked=parked) for promise in promises])
    shop.store.journal.write([_line(arrival, step, effects, withdrawn, now)])


def _write_silent(shop: Shop, arrival: Arrival, job: Job, now: datetime) -> None:
    if not shop.store.jobs.move(job, arrival.place, now):
        return
    source = arrival.job.place.stage if arrival.job.place else ""
    detail = {"from": source, "to": arrival.place.stage, "kind": "canceled", "signals": []}
    line = Line(
        at=now,
        order_id=arrival.job.order_id,
        item_id=arrival.job.item_id,
        action="job moved",
        detail=detail,
    )
    shop.store.journal.write([line])


def _waits_for(job: Job, effects: Consequences) -> str:
    """What ItemShipped still needs: a job that goes on without it keeps waiting for it."""
    if SignalType.SHIPPED in effects.withdraw:
        return ""
    return effects.waits_for or job.waits_for


def _promises(
    shop: Shop, job: Job, effects: Consequences, now: datetime, undo: timedelta
) -> list[Promise]:
    """All signals of one drag go out together: at the end of the target's undo time."""
    return [
        shop.promise(
            job,
            Signal(
                type=planned.type,
                order_id=job.order_id,
                item_id=job.item_id,
                at=now,
                fields=planned.fields,
            ),
            due=now + undo,
            stage=planned.stage.key,
            inferred=planned.inferred,
        )
        for planned in effects.say
    ]


def _line(
    arrival: Arrival,
    step: Move,
    effects: Consequences,
    withdrawn: Sequence[SignalType],
    now: datetime,
) -> Line:
    source = arrival.job.place.stage if arrival.job.place else step.source.key
    detail: dict[str, object] = {
        "from": source,
        "to": step.target.key,
        "kind": step.kind.value,
        "signals": [planned.type.value for planned in effects.say],
    }
    inferred = [planned.type.value for planned in effects.say if planned.inferred]
    if inferred:
        detail["inferred"] = inferred
    if withdrawn:
        detail["withdrawn"] = [kind.value for kind in withdrawn]
    if effects.waits_for:
        detail["waits_for"] = effects.waits_for
    if source == HOLD and arrival.job.reason:
        detail["overruled"] = arrival.job.reason
    if step.unasked:
        detail["unasked"] = [stage.key for stage in step.unasked]
    return Line(
        at=now,
        order_id=arrival.job.order_id,
        item_id=arrival.job.item_id,
        action="job moved",
        detail=detail,
    )
