"""A day is closed, or opened again: everything that it says is one transaction."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from loguru import logger

from hotfolder.domain.action import Action
from hotfolder.domain.day import due_day
from hotfolder.domain.day_list import ClosedBy, DayLine, DayList, Said, calendars
from hotfolder.domain.job import END_OF_DAY, Job
from hotfolder.domain.signal import SignalType
from hotfolder.errors import NotPossible
from hotfolder.services.parcel import Parcel
from hotfolder.services.plan_day import PARKED, left_line, plan_day, rule_of, shipped_line
from hotfolder.services.say_shipped import shipped_promise
from hotfolder.services.shelf import note_let_go, still_waits
from hotfolder.services.shop import Shop
from hotfolder.store.days import Closing
from hotfolder.store.journal import Line
from hotfolder.store.outbox import Promise

Step = Callable[[str], None]  # told of each step before it is done


@dataclass(frozen=True, kw_only=True, slots=True)
class Reopened:
    """A day that was opened again: what waits for its close once more, and what was sent by then.

    `gone` are jobs whose ItemShipped somebody had taken back already.
    """

    day: DayList
    waiting: tuple[DayLine, ...] = ()
    sent: tuple[DayLine, ...] = ()
    gone: tuple[DayLine, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Ready:
    """A job that says ItemShipped with the close."""

    job: Job
    parcel: Parcel
    promise: Promise


def close_by_time(shop: Shop, step: Step = lambda _: None) -> list[DayList]:
    """Close the days that are due, each once; those that this call closed."""
    closed = []
    for calendar, rule in calendars(shop.day, shop.flows).items():
        now = shop.clock.now()
        last = shop.store.days.last(calendar, rule.today(now))
        due = due_day(rule, last, _known_since(shop, calendar, now), now)
        if due is None:
            continue
        closing = Closing(
            calendar=calendar,
            day=due.day,
            at=now,
            by=ClosedBy.TIMER,
            late=due.late,
            missed=due.missed,
        )
        if day := close_day(shop, closing, step):
            log_closed(day)
            closed.append(day)
    return closed


def close_by_hand(shop: Shop, calendar: str, day: date | None = None) -> DayList:
    """Close this day, or today. Raises NotPossible for one that is closed, or is still to come."""
    rule, now = rule_of(shop, calendar), shop.clock.now()
    today = rule.today(now)
    day = day or today
    if day > today:
        raise NotPossible(f"{day} is still to come: today is {today}")
    _known_since(shop, calendar, now)
    closing = Closing(calendar=calendar, day=day, at=now, by=ClosedBy.COMMAND, late=day < today)
    closed = close_day(shop, closing)
    if closed is None:
        raise NotPossible(
            f"{day} is closed already: what came later goes out with the next day;"
            " `hotfolder day reopen` opens it again"
        )
    return closed


def close_day(
    shop: Shop, closing: Closing, step: Step = lambda _: None, *, adding: bool = False
) -> DayList | None:
    """The day with its list. None when it is closed already: somebody was first.

    `adding`: a day that is closed is closed once more when there is something to ship with it.
    """
    plan = plan_day(shop, closing.calendar, closing.day)
    ready = _prepared(shop, plan.parcels, closing.at)
    step("close")
    with shop.store.transaction():
        known = shop.store.days.get(closing.calendar, closing.day)
        if known and not known.reopened_at and not (adding and ready):
            return None
        number = shop.store.days.close(closing)
        lines = [*plan.before, *_say(shop, closing, ready, step), *plan.left]
        shop.store.days.add_lines(number, lines)
        closed = shop.store.days.get(closing.calendar, closing.day)
        step("commit")
    shop.nudge.signals.set()
    step("closed")
    return closed


def log_closed(day: DayList) -> None:
    """A line for the log; who closes a day by command sees it anyway."""
    late = f", late; not closed before: {', '.join(map(str, day.missed)) or 'none'}"
    logger.info(
        "the day {}{} was closed by {}: {} items shipped, {} left{}",
        day.day,
        f" of {day.calendar}" if day.calendar else "",
        day.by,
        len(day.shipped),
        len(day.left),
        late if day.late else "",
    )


def reopen_day(shop: Shop, calendar: str, day: date | None = None) -> Reopened:
    """Open a day again, or the last one that was closed; what is not sent yet waits once more.

    The timer does not close it again: a person does, or all goes with the next day. Raises
    NotPossible for a day that is not closed.
    """
    now = shop.clock.now()
    today = rule_of(shop, calendar).today(now)
    with shop.store.transaction():
        wanted = day or shop.store.days.last(calendar, today)
        known = shop.store.days.get(calendar, wanted) if wanted else None
        if known is None:
            raise NotPossible(f"{wanted} was never closed" if wanted else "no day was closed yet")
        if known.reopened_at:
            raise NotPossible(f"{known.day} is open already: `hotfolder day close` closes it")
        by_fate: dict[str, list[DayLine]] = {"waiting": [], "sent": [], "gone": []}
        for line in known.shipped:
            if line.said is Said.CLOSE:
                by_fate[_taken_back(shop, known, line, now)].append(line)
        shop.store.days.reopen(known, now, [*by_fate["waiting"], *by_fate["gone"]])
    return Reopened(day=known, **{fate: tuple(lines) for fate, lines in by_fate.items()})


def _known_since(shop: Shop, calendar: str, now: datetime) -> datetime:
    since = shop.store.days.known_since(calendar)
    if since is None:
        with shop.store.transaction():
            since = shop.store.days.know(calendar, now)
    return since


def _prepared(shop: Shop, parcels: Mapping[Job, Parcel], at: datetime) -> list[_Ready]:
    """Signals of an order are due together, so that they leave in one bundle."""
    due: dict[str, datetime] = {}
    for job in parcels:
        due[job.order_id] = max(due.get(job.order_id, at), job.since + _undo(shop, job))
    return [
        _Ready(
            job=job,
            parcel=parcel,
            promise=shipped_promise(shop, job, parcel.fields(), at=at, due=due[job.order_id]),
        )
        for job, parcel in parcels.items()
    ]


def _undo(shop: Shop, job: Job) -> timedelta:
    """How long a drag into the stage of the job can be taken back: also just before the close."""
    flow = shop.flow(job.flow)
    position = flow.position(job.place.stage) if flow and job.place else None
    seconds = 0.0 if flow is None or position is None else flow.stages[position].undo_seconds
    return timedelta(seconds=seconds)


def _say(shop: Shop, closing: Closing, ready: Iterable[_Ready], step: Step) -> Iterable[DayLine]:
    """The line of each job: it says ItemShipped unless it was moved since it was looked at.

    Nor does it when others of its order, for which it waits, were taken back since then.
    """
    now = {job.id: job for job in shop.store.jobs.waiting_for_day()}
    for one in ready:
        job = now.get(one.job.id)
        is_other = job is None or (job.moves, job.tracking) != (one.job.moves, one.job.tracking)
        if job is None or is_other or still_waits(shop, job):
            yield left_line(shop, shop.store.jobs.get(one.job.id) or one.job)
            continue
        note_let_go(shop, job)
        parcel, parked = one.parcel, one.promise.parked
        shop.store.outbox.add([one.promise])
        shop.store.jobs.ship(job, parcel.tracking, parcel.shipping_option, "")
        detail = {"day": closing.day.isoformat(), "calendar": closing.calendar}
        told = {"late": closing.late, "signals": [SignalType.SHIPPED.value]}
        shop.store.journal.write([_line(job, Action.DAY_CLOSED, closing.at, detail | told)])
        step("say")
        yield shipped_line(job, parcel, PARKED if parked else "")


def _taken_back(shop: Shop, day: DayList, line: DayLine, now: datetime) -> str:
    job = shop.store.jobs.get(line.job_id)
    if job is None:
        return "gone"
    if not shop.store.outbox.withdraw(job.id, [SignalType.SHIPPED]):
        said = shop.store.outbox.said(job.id) | job.said_before
        return "sent" if SignalType.SHIPPED in said else "gone"
    shop.store.jobs.ship(job, job.tracking, job.shipping_option, END_OF_DAY)
    detail = {
        "day": day.day.isoformat(),
        "calendar": day.calendar,
        "withdrawn": [SignalType.SHIPPED.value],
    }
    shop.store.journal.write([_line(job, Action.DAY_REOPENED, now, detail)])
    return "waiting"


def _line(job: Job, action: Action, at: datetime, detail: Mapping[str, object]) -> Line:
    return Line(
        at=at, order_id=job.order_id, item_id=job.item_id, action=action, detail=dict(detail)
    )
