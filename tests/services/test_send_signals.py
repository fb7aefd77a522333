"""Signals go out: in order, in bundles, again when they failed, parked when they are refused."""

import itertools
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from hotfolder.domain.job import Job
from hotfolder.domain.retry import Reach
from hotfolder.errors import DeliveryError
from hotfolder.services.recover import free_stuck, recover
from hotfolder.services.send_signals import Destination, send_next
from hotfolder.services.shop import SIGNALS, Rules, Shop
from tests.fakes import ManualClock, RecordingSender
from tests.steps import (
    ALL_TYPES,
    actions,
    job_on_floor,
    note,
    order_in,
    promised,
    send_all,
)

Answer = Callable[[Mapping[str, Any]], DeliveryError | None]


def refuse_all(status: int | None) -> Answer:
    return lambda _request: DeliveryError(f"{status} no", status=status)


def take_all(_request: Mapping[str, Any]) -> None:
    return None


def refuse_item(item_id: str, kind: str = "") -> Answer:
    """400 for every request that holds this item (and this type)."""

    def answer(request: Mapping[str, Any]) -> DeliveryError | None:
        signals = request.get("items", [request])
        bad = any(one["item"] == item_id and kind in one["type"] for one in signals)
        return DeliveryError("400 unknown item", status=400) if bad else None

    return answer


class Killed(BaseException):
    """The process ends here, as far as the code under test can tell."""


@pytest.fixture
def gate() -> Destination:
    return Destination()


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
    shop = replace(shop, rules=Rules(bundle_limit=4))
    order_in(shop, items=10)
    send_all(shop)

    assert [len(request["items"]) for request in sent.requests] == [4, 4, 2]


