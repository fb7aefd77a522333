"""Signals go out: in order, in bundles, again when they failed, parked when they are refused."""

from collections.abc import Mapping
from typing import Any

import pytest

from hotfolder.domain.answer import Answer
from hotfolder.domain.job import Job
from hotfolder.domain.retry import Reach
from hotfolder.services.send_signals import Gate, send_next
from hotfolder.services.shop import SIGNALS, Shop
from tests.fakes import Answering, ManualClock, RecordingSender, accept, refuse
from tests.steps import (
    ALL_TYPES,
    actions,
    job_on_floor,
    note,
    order_in,
    promised,
    send_all,
    with_usual,
)
from tests.threads import at_once


def refuse_item(item_id: str, kind: str = "", status: int = 400) -> Answering:
    """This status for every request that holds this item (and this type)."""

    def answer(request: Mapping[str, Any]) -> Answer:
        signals = request.get("items", [request])
        bad = any(one["item"] == item_id and kind in one["type"] for one in signals)
        return Answer(status=status, words="unknown item") if bad else Answer(status=200)

    return answer


def last_answers(shop: Shop) -> dict[str, tuple[str, str]]:
    """By item, state and last answer of its last signal."""
    return {
        row["item_id"]: (row["state"], row["last_answer"]) for row in shop.store.signals.find({})
    }


def moved_job(shop: Shop, clock: ManualClock, to: str = "packed") -> Job:
    """A job with signals for its stages, all of them due."""
    job = job_on_floor(shop)
    note(shop, job, to)
    clock.turn(30)
    return job


def test_signals_of_an_item_go_out_in_the_order_in_which_they_happened(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    job = moved_job(shop, clock)
    send_all(shop)

    assert sent.said(job.item_id) == ALL_TYPES[:4]
    assert all("items" not in request for request in sent.requests)


def test_what_went_out_is_what_the_document_asks_for_without_the_key(
    shop: Shop, sent: RecordingSender
) -> None:
    order = order_in(shop)
    send_all(shop)

    assert sent.requests == [
        {
            "type": "ItemRegistered",
            "order": order.order_id,
            "item": order.item_ids[0],
            "datetime": "2026-03-02 08:00:00 GMT",
        }
    ]
    assert actions(shop, order.order_id) == ["order taken", "signal sent"]


def test_the_items_of_an_order_go_out_in_one_bundle_and_orders_apart(
    shop: Shop, sent: RecordingSender
) -> None:
    first, second = order_in(shop, 1, items=3), order_in(shop, 2, items=2)
    order_in(shop, 3)
    send_all(shop)

    bundles = [request.get("items", [request]) for request in sent.requests]
    assert [[one["item"] for one in bundle] for bundle in bundles] == [
        list(first.item_ids),
        list(second.item_ids),
        ["000000030001"],
    ]


def test_a_bundle_holds_no_more_than_its_limit(shop: Shop, sent: RecordingSender) -> None:
    shop = with_usual(shop, bundle_limit=4)
    order_in(shop, items=10)
    send_all(shop)

    assert [len(request["items"]) for request in sent.requests] == [4, 4, 2]


def test_a_limit_of_one_never_bundles(shop: Shop, sent: RecordingSender) -> None:
    shop = with_usual(shop, bundle_limit=1)
    order_in(shop, items=3)
    send_all(shop)

    assert [request["type"] for request in sent.requests] == ["ItemRegistered"] * 3


def test_the_nearest_deadline_goes_first(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    job = job_on_floor(shop)
    send_all(shop)
    note(shop, job, "print")
    clock.turn(30)
    later = order_in(shop, 2)
    send_all(shop)

    assert [signal["order"] for signal in sent.signals] == [
        job.order_id,
        later.order_id,
        job.order_id,
    ]


def test_a_refused_bundle_is_split_and_only_the_bad_signal_is_parked(
    shop: Shop, sent: RecordingSender
) -> None:
    order = order_in(shop, items=3)
    bad = order.item_ids[1]
    sent.answer = refuse_item(bad)
    send_all(shop)

    assert [sent.said(item_id) for item_id in order.item_ids] == [
        ["ItemRegistered"],
        [],
        ["ItemRegistered"],
    ]
    assert last_answers(shop) == {
        order.item_ids[0]: ("sent", "200"),
        bad: ("parked", "400; unknown item; the signal is refused"),
        order.item_ids[2]: ("sent", "200"),
    }
    assert sent.tried == 4


def test_a_parked_signal_does_not_hold_back_those_after_it(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    job = moved_job(shop, clock, "produced")
    sent.answer = refuse_item(job.item_id, "ItemProduce")
    send_all(shop)
    assert promised(shop, job)[1] == "ItemProduce parked"

    sent.answer = accept
    note(shop, job, "packed")
    clock.turn(3600)
    send_all(shop)

    assert sent.said(job.item_id) == ["ItemRegistered", "ItemPacked"]
    assert promised(shop, job)[1:] == [
        "ItemProduce parked",
        "ItemProduced parked",
        "ItemPacked sent",
    ]
    assert actions(shop, job.order_id).count("signal parked") == 2


@pytest.mark.parametrize("status", [400, 422])
def test_a_refused_signal_is_parked_at_the_first_try_and_told_in_the_log(
    shop: Shop, sent: RecordingSender, logged: list[str], status: int
) -> None:
    order_in(shop)
    sent.answer = refuse(status)
    send_all(shop)

    assert sent.tried == 1
    assert shop.store.signals.counts() == {"parked": 1}
    assert any(line.startswith("ERROR") and "parked" in line for line in logged)
    assert shop.store.destinations.get(SIGNALS).reach is Reach.OPEN


@pytest.mark.parametrize("status", [None, 408, 429, 500, 502, 503, 200 + 1, 302, 404, 401])
def test_a_signal_that_fails_holds_back_later_ones_of_its_item_and_is_sent_again(
    shop: Shop, clock: ManualClock, sent: RecordingSender, gate: Gate, status: int | None
) -> None:
    job = moved_job(shop, clock)
    sent.answer = refuse(status)
    for _ in range(20):
        send_all(shop, gate)
        clock.turn(5)
    assert sent.requests == []
    assert sent.tried > 1
    assert promised(shop, job) == [f"{kind} waiting" for kind in ALL_TYPES[:4]]

    sent.answer = accept
    clock.turn(60)
    send_all(shop, gate)
    assert sent.said(job.item_id) == ALL_TYPES[:4]


def test_four_senders_say_everything_once_and_in_order(
    shop: Shop, clock: ManualClock, sent: RecordingSender, gate: Gate
) -> None:
    jobs = [job_on_floor(shop, number) for number in range(1, 31)]
    for job in jobs:
        note(shop, job, "packed")
    clock.turn(30)

    def work() -> None:
        send_all(shop, gate)
        shop.store.close()

    at_once([work] * 4)
    send_all(shop, gate)

    assert [sent.said(job.item_id) for job in jobs] == [ALL_TYPES[:4]] * 30


def test_nothing_due_asks_nobody(shop: Shop, sent: RecordingSender, gate: Gate) -> None:
    assert not send_next(shop, gate)
    assert sent.tried == 0
    assert gate.health.reach is Reach.OPEN


def test_a_bundle_that_is_too_large_is_sent_singly_and_none_is_parked(
    shop: Shop, sent: RecordingSender
) -> None:
    order = order_in(shop, items=4)
    sent.answer = lambda request: Answer(status=413 if "items" in request else 200)
    send_all(shop)

    assert [sent.said(item) for item in order.item_ids] == [["ItemRegistered"]] * 4
    assert sent.tried == 5
