"""When the folder of a finished job leaves the floor, and what the journal says of its way."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

PUT_AWAY = "job put away"  # its folder left the floor for the spool
ARCHIVED = "job archived"  # a checked copy lies in the archive


class ArchiveForm(StrEnum):
    """What becomes of a job folder in the archive."""

    ZIP = "zip"
    FOLDER = "folder"


@dataclass(frozen=True, kw_only=True, slots=True)
class Keep:
    """How long the folder of a finished job stays on the floor; None: for ever."""

    after: timedelta | None
    form: ArchiveForm = ArchiveForm.ZIP


def month_of(at: datetime) -> str:
    """The folder of the archive for what was finished then, such as 2026-03."""
    return f"{at:%Y-%m}"
