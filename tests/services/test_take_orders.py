"""Orders that come in together: one commit for all, and each has its own outcome."""

from threading import Event

import apsw
import pytest

from hotfolder.errors import OrderChanged, OrderKeyUnknown, OrderUnreadable, StoreError
from hotfolder.services.shop import Shop
from hotfolder.services.take_order import Posted, Taken, take_orders
from hotfolder.test_center.catalogue import make_order
from tests.steps import (
    FILE_SERVER,
    LIVE_KEY,
    actions,
    commits,
    database_of,
    order_in,
    promised,
    the_job,
)

JSON = "application/json"


def posters(*numbers: int, key: str = LIVE_KEY) -> list[Posted]:
    made = [
        make_order(number, base_url=FILE_SERVER, apikey=key, kind="poster", form="json")
        for number in numbers
    ]
    return [(document.body, document.content_type, None) for document in made]


def listen(shop: Shop) -> list[Event]:
    """What is set when there are signals to send, and when there are files to fetch."""
    return [shop.nudge.signals.listen(), shop.nudge.files.listen()]


def rung(bells: list[Event]) -> list[bool]:
    return [bell.is_set() for bell in bells]


def test_orders_taken_together_are_one_commit(shop: Shop) -> None:
    bells = listen(shop)
    before = commits(shop)

    outcomes = take_orders(shop, posters(1, 2, 3))

    assert commits(shop) == before + 1
    assert outcomes == [Taken(order_id=f"0000000{number}0000") for number in (1, 2, 3)]
    for outcome in outcomes:
        assert isinstance(outcome, Taken)
        assert promised(shop, the_job(shop, outcome.order_id)) == ["ItemRegistered waiting"]
    assert rung(bells) == [True, True]


def test_an_order_that_comes_twice_at_once_is_taken_once(shop: Shop) -> None:
    outcomes = take_orders(shop, posters(1, 1))

    assert outcomes == [
        Taken(order_id="000000010000"),
        Taken(order_id="000000010000", repeated=True),
    ]
    assert actions(shop, "000000010000") == ["order taken", "order came again"]
    assert len(shop.store.jobs.all()) == 1


def test_what_is_not_taken_disturbs_no_other(shop: Shop) -> None:
    known = order_in(shop, 1, form="json")
    changed = known.body.replace(b'"priority": "2"', b'"priority": "1"')
    assert changed != known.body
    [stranger] = posters(2, key="c" * 32)
    [last] = posters(3)

    outcomes = take_orders(shop, [(b"{", JSON, None), (changed, JSON, None), stranger, last])

    kinds = [OrderUnreadable, OrderChanged, OrderKeyUnknown, Taken]
    assert [type(one) for one in outcomes] == kinds
    assert {job.order_id for job in shop.store.jobs.all()} == {known.order_id, "000000030000"}
    [_, kept] = shop.store.documents.of_order(known.order_id)
    assert kept.verdict == "changed"


def test_orders_that_come_again_wake_nobody(shop: Shop) -> None:
    take_orders(shop, posters(1, 2))
    bells = listen(shop)

    take_orders(shop, posters(1, 2))

    assert rung(bells) == [False, False]


def test_when_one_can_not_be_stored_none_is(shop: Shop) -> None:
    other = apsw.Connection(str(database_of(shop)))
    other.execute(
        "CREATE TRIGGER full BEFORE INSERT ON job WHEN NEW.order_id = '000000020000'"
        " BEGIN SELECT raise(ROLLBACK, 'the disk is full'); END"
    )
    other.close()

    bells = listen(shop)
    with pytest.raises(StoreError, match="the disk is full"):
        take_orders(shop, posters(1, 2, 3))

    assert shop.store.jobs.all() == []
    assert shop.store.orders.count() == 0
    assert rung(bells) == [False, False]
