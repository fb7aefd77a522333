"""What a change of stage means: where it goes, what it says, what it takes back."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from hotfolder.domain.flow import Flow, Ships, Skipped, Stage, StageKind
from hotfolder.domain.job import END_OF_DAY, Job, Place
from hotfolder.domain.signal import SignalType

Fields = Mapping[SignalType, Mapping[str, str]]


class MoveKind(StrEnum):
    FORWARD = "forward"
    SKIPPED = "skipped"
    BACK = "back"
    RESUMED = "resumed"
    HELD = "held"
    DELAYED = "delayed"
    CANCELED = "canceled"
    ARCHIVED = "archived"


ASIDE: Mapping[StageKind, MoveKind] = {
    StageKind.HOLD: MoveKind.HELD,
    StageKind.DELAYED: MoveKind.DELAYED,
    StageKind.CANCELED: MoveKind.CANCELED,
    StageKind.ARCHIVE: MoveKind.ARCHIVED,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrival:
    """A job that we believed elsewhere is certainly at `place` now."""

    job: Job
    place: Place


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """A job passes from one stage of its flow to another, or to a stage beside it.

    `entered` are the stages whose signals the move may cause, in order; a move back enters none.
    `taken_back` are the stages that a move back undoes. `unasked` are stages
    that the job skipped though they want a person to be asked.
    """

    kind: MoveKind
    target: Stage
    entered: tuple[Stage, ...] = ()
    taken_back: tuple[Stage, ...] = ()
    unasked: tuple[Stage, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """Being in that stage means nothing for this job; why not, and what to do."""

    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedSignal:
    """A signal that a move causes. `inferred`: its stage was skipped, so we fill it in."""

    type: SignalType
    stage: Stage
    inferred: bool
    fields: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Consequences:
    """What a move leads to: signals to promise in this order, types to withdraw, what is missing.

    `waits_for` is empty or names what ItemShipped still waits for.
    """

    say: tuple[PlannedSignal, ...] = ()
    withdraw: tuple[SignalType, ...] = ()
    waits_for: str = ""


def move(
    flow: Flow,
    reached: str,
    target: Stage,
    source_kind: StageKind = StageKind.WORK,
    *,
    waits: bool = False,
) -> Move | Refusal:
    """What going to a stage is, for a job whose last stage of this flow was `reached`.

    A stage that is skipped is entered too. A job that `reached` none, or one that the flow has no
    more, enters every stage up to the target. From a stage beside the flow a job goes on as if it
    had never been there; out of canceled it says again what the cancellation took back, wherever it
    goes. A job that `waits` for its tracking enters its shipping stage again with the archive.
    """
    step = _move(flow, reached, target, source_kind)
    if isinstance(step, Refusal) or step.kind is MoveKind.CANCELED:
        return step
    ends = waits and step.kind is MoveKind.ARCHIVED
    if source_kind is not StageKind.CANCELED and not ends:
        return step
    passed = flow.stages[: (flow.position(reached) or 0) + 1]
    again = [stage for stage in passed if stage.signal is SignalType.SHIPPED]
    kept = tuple(stage for stage in again if stage not in step.taken_back)
    return replace(step, entered=(*kept, *step.entered))


def _move(flow: Flow, reached: str, target: Stage, source_kind: StageKind) -> Move | Refusal:
    if target.kind is not StageKind.WORK:
        return _aside(flow, reached, target)
    source, aim = flow.position(reached), flow.position(target.key)
    if aim is None:
        return Refusal(why=f"stage {target.key} is not part of the flow {flow.name}")
    there = flow.stages[aim]
    if source is None:
        first = _forward(flow, 0, aim, skipped=aim > 0)
        return replace(first, unasked=()) if reached else first  # nobody knows what it skipped
    if source_kind is not StageKind.WORK and aim == source:
        return Move(kind=MoveKind.RESUMED, target=there)
    if aim <= source:
        undone = flow.stages[aim + 1 : source + 1]
        return Move(kind=MoveKind.BACK, target=there, taken_back=undone)
    return _forward(flow, source + 1, aim, skipped=aim - source > 1)


def _forward(flow: Flow, first: int, aim: int, *, skipped: bool) -> Move:
    """From the stage at `first` on to the one at `aim`; nobody skips the first one of a flow."""
    passed = flow.stages[first:aim]
    unasked = [one for one in passed if one.skipped is Skipped.HOLD and one is not flow.first]
    return Move(
        kind=MoveKind.SKIPPED if skipped else MoveKind.FORWARD,
        target=flow.stages[aim],
        entered=(
            *(one for one in passed if one.skipped is not Skipped.LEAVE),
            flow.stages[aim],
        ),
        unasked=tuple(unasked),
    )


def _aside(flow: Flow, reached: str, target: Stage) -> Move | Refusal:
    if target.kind is StageKind.CANCELED and not target.cause:
        return Refusal(why="has no cause yet: drag it into one of the folders here")
    if target.kind is StageKind.DELAYED and not target.hours:
        return Refusal(why="has no time yet: drag it into one of the folders here")
    last = flow.stages[-1].key
    if target.kind is StageKind.ARCHIVE and reached != last:
        return Refusal(why=f"is not finished, it never was in {last}: drag it back to its stage")
    entered = (target,) if target.signal else ()
    return Move(kind=ASIDE[target.kind], target=target, entered=entered)


def consequences(
    step: Move, said: Collection[SignalType], fields: Fields, ships: Ships = Ships.AT_ONCE
) -> Consequences:
    """What the move promises and takes back.

    `said` are the types already promised or sent for this job: they are not said twice, but for a
    delay. `fields` are those of the signals that have some. Fields of ItemShipped (tracking,
    shipping_option) that are not known yet make the job wait for them; with all of them it waits
    for the end of the day where the flow `ships` then.
    """
    say = []
    waits_for = ""
    for stage in step.entered:
        if stage.signal is None or (stage.signal in said and stage.signal is not SignalType.DELAY):
            continue
        told = fields.get(stage.signal, {})
        waits_for = shipping_waits_for(stage.signal, told, ships)
        if not waits_for:
            inferred = stage is not step.target
            say.append(
                PlannedSignal(type=stage.signal, stage=stage, inferred=inferred, fields=told)
            )
    undone = tuple(stage.signal for stage in step.taken_back if stage.signal)
    if step.kind is MoveKind.CANCELED:
        undone = (SignalType.SHIPPED,)
    return Consequences(say=tuple(say), withdraw=undone, waits_for=waits_for)


def unfinished(step: Move, said: Collection[SignalType], fields: Fields) -> Refusal | None:
    """Why the job can not go to the archive yet: its ItemShipped would never be said."""
    if step.kind is not MoveKind.ARCHIVED:
        return None
    missing = consequences(step, said, fields).waits_for
    if not missing:
        return None
    return Refusal(
        why=f"still needs {missing}, so nobody was told that it is shipped: give it by"
        " `hotfolder ship` or a tracking file in its folder, or drag it back to its stage"
    )


def missing_for(signal: SignalType, fields: Mapping[str, str]) -> str:
    """Which fields that ItemShipped requires are still empty, as words; empty when complete."""
    if signal is not SignalType.SHIPPED:
        return ""
    needed = ("tracking", "shipping_option")
    return " and ".join(name for name in needed if not fields.get(name, "").strip())


def shipping_waits_for(signal: SignalType, fields: Mapping[str, str], ships: Ships) -> str:
    """What ItemShipped has to wait for: its missing fields, or the end of the day; else empty."""
    missing = missing_for(signal, fields)
    if missing or signal is not SignalType.SHIPPED:
        return missing
    return END_OF_DAY if ships is Ships.END_OF_DAY else ""
