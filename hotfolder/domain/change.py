"""Whether other content can become a known order, and what that means for each of its jobs.

Only what nobody works on yet can change: afterwards paper is printed and signals are said.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from hotfolder.domain.job import Job, JobState
from hotfolder.domain.signal import REGISTRATIONS, SignalType
from hotfolder.errors import Problem


@dataclass(frozen=True, kw_only=True, slots=True)
class JobFacts:
    """What is known of a job when other content of its order is looked at.

    `said` are the types of signals that stand for it, `unheard` those of them that were never
    sent. `first_stage` is of its flow. `folder` says where its folder still lies
    or why nobody knows; empty when it is surely on no stage.
    """

    job: Job
    said: Collection[SignalType]
    unheard: Collection[SignalType]
    first_stage: str
    folder: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What taking other content means: new items, jobs made anew, jobs taken off, jobs left alone.

    Nothing of it may be done while there are `problems`.
    """

    added: tuple[str, ...] = ()
    anew: tuple[Job, ...] = ()
    off: tuple[Job, ...] = ()
    alone: tuple[Job, ...] = ()
    problems: tuple[Problem, ...] = ()


def plan_change(
    old: Mapping[str, str], new: Mapping[str, str], facts: Collection[JobFacts]
) -> Plan:
    """The plan for an order whose items go from `old` to `new`: by item id, what it is made by.

    A canceled item stays canceled, whatever the new content says about it. An item of neither, or
    one that comes back, has an old job that is none of these.
    """
    alone: list[Job] = []
    anew: list[Job] = []
    off: list[Job] = []
    problems: list[Problem] = []
    canceled = {one.job.item_id for one in facts if SignalType.CANCELED in one.said}
    added = tuple(item for item in new if item not in old and item not in canceled)
    for one in facts:
        item = one.job.item_id
        found = _begun(one)
        if one.job.state is JobState.CANCELED or SignalType.CANCELED in one.said:
            if item in new and item not in added:
                alone.append(one.job)
        elif found:
            problems.append(found)
        elif item in new and old.get(item) == new[item]:
            alone.append(one.job)
        elif found := _in_the_way(one, gone=item not in new):
            problems.append(found)
        else:
            (anew if item in new else off).append(one.job)
    return Plan(
        added=added,
        anew=tuple(anew),
        off=tuple(off),
        alone=tuple(alone),
        problems=tuple(problems),
    )


def _begun(one: JobFacts) -> Problem | None:
    """Why nothing of this order can change any more."""
    job = one.job
    where = f"item {job.item_id}"
    hint = "keep the first document with --keep, and settle the change with Cloudprinter"
    stage = job.place.stage if job.place else job.reached
    if job.reached not in ("", one.first_stage):
        return Problem(where, f"is in production already: it is in stage {stage}", hint)
    more = sorted(kind.value for kind in one.said if kind not in REGISTRATIONS)
    if more:
        return Problem(where, f"{' and '.join(more)} stands for it already", hint)
    return None


def _in_the_way(one: JobFacts, *, gone: bool) -> Problem | None:
    """Why this job can not change as it stands now, and what to do about it."""
    where = f"item {one.job.item_id}"
    if one.folder:
        what = f"its job folder was made from the first document and {one.folder}"
        hint = "see that nobody works on it, take it off the floor (out of all stage folders)"
        return Problem(where, what, f"{hint}, then decide again")
    heard = [kind for kind in one.said if kind not in one.unheard]
    if gone and heard:
        what = "is not in the new document, but Cloudprinter was told that it is registered"
        return Problem(where, what, "cancel the item first (hotfolder cancel), then decide again")
    return None
