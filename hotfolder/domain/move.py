"""What a change of stage means: where it goes, what it says, what it takes back."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from hotfolder.domain.flow import HOLD, Flow, Skipped, Stage
from hotfolder.domain.job import Job, Place
from hotfolder.domain.signal import SignalType

HOLD_STAGE = Stage(key=HOLD, folder="", undo_seconds=0)


class MoveKind(StrEnum):
    FORWARD = "forward"
    SKIPPED = "skipped"
    BACK = "back"
    HELD = "held"


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrival:
    """A job that we believed elsewhere is certainly at `place` now."""

    job: Job
    place: Place


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """A job passes from one stage of its flow to another.

    `entered` are the stages whose signals the move may cause, in order, the target last; a move
    back enters none. `taken_back` are the stages that a move back undoes.
    """

    kind: MoveKind
    source: Stage
    target: Stage
    entered: tuple[Stage, ...] = ()
    taken_back: tuple[Stage, ...] = ()

    @property
    def unasked(self) -> tuple[Stage, ...]:
        """Stages that the job skipped and that want a person to say so first."""
        passed = (stage for stage in self.entered if stage is not self.target)
        return tuple(stage for stage in passed if stage.skipped is Skipped.HOLD)


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """The stage is not part of the job's flow, so nothing is concluded from being there."""

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

    `waits_for` is empty or names what ItemShipped still needs.
    """

    say: tuple[PlannedSignal, ...] = ()
    withdraw: tuple[SignalType, ...] = ()
    waits_for: str = ""


def move(flow: Flow, source_key: str, target_key: str, reached: str = "") -> Move | Refusal:
    """What going from one stage to another is in this flow; a stage skipped is entered too.

    A job that is put on hold says nothing. From there it goes on from the stage it had `reached`;
    one that reached none was never on the floor.
    """
    if target_key == HOLD:
        return Move(kind=MoveKind.HELD, source=_held_from(flow, source_key), target=HOLD_STAGE)
    if source_key == HOLD and not reached:
        return _first_entry(flow, target_key)
    if source_key == HOLD:
        source_key = reached
    source, target = flow.position(source_key), flow.position(target_key)
    if source is None or target is None:
        strange = target_key if target is None else source_key
        return Refusal(why=f"stage {strange} is not part of the flow {flow.name}")
    here, there = flow.stages[source], flow.stages[target]
    if target <= source:
        undone = flow.stages[target + 1 : source + 1]
        return Move(kind=MoveKind.BACK, source=here, target=there, taken_back=undone)
    return Move(
        kind=MoveKind.SKIPPED if target - source > 1 else MoveKind.FORWARD,
        source=here,
        target=there,
        entered=_entered(flow, source + 1, target),
    )


def _held_from(flow: Flow, stage_key: str) -> Stage:
    position = flow.position(stage_key)
    return HOLD_STAGE if position is None else flow.stages[position]


def _first_entry(flow: Flow, target_key: str) -> Move | Refusal:
    """Out of hold for the first time: every stage up to the target is entered.

    But for the first one, which nobody skips: Hotfolder itself puts jobs there.
    """
    target = flow.position(target_key)
    if target is None:
        return Refusal(why=f"stage {target_key} is not part of the flow {flow.name}")
    return Move(
        kind=MoveKind.SKIPPED if target > 0 else MoveKind.FORWARD,
        source=HOLD_STAGE,
        target=flow.stages[target],
        entered=_entered(flow, 1, target),
    )


def _entered(flow: Flow, first: int, target: int) -> tuple[Stage, ...]:
    """The target, and before it the stages passed on the way that do not keep silent then."""
    passed = (stage for stage in flow.stages[first:target] if stage.skipped is not Skipped.LEAVE)
    return (*passed, flow.stages[target])


def consequences(
    step: Move, said: Collection[SignalType], shipped_fields: Mapping[str, str]
) -> Consequences:
    """What the move promises and takes back.

    `said` are the types already promised or sent for this job: they are not said twice. Fields of
    ItemShipped (tracking, shipping_option) that are not known yet make the job wait for them.
    """
    if step.kind is MoveKind.BACK:
        undone = tuple(stage.signal for stage in step.taken_back if stage.signal)
        return Consequences(withdraw=undone)
    say = []
    waits_for = ""
    for stage in step.entered:
        if stage.signal is None or stage.signal in said:
            continue
        fields = shipped_fields if stage.signal is SignalType.SHIPPED else {}
        waits_for = missing_for(stage.signal, fields)
        if not waits_for:
            inferred = stage is not step.target
            say.append(
                PlannedSignal(type=stage.signal, stage=stage, inferred=inferred, fields=fields)
            )
    return Consequences(say=tuple(say), waits_for=waits_for)


def missing_for(signal: SignalType, fields: Mapping[str, str]) -> str:
    """Which fields that ItemShipped requires are still empty, as words; empty when complete."""
    if signal is not SignalType.SHIPPED:
        return ""
    needed = ("tracking", "shipping_option")
    return " and ".join(name for name in needed if not fields.get(name, "").strip())
