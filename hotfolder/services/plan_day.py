"""What closing a day would do now: who says ItemShipped, who stays and why. Changes nothing."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from hotfolder.domain.day import DayRule
from hotfolder.domain.day_list import (
    SHOP,
    DayLine,
    Said,
    calendar_of,
    calendars,
    is_due_by,
    is_of_the_day,
    may_ship,
    why_left,
)
from hotfolder.domain.job import END_OF_DAY, Job, Mode
from hotfolder.domain.label import ParcelState
from hotfolder.domain.shelf import OTHER_ITEMS
from hotfolder.domain.standing import is_finished
from hotfolder.errors import NotPossible
from hotfolder.services.parcel import Parcel, parcel_of
from hotfolder.services.shelf import still_waits
from hotfolder.services.shop import Shop
from hotfolder.store.due_signals import signal_of
from hotfolder.store.signal_state import SignalState

PARKED = "its ItemShipped waits for a person"


@dataclass(frozen=True, kw_only=True, slots=True)
class DayPlan:
    """Of a day: the parcels of the jobs that ship now, by job; and the lines of all the others.

    `before` are lines of what was said at once since the last close.
    """

    parcels: Mapping[Job, Parcel]
    before: tuple[DayLine, ...]
    left: tuple[DayLine, ...]

    def lines(self) -> tuple[DayLine, ...]:
        """All lines, as a preview shows them."""
        now = [shipped_line(job, parcel) for job, parcel in self.parcels.items()]
        return (*self.before, *now, *self.left)


def rule_of(shop: Shop, calendar: str) -> DayRule:
    """The rule of a calendar. Raises NotPossible for a flow that has no day of its own."""
    found = calendars(shop.day, shop.flows).get(calendar)
    if found is None:
        what = "has no day of its own: it is closed with the shop" if shop.flow(calendar) else ""
        raise NotPossible(f"flow {calendar} {what or 'is not configured'}")
    return found


def plan_day(shop: Shop, calendar: str, day: date) -> DayPlan:
    """The plan for this day. Reads the folders of the jobs that ship: their tracking counts."""
    ready = [job for job in shop.store.jobs.waiting_for_day() if _is_of(shop, job, calendar)]
    ships = {
        job: _parcel(shop, job)
        for job in ready
        if may_ship(job, shop.flow(job.flow)) and not still_waits(shop, job)
    }
    before = tuple(_said_before(shop, calendar, day))
    left = _left(shop, calendar, day, ships.keys(), before)
    return DayPlan(parcels=ships, before=before, left=tuple(left))


def shipped_line(job: Job, parcel: Parcel, words: str = "") -> DayLine:
    """The line of a job that says ItemShipped with the close."""
    return DayLine(
        job_id=job.id,
        order_id=job.order_id,
        item_id=job.item_id,
        said=Said.CLOSE,
        tracking=parcel.tracking,
        shipping_option=parcel.shipping_option,
        stage=job.place.stage if job.place else "",
        words=_marked(job, words),
    )


def left_line(shop: Shop, job: Job) -> DayLine:
    """The line of a job that stays, with why."""
    flow = shop.flow(job.flow)
    if job.waits_for == END_OF_DAY and still_waits(shop, job):  # others were taken back just now
        job = replace(job, waits_for=OTHER_ITEMS)
    words = why_left(job, flow)
    parcel = None if job.tracking else shop.store.parcels.of_job(job)
    if parcel and parcel.state is ParcelState.HELD and job.waits_for:
        words = f"{words}: its label is held, see hotfolder labels"
    return DayLine(
        job_id=job.id,
        order_id=job.order_id,
        item_id=job.item_id,
        tracking=job.tracking,
        shipping_option=job.shipping_option,
        stage=job.place.stage if job.place else "",
        words=_marked(job, words),
    )


def _marked(job: Job, words: str) -> str:
    """Tests must not be taken for parcels that leave the house."""
    if job.mode is not Mode.TEST:
        return words
    return f"TEST: {words}" if words else "TEST"


def _is_of(shop: Shop, job: Job, calendar: str) -> bool:
    """Jobs whose flow is gone are told with those of the shop."""
    flow = shop.flow(job.flow)
    return (calendar_of(flow) if flow else SHOP) == calendar


def _parcel(shop: Shop, job: Job) -> Parcel:
    """The parcel as its folder tells it now; what is kept already where that is no help."""
    kept = Parcel(tracking=job.tracking, shipping_option=job.shipping_option)
    if job.place is None or job.place.stage not in shop.floor.stages:
        return kept
    found = parcel_of(shop, job, job.place)
    return found if all(found.fields().values()) else kept


def _said_before(shop: Shop, calendar: str, day: date) -> Iterator[DayLine]:
    for row in shop.store.days.shipped_since(_since(shop, calendar, day)):
        job = shop.store.jobs.get(row["job_id"])
        if job is not None and _is_of(shop, job, calendar):
            fields = signal_of(row).fields
            parcel = Parcel(tracking=fields["tracking"], shipping_option=fields["shipping_option"])
            words = PARKED if row["state"] == SignalState.PARKED else ""
            yield replace(shipped_line(job, parcel, words), said=Said.BEFORE)


def _left(
    shop: Shop, calendar: str, day: date, ships: Collection[Job], before: Iterable[DayLine]
) -> Iterator[DayLine]:
    closed = shop.store.days.get(calendar, day)
    told = [*before, *(closed.shipped if closed else ())]
    orders = {job.order_id for job in ships} | {line.order_id for line in told}
    orders |= {
        job.order_id
        for job in shop.store.jobs.waiting_for_input()
        if job.waits_for in (END_OF_DAY, OTHER_ITEMS) and still_waits(shop, job)
    }
    due = {order for order, text in shop.store.days.ship_by(day).items() if is_due_by(text, day)}
    for job in _candidates(shop, calendar, day):
        belongs = is_of_the_day(
            job,
            shop.flow(job.flow),
            due=job.order_id in due,
            order_ships=job.order_id in orders,
        )
        if job not in ships and belongs and _is_of(shop, job, calendar):
            yield left_line(shop, job)


def _candidates(shop: Shop, calendar: str, day: date) -> Iterator[Job]:
    """The jobs that are not shipped, and those canceled since the last close."""
    lasts = {flow.stages[-1].key for flow in shop.flows}
    passed = {stage.key for flow in shop.flows for stage in flow.stages[:-1]}
    for job in shop.store.jobs.unfinished(lasts - passed):
        if not is_finished(job, shop.flow(job.flow)):
            yield job
    yield from shop.store.jobs.canceled_since(_since(shop, calendar, day))


def _since(shop: Shop, calendar: str, day: date) -> datetime:
    """When the last other day was closed, or since when there are days at all."""
    days = shop.store.days
    return days.last_close(calendar, day) or days.known_since(calendar) or shop.clock.now()
