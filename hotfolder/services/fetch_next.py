"""Which job's files are fetched next: each by one worker only."""

import threading
from collections.abc import Callable
from datetime import timedelta

from loguru import logger

from hotfolder.domain.job import Job
from hotfolder.errors import StopAsked
from hotfolder.services.fetch_files import fetch_files
from hotfolder.services.shop import Shop

AFTER_FAULT = timedelta(minutes=1)


class Fetching:
    """The jobs whose files are being fetched right now."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._jobs: set[int] = set()

    def begin(self, shop: Shop) -> Job | None:
        """A job that is due and that nobody else works on, or None."""
        with self._lock:
            due = shop.store.jobs.to_fetch(shop.clock.now(), len(self._jobs) + 1)
            job = next((job for job in due if job.id not in self._jobs), None)
            if job is not None:
                self._jobs.add(job.id)
            return job

    def is_busy(self, job_id: int) -> bool:
        """True while somebody works on this job."""
        with self._lock:
            return job_id in self._jobs

    def end(self, job: Job) -> None:
        """The worker is done with this job, well or not."""
        with self._lock:
            self._jobs.discard(job.id)


def fetch_next(shop: Shop, fetching: Fetching, go_on: Callable[[], None] = lambda: None) -> bool:
    """True when a job was worked on, so that more may wait; False when there is nothing to do.

    A fault of ours with one job is told and put off, so that it never blocks the others. `go_on` is
    called now and then while it lasts and may raise StopAsked, which leaves the job as it is.
    """
    job = fetching.begin(shop)
    if job is None:
        return False
    bound = logger.bind(order=job.order_id, item=job.item_id)
    bound.debug("its files are fetched, tried {} times before", job.attempts)
    try:
        fetch_files(shop, job, go_on)
    except StopAsked:
        raise
    except Exception as error:  # noqa: BLE001 (one bad job must not stop the others)
        logger.opt(exception=error).error("job {} could not be made ready", job.id)
        with shop.store.transaction():
            later = shop.clock.now() + AFTER_FAULT
            shop.store.jobs.try_again(job, later, f"a fault of Hotfolder: {error}")
    finally:
        fetching.end(job)
    return True
