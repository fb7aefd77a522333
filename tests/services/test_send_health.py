"""What a failing server does to the signals: nobody waits for one that is poisoned."""

import itertools
import threading
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from hotfolder.domain.answer import WEB_PAGE, Answer, Fault
from hotfolder.domain.retry import Reach
from hotfolder.domain.signal import SignalType
from hotfolder.services.send_signals import Gate, send_next
from hotfolder.services.shop import SIGNALS, Destination, Interface, Shop
from hotfolder.services.watch_deadlines import park_the_old
from tests.fakes import Answering, ManualClock, RecordingSender, accept, refuse
from tests.steps import LIVE_KEY, TEST_KEY, actions, gate_of, order_in, send_all
from tests.waiting import wait_until

DAY = 24 * 3600


@pytest.fixture
def gate(shop: Shop) -> Gate:
    return gate_of(shop)


def poisoned(order_id: str, status: int | None = 500) -> Answering:
    """This status for every request about this order, 200 for all others."""

    def answer(request: Mapping[str, Any]) -> Answer:
        first = request.get("items", [request])[0]
        return (refuse(status) if first["order"] == order_id else accept)(request)

    return answer


def states(shop: Shop) -> dict[str, int]:
    return shop.store.signals.counts()


# --- probes -------------------------------------------------------------------------------------


def test_four_senders_have_one_probe_on_the_way_at_a_time(
    shop: Shop, clock: ManualClock, sent: RecordingSender, gate: Gate
) -> None:
    for number in range(1, 21):
        order_in(shop, number)
    under_way: list[int] = []
    most: list[int] = []

    def slow(_request: Mapping[str, Any]) -> Answer:
        under_way.append(1)
        most.append(len(under_way))
        threading.Event().wait(0.002)
        under_way.pop()
        return Answer(status=503)

    sent.answer = refuse(503)
    send_next(shop, gate)
    sent.answer = slow
    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            send_next(shop, gate)
        shop.store.close()

    def a_second_later() -> bool:
        clock.turn(1)
        return len(most) > 12

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        wait_until(a_second_later, 60, "a dozen probes")
    finally:
        stop.set()
        for thread in threads:
            thread.join(10)

    assert max(most) == 1


def test_requests_that_fail_together_count_as_one_failure(
    shop: Shop, clock: ManualClock, sent: RecordingSender, gate: Gate, logged: list[str]
) -> None:
    for number in range(1, 5):
        order_in(shop, number)
    all_there = threading.Barrier(4)

    def together(_request: Mapping[str, Any]) -> Answer:
        all_there.wait(10)
        return Answer(fault=Fault.CUT_OFF)

    sent.answer = together

    def work() -> None:
        send_next(shop, gate)
        shop.store.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)

    assert sent.tried == 4
    assert (gate.health.failures, gate.health.next_probe) == (1, clock.now())
    assert shop.store.destinations.get(SIGNALS) == gate.health
    assert len([line for line in logged if "do not get through" in line]) == 1


def test_an_answer_that_comes_late_does_not_let_a_second_probe_go(
    shop: Shop, clock: ManualClock, sent: RecordingSender, gate: Gate
) -> None:
    for number in range(1, 4):
        order_in(shop, number)
    gates = [threading.Event() for _ in range(2)]
    arrived = [threading.Event() for _ in range(2)]

    def waiting(_request: Mapping[str, Any]) -> Answer:
        number = sent.tried - 1
        if number < 2:
            arrived[number].set()
            assert gates[number].wait(10)
        return Answer(status=503)

    sent.answer = waiting

    def start(number: int) -> threading.Thread:
        def work() -> None:
            send_next(shop, gate)
            shop.store.close()

        thread = threading.Thread(target=work)
        thread.start()
        assert arrived[number].wait(10)
        return thread

    late = start(0)
    other = start(1)
    gates[1].set()  # the second request fails while the first is still on the way
    other.join(10)
    assert gate.health.reach is Reach.PROBING
    entered = gate.enter(shop)
    assert entered is not None, "the probe that follows at once"
    gates[0].set()
    late.join(10)

    assert not send_next(shop, gate), "one probe is on the way already"
    gate.leave(entered)
    assert send_next(shop, gate)


def test_a_probe_with_nothing_to_send_is_none(
    shop: Shop, clock: ManualClock, sent: RecordingSender, gate: Gate
) -> None:
    order = order_in(shop)
    sent.answer = refuse(503)
    send_next(shop, gate)
    (row,) = shop.store.signals.find({})
    with shop.store.transaction():
        shop.store.outbox.withdraw(row["job_id"], [SignalType.REGISTERED])
    before = gate.health

    assert not send_next(shop, gate)
    assert gate.health == before
    assert states(shop) == {"withdrawn": 1}
    order_in(shop, 2)
    assert send_next(shop, gate)
    assert actions(shop, order.order_id) == ["order taken"]


