"""How the days stand, for those who ask from outside: previews, closed days, what comes next."""

from dataclasses import dataclass
from datetime import date, datetime

from hotfolder.domain.day import day_after, due_day, next_close
from hotfolder.domain.day_list import DayList, calendar_of, calendars
from hotfolder.errors import NotPossible
from hotfolder.services.plan_day import plan_day, rule_of
from hotfolder.services.shop import Shop


@dataclass(frozen=True, kw_only=True, slots=True)
class DayState:
    """Of a calendar: the last closed day, how many items wait, and when they go out by the timer.

    `reopened`: that day is open again and waits for a person, or goes out with the next one.
    `next` is in the zone of the calendar.
    """

    calendar: str
    waiting: int
    last: date | None
    reopened: bool
    next: datetime | None


def preview_day(shop: Shop, calendar: str) -> DayList:
    """What a close would do now: the day that is due, or today; or the next one where it is closed.

    Raises NotPossible.
    """
    rule, now = rule_of(shop, calendar), shop.clock.now()
    today = rule.today(now)
    days = shop.store.days
    last = days.last(calendar, today)
    due = due_day(rule, last, days.known_since(calendar) or now, now)
    day = due.day if due else today
    closed = days.get(calendar, day)
    after = day if closed and not closed.reopened_at else None
    day = day_after(rule, day) if after else day
    lines = plan_day(shop, calendar, day).lines()
    late, missed = (due.late, due.missed) if due else (False, ())
    return DayList(calendar=calendar, day=day, late=late, missed=missed, after=after, lines=lines)


def closed_day(shop: Shop, calendar: str, day: date | None = None) -> DayList:
    """A day that was closed, or the last one. Raises NotPossible when there is none."""
    rule = rule_of(shop, calendar)
    wanted = day or shop.store.days.last(calendar, rule.today(shop.clock.now()))
    found = shop.store.days.get(calendar, wanted) if wanted else None
    if found is None:
        raise NotPossible(f"{wanted} was never closed" if wanted else "no day was closed yet")
    return found


def day_states(shop: Shop) -> list[DayState]:
    """The calendars by which the shop closes days: with a time, or with items that wait."""
    waiting: dict[str, int] = {}
    for job in shop.store.jobs.waiting_for_day():
        flow = shop.flow(job.flow)
        name = calendar_of(flow) if flow else ""
        waiting[name] = waiting.get(name, 0) + 1
    now = shop.clock.now()
    states = []
    for calendar, rule in calendars(shop.day, shop.flows).items():
        last = shop.store.days.last(calendar, rule.today(now))
        if rule.cutoff is None and not waiting.get(calendar):
            continue
        closed = shop.store.days.get(calendar, last) if last else None
        soon = next_close(rule, last, now)
        states.append(
            DayState(
                calendar=calendar,
                waiting=waiting.get(calendar, 0),
                last=last,
                reopened=bool(closed and closed.reopened_at),
                next=soon.astimezone(rule.zone) if soon else None,
            )
        )
    return states
