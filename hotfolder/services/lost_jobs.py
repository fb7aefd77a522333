"""Jobs whose flow or stage is not configured any more: shown, never dropped.

They go on when it is back; out of a stage that is no more they can be dragged on as well.
"""

from collections.abc import Callable

from hotfolder.domain.job import Job, JobState
from hotfolder.domain.standing import is_finished
from hotfolder.services.shop import Shop
from hotfolder.store.notes import Note

LOST = "not configured"  # kind of the notes


def lost_jobs(shop: Shop) -> list[tuple[Job, str]]:
    """Jobs that are not finished, and why they do not go on, in words."""
    flows = [flow.name for flow in shop.flows]
    return [(job, why_lost(shop, job)) for job in shop.store.jobs.lost(flows, shop.floor.stages)]


def why_lost(shop: Shop, job: Job) -> str:
    """Words for a job whose flow or stage is not configured any more; empty for all others."""
    if shop.flow(job.flow) is None:
        return f"its flow {job.flow} is not configured any more: it waits until that is back"
    if job.place and job.place.stage not in shop.floor.stages:
        return (
            f"its stage {job.place.stage} is not configured any more: drag its folder to another"
            " stage of its flow, or bring that one back"
        )
    return ""


def finished(shop: Shop) -> Callable[[Job], bool]:
    """Tells which jobs are finished; of those that left by a way that is no more as well."""
    lost = {job.id for job, _ in lost_jobs(shop)}

    def is_done(job: Job) -> bool:
        if is_finished(job, shop.flow(job.flow)):
            return True
        return job.state is JobState.FLOOR and bool(why_lost(shop, job)) and job.id not in lost

    return is_done


def note_lost(shop: Shop) -> bool:
    """Keep a note for each flow and stage that jobs miss. False when none is missed."""
    counts: dict[str, int] = {}
    for job, _ in lost_jobs(shop):
        no_flow = shop.flow(job.flow) is None
        stage = job.place.stage if job.place else ""
        missed = f"flow {job.flow}" if no_flow else f"stage {stage}"
        counts[missed] = counts.get(missed, 0) + 1
    now = shop.clock.now()
    with shop.store.transaction():
        for note in shop.store.notes.all():
            if note.kind == LOST and note.name not in counts:
                shop.store.notes.remove(note.stage, note.name, LOST)
        for name, count in counts.items():
            words = f"is not configured any more; unfinished jobs that need it: {count}"
            note = Note(stage="", name=name, kind=LOST, since=now, words=words)
            shop.store.notes.add(note)
    return bool(counts)
