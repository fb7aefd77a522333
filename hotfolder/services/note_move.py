"""Jobs were seen in another stage: what that says goes into the store in one transaction."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hotfolder.domain.action import Action
from hotfolder.domain.after_move import standing_after
from hotfolder.domain.flow import Flow, StageKind
from hotfolder.domain.job import Job, JobState, Standing
from hotfolder.domain.move import (
    Arrival,
    Consequences,
    Fields,
    Move,
    MoveKind,
    PlannedSignal,
    Refusal,
    consequences,
    move,
    unfinished,
)
from hotfolder.domain.reprint import MadeAgain, made_again
from hotfolder.domain.shelf import held_for_others
from hotfolder.domain.signal import Signal, SignalType
from hotfolder.domain.unasked import why_parked
from hotfolder.services.shelf import others_missing
from hotfolder.services.shop import Shop
from hotfolder.services.told_beside import fields_of
from hotfolder.store.journal import Line
from hotfolder.store.notes import MADE_AGAIN, Note

HAS_SHIPPED = "has shipped, so it can not be canceled any more: drag it back"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Prepared:
    """A move before it is written; what lies in the folder was read already."""

    arrival: Arrival
    flow: Flow
    step: Move
    fields: Fields


def note_moves(shop: Shop, arrivals: Sequence[Arrival]) -> list[tuple[Arrival, str]]:
    """Write moves with their journal lines and signals. Those not written come back with why.

    A canceled job may go anywhere: that is written, and nothing is said about it. Without a why
    somebody was first, and it has to be seen anew what the folder is.
    """
    prepared = [(arrival, _prepare(shop, arrival)) for arrival in arrivals]
    refused = []
    now = shop.clock.now()
    with shop.store.transaction():
        for arrival, step in prepared:
            why = _write(shop, arrival, step, now)
            if why is not None:
                refused.append((arrival, why))
    if len(refused) < len(arrivals):
        shop.nudge.signals.set()
    return refused


def _prepare(shop: Shop, arrival: Arrival) -> _Prepared | Refusal:
    job = arrival.job
    flow = shop.flow(job.flow)
    if flow is None or job.place is None:
        return Refusal(why=f"its flow {job.flow} is not configured any more")
    target = shop.floor.stages[arrival.place.stage]
    step = move(flow, job.reached, target, _kind_of(shop, job), waits=bool(job.waits_for))
    if isinstance(step, Refusal):
        return step
    fields = fields_of(shop, arrival, step, flow)
    if refusal := unfinished(step, _said(shop, job), fields):
        return refusal
    return _Prepared(arrival=arrival, flow=flow, step=step, fields=fields)


def _kind_of(shop: Shop, job: Job) -> StageKind:
    """What the stage that the job comes from is for; a canceled job may have been put anywhere."""
    if job.state is JobState.CANCELED:
        return StageKind.CANCELED
    stage = shop.floor.stages.get(job.place.stage) if job.place else None
    return stage.kind if stage else StageKind.WORK


def _write(shop: Shop, arrival: Arrival, step: _Prepared | Refusal, now: datetime) -> str | None:
    """Why it was not written; None when it was."""
    job = shop.store.jobs.by_ticket(arrival.job.ticket_id)
    known = arrival.job
    if job is None or (job.moves, job.place) != (known.moves, known.place):  # somebody was first
        return ""
    withdrawn: list[SignalType] = []
    if job.state is JobState.CANCELED:  # perhaps canceled just now
        if isinstance(step, _Prepared):
            withdrawn = shop.store.outbox.withdraw_dragged(job.id, SignalType.CANCELED)
        if not withdrawn:
            _write_silent(shop, arrival, job, now)
            return None
        job = replace(job, state=JobState.FLOOR, reason="")
    if isinstance(step, Refusal):
        return step.why
    if job.tracking != arrival.job.tracking:  # given since the folder was looked at
        fields = fields_of(shop, replace(arrival, job=job), step.step, step.flow)
        step = replace(step, fields=fields)
    return _write_move(shop, job, step, withdrawn, now)


def _write_move(
    shop: Shop, job: Job, prepared: _Prepared, withdrawn: list[SignalType], now: datetime
) -> str | None:
    step, arrival = prepared.step, prepared.arrival
    if step.kind is MoveKind.CANCELED and SignalType.SHIPPED in _heard(shop, job):
        return HAS_SHIPPED
    said = _said(shop, job)
    effects = consequences(step, said, prepared.fields, prepared.flow.ships)
    if others_missing(shop, job):
        effects = held_for_others(effects, prepared.fields)
    again = _made_again(shop, job, prepared, effects)
    standing = standing_after(job, step, prepared.fields, effects, again)
    meant = shop.store.own_moves.of(job)
    if meant and meant.stage == step.target.key and meant.words:
        standing = replace(standing, reason=meant.words)
    shop.store.jobs.move(job, arrival.place, now, standing)
    withdrawn += shop.store.outbox.withdraw(job.id, effects.withdraw)
    withdrawn += shop.store.outbox.withdraw_dragged(job.id, SignalType.DELAY)
    shipped = prepared.fields.get(SignalType.SHIPPED, {})
    if shipped.get("tracking") or effects.waits_for:
        tracking, option = shipped.get("tracking", ""), shipped.get("shipping_option", "")
        shop.store.jobs.ship(job, tracking, option, effects.waits_for)
    _promise(shop, job, prepared, effects, again, now)
    _note_siblings(shop, job, step, withdrawn)
    _note_again(shop, job, again, now)
    line = _line(job, prepared, effects, withdrawn, again, now)
    if meant and meant.stage == step.target.key:
        own = {"by": meant.by, "why": meant.words}
        line = replace(line, detail={**line.detail, **{k: v for k, v in own.items() if v}})
    shop.store.journal.write([line])
    return None


def _said(shop: Shop, job: Job) -> set[SignalType]:
    """What is not said once more: promised or sent, and not to be said again."""
    return (shop.store.outbox.said(job.id) | _types(job.said_before)) - _types(job.say_again)


def _heard(shop: Shop, job: Job) -> set[SignalType]:
    return shop.store.outbox.heard(job.id) | _types(job.said_before)


def _types(names: Collection[str]) -> set[SignalType]:
    return {SignalType(name) for name in names}


def _made_again(shop: Shop, job: Job, prepared: _Prepared, effects: Consequences) -> MadeAgain:
    if prepared.step.kind is not MoveKind.BACK:
        return MadeAgain()
    sent = _heard(shop, job) & set(effects.withdraw)
    return made_again(prepared.flow.reprint, prepared.step.target, sent)


def _promise(
    shop: Shop,
    job: Job,
    prepared: _Prepared,
    effects: Consequences,
    again: MadeAgain,
    now: datetime,
) -> None:
    """All signals of one drag go out together: at the end of the target's undo time."""
    target = prepared.step.target
    due = now + timedelta(seconds=target.undo_seconds)
    planned = list(effects.say)
    if again.delay:
        late = PlannedSignal(
            type=SignalType.DELAY, stage=target, inferred=False, fields=again.delay
        )
        planned.append(late)
    parked = why_parked([stage.key for stage in prepared.step.unasked])
    promises = [
        shop.promise(
            job,
            Signal(
                type=one.type,
                order_id=job.order_id,
                item_id=job.item_id,
                at=now,
                fields=one.fields,
            ),
            due=due,
            stage=one.stage.key,
            inferred=one.inferred,
        )
        for one in planned
    ]
    shop.store.outbox.add([replace(promise, parked=parked) for promise in promises])


