"""A failing destination is probed: one request at a time, by the clock, by one sender."""

import itertools
import threading
from collections.abc import Mapping
from typing import Any

import pytest

from hotfolder.domain.answer import Answer, Fault
from hotfolder.domain.retry import Reach
from hotfolder.domain.signal import SignalType
from hotfolder.services.send_signals import Gate, send_next
from hotfolder.services.shop import SIGNALS, Shop
from tests.fakes import ManualClock, RecordingSender, accept, refuse
from tests.steps import actions, gate_of, order_in, send_all
from tests.threads import again_and_again, at_once
from tests.waiting import wait_until


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

    def a_second_later() -> bool:
        clock.turn(1)
        return len(most) > 12

    with again_and_again(4, lambda: send_next(shop, gate), at_end=shop.store.close):
        wait_until(a_second_later, 60, "a dozen probes")

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

    at_once([work] * 4)

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
    assert shop.store.signals.counts() == {"withdrawn": 1}
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
