"""The list of a day: what was said of which parcel, and what is left and why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from enum import StrEnum

from hotfolder.domain.day import DayRule
from hotfolder.domain.flow import Flow
from hotfolder.domain.job import END_OF_DAY, Job, JobState
from hotfolder.domain.signal import REQUIRED, SignalType

SHOP = ""  # the calendar of all flows without a day of their own
DATE_LENGTH = len("2026-03-02")


class ClosedBy(StrEnum):
    """Who closed a day."""

    TIMER = "timer"
    COMMAND = "command"
    MANIFEST = "manifest"


class Said(StrEnum):
    """When ItemShipped of a line was promised: by the close, or at once before it; or not."""

    CLOSE = "close"
    BEFORE = "before"
    NOT = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class DayLine:
    """One item on the list. `words` say why it is left, or what is odd about its ItemShipped."""

    job_id: int
    order_id: str
    item_id: str
    said: Said = Said.NOT
    tracking: str = ""
    shipping_option: str = ""
    stage: str = ""
    words: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class DayList:
    """A day of a calendar (SHOP, or the name of a flow) with its lines.

    `times` counts how often it was closed; `missed` are days before it that nobody closed.
    `closed_at` of a preview is None; `after` is the day that is closed already when it looks ahead.
    """

    calendar: str
    day: date
    closed_at: datetime | None = None
    by: ClosedBy = ClosedBy.COMMAND
    late: bool = False
    missed: tuple[date, ...] = ()
    times: int = 1
    reopened_at: datetime | None = None
    after: date | None = None
    lines: tuple[DayLine, ...] = ()

    @property
    def shipped(self) -> list[DayLine]:
        """The lines of which ItemShipped is, or was, promised."""
        return [line for line in self.lines if line.said is not Said.NOT]

    @property
    def left(self) -> list[DayLine]:
        """The lines that stay, each with its words."""
        return [line for line in self.lines if line.said is Said.NOT]


@dataclass(frozen=True, kw_only=True, slots=True)
class DaySheet:
    """A day as it is written down: of which shop, and in which zone its times are told."""

    shop: str
    day: DayList
    zone: tzinfo


@dataclass(frozen=True, kw_only=True, slots=True)
class ParcelLine:
    """A parcel and the lines of the items in it, of one order."""

    tracking: str
    order_id: str
    lines: tuple[DayLine, ...]


def calendar_of(flow: Flow) -> str:
    """The calendar by which a flow closes its days."""
    return flow.name if flow.day else SHOP


def calendars(shop: DayRule, flows: Iterable[Flow]) -> dict[str, DayRule]:
    """The rules by which this shop closes its days, by calendar; that of the shop comes first."""
    own = {flow.name: flow.day.over(shop) for flow in flows if flow.day}
    return {SHOP: shop, **own}


def by_carrier(lines: Iterable[DayLine]) -> Mapping[str, Sequence[ParcelLine]]:
    """The parcels by shipping option, both sorted; items of an order with one code are a parcel."""
    found: dict[str, dict[tuple[str, str], list[DayLine]]] = {}
    for line in lines:
        parcels = found.setdefault(line.shipping_option, {})
        parcels.setdefault((line.tracking, line.order_id), []).append(line)
    return {
        option: [
            ParcelLine(tracking=tracking, order_id=order, lines=tuple(inside))
            for (tracking, order), inside in sorted(parcels.items())
        ]
        for option, parcels in sorted(found.items())
    }


def may_ship(job: Job, flow: Flow | None) -> bool:
    """Whether a job that waits for the end of the day says ItemShipped when it is closed now."""
    return (
        flow is not None
        and job.waits_for == END_OF_DAY
        and job.state in (JobState.FLOOR, JobState.DONE)
    )


def is_of_the_day(job: Job, flow: Flow | None, *, due: bool, order_ships: bool) -> bool:
    """Whether a job that says no ItemShipped with this close is left over from this day.

    It is when it waits in its shipping stage or is packed already, when its order is `due` by this
    day, or when others of its order ship today or wait for it (`order_ships`). Other work in
    progress is not.
    """
    if due or order_ships or job.waits_for:
        return True
    return job.state is JobState.FLOOR and _is_packed(job, flow)


def why_left(job: Job, flow: Flow | None) -> str:
    """Why a job says no ItemShipped with this close, in words."""
    reason = f": {job.reason}" if job.reason else ""
    match job.state:
        case JobState.WAITING:
            return f"not made: waits for its files{reason}"
        case JobState.HELD | JobState.DELAYED | JobState.CANCELED:
            return f"{job.state.value}{reason}"
        case _:
            return _why_on_floor(job, flow)


def _why_on_floor(job: Job, flow: Flow | None) -> str:
    if flow is None:
        return f"its flow {job.flow} is not configured any more"
    if job.waits_for == END_OF_DAY:
        return "came too late for this close"
    if job.waits_for:
        is_field = job.waits_for.startswith(REQUIRED[SignalType.SHIPPED])
        return f"{'no' if is_field else 'waits for'} {job.waits_for}"
    if _is_packed(job, flow):
        return f"packed, but not in {_shipping_stage(flow)}"
    return f"not packed: in {job.place.stage}" if job.place else "not packed"


def is_due_by(ship_by: str, day: date) -> bool:
    """Whether an order should have left the house on this day or before, as its text says."""
    try:
        return date.fromisoformat(ship_by[:DATE_LENGTH]) <= day
    except ValueError:
        return False


def _is_packed(job: Job, flow: Flow | None) -> bool:
    """Whether the job stands in the stage of ItemPacked or after it, before its shipping stage."""
    if flow is None or job.place is None:
        return False
    position = flow.position(job.place.stage)
    packed = _position(flow, SignalType.PACKED)
    return position is not None and packed is not None and position >= packed


def _shipping_stage(flow: Flow) -> str:
    position = _position(flow, SignalType.SHIPPED)
    return "a shipping stage" if position is None else flow.stages[position].key


def _position(flow: Flow, signal: SignalType) -> int | None:
    return next((at for at, one in enumerate(flow.stages) if one.signal is signal), None)
