"""Signals go out: in order, in bundles, again when they failed, parked when they are refused."""

import itertools
import threading
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from hotfolder.domain.answer import KEY_REFUSED, REDIRECTED, WRONG_ADDRESS, Answer, Fault
from hotfolder.domain.job import Job
from hotfolder.domain.retry import Reach
from hotfolder.services.recover import free_stuck, recover
from hotfolder.services.send_signals import Gate, send_next
from hotfolder.services.shop import SIGNALS, Shop
from tests.fakes import Answering, ManualClock, RecordingSender, accept, refuse
from tests.steps import (
    ALL_TYPES,
    actions,
    gate_of,
    job_on_floor,
    note,
    order_in,
    promised,
    send_all,
)


def refuse_item(item_id: str, kind: str = "", status: int = 400) -> Answering:
    """This status for every request that holds this item (and this type)."""

    def answer(request: Mapping[str, Any]) -> Answer:
        signals = request.get("items", [request])
        bad = any(one["item"] == item_id and kind in one["type"] for one in signals)
        return Answer(status=status, words="unknown item") if bad else Answer(status=200)

    return answer


class Killed(BaseException):
    """The process ends here, as far as the code under test can tell."""


@pytest.fixture
def gate(shop: Shop) -> Gate:
    return gate_of(shop)


def with_usual(shop: Shop, **changes: Any) -> Shop:
    """The shop with a changed usual destination."""
    usual = replace(shop.destinations[SIGNALS], **changes)
    return replace(shop, destinations={**shop.destinations, SIGNALS: usual})


def last_answers(shop: Shop) -> dict[str, tuple[str, str]]:
    """By item, state and last answer of its last signal."""
    return {row["item_id"]: (row["state"], row["last_answer"]) for row in rows(shop)}


def rows(shop: Shop) -> list[dict[str, Any]]:
    return shop.store.signals.find({})


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


def asked_at(
    shop: Shop, clock: ManualClock, sent: RecordingSender, gate: Gate, seconds: float
) -> list[float]:
    """The seconds at which the destination is asked in the next so many seconds."""
    found: list[float] = []
    began = clock.monotonic()
    while clock.monotonic() - began <= seconds:
        before = sent.tried
        send_all(shop, gate)
        found += [clock.monotonic() - began] * (sent.tried - before)
        clock.turn(0.25)
    return found


@pytest.mark.parametrize("status", [None, 500, 503])
def test_a_failing_destination_is_asked_one_signal_at_a_time_by_the_clock(
    shop: Shop, clock: ManualClock, sent: RecordingSender, gate: Gate, status: int | None
) -> None:
    for number in range(1, 6):
        order_in(shop, number)
    sent.answer = refuse(status)
    times = asked_at(shop, clock, sent, gate, 20 * 60)

    pauses = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert times[:2] == [0, 0], "the first probe follows at once"
    assert 0.8 <= pauses[1] <= 1
    in_minute = [pause for at, pause in zip(times[2:], pauses[2:], strict=False) if at < 58]
    assert 1.6 <= min(in_minute) <= max(in_minute) <= 2
    in_ten = [pause for at, pause in zip(times, pauses, strict=False) if 60 <= at < 590]
    assert 4 <= min(in_ten) <= max(in_ten) <= 5
    later = [pause for at, pause in zip(times, pauses, strict=False) if at >= 600]
    assert 12 <= min(later) <= max(later) <= 15


def test_probes_of_shops_that_fail_together_are_spread(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    order_in(shop)
    sent.answer = refuse(401)
    found = set()
    for _ in range(20):
        gate = gate_of(shop)
        send_next(shop, gate)
        found.add(gate.health.next_probe)

    assert len(found) > 10
    assert all(at and 48 <= (at - clock.now()).total_seconds() <= 60 for at in found)


def test_a_destination_that_recovers_gets_all_that_waits_at_once(
    shop: Shop, clock: ManualClock, sent: RecordingSender, gate: Gate
) -> None:
    orders = [order_in(shop, number) for number in range(1, 21)]
    sent.answer = refuse(None)
    send_all(shop, gate)
    assert sent.tried == 2, "the signal and the probe that follows at once"
    assert shop.store.destinations.get(SIGNALS).reach is Reach.PROBING

    sent.answer = accept
    clock.turn(1)
    send_all(shop, gate)
    found = [signal["order"] for signal in sent.signals]
    assert sorted(found) == [order.order_id for order in orders]
    assert found[1:] == sorted(found[1:]), "after the probe the nearest deadline goes first"
    assert shop.store.destinations.get(SIGNALS).reach is Reach.OPEN


def test_while_a_probe_is_on_the_way_nobody_else_sends(
    shop: Shop, clock: ManualClock, sent: RecordingSender, gate: Gate
) -> None:
    order_in(shop, 1)
    order_in(shop, 2)
    sent.answer = refuse(500)
    send_all(shop, gate)
    clock.turn(60)
    on_the_way, let_go = threading.Event(), threading.Event()

    def slow(_request: Mapping[str, Any]) -> Answer:
        on_the_way.set()
        assert let_go.wait(10)
        return Answer(status=200)

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


@pytest.mark.parametrize(
    ("status", "diagnosis"),
    [
        *[(status, KEY_REFUSED) for status in (401, 403)],
        *[(status, WRONG_ADDRESS) for status in (404, 405, 410, 415)],
        *[(status, REDIRECTED) for status in (301, 302, 307, 308)],
    ],
)
def test_a_wrong_key_or_address_pauses_everything_and_parks_nothing(
    shop: Shop,
    clock: ManualClock,
    sent: RecordingSender,
    gate: Gate,
    status: int,
    diagnosis: str,
) -> None:
    order_in(shop, 1, items=2)
    order_in(shop, 2)
    sent.answer = refuse(status)
    send_all(shop, gate)
    clock.turn(40)
    send_all(shop, gate)

    assert sent.tried == 1
    assert shop.store.signals.counts() == {"waiting": 3}
    health = shop.store.destinations.get(SIGNALS)
    assert (health.reach, health.words) == (Reach.PAUSED, f"{diagnosis} (no)")

    clock.turn(30)
    sent.answer = accept
    send_all(shop, gate)
    assert len(sent.signals) == 3


def test_after_a_restart_with_the_right_key_nothing_is_said_to_be_paused(
    shop: Shop, sent: RecordingSender
) -> None:
    order_in(shop)
    sent.answer = refuse(401)
    send_all(shop)

    sent.answer = accept
    recover(shop)
    send_all(shop)

    assert len(sent.signals) == 1
    assert shop.store.destinations.get(SIGNALS).reach is Reach.OPEN


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
    assert rows(shop)[0]["attempts"] == 2


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
    assert {row["last_answer"] for row in rows(shop)} == {"unknown: sending was cut off"}
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

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    send_all(shop, gate)

    assert [sent.said(job.item_id) for job in jobs] == [ALL_TYPES[:4]] * 30


def test_nothing_due_asks_nobody(shop: Shop, sent: RecordingSender, gate: Gate) -> None:
    assert not send_next(shop, gate)
    assert sent.tried == 0
    assert gate.health.reach is Reach.OPEN