def test_a_limit_of_one_never_bundles(shop: Shop, sent: RecordingSender) -> None:
    shop = replace(shop, rules=Rules(bundle_limit=1))
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
    rows = {row["item_id"]: (row["state"], row["last_answer"]) for row in shop.store.outbox.list()}
    assert rows == {
        order.item_ids[0]: ("sent", "200"),
        bad: ("parked", "400 unknown item"),
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

    sent.answer = take_all
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


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_refused_signal_is_parked_at_the_first_try_and_told_in_the_log(
    shop: Shop, sent: RecordingSender, logged: list[str], status: int
) -> None:
    order_in(shop)
    sent.answer = refuse_all(status)
    send_all(shop)

    assert sent.tried == 1
    assert shop.store.outbox.counts() == {"parked": 1}
    assert any(line.startswith("ERROR") and "parked" in line for line in logged)
    assert shop.store.destinations.get(SIGNALS).reach is Reach.OPEN


@pytest.mark.parametrize("status", [None, 429, 500, 502, 503, 200 + 1, 302])
def test_a_signal_that_fails_holds_back_later_ones_of_its_item_and_is_sent_again(
    shop: Shop, clock: ManualClock, sent: RecordingSender, gate: Destination, status: int | None
) -> None:
    job = moved_job(shop, clock)
    sent.answer = refuse_all(status)
    for _ in range(5):
        send_all(shop, gate)
        clock.turn(5)
    assert sent.requests == []
    assert sent.tried > 1
    assert promised(shop, job) == [f"{kind} waiting" for kind in ALL_TYPES[:4]]

    sent.answer = take_all
    send_all(shop, gate)
    assert sent.said(job.item_id) == ALL_TYPES[:4]


def test_a_failing_destination_is_asked_one_signal_at_a_time_by_the_clock(
    shop: Shop, clock: ManualClock, sent: RecordingSender, gate: Destination
) -> None:
    for number in range(1, 6):
        order_in(shop, number)
    sent.answer = refuse_all(503)
    asked_at: list[float] = []
    for _ in range(15 * 60 * 2):
        before = sent.tried
        send_all(shop, gate)
        asked_at += [clock.monotonic()] * (sent.tried - before)
        clock.turn(0.5)

    pauses = [later - earlier for earlier, later in itertools.pairwise(asked_at)]
    in_time = [pause for at, pause in zip(asked_at, pauses, strict=False) if at < 1000 + 590]
    later = [pause for at, pause in zip(asked_at, pauses, strict=False) if at > 1000 + 610]
    assert 0.5 <= min(in_time) <= max(in_time) <= 1.5
    assert 12 <= min(later) <= max(later) <= 15.5


def test_a_destination_that_recovers_gets_all_that_waits_at_once(
    shop: Shop, clock: ManualClock, sent: RecordingSender, gate: Destination
) -> None:
    orders = [order_in(shop, number) for number in range(1, 21)]
    sent.answer = refuse_all(None)
    send_all(shop, gate)
    assert sent.tried == 1
    assert shop.store.destinations.get(SIGNALS).reach is Reach.FAILING

    sent.answer = take_all
    clock.turn(1)
    send_all(shop, gate)
    assert [signal["order"] for signal in sent.signals] == [order.order_id for order in orders]
    assert shop.store.destinations.get(SIGNALS).reach is Reach.OPEN


def test_while_a_probe_is_on_the_way_nobody_else_sends(
    shop: Shop, clock: ManualClock, sent: RecordingSender, gate: Destination
) -> None:
    order_in(shop, 1)
    order_in(shop, 2)
    sent.answer = refuse_all(500)
    send_all(shop, gate)
    clock.turn(60)
    on_the_way, let_go = threading.Event(), threading.Event()

    def slow(_request: Mapping[str, Any]) -> None:
        on_the_way.set()
        assert let_go.wait(10)

    sent.answer = slow
    probe = threading.Thread(target=send_next, args=(shop, gate))
    probe.start()
    assert on_the_way.wait(10)
    tried = sent.tried
    assert not send_next(shop, gate)
    assert sent.tried == tried
    let_go.set()
    probe.join(10)

    send_all(shop, gate)
    assert len(sent.signals) == 2


def test_a_signal_that_arrives_while_another_fails_leaves_nobody_saying_that_it_fails(
    shop: Shop, clock: ManualClock, sent: RecordingSender, gate: Destination
) -> None:
    for number in range(1, 4):
        order_in(shop, number)
    on_the_way, let_go = threading.Event(), threading.Event()

    def slow(_request: Mapping[str, Any]) -> None:
        sent.answer = refuse_all(500)
        on_the_way.set()
        assert let_go.wait(10)

    sent.answer = slow
    arriving = threading.Thread(target=send_next, args=(shop, gate))
    arriving.start()
    assert on_the_way.wait(10)
    assert send_next(shop, gate)
    assert shop.store.destinations.get(SIGNALS).reach is Reach.FAILING
    let_go.set()
    arriving.join(10)

    sent.answer = take_all
    clock.turn(60)
    send_all(shop, gate)
    assert len(sent.signals) == 3
    assert gate.health.reach is Reach.OPEN
    assert shop.store.destinations.get(SIGNALS).reach is Reach.OPEN


@pytest.mark.parametrize("status", [401, 403, 404, 405, 410, 415])
def test_a_wrong_key_or_address_pauses_everything_and_parks_nothing(
    shop: Shop, clock: ManualClock, sent: RecordingSender, gate: Destination, status: int
) -> None:
    order_in(shop, 1, items=2)
    order_in(shop, 2)
    sent.answer = refuse_all(status)
    send_all(shop, gate)
    clock.turn(40)
    send_all(shop, gate)

    assert sent.tried == 1
    assert shop.store.outbox.counts() == {"waiting": 3}
    health = shop.store.destinations.get(SIGNALS)
    assert (health.reach, health.words) == (Reach.PAUSED, f"{status} no")

    clock.turn(30)
    sent.answer = take_all
    send_all(shop, gate)
    assert len(sent.signals) == 3


def test_after_a_restart_with_the_right_key_nothing_is_said_to_be_paused(
    shop: Shop, sent: RecordingSender
) -> None:
    order_in(shop)
    sent.answer = refuse_all(401)
    send_all(shop, Destination())

    sent.answer = take_all
    recover(shop)
    send_all(shop, Destination())

    assert len(sent.signals) == 1
    assert shop.store.destinations.get(SIGNALS).reach is Reach.OPEN


def test_a_signal_without_an_answer_is_sent_again_word_for_word(
    shop: Shop, clock: ManualClock, sent: RecordingSender, gate: Destination
) -> None:
    arrived = []

    def cut_off_after_arrival(request: Mapping[str, Any]) -> DeliveryError:
        arrived.append(dict(request))
        return DeliveryError("no answer in time")

    order_in(shop)
    sent.answer = cut_off_after_arrival
    send_all(shop, gate)
    clock.turn(60)
    sent.answer = take_all
    send_all(shop, gate)

    assert sent.requests == arrived
    assert shop.store.outbox.list()[0]["attempts"] == 2


@pytest.mark.parametrize("arrived", [True, False])
def test_who_is_killed_between_post_and_outcome_sends_once_more_after_the_start(
    shop: Shop, sent: RecordingSender, arrived: bool
) -> None:
    order = order_in(shop, items=2)

    def die(request: Mapping[str, Any]) -> DeliveryError | None:
        if arrived:
            sent.requests.append(dict(request))
        raise Killed

    sent.answer = die
    with pytest.raises(Killed):
        send_all(shop)
    assert shop.store.outbox.counts() == {"sending": 2}

    sent.answer = take_all
    recover(shop)
    assert {row["last_answer"] for row in shop.store.outbox.list()} == {
        "unknown: sending was cut off"
    }
    send_all(shop)
    assert sent.said(order.item_ids[0]) == ["ItemRegistered"] * (2 if arrived else 1)
    assert shop.store.outbox.counts() == {"sent": 2}


def test_a_signal_whose_outcome_could_not_be_kept_is_sent_again_without_a_restart(
    shop: Shop, clock: ManualClock, sent: RecordingSender, gate: Destination
) -> None:
    order = order_in(shop)

    def fail(_request: Mapping[str, Any]) -> DeliveryError | None:
        raise OSError("the disk is full")

    sent.answer = fail
    with pytest.raises(OSError, match="full"):
        send_next(shop, gate)
    sent.answer = take_all

    clock.turn(shop.rules.lease.total_seconds() - 1)
    assert free_stuck(shop) == 0
    send_all(shop, gate)
    assert sent.said(order.item_ids[0]) == []
    clock.turn(2)
    assert free_stuck(shop) == 1
    send_all(shop, gate)
    assert sent.said(order.item_ids[0]) == ["ItemRegistered"]


def test_four_senders_say_everything_once_and_in_order(
    shop: Shop, clock: ManualClock, sent: RecordingSender, gate: Destination
) -> None:
    jobs = [job_on_floor(shop, number) for number in range(1, 31)]
    for job in jobs:
        note(shop, job, "packed")
    clock.turn(30)

    def work() -> None:
        send_all(shop, gate)
        shop.store.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    send_all(shop, gate)

    assert [sent.said(job.item_id) for job in jobs] == [ALL_TYPES[:4]] * 30


def test_nothing_due_asks_nobody(shop: Shop, sent: RecordingSender, gate: Destination) -> None:
    assert not send_next(shop, gate)
    assert sent.tried == 0
    assert gate.health.reach is Reach.OPEN
