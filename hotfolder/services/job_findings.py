"""What was found in the files of jobs, as the journal has it from when they went to the floor."""

from collections.abc import Iterable, Sequence

from hotfolder.domain.action import Action
from hotfolder.domain.finding import Level
from hotfolder.domain.job import Job, JobState
from hotfolder.services.shop import Shop
from hotfolder.store.journal import Line

LOOKED_INTO = (Action.JOB_RELEASED, Action.JOB_HELD)


def last_findings(journal: Sequence[Line], item_id: str) -> list[dict[str, str]]:
    """Level and words of each finding in the files that an item was last released or held with."""
    told: Iterable[str] = ()
    for line in journal:
        if line.item_id == item_id and line.action in LOOKED_INTO:
            told = line.detail.get("findings", ())
    parts = (words.partition(": ") for words in told)
    return [{"level": level, "words": words.strip()} for level, _, words in parts]


def jobs_with_warnings(shop: Shop) -> list[tuple[Job, list[str]]]:
    """Jobs on the floor that are not in their last stage yet, with what somebody should look at."""
    on_the_way = {stage.key for flow in shop.flows for stage in flow.stages[:-1]}
    found = []
    for stage in on_the_way:
        for job in shop.store.jobs.in_stage(stage).values():
            flow = shop.flow(job.flow)
            is_last = flow is not None and flow.stages[-1].key == stage
            made = is_last or job.state is not JobState.FLOOR
            warnings = [] if made else _warnings(shop, job)
            if warnings:
                found.append((job, warnings))
    return sorted(found, key=lambda one: (not one[0].reorder, one[0].id))


def _warnings(shop: Shop, job: Job) -> list[str]:
    findings = last_findings(shop.store.journal.of_order(job.order_id), job.item_id)
    return [one["words"] for one in findings if one["level"] == Level.WARN]
