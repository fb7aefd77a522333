"""When the next backup is due, and which ones may go. Their names tell when they were made."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

_NAME = re.compile(r"hotfolder-(\d{8}T\d{6})Z\.sqlite")
_TIME = "%Y%m%dT%H%M%S"


def backup_name(at: datetime) -> str:
    """The name of a backup that is made at this time."""
    return f"hotfolder-{at.astimezone(UTC):{_TIME}}Z.sqlite"


def made_at(name: str) -> datetime | None:
    """When the backup of this name was made; None for any other file."""
    found = _NAME.fullmatch(name)
    try:
        return datetime.strptime(found[1], _TIME).replace(tzinfo=UTC) if found else None
    except ValueError:
        return None


def last_made(names: Iterable[str], now: datetime) -> datetime | None:
    """When the newest backup up to now was made.

    What seems to come from the future, as the clock was set back, does not count: better one more.
    """
    times = [made for made in map(made_at, names) if made is not None and made <= now]
    return max(times, default=None)


def is_due(last: datetime | None, now: datetime, every: timedelta) -> bool:
    """True when the last backup is older than that, or there is none; never for no time at all."""
    return bool(every) and (last is None or now - last >= every)


def to_remove(names: Iterable[str], newest: str, keep: int) -> list[str]:
    """Which backups may go so that `keep` are left; never the one that was just made."""
    others = sorted(name for name in names if made_at(name) is not None and name != newest)
    return others[: max(0, len(others) - (keep - 1))]