def _note_siblings(shop: Shop, job: Job, step: Move, withdrawn: Collection[SignalType]) -> None:
    if step.kind is MoveKind.CANCELED or SignalType.CANCELED in withdrawn:
        shop.store.jobs.tell_siblings(job)


def _note_again(shop: Shop, job: Job, again: MadeAgain, now: datetime) -> None:
    """A person is asked until the job goes on, or until somebody has told of a delay."""
    name = f"{job.order_id} {job.item_id}"
    shop.store.notes.remove("", name, MADE_AGAIN)
    if again.ask:
        note = Note(stage="", name=name, kind=MADE_AGAIN, since=now, words=again.ask)
        shop.store.notes.add(note)


def _line(
    job: Job,
    prepared: _Prepared,
    effects: Consequences,
    withdrawn: Sequence[SignalType],
    again: MadeAgain,
    now: datetime,
) -> Line:
    step = prepared.step
    signals = [planned.type.value for planned in effects.say]
    inferred = [planned.type.value for planned in effects.say if planned.inferred]
    told: dict[str, object] = {
        "inferred": inferred,
        "withdrawn": [kind.value for kind in withdrawn],
        "waits_for": effects.waits_for,
        "unasked": [stage.key for stage in step.unasked],
        "asks": again.ask,
        "overruled": job.reason if job.state is JobState.HELD else "",
        "doubt": bool(job.doubt_since and signals),
    }
    detail: dict[str, object] = {
        "from": job.place.stage if job.place else "",
        "to": step.target.key,
        "kind": step.kind.value,
        "signals": [*signals, SignalType.DELAY.value] if again.delay else signals,
    }
    for kind in (SignalType.DELAY, SignalType.CANCELED):
        if kind.value in signals:
            detail |= prepared.fields[kind]
    waits = step.unasked or job.doubt_since
    if detail["signals"] and step.target.undo_seconds and not waits:
        until = now + timedelta(seconds=step.target.undo_seconds)
        detail["until"] = until.isoformat(timespec="seconds")
    return Line(
        at=now,
        order_id=job.order_id,
        item_id=job.item_id,
        action=Action.JOB_MOVED,
        detail=detail | {name: value for name, value in told.items() if value},
    )


def _write_silent(shop: Shop, arrival: Arrival, job: Job, now: datetime) -> None:
    """A canceled job was moved: it stays canceled, and nothing is said."""
    target = shop.floor.stages[arrival.place.stage]
    standing = Standing(
        state=job.state,
        reached=target.key if target.kind is StageKind.WORK else job.reached,
        reason=job.reason,
        say_again=job.say_again,
    )
    shop.store.jobs.move(job, arrival.place, now, standing)
    detail = {
        "from": job.place.stage if job.place else "",
        "to": arrival.place.stage,
        "kind": "silent",
        "signals": [],
    }
    line = Line(
        at=now, order_id=job.order_id, item_id=job.item_id, action=Action.JOB_MOVED, detail=detail
    )
    shop.store.journal.write([line])
