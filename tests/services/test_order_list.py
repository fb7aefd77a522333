"""The list of orders: how each stands, and which come first."""

from dataclasses import replace
from typing import Any

import pytest

from hotfolder.domain.job import Mode
from hotfolder.services.order_list import Filter, order_lines, state_names
from hotfolder.services.parcel import Parcel
from hotfolder.services.ship_item import give_tracking
from hotfolder.services.shop import Shop
from hotfolder.services.take_order import take_order
from tests.changes import body_of, come_changed, more_copies
from tests.fakes import FolderFetcher, ManualClock
from tests.steps import (
    EXAMPLES,
    TEST_KEY,
    fetch_all,
    job_on_floor,
    note,
    order_in,
    send_all,
)

ALL = Filter()


def ids(shop: Shop, **wanted: Any) -> list[str]:
    return [line["order"] for line in order_lines(shop, Filter(**wanted))]


def due(shop: Shop, number: int, ship_by: str, **more: Any) -> str:
    """A new order that is to be shipped by this date."""
    body = body_of(number, lambda order: order.update(shipping_date=ship_by), **more)
    return take_order(shop, body, None).order_id


def shipped(shop: Shop, number: int, **more: Any) -> str:
    job = job_on_floor(shop, number, **more)
    give_tracking(shop, job, Parcel(tracking="JD7", shipping_option="dhl"))
    note(shop, job, "shipped")
    return job.order_id


def test_a_line_tells_what_an_order_is_and_how_it_stands(shop: Shop) -> None:
    order = order_in(shop, 2, kind="mixed", key=TEST_KEY)
    fetch_all(shop)
    note(shop, shop.store.jobs.of_order(order.order_id)[1], "packed")
    send_all(shop)

    assert order_lines(shop, ALL) == [
        {
            "order": order.order_id,
            "received": "2026-03-02T08:00:00.000+00:00",
            "interface": "test",
            "mode": "test",
            "reorder": False,
            "items": 3,
            "ship_by": "2026-01-04 00:00:02",
            "states": {"new": 2, "packed": 1},
            "state": "2 new, 1 packed",
            "finished": False,
            "late": True,
            "changed": False,
        }
    ]


def test_reorders_come_first_then_what_is_late_then_what_is_due_sooner(shop: Shop) -> None:
    no_date = due(shop, 1, "")
    later = due(shop, 2, "2026-04-02 10:00:00")
    sooner = due(shop, 3, "2026-04-01 10:00:00")
    late = due(shop, 4, "2026-02-01 10:00:00")
    reorder = due(shop, 5, "2026-05-01 10:00:00", kind="reorder")
    late_reorder = due(shop, 6, "2026-02-02 10:00:00", kind="reorder")

    assert ids(shop) == [late_reorder, reorder, late, sooner, later, no_date]


def test_what_is_finished_comes_last_even_reorders(shop: Shop) -> None:
    done = shipped(shop, 1, kind="reorder", items=1)
    waits = due(shop, 2, "2026-04-01")
    send_all(shop)

    assert ids(shop) == [waits, done]


def test_an_order_is_late_when_a_signal_of_it_is_until_it_arrived(
    shop: Shop, clock: ManualClock
) -> None:
    order = due(shop, 1, "2026-04-01")
    assert ids(shop, state="late") == []
    clock.turn(15 * 60)
    assert ids(shop, state="late") == [order]
    send_all(shop)
    assert ids(shop, state="late") == []


def test_a_shipped_order_is_late_no_more_unless_its_signal_did_not_arrive(
    shop: Shop, clock: ManualClock
) -> None:
    order = shipped(shop, 1)  # its date to ship by is over
    assert ids(shop, state="late") == []
    assert ids(shop, state="finished") == [order]
    clock.turn(2 * 3600)
    assert ids(shop, state="late") == [order]


def test_orders_can_be_chosen_by_how_they_or_any_of_their_jobs_stand(shop: Shop) -> None:
    away = FolderFetcher(EXAMPLES / "files")
    away.away.add("poster-a2.pdf")
    waiting = order_in(replace(shop, fetcher=away), 1).order_id
    fetch_all(replace(shop, fetcher=away))
    new = job_on_floor(shop, 2, kind="textbook").order_id
    done = shipped(shop, 3, kind="textbook")
    changed_too = come_changed(shop, more_copies, 2, kind="textbook")

    assert changed_too
    assert ids(shop, state="waiting") == [waiting]
    assert ids(shop, state="new") == [new]
    assert ids(shop, state="shipped") == [done]
    assert ids(shop, state="held") == []
    assert ids(shop, state="changed") == [new]
    assert set(ids(shop, state="open")) == {waiting, new}
    assert ids(shop, state="finished") == [done]


def test_orders_can_be_chosen_by_time_and_mode(shop: Shop, clock: ManualClock) -> None:
    first = order_in(shop, 1).order_id
    clock.turn(60)
    now = clock.now()
    second = order_in(shop, 2, key=TEST_KEY).order_id

    assert ids(shop, since=now) == [second]
    assert ids(shop, mode=Mode.LIVE) == [first]
    assert ids(shop, mode=Mode.TEST) == [second]
    assert ids(shop, mode=Mode.LIVE, since=now) == []


def test_the_words_to_choose_by_are_states_of_orders_and_jobs_and_the_stages(shop: Shop) -> None:
    assert state_names(shop) == [
        *("open", "finished", "late", "changed"),
        *("waiting", "held", "delayed", "canceled", "done"),
        *("new", "print", "produced", "packed", "shipped"),
    ]


@pytest.mark.parametrize("example", ["02-json22-multi-item.json", "12-xml21-non-ascii.xml"])
def test_nothing_personal_is_in_the_list(shop: Shop, example: str) -> None:
    body = (EXAMPLES / example).read_bytes().replace(b"{{BASE_URL}}", b"http://files.example")
    taken = take_order(shop, body, None)

    told = str(order_lines(shop, ALL))
    assert taken.order_id in told
    record = shop.store.orders.get(taken.order_id)
    assert record is not None
    for word in ("street1", "apikey", "@", "Testperson"):
        assert word not in told
