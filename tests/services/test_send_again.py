"""Nobody knows what became of a request: its signals are sent again, word for word."""

from collections.abc import Mapping
from typing import Any

import pytest

from hotfolder.domain.answer import Answer, Fault
from hotfolder.services.recover import free_stuck, recover
from hotfolder.services.send_signals import Gate, send_next
from hotfolder.services.shop import Shop
from tests.fakes import Killed, ManualClock, RecordingSender, accept
from tests.steps import order_in, send_all


def test_a_signal_without_an_answer_is_sent_again_word_for_word(
    shop: Shop, clock: ManualClock, sent: RecordingSender, gate: Gate
) -> None:
    arrived = []

    def cut_off_after_arrival(request: Mapping[str, Any]) -> Answer:
        arrived.append(dict(request))
        return Answer(fault=Fault.TOO_SLOW)

    order_in(shop)
    sent.answer = cut_off_after_arrival
    send_next(shop, gate)
    clock.turn(60)
    sent.answer = accept
    send_all(shop, gate)

    assert sent.requests == arrived
    assert shop.store.signals.find({})[0]["attempts"] == 2


@pytest.mark.parametrize("arrived", [True, False])
def test_who_is_killed_between_post_and_outcome_sends_once_more_after_the_start(
    shop: Shop, sent: RecordingSender, arrived: bool
) -> None:
    order = order_in(shop, items=2)

    def die(request: Mapping[str, Any]) -> Answer:
        if arrived:
            sent.requests.append(dict(request))
        raise Killed

    sent.answer = die
    with pytest.raises(Killed):
        send_all(shop)
    assert shop.store.signals.counts() == {"sending": 2}

    sent.answer = accept
    recover(shop)
    assert {row["last_answer"] for row in shop.store.signals.find({})} == {
        "may have been heard: sending was cut off"
    }
    send_all(shop)
    assert sent.said(order.item_ids[0]) == ["ItemRegistered"] * (2 if arrived else 1)
    assert shop.store.signals.counts() == {"sent": 2}


def test_a_signal_whose_outcome_could_not_be_kept_is_sent_again_without_a_restart(
    shop: Shop, clock: ManualClock, sent: RecordingSender, gate: Gate
) -> None:
    order = order_in(shop)

    def fail(_request: Mapping[str, Any]) -> Answer:
        raise OSError("the disk is full")

    sent.answer = fail
    with pytest.raises(OSError, match="full"):
        send_next(shop, gate)
    sent.answer = accept

    clock.turn(shop.rules.lease.total_seconds() - 1)
    assert free_stuck(shop) == 0
    send_all(shop, gate)
    assert sent.said(order.item_ids[0]) == []
    clock.turn(2)
    assert free_stuck(shop) == 1
    send_all(shop, gate)
    assert sent.said(order.item_ids[0]) == ["ItemRegistered"]
