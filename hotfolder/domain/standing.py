"""How an order stands, told from its jobs."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from hotfolder.domain.flow import Flow
from hotfolder.domain.job import Job, JobState

ONE_DAY = timedelta(days=1)
DATE_LENGTH = len("2026-03-02")


def standing(job: Job) -> str:
    """One word: the stage of a job on the floor, otherwise its state."""
    return job.place.stage if job.state is JobState.FLOOR and job.place else job.state.value


def is_finished(job: Job, flow: Flow | None) -> bool:
    """True when nothing more has to be done: put away, or in the last stage without a wait."""
    if job.state in (JobState.CANCELED, JobState.DONE):
        return True
    if flow is None or job.state is not JobState.FLOOR or job.place is None:
        return False
    return job.place.stage == flow.stages[-1].key and not job.waits_for


def counted(jobs: Iterable[Job], stages: Sequence[str]) -> dict[str, int]:
    """How many jobs stand how: those not on the floor first, then by stage in their order."""
    found = Counter(standing(job) for job in jobs)
    known = [*JobState, *stages]
    names = [*(name for name in known if name in found), *sorted(found.keys() - set(known))]
    return {str(name): found[name] for name in dict.fromkeys(names)}


def is_late(ship_by: str, now: datetime, *, signal_is_late: bool, done: bool) -> bool:
    """True for an order with a signal past its deadline, or that should have been shipped."""
    return signal_is_late or (not done and ship_by_passed(ship_by, now))


def ship_by_passed(ship_by: str, now: datetime) -> bool:
    """True when the text is a date that is over; dates of orders are UTC and may have no time."""
    try:
        until = datetime.fromisoformat(ship_by)
    except ValueError:
        return False
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    if len(ship_by) <= DATE_LENGTH:
        until += ONE_DAY
    return until < now
