"""Orders of an interface that is set up for CloudSignal 1.1 speak that, and only they do."""

from dataclasses import replace

import pytest

from hotfolder.domain.answer import Answer
from hotfolder.formats.signal_json import Dialect, Protocol
from hotfolder.services.parcel import Parcel
from hotfolder.services.ship_item import give_tracking
from hotfolder.services.shop import Destination, Shop
from hotfolder.services.take_order import take_order
from hotfolder.services.tell_trouble import delay
from tests.fakes import ManualClock, RecordingSender
from tests.steps import (
    ALL_TYPES,
    TEST_KEY,
    again,
    fetch_all,
    job_on_floor,
    note,
    order_in,
    promised,
    send_all,
)

OLD = Dialect(protocol=Protocol.V1_1)


@pytest.fixture
def old() -> RecordingSender:
    """The CloudSignal interface of version 1.1."""
    return RecordingSender()


@pytest.fixture
def shop(shop: Shop, old: RecordingSender) -> Shop:
    """Test orders have their signals sent to an interface of version 1.1."""
    to_old = Destination(name="old", sender=old, dialect=OLD, bundle_limit=1)
    live, test = shop.interfaces
    return replace(
        shop,
        destinations={**shop.destinations, "old": to_old},
        interfaces=[live, replace(test, destination="old")],
    )


def test_order_registered_is_said_once_for_an_order_after_all_its_items_are_stored(
    shop: Shop, old: RecordingSender
) -> None:
    order = order_in(shop, items=3, key=TEST_KEY)
    send_all(shop)

    assert old.requests == [
        {
            "type": "OrderRegistered",
            "order": order.order_id,
            "datetime": "2026-03-02 08:00:00 GMT",
        }
    ]
    assert len(shop.store.jobs.of_order(order.order_id)) == 3


def test_an_order_that_comes_again_is_not_registered_again(
    shop: Shop, old: RecordingSender
) -> None:
    order = order_in(shop, items=2, key=TEST_KEY)
    take_order(shop, order.body, order.content_type)
    send_all(shop)

    assert [one["type"] for one in old.requests] == ["OrderRegistered"]


def test_no_item_speaks_before_its_order_is_registered(
    shop: Shop, clock: ManualClock, old: RecordingSender
) -> None:
    order = order_in(shop, items=2, key=TEST_KEY)
    fetch_all(shop)
    jobs = shop.store.jobs.of_order(order.order_id)
    for job in jobs:
        note(shop, job, "print")
    clock.turn(60)
    old.answer = lambda request: Answer(status=500 if "item" not in request else 200)
    for _ in range(10):
        send_all(shop)
        clock.turn(1)
    assert old.requests == []

    old.answer = lambda _request: Answer(status=200)
    clock.turn(60)
    send_all(shop)
    assert [one["type"] for one in old.requests] == [
        "OrderRegistered",
        "ItemProduce",
        "ItemProduce",
    ]


def test_nothing_is_bundled_and_shipping_has_no_option(
    shop: Shop, clock: ManualClock, sent: RecordingSender, old: RecordingSender
) -> None:
    order = order_in(shop, items=2, key=TEST_KEY)
    fetch_all(shop)
    jobs = shop.store.jobs.of_order(order.order_id)
    for job in jobs:
        note(shop, job, "shipped")
        parcel = Parcel(tracking="JD1", shipping_option="dhl")
        give_tracking(shop, again(shop, job), parcel)
    clock.turn(60)
    send_all(shop)

    assert all("items" not in request for request in old.requests)
    assert [old.said(job.item_id) for job in jobs] == [ALL_TYPES[1:]] * 2
    shipped = [one for one in old.requests if one["type"] == "ItemShipped"]
    assert [one.keys() - {"datetime"} for one in shipped] == [
        {"type", "order", "item", "tracking"}
    ] * 2
    assert sent.requests == []
    assert promised(shop, jobs[0])[0] == "OrderRegistered sent"


def test_a_delay_is_an_item_error(shop: Shop, old: RecordingSender) -> None:
    job = job_on_floor(shop, key=TEST_KEY)
    delay(shop, job, "the press is down", 24)
    send_all(shop)

    assert old.requests[-1]["type"] == "ItemError"
    assert (old.requests[-1]["cause"], old.requests[-1]["delay"]) == ("the press is down", "24")


def test_a_delay_is_an_item_error_in_2_0_where_it_is_set_up_so(
    shop: Shop, sent: RecordingSender
) -> None:
    usual = next(iter(shop.destinations.values()))
    usual = replace(usual, dialect=Dialect(delay_as_error=True))
    shop = replace(shop, destinations={**shop.destinations, usual.name: usual})
    job = job_on_floor(shop)
    delay(shop, job, "the press is down", 24)
    send_all(shop)

    kinds = [one["type"] for one in sent.signals]
    assert kinds == ["ItemRegistered", "ItemError"]


def test_orders_of_the_other_interface_speak_2_0(
    shop: Shop, sent: RecordingSender, old: RecordingSender
) -> None:
    order = order_in(shop, 1, items=2)
    other = order_in(shop, 2, items=2, key=TEST_KEY)
    send_all(shop)

    assert {one["order"] for one in sent.signals} == {order.order_id}
    assert [one["type"] for one in sent.signals] == ["ItemRegistered"] * 2
    assert {one["order"] for one in old.signals} == {other.order_id}
