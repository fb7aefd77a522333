"""What runs when. APScheduler only wakes: what is due is a column in the store."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger


class Again(BaseTrigger):  # type: ignore[misc]  # APScheduler has no types
    """Always so many seconds from now.

    APScheduler's own interval lists every run that was missed, one by one: a clock that is set from
    1970 to now would take all memory.
    """

    def __init__(self, seconds: float) -> None:
        self._pause = timedelta(seconds=seconds)

    def get_next_fire_time(self, _previous: datetime | None, now: datetime) -> datetime:
        return now + self._pause


class Timers:
    """Repeats short calls that wake others. None of them may wait, send or fetch."""

    def __init__(self, calls: Mapping[str, tuple[float, Callable[[], None]]]) -> None:
        """`calls`: by name, seconds between two calls and what to call."""
        self._scheduler = BackgroundScheduler(
            timezone="UTC",
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
            executors={"default": {"type": "threadpool", "max_workers": 1}},
        )
        for name, (seconds, call) in calls.items():
            self._scheduler.add_job(call, Again(seconds), id=name)

    def start(self) -> None:
        self._scheduler.start()

    def begin_anew(self) -> None:
        """The clock was set: the next calls are due now, not when the old time comes again."""
        for job in self._scheduler.get_jobs():
            job.modify(next_run_time=datetime.now(UTC))

    def stop(self) -> None:
        self._scheduler.shutdown(wait=True)
