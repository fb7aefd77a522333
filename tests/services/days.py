"""A shop that ships at the end of the day."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from hotfolder.domain.day import DayRule
from hotfolder.domain.day_list import DayList, Said
from hotfolder.domain.flow import Ships
from hotfolder.domain.job import Job
from hotfolder.services.close_day import close_by_time
from hotfolder.services.parcel import Parcel
from hotfolder.services.ship_item import ship_item
from hotfolder.services.shop import Shop
from tests.builders import a_flow, no_preflight
from tests.fakes import ManualClock
from tests.steps import LIVE_KEY, fetch_all, note, order_in

BERLIN = ZoneInfo("Europe/Berlin")
FIVE = DayRule(cutoff=time(17), zone=BERLIN)
MONDAY = date(2026, 3, 2)  # when the clock of a test begins
CLOSE = datetime(2026, 3, 2, 16, tzinfo=UTC)  # five o'clock in Berlin, on that day


def day_shop(shop: Shop, rule: DayRule = FIVE, **flow: Any) -> Shop:
    """The shop with one flow that ships at the end of the day."""
    usual = {"preflight": no_preflight(), "ships": Ships.END_OF_DAY}
    return replace(shop, flows=[a_flow(**(usual | flow))], day=rule)


def with_days(shop: Shop, **flow: Any) -> Shop:
    """The same, and it knows of days from now on."""
    made = day_shop(shop, **flow)
    assert close_by_time(made) == []
    return made


def turn_to(clock: ManualClock, moment: datetime) -> None:
    """Time passes until then."""
    clock.turn((moment - clock.now()).total_seconds())


def items_of(shop: Shop, number: int = 1, items: int = 1, key: str = LIVE_KEY) -> list[Job]:
    """The jobs of a new order, in the first stage."""
    order = order_in(shop, number, items=items, key=key)
    fetch_all(shop)
    return shop.store.jobs.of_order(order.order_id)


def hand_over(shop: Shop, job: Job, tracking: str = "T1", option: str = "ups") -> None:
    """The job gets its tracking and is dragged to the shipping stage."""
    ship_item(shop, job, Parcel(tracking=tracking, shipping_option=option))
    assert note(shop, job, "shipped") == []


def shipped(day: DayList | None) -> list[tuple[str, str, Said]]:
    """Item, tracking and when it was said, of the lines that ship."""
    assert day is not None
    return [(line.item_id, line.tracking, line.said) for line in day.shipped]


def left(day: DayList | None) -> dict[str, str]:
    """Why each item stays that does."""
    assert day is not None
    return {line.item_id: line.words for line in day.left}
