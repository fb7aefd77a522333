"""What runs when. APScheduler only wakes: what is due is a column in the store."""

from collections.abc import Callable, Mapping

from apscheduler.schedulers.background import BackgroundScheduler


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
            self._scheduler.add_job(call, "interval", seconds=seconds, id=name)

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        self._scheduler.shutdown(wait=True)
