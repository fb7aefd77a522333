"""How a job stands after a move."""

from hotfolder.domain.flow import StageKind
from hotfolder.domain.job import END_OF_DAY, PUT_ON_HOLD, Job, JobState, Standing
from hotfolder.domain.move import Consequences, Fields, Move, MoveKind
from hotfolder.domain.reprint import MadeAgain
from hotfolder.domain.signal import SignalType

STATES = {
    MoveKind.HELD: JobState.HELD,
    MoveKind.DELAYED: JobState.DELAYED,
    MoveKind.CANCELED: JobState.CANCELED,
    MoveKind.ARCHIVED: JobState.DONE,
}


def standing_after(
    job: Job, step: Move, fields: Fields, effects: Consequences, again: MadeAgain
) -> Standing:
    """The state with its reason, the last stage of its flow, and what it waits for."""
    is_work = step.target.kind is StageKind.WORK
    said = {planned.type.value for planned in effects.say}
    return Standing(
        state=STATES.get(step.kind, JobState.FLOOR),
        reached=step.target.key if is_work else job.reached,
        reason=_reason(step, fields),
        waits_for=_waits_for(job, step, effects),
        say_again=(job.say_again | {kind.value for kind in again.say_again}) - said,
    )


def _reason(step: Move, fields: Fields) -> str:
    match step.kind:
        case MoveKind.HELD:
            return PUT_ON_HOLD
        case MoveKind.DELAYED:
            told = fields[SignalType.DELAY]
            return f"{told['delay']} hours: {told['cause']}"
        case MoveKind.CANCELED:
            return step.target.cause
        case _:
            return ""


def _waits_for(job: Job, step: Move, effects: Consequences) -> str:
    """What ItemShipped still needs: a job that goes on without it keeps waiting for it.

    Who clears the shipping stage into the archive before the day is closed takes nothing back.
    """
    archived = step.kind is MoveKind.ARCHIVED and effects.waits_for != END_OF_DAY
    ended = step.kind is MoveKind.CANCELED or archived
    if ended or SignalType.SHIPPED in effects.withdraw:
        return ""
    return effects.waits_for or job.waits_for
