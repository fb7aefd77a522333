"""A sender takes what it sends next along with the last outcome, and gives back what it may not."""

import threading
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from hotfolder.domain.answer import Answer
from hotfolder.services.recover import free_stuck
from hotfolder.services.send_signals import Gate, send_next
from hotfolder.services.shop import SIGNALS, Shop
from tests.fakes import ManualClock, RecordingSender, accept, refuse
from tests.steps import commits, order_in


@pytest.fixture
def gate(shop: Shop) -> Gate:
    return Gate(shop.destinations[SIGNALS], ahead=True)


def rows(shop: Shop) -> list[dict[str, Any]]:
    return shop.store.signals.find({})


def states(shop: Shop) -> list[tuple[str, int]]:
    """State and attempts of each signal."""
    return [(row["state"], row["attempts"]) for row in rows(shop)]


def slowly(_request: Mapping[str, Any]) -> Answer:
    return Answer(status=200, milliseconds=51)


def test_one_commit_tells_the_outcome_and_takes_the_next(shop: Shop, gate: Gate) -> None:
    for number in (1, 2, 3):
        order_in(shop, number)
    send_next(shop, gate)
    assert states(shop) == [("sent", 1), ("sending", 1), ("sending", 1)]
    before = commits(shop)

    assert send_next(shop, gate)
    assert send_next(shop, gate)

    assert commits(shop) == before + 2
    assert states(shop) == [("sent", 1)] * 3


def test_what_was_taken_along_is_in_bundles_of_its_orders(
    shop: Shop, gate: Gate, sent: RecordingSender
) -> None:
    order_in(shop, 1)
    orders = [order_in(shop, number, items=3) for number in (2, 3)]
    while send_next(shop, gate):
        pass
    bundles = [{one["order"] for one in request["items"]} for request in sent.requests[1:]]
    assert bundles == [{order.order_id} for order in orders]
    assert [len(request["items"]) for request in sent.requests[1:]] == [3, 3]


def test_of_a_slow_receiver_one_is_taken_along_so_that_others_can_send_meanwhile(
    shop: Shop, gate: Gate, sent: RecordingSender
) -> None:
    for number in (1, 2, 3):
        order_in(shop, number)
    sent.answer = slowly
    send_next(shop, gate)
    assert states(shop) == [("sent", 1), ("sending", 1), ("waiting", 0)]


def test_what_was_held_for_a_second_waits_again_because_more_urgent_ones_may_have_come(
    shop: Shop, gate: Gate, sent: RecordingSender, clock: ManualClock
) -> None:
    order_in(shop, 1)
    order_in(shop, 2)
    send_next(shop, gate)
    assert states(shop) == [("sent", 1), ("sending", 1)]
    clock.turn(-600)
    urgent = order_in(shop, 3)
    clock.turn(601)

    send_next(shop, gate)

    assert sent.requests[1]["order"] == urgent.order_id


def test_all_are_sent_once_and_in_order(shop: Shop, gate: Gate, sent: RecordingSender) -> None:
    orders = [order_in(shop, number) for number in (1, 2, 3)]
    while send_next(shop, gate):
        pass
    assert [one["order"] for one in sent.requests] == [order.order_id for order in orders]
    assert states(shop) == [("sent", 1)] * 3


def test_what_is_held_waits_again_when_the_way_is_closed(
    shop: Shop, gate: Gate, sent: RecordingSender
) -> None:
    for number in (1, 2, 3, 4):
        order_in(shop, number)
    sent.answer = slowly
    send_next(shop, gate)
    assert [state for state, _ in states(shop)] == ["sent", "sending", "waiting", "waiting"]
    sent.answer = refuse(503)
    other = threading.Thread(target=send_next, args=(shop, gate))
    other.start()
    other.join(10)
    # the first probe follows at once and is refused too; from then on nobody may send
    send_next(shop, gate)
    assert not send_next(shop, gate)
    assert [state for state, _ in states(shop)] == ["sent", "waiting", "waiting", "waiting"]


def test_a_stop_gives_back_what_was_held_as_if_nobody_had_taken_it(shop: Shop, gate: Gate) -> None:
    order_in(shop, 1)
    order_in(shop, 2)
    send_next(shop, gate)

    gate.give_back(shop)

    assert states(shop) == [("sent", 1), ("waiting", 0)]
    assert rows(shop)[1]["last_answer"] == ""


def test_what_was_held_too_long_is_not_sent_twice(
    shop: Shop, gate: Gate, sent: RecordingSender, clock: ManualClock
) -> None:
    order_in(shop, 1)
    order_in(shop, 2)
    send_next(shop, gate)
    clock.turn(shop.rules.lease / timedelta(seconds=1) + 1)
    free_stuck(shop)
    other = threading.Thread(target=send_next, args=(shop, Gate(shop.destinations[SIGNALS])))
    other.start()
    other.join(10)

    assert not send_next(shop, gate)
    assert len(sent.requests) == 2
    assert states(shop) == [("sent", 1), ("sent", 2)]


def test_a_refused_signal_is_followed_by_a_claim_of_its_own(
    shop: Shop, gate: Gate, sent: RecordingSender
) -> None:
    order_in(shop, 1)
    order_in(shop, 2)
    sent.answer = refuse(400)
    send_next(shop, gate)
    assert states(shop) == [("parked", 1), ("waiting", 0)]
    sent.answer = accept
    assert send_next(shop, gate)
    assert states(shop) == [("parked", 1), ("sent", 1)]
