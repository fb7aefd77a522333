"""By when a signal should have arrived, and when to say that it is getting late."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from hotfolder.domain.signal import REGISTRATIONS, SignalType

# How to integrate: ItemRegistered within 15 minutes of receiving the order. The others "shortly
# after the event": an hour is ours.
REGISTERED_WITHIN = timedelta(minutes=15)
SIGNALED_WITHIN = timedelta(hours=1)
WARNED_AT = (0.5, 0.75, 1.0)


def deadline(kind: SignalType, at: datetime, limits: Mapping[SignalType, timedelta]) -> datetime:
    """By when a signal of something that happened at `at` should have arrived."""
    usual = REGISTERED_WITHIN if kind in REGISTRATIONS else SIGNALED_WITHIN
    return at + limits.get(kind, usual)


def warnings_due(at: datetime, until: datetime, now: datetime) -> int:
    """How many warnings should have been given by now."""
    return sum(at + (until - at) * share <= now for share in WARNED_AT)


def warning_time(at: datetime, until: datetime, warned: int) -> datetime | None:
    """When to warn next, after so many warnings: at half, at three quarters, when it is broken."""
    if warned >= len(WARNED_AT):
        return None
    return at + (until - at) * WARNED_AT[warned]
