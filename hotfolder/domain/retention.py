"""When the folder of a finished job leaves the floor."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


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
