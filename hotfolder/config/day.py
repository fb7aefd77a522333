"""The section `day`, and what a flow may say about a day of its own."""

import re
from datetime import UTC, date, time, tzinfo
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field

from hotfolder.config.section import Section
from hotfolder.config.values import LocalPath
from hotfolder.domain.day import DayRule, OwnDay

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LEAP_YEAR = 2024
LOCAL_TIME = Path("/etc/localtime")


def _time(value: str) -> str:
    if not re.fullmatch(r"([01]?\d|2[0-3]):[0-5]\d", value.strip()):
        raise ValueError("must be a time such as 17:30, from 00:00 to 23:59")
    return value.strip().zfill(5)


def _zone(value: str) -> str:
    try:
        zone_named(value)
    except (KeyError, ValueError, OSError):
        raise ValueError(
            "is no time zone that this machine knows; write one such as Europe/Berlin"
        ) from None
    return value


def _weekday(value: Any) -> Any:
    short = str(value).strip().lower()[:3]
    if short not in WEEK:
        raise ValueError(f"must be one of {', '.join(WEEK)}")
    return short


def _holiday(value: str) -> str:
    text = value.strip()
    try:
        date.fromisoformat(text if len(text) > len("12-25") else f"{LEAP_YEAR}-{text}")
    except ValueError:
        raise ValueError("must be a date such as 2026-12-24, or 12-25 for every year") from None
    return text


DayTime = Annotated[str, AfterValidator(_time)]
Zone = Annotated[str, AfterValidator(_zone)]
Weekday = Annotated[str, BeforeValidator(_weekday)]
Holiday = Annotated[str, AfterValidator(_holiday)]


class Day(Section):
    time: DayTime | None = Field(
        None, description="When the day is closed, such as 17:30; null: by command only"
    )
    zone: Zone | None = Field(
        None, description="Time zone of it, such as Europe/Berlin; null: that of this machine"
    )
    working_days: tuple[Weekday, ...] = Field(
        WEEK[:5], description="Days of the week that are closed by the time, mon to sun"
    )
    holidays: tuple[Holiday, ...] = Field(
        (), description="Days that are not closed, such as 2026-12-24, or 12-25 for every year"
    )
    lists: LocalPath = Field(
        Path("days"), description="Folder for the lists of closed days, as PDF and CSV"
    )
    manifest: LocalPath | None = Field(
        None,
        description="Folder where the label program drops a manifest (reference and tracking code"
        " a line), which closes the day; null: none",
    )
    manifest_from: str = Field(
        "", description="Label program whose reply format a manifest has; empty: a plain CSV file"
    )

    def rule(self) -> DayRule:
        """The rule for the domain."""
        return DayRule(
            cutoff=None if self.time is None else time.fromisoformat(self.time),
            zone=machine_zone() if self.zone is None else zone_named(self.zone),
            working_days=_days(self.working_days),
            holidays=_dates(self.holidays),
            yearly=_yearly(self.holidays),
        )


class DayFile(Section):
    """The mapping `day` of a flow file: a flow that is closed by itself."""

    time: DayTime | None = Field(None, description="When the day of this flow is closed")
    zone: Zone | None = Field(None, description="Time zone of it")
    working_days: tuple[Weekday, ...] | None = Field(
        None, description="Days of the week that are closed by the time, mon to sun"
    )
    holidays: tuple[Holiday, ...] | None = Field(
        None, description="Days that are not closed, instead of those of the shop"
    )

    def own_day(self) -> OwnDay | None:
        """The changes for the domain; None when nothing is said here."""
        if not self.model_fields_set:
            return None
        return OwnDay(
            cutoff=None if self.time is None else time.fromisoformat(self.time),
            zone=None if self.zone is None else zone_named(self.zone),
            working_days=None if self.working_days is None else _days(self.working_days),
            holidays=None if self.holidays is None else _dates(self.holidays),
            yearly=None if self.holidays is None else _yearly(self.holidays),
        )


def zone_named(name: str) -> tzinfo:
    """The zone. Raises KeyError, ValueError or OSError for a name that is none here."""
    return UTC if name == "UTC" else ZoneInfo(name)


def machine_zone() -> tzinfo:
    """The zone that this machine is set to, or UTC when that can not be told."""
    try:
        _, found, name = str(LOCAL_TIME.resolve()).rpartition("/zoneinfo/")
        return zone_named(name) if found else UTC
    except (KeyError, ValueError, OSError):
        return UTC


def _days(names: tuple[str, ...]) -> frozenset[int]:
    return frozenset(WEEK.index(name) for name in names)


def _dates(holidays: tuple[str, ...]) -> frozenset[date]:
    return frozenset(date.fromisoformat(one) for one in holidays if len(one) > len("12-25"))


def _yearly(holidays: tuple[str, ...]) -> frozenset[tuple[int, int]]:
    short = (one.split("-") for one in holidays if len(one) == len("12-25"))
    return frozenset((int(month), int(day)) for month, day in short)
