from dataclasses import replace
from datetime import timedelta

import pytest

from hotfolder.domain.job import Mode
from hotfolder.errors import StoreError
from hotfolder.store.orders import OrderHead, OrderTaken
from hotfolder.store.store import Store
from tests.builders import NOON

TAKEN = OrderTaken(
    order_id="order-1",
    interface="live",
    mode=Mode.TEST,
    version="2.2",
    received_at=NOON + timedelta(microseconds=1),
    digest="abc",
    record='{"title": "Grüße \U0001f4d8"}',
    ship_by="2026-03-05 16:00:00",
    warnings=("the price is odd", "Grüße"),
)


def test_an_order_is_read_back_as_it_was_taken(store: Store) -> None:
    with store.transaction():
        store.orders.add(TAKEN, 7)
    assert store.orders.get("order-1") == replace(TAKEN, warnings=list(TAKEN.warnings))
    assert store.orders.digest_of("order-1") == "abc"
    assert store.orders.count() == 1


def test_an_order_that_nobody_sent_is_not_known(store: Store) -> None:
    assert store.orders.get("order-1") is None
    assert store.orders.digest_of("order-1") is None
    assert store.orders.count() == 0


def test_a_second_order_of_one_id_is_refused_and_the_first_stays(store: Store) -> None:
    with store.transaction():
        store.orders.add(TAKEN, 7)
    with pytest.raises(StoreError, match=r"UNIQUE constraint failed: orders\.order_id"):
        store.orders.add(replace(TAKEN, digest="other"), 8)
    assert store.orders.digest_of("order-1") == "abc"


def test_order_ids_that_differ_in_case_are_two_orders(store: Store) -> None:
    with store.transaction():
        store.orders.add(TAKEN, 7)
        store.orders.add(replace(TAKEN, order_id="ORDER-1"), 8)
    assert store.orders.count() == 2


def test_an_order_that_was_replaced_is_read_back_with_its_new_content(store: Store) -> None:
    changed = replace(TAKEN, digest="def", record="{}", ship_by="", version="2.1", warnings=[])
    with store.transaction():
        store.orders.add(TAKEN, 7)
        assert store.orders.replace(changed, 8, was="abc")
    assert store.orders.get("order-1") == changed
    assert store.orders.digest_of("order-1") == "def"


def test_an_order_is_replaced_only_by_one_who_knows_what_it_is_now(store: Store) -> None:
    with store.transaction():
        store.orders.add(TAKEN, 7)
        assert not store.orders.replace(replace(TAKEN, digest="def"), 8, was="xyz")
    assert store.orders.digest_of("order-1") == "abc"


def test_the_heads_of_orders_come_oldest_first_from_a_time_on(store: Store) -> None:
    with store.transaction():
        for hours in range(3):
            at = NOON + timedelta(hours=hours)
            store.orders.add(replace(TAKEN, order_id=f"order-{hours}", received_at=at), hours)
    since = NOON + timedelta(hours=1)
    assert [head.order_id for head in store.orders.heads()] == ["order-0", "order-1", "order-2"]
    assert store.orders.heads(since) == [
        OrderHead(
            order_id=f"order-{hours}",
            interface="live",
            mode=Mode.TEST,
            received_at=NOON + timedelta(hours=hours),
            ship_by="2026-03-05 16:00:00",
        )
        for hours in (1, 2)
    ]