def test_of_what_waits_each_is_probed_in_turn(
    shop: Shop, clock: ManualClock, sent: RecordingSender, gate: Gate
) -> None:
    orders = [order_in(shop, number).order_id for number in range(1, 4)]
    asked: list[str] = []

    def note(request: Mapping[str, Any]) -> Answer:
        asked.append(request["order"])
        return Answer(status=500)

    sent.answer = note
    for _ in range(400):
        send_all(shop, gate)
        clock.turn(1)

    assert asked[:3] == orders
    assert {asked.count(order) for order in orders} <= {len(asked) // 3, len(asked) // 3 + 1}


# --- poisoned signals ---------------------------------------------------------------------------


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
    assert states(shop) == {"sent": 40, "waiting": count}


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


# --- what the server asks for, and what stands in between -----------------------------------------


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
    assert states(shop) == {"sent": 1}


def test_a_web_page_is_no_acceptance_but_where_it_was_allowed(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    order_in(shop)
    sent.answer = lambda _request: Answer(status=200, is_page=True)
    send_all(shop)
    assert states(shop) == {"waiting": 1}
    health = shop.store.destinations.get(SIGNALS)
    assert (health.reach, health.words) == (Reach.PAUSED, WEB_PAGE)

    usual = replace(shop.destinations[SIGNALS], pages_count=True)
    send_all(replace(shop, destinations={SIGNALS: usual}))
    assert states(shop) == {"sent": 1}


def test_a_wrong_key_is_an_error_in_the_log_at_once_also_in_the_middle_of_an_outage(
    shop: Shop, clock: ManualClock, sent: RecordingSender, gate: Gate, logged: list[str]
) -> None:
    order_in(shop)
    sent.answer = refuse(None)
    send_all(shop, gate)
    sent.answer = refuse(401, "bad key")
    clock.turn(10)
    send_all(shop, gate)
    clock.turn(61)
    send_all(shop, gate)

    errors = [line for line in logged if line.startswith("ERROR")]
    assert len(errors) == 1
    assert "signals.key" in errors[0]


def test_while_paused_it_asks_once_a_minute_and_a_changed_key_goes_on_at_once(
    shop: Shop, clock: ManualClock, sent: RecordingSender, gate: Gate
) -> None:
    order_in(shop, 1)
    order_in(shop, 2)
    sent.answer = refuse(401)
    for _ in range(600):
        send_all(shop, gate)
        clock.turn(1)
    assert 10 <= sent.tried <= 13

    sent.answer = accept
    sent.set_key("another")
    gate.reopen()
    send_all(shop, gate)
    assert states(shop) == {"sent": 2}


def test_a_key_that_changes_while_a_probe_with_the_old_one_is_on_the_way_goes_on_at_once(
    shop: Shop, clock: ManualClock, sent: RecordingSender, gate: Gate
) -> None:
    order_in(shop, 1)
    order_in(shop, 2)
    sent.answer = refuse(401)
    send_next(shop, gate)
    clock.turn(60)
    entered = gate.enter(shop)
    assert entered is not None

    gate.reopen()
    sent.answer = accept
    assert send_next(shop, gate)
    assert not gate.hear(entered, replace(entered, failures=2))
    gate.leave(entered)
    assert gate.health.reach is Reach.OPEN, "the old key says nothing about the new one"


# --- bundles ------------------------------------------------------------------------------------


def test_a_bundle_that_is_too_large_is_sent_singly_and_none_is_parked(
    shop: Shop, sent: RecordingSender
) -> None:
    order = order_in(shop, items=4)
    sent.answer = lambda request: Answer(status=413 if "items" in request else 200)
    send_all(shop)

    assert [sent.said(item) for item in order.item_ids] == [["ItemRegistered"]] * 4
    assert sent.tried == 5


# --- age ----------------------------------------------------------------------------------------


def test_a_signal_is_given_up_after_seven_days_and_a_person_may_still_send_it(
    shop: Shop, clock: ManualClock, sent: RecordingSender, gate: Gate, logged: list[str]
) -> None:
    order = order_in(shop)
    sent.answer = refuse(503)
    send_all(shop, gate)
    clock.turn(7 * DAY - 60)
    send_all(shop, gate)
    assert park_the_old(shop) == 0
    clock.turn(60)

    assert park_the_old(shop) == 1
    (row,) = shop.store.signals.find({})
    assert (row["state"], "7 days" in row["last_answer"]) == ("parked", True)
    assert any(line.startswith("ERROR") and "given up" in line for line in logged)
    assert actions(shop, order.order_id)[-1] == "signal parked"


def test_a_probe_that_fails_after_seven_days_parks_its_signal_with_the_last_answer(
    shop: Shop, clock: ManualClock, sent: RecordingSender, gate: Gate
) -> None:
    order = order_in(shop)
    clock.turn(7 * DAY)
    sent.answer = refuse(500, "boom")
    send_all(shop, gate)

    (row,) = shop.store.signals.find({})
    assert row["state"] == "parked"
    assert row["last_answer"] == "given up after 7 days: 500; boom; the server is in trouble"
    assert actions(shop, order.order_id)[-1] == "signal parked"


def test_of_a_bundle_only_what_is_old_is_given_up(
    shop: Shop, clock: ManualClock, sent: RecordingSender, gate: Gate
) -> None:
    order_in(shop, items=2)
    clock.turn(7 * DAY)
    first, second = shop.store.signals.find({})
    with shop.store.transaction():
        assert shop.store.signals.change(second, asked_at=clock.now())
    sent.answer = refuse(503)
    send_all(shop, gate)
    assert states(shop) == {"waiting": 2}

    assert park_the_old(shop) == 1
    assert {row["id"]: row["state"] for row in shop.store.signals.find({})} == {
        first["id"]: "parked",
        second["id"]: "waiting",
    }


# --- destinations -------------------------------------------------------------------------------


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
