"""An outage: signals wait while the receiver fails, and go out when it has recovered."""

import time

from scripts.benchmarks.sizes import Lines, Measured, Sizes
from scripts.benchmarks.stand import BenchError, Stand, wait_for

GATHER_SECONDS = 120.0
DRAIN_SECONDS = 120.0
LOOK_SECONDS = 0.02
# each job jumps over one stage, so that it has two signals to say, one after the other
JUMPS = {"new": "produced", "print": "packed"}


def recovery(stand: Stand, sizes: Sizes) -> Lines:
    """Seconds from the receiver's recovery to the arrival of the last waiting signal.

    The receiver recovers right after it has refused a probe, so the longest wait for the next
    probe is part of it.
    """
    jobs = stand.jobs(*JUMPS)[: sizes.jobs]
    wanted = 2 * len(jobs)
    stand.set_fault({"status": 503})
    for job in jobs:
        stand.move(job, JUMPS[job.stage])
    wait_for(lambda: _waiting(stand) == wanted, GATHER_SECONDS, f"{wanted} waiting signals")
    wait_for(lambda: failures(stand) >= sizes.probes, GATHER_SECONDS, "probes of the receiver")
    before = failures(stand)
    wait_for(lambda: failures(stand) > before, GATHER_SECONDS, "one more probe", LOOK_SECONDS)
    stand.arrivals.skip()
    began = time.time()
    stand.set_fault({})
    found = stand.arrivals.wait(wanted, DRAIN_SECONDS, LOOK_SECONDS)
    if len(found) != wanted:
        raise BenchError(f"{wanted} signals waited, {len(found)} arrived")
    first, last = found[0].at - began, found[-1].at - began
    notes = {"seconds until the next probe": first, "signals a second": wanted / (last - first)}
    return {"recovery": Measured(value=last, notes=notes)}


def _waiting(stand: Stand) -> int:
    return stand.count("SELECT count(*) FROM outbox WHERE state IN ('waiting', 'sending')")


def failures(stand: Stand) -> int:
    """How often the receiver has refused since it began to."""
    return stand.count("SELECT coalesce(max(failures), 0) FROM destination")
