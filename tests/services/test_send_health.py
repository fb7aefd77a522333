"""What a failing server does to the signals: nobody waits for one that is poisoned."""

import itertools
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from hotfolder.domain.answer import Answer
from hotfolder.domain.retry import Reach
from hotfolder.services.send_signals import Gate, send_next
from hotfolder.services.shop import SIGNALS, Destination, Interface, Shop
from tests.fakes import ManualClock, RecordingSender, accept, refuse
from tests.steps import LIVE_KEY, TEST_KEY, gate_of, order_in, send_all


@pytest.mark.parametrize("status", [500, 503, 504, 408, 201, None])
@pytest.mark.parametrize("count", [1, 12])
def test_poisoned_signals_never_close_the_way_for_the_others(
    shop: Shop,
    clock: ManualClock,
    sent: RecordingSender,
    gate: Gate,
    status: int | None,
    count: int,
) -> None:
    bad = {order_in(shop, number).order_id for number in range(1, count + 1)}
    sent.answer = lambda request: (refuse(status) if request["order"] in bad else accept)(request)
    waited = []
    for number in range(100, 140):
        order = order_in(shop, number)
        began = clock.monotonic()
        for _ in range(200):
            for _ in range(50):  # as many requests as a sender gets done in that time
                send_next(shop, gate)
            if sent.said(order.item_ids[0]):
                break
            clock.turn(0.25)
        waited.append(clock.monotonic() - began)
        clock.turn(45)

    assert len(sent.requests) == 40
    assert waited[0] <= 2 * count, "as long as it may be an outage"
    assert max(waited[1:]) == 0
    assert shop.store.signals.counts() == {"sent": 40, "waiting": count}


def test_one_poisoned_item_of_an_order_does_not_hold_back_the_others(
    shop: Shop, clock: ManualClock, sent: RecordingSender, gate: Gate
) -> None:
    order = order_in(shop, items=5)
    bad = order.item_ids[2]

    def answer(request: Mapping[str, Any]) -> Answer:
        items = [one["item"] for one in request.get("items", [request])]
        return Answer(status=500 if bad in items else 200)

    sent.answer = answer
    for _ in range(30):
        send_all(shop, gate)
        clock.turn(1)

    assert [bool(sent.said(item)) for item in order.item_ids] == [True, True, False, True, True]


def test_half_of_the_answers_500_is_no_less_than_half_of_the_pace(
    shop: Shop, clock: ManualClock, sent: RecordingSender, gate: Gate
) -> None:
    turn = itertools.count()
    sent.answer = lambda _request: Answer(status=500 if next(turn) % 2 else 200)
    round_trip, orders = 0.08, 0
    while clock.monotonic() < 1000 + 20:
        if clock.monotonic() >= 1000 + orders * 2.2 * round_trip:
            orders += 1
            order_in(shop, orders)
        send_next(shop, gate)
        clock.turn(round_trip)
    for _ in range(60):
        send_all(shop, gate)
        clock.turn(1)

    accepted = [row["accepted_at"] - row["at"] for row in shop.store.signals.find({})]
    assert len(accepted) == orders > 100
    assert sent.tried <= 2 * orders
    assert max(accepted).total_seconds() < 60
    assert gate.health.reach is Reach.OPEN


@pytest.mark.parametrize(
    ("asked", "waits"), [(5, 5), (40, 40), (3600, 3600), (10**12, 3600), (None, 0)]
)
def test_the_wait_that_the_server_asks_for_is_kept_within_an_hour(
    shop: Shop,
    clock: ManualClock,
    sent: RecordingSender,
    gate: Gate,
    asked: float | None,
    waits: float,
) -> None:
    order_in(shop)
    sent.answer = refuse(429, retry_after=asked)
    send_next(shop, gate)
    sent.answer = accept

    if waits:
        clock.turn(waits - 0.001)
        assert not send_next(shop, gate)
        clock.turn(0.001)
    assert send_next(shop, gate)
    assert sent.tried == 2
    assert shop.store.signals.counts() == {"sent": 1}


def test_one_destination_that_is_down_does_not_hold_back_another(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    second = RecordingSender()
    shop = replace(
        shop,
        destinations={
            **shop.destinations,
            "sandbox": Destination(name="sandbox", sender=second),
        },
        interfaces=[
            shop.interfaces[0],
            Interface(
                name="test",
                key=TEST_KEY,
                mode=shop.interfaces[1].mode,
                destination="sandbox",
            ),
        ],
    )
    gates = {name: gate_of(shop, name) for name in shop.destinations}
    sent.answer = refuse(None)
    for number in range(1, 11):
        order_in(shop, number, key=LIVE_KEY if number % 2 else TEST_KEY)
        for gate in gates.values():
            send_all(shop, gate)
        clock.turn(1)

    assert [one["order"] for one in second.signals] == [
        f"{number:08}0000" for number in (2, 4, 6, 8, 10)
    ]
    assert sent.requests == []
    assert gates["sandbox"].health.reach is Reach.OPEN
    assert shop.store.destinations.get(SIGNALS).reach is Reach.PROBING
    assert shop.store.destinations.get("sandbox").reach is Reach.OPEN

    sent.answer = accept
    clock.turn(10)
    send_all(shop, gates[SIGNALS])
    assert len(sent.signals) == 5
