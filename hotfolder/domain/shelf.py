"""The items of an order on their shelf: which are packed, which are missing and where."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from hotfolder.domain.flow import Flow
from hotfolder.domain.job import Job, JobState, newest
from hotfolder.domain.move import Consequences, Fields, missing_for
from hotfolder.domain.signal import SignalType

OTHER_ITEMS = "the other items"  # what ItemShipped of a job waits for


@dataclass(frozen=True, kw_only=True, slots=True)
class OnShelf:
    """The newest job of an item. `where`: the stage it is in, or how it stands."""

    job: Job
    packed: bool
    where: str

    @property
    def missing(self) -> bool:
        """Whether the order waits for it: what is canceled does not come any more."""
        return not self.packed and self.job.state is not JobState.CANCELED


def shelf_of(jobs: Iterable[Job], flows: Mapping[str, Flow]) -> list[OnShelf]:
    """Each item of an order, in the order in which they came."""
    return [
        OnShelf(job=job, packed=is_packed(job, flows.get(job.flow)), where=_where(job))
        for job in newest(jobs).values()
    ]


def is_packed(job: Job, flow: Flow | None) -> bool:
    """Whether a job stands in the stage that says ItemPacked, or further.

    In a flow without such a stage it is the one that says ItemShipped, else the last.
    """
    if job.state is JobState.DONE:
        return True
    if flow is None or job.state is not JobState.FLOOR or job.place is None:
        return False
    here = flow.position(job.place.stage)
    return here is not None and here >= _packing(flow)


def _packing(flow: Flow) -> int:
    for signal in (SignalType.PACKED, SignalType.SHIPPED):
        for position, stage in enumerate(flow.stages):
            if stage.signal is signal:
                return position
    return len(flow.stages) - 1


def _where(job: Job) -> str:
    if job.state is JobState.FLOOR and job.place is not None:
        return job.place.stage
    return job.state.value


def held_for_others(effects: Consequences, fields: Fields) -> Consequences:
    """What a move leads to when ItemShipped has to wait for the other items of the order.

    What is missing for it, such as tracking, is waited for first.
    """
    said = [one for one in effects.say if one.type is SignalType.SHIPPED]
    missing = missing_for(SignalType.SHIPPED, fields.get(SignalType.SHIPPED, {}))
    if not said and (missing or not effects.waits_for):
        return effects
    kept = tuple(one for one in effects.say if one not in said)
    return replace(effects, say=kept, waits_for=OTHER_ITEMS)
