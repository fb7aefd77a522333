"""When to try again: signals by the health of their destination, files by job.

Back-off belongs to the destination, not to the signal: while it fails one real signal goes out as
a probe, and the first success lets all others follow at once.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from hotfolder.domain.answer import Answer, Blame, Judgement
from hotfolder.errors import FetchKind

PROBE_SECONDS = (0.0, 1.0, 2.0)
OUTAGE = timedelta(minutes=1)
OUTAGE_SECONDS = 5.0
LONG_OUTAGE = timedelta(minutes=10)
LONG_OUTAGE_SECONDS = 15.0
PAUSED_SECONDS = 60.0
LONGEST_WAIT_ASKED = 3600.0
SIGNAL_SECONDS = (1.0, 2.0, 5.0, 10.0, 15.0)
STUBBORN_TRIES = 20
STUBBORN_SECONDS = 60.0
GIVEN_UP_AFTER = timedelta(days=7)
# Servers and lines come back, disks are emptied; what is wrong with the address or the file stays.
DEFINITE = (
    FetchKind.BAD_ADDRESS,
    FetchKind.ADDRESS_REFUSED,
    FetchKind.REFUSED,
    FetchKind.EXPIRED,
    FetchKind.MISSING,
    FetchKind.NOT_GIVEN,
    FetchKind.REDIRECTED,
    FetchKind.WEB_PAGE,
    FetchKind.ENDLESS,
    FetchKind.TOO_LARGE,
    FetchKind.MISMATCH,
)
# These may pass, so a person is asked as well, but not so soon.
LINGERING = (FetchKind.TRUNCATED, FetchKind.TOO_SLOW, FetchKind.NOT_TRUSTED)
# The shop's own disk and order of turns: told elsewhere, and nothing to decide about a job.
OURS = (FetchKind.NO_SPACE, FetchKind.NOT_WRITTEN, FetchKind.BUSY)
FETCH_SECONDS = (2.0, 5.0, 15.0, 60.0, 300.0)
LINGERING_SECONDS = (2.0, 60.0, 300.0, 900.0)


class Reach(StrEnum):
    """How a destination does. Paused: a person has to mend key or address."""

    OPEN = "open"
    PROBING = "probing"
    PAUSED = "paused"


@dataclass(frozen=True, kw_only=True, slots=True)
class Health:
    """Whether signals may go out. `since` is when it began to fail, `next_probe` the next try."""

    reach: Reach = Reach.OPEN
    since: datetime | None = None
    failures: int = 0
    probes: int = 0
    next_probe: datetime | None = None
    words: str = ""


def after_success(health: Health) -> Health:
    """Open, whatever it was."""
    return health if health.reach is Reach.OPEN else Health()


def after_failure(
    health: Health, judgement: Judgement, answer: Answer, now: datetime, dice: float
) -> Health:
    """Probing or paused, with the time of the next probe.

    Probes follow at once, after 1 s, then every 2 s, every 5 s when it lasts longer than a minute
    and every 15 s longer than ten; every minute while a person has to mend key or address; later
    when the server asks for it, but never later than an hour. `dice` in 0..1 takes off up to a
    fifth, so that shops do not come all at once.
    """
    since = health.since or now
    words = f"{judgement.diagnosis} ({answer.words})" if answer.words else judgement.diagnosis
    paused = judgement.blame is Blame.SETUP
    pause = PAUSED_SECONDS if paused else _probe_pause(health, now - since)
    pause *= 1 - 0.2 * dice
    if answer.retry_after is not None:
        pause = max(pause, min(answer.retry_after, LONGEST_WAIT_ASKED))
    return replace(
        health,
        reach=Reach.PAUSED if paused else Reach.PROBING,
        since=since,
        failures=health.failures + 1,
        probes=health.probes + (health.reach is not Reach.OPEN),
        next_probe=now + timedelta(seconds=pause),
        words=words,
    )


def _probe_pause(health: Health, lasted: timedelta) -> float:
    if lasted >= LONG_OUTAGE:
        return LONG_OUTAGE_SECONDS
    if lasted >= OUTAGE:
        return OUTAGE_SECONDS
    return PROBE_SECONDS[min(health.failures, len(PROBE_SECONDS) - 1)]


def may_send(health: Health, now: datetime) -> bool:
    """True when signals, or while it fails one probe, may go out now."""
    return health.reach is Reach.OPEN or health.next_probe is None or now >= health.next_probe


def next_signal_try(judgement: Judgement, attempts: int, now: datetime) -> datetime:
    """When a signal that was not accepted may be tried again after so many attempts.

    At once where the way is to blame: the destination's health holds it back. Where the signal may
    be to blame others go first, so that one bad signal never closes the way for all.
    """
    if judgement.blame is not Blame.SIGNAL:
        return now
    pause = SIGNAL_SECONDS[min(attempts, len(SIGNAL_SECONDS)) - 1]
    if attempts > STUBBORN_TRIES:
        pause = STUBBORN_SECONDS
    return now + timedelta(seconds=pause)


def is_given_up(happened_at: datetime, now: datetime) -> bool:
    """True when a signal is so old that only a person should decide about it (7 days)."""
    return now - happened_at >= GIVEN_UP_AFTER


def next_fetch(attempts: int, now: datetime, kind: FetchKind | None = None) -> datetime:
    """When to fetch the files of a job again after this many failed attempts.

    `kind` is what the last one failed of.
    """
    pauses = LINGERING_SECONDS if kind in LINGERING else FETCH_SECONDS
    return now + timedelta(seconds=pauses[min(attempts, len(pauses)) - 1])


def is_definite(kind: FetchKind) -> bool:
    """True when more tries to fetch will hardly help, so that after a few a person is asked."""
    return kind in DEFINITE or kind in LINGERING


def is_ours(kind: FetchKind) -> bool:
    """True when neither the order nor its file server is to blame."""
    return kind in OURS
