"""What an answer of the signal server means, and when to try again.

Back-off belongs to the destination, not to the signal: while it fails one real signal goes out as
a probe, and the first success lets all others follow at once.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

PROBE_SECONDS = 1.0
LONG_OUTAGE = timedelta(minutes=10)
LONG_OUTAGE_SECONDS = 15.0
PAUSED_SECONDS = 60.0
FETCH_SECONDS = (2.0, 5.0, 15.0, 60.0, 300.0)


class Outcome(StrEnum):
    """What becomes of the signals of one POST."""

    ACCEPTED = "accepted"
    SPLIT = "split"
    PARK = "park"
    RETRY = "retry"
    PAUSE = "pause"


class Reach(StrEnum):
    """How a destination does."""

    OPEN = "open"
    FAILING = "failing"
    PAUSED = "paused"


@dataclass(frozen=True, kw_only=True, slots=True)
class Health:
    """Whether signals may go out. `since` is when it began to fail, `next_probe` the next try."""

    reach: Reach = Reach.OPEN
    since: datetime | None = None
    failures: int = 0
    next_probe: datetime | None = None
    words: str = ""


def outcome(status: int | None, signals: int) -> Outcome:
    """What an HTTP status means (CloudSignal API v2.0: only 200 is success).

    None is no answer: nothing is known, so it is sent again. A refused bundle is sent singly; a
    refused single is parked. A wrong key or address concerns the destination, not the signal.
    """
    if status == 200:
        return Outcome.ACCEPTED
    if status in (400, 413, 422):
        return Outcome.SPLIT if signals > 1 else Outcome.PARK
    if status in (401, 403, 404, 405, 410, 415):
        return Outcome.PAUSE
    return Outcome.RETRY


def after_success(health: Health) -> Health:
    """Open, whatever it was."""
    return health if health.reach is Reach.OPEN else Health()


def after_failure(
    health: Health, result: Outcome, words: str, now: datetime, dice: float
) -> Health:
    """Failing or paused, with the time of the next probe.

    Probes follow every second, every 15 s when it lasts longer than ten minutes, every minute while
    a person has to mend key or address. `dice` in 0..1 spreads them by a fifth.
    """
    since = health.since or now
    if result is Outcome.PAUSE:
        pause, reach = PAUSED_SECONDS, Reach.PAUSED
    else:
        reach = Reach.FAILING
        pause = PROBE_SECONDS
        if now - since >= LONG_OUTAGE:
            pause = LONG_OUTAGE_SECONDS
    wait = timedelta(seconds=pause * (0.8 + 0.2 * dice))
    return replace(
        health,
        reach=reach,
        since=since,
        failures=health.failures + 1,
        next_probe=now + wait,
        words=words,
    )


def may_send(health: Health, now: datetime) -> bool:
    """True when signals, or while it fails one probe, may go out now."""
    return health.reach is Reach.OPEN or health.next_probe is None or now >= health.next_probe


def next_fetch(attempts: int, now: datetime) -> datetime:
    """When to fetch the files of a job again after this many failed attempts."""
    return now + timedelta(seconds=FETCH_SECONDS[min(attempts, len(FETCH_SECONDS)) - 1])
