"""Signals that get late are told in time, once a level, and counted."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hotfolder.domain.signal import SignalType
from hotfolder.services.edit_signals import park, resend
from hotfolder.services.overview import overview
from hotfolder.services.shop import Rules, Shop
from hotfolder.services.watch_deadlines import watch_deadlines
from tests.fakes import ManualClock, RecordingSender, refuse
from tests.steps import actions, job_on_floor, note, order_in, send_all

MINUTES = 60


def warnings(logged: list[str]) -> list[str]:
    return [line.splitlines()[0].strip() for line in logged if line.startswith("WARNING")]


def test_it_is_told_at_half_at_three_quarters_and_when_it_is_over_and_never_twice(
    shop: Shop, clock: ManualClock, logged: list[str]
) -> None:
    order = order_in(shop)
    told = {}
    for second in range(0, 20 * MINUTES, 5):
        if watch_deadlines(shop):
            told[second] = warnings(logged)[-1]
        clock.turn(5)

    assert told == {
        450: "WARNING 1 signals have used 50% of their time {}",
        675: "WARNING 1 signals have used 75% of their time {}",
        900: "WARNING 1 signals are past their deadline {}",
    }
    assert len(warnings(logged)) == 3
    assert actions(shop, order.order_id) == ["order taken", "deadline broken"]


def test_however_many_there_are_one_line_a_level_tells_of_them(
    shop: Shop, clock: ManualClock, logged: list[str]
) -> None:
    for number in range(1, 6):
        order_in(shop, number, items=50)
    clock.turn(8 * MINUTES)
    for number in range(6, 9):
        order_in(shop, number, items=50)
    clock.turn(7.5 * MINUTES)

    assert watch_deadlines(shop) == 400
    assert warnings(logged) == [
        "WARNING 150 signals have used 50% of their time {}",
        "WARNING 250 signals are past their deadline {}",
    ]
    assert watch_deadlines(shop) == 0


def test_who_looks_late_tells_of_the_level_reached_and_not_of_those_before(
    shop: Shop, clock: ManualClock, logged: list[str]
) -> None:
    order_in(shop)
    clock.turn(24 * 3600)

    assert [watch_deadlines(shop) for _ in range(3)] == [1, 0, 0]
    assert len(warnings(logged)) == 1


def test_what_arrived_in_time_is_never_told_of(
    shop: Shop, clock: ManualClock, sent: RecordingSender, logged: list[str]
) -> None:
    order_in(shop)
    send_all(shop)
    clock.turn(24 * 3600)

    assert watch_deadlines(shop) == 0
    assert warnings(logged) == []
    assert (overview(shop).late, overview(shop).arrived_late) == (0, 0)


def test_what_arrives_late_is_counted_for_good(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    order_in(shop, items=2)
    clock.turn(15 * MINUTES)
    assert (overview(shop).late, overview(shop).arrived_late) == (2, 0)
    send_all(shop)

    clock.turn(24 * 3600)
    assert (overview(shop).late, overview(shop).arrived_late) == (0, 2)


@pytest.mark.parametrize("by_person", [True, False])
def test_a_parked_signal_gets_late_like_any_other(
    shop: Shop, clock: ManualClock, sent: RecordingSender, logged: list[str], by_person: bool
) -> None:
    order_in(shop)
    if by_person:
        park(shop, shop.store.signals.find({})[0]["id"])
    else:
        sent.answer = refuse(400)
        send_all(shop)
    clock.turn(15 * MINUTES)

    assert watch_deadlines(shop) == 1
    assert overview(shop).late == 1


def test_a_withdrawn_signal_is_not_told_of(shop: Shop, clock: ManualClock) -> None:
    job = job_on_floor(shop)
    send_all(shop)
    note(shop, job, "print")
    note(shop, job, "new")
    clock.turn(24 * 3600)

    assert watch_deadlines(shop) == 0


def test_an_accepted_signal_that_a_person_sends_again_is_neither_late_nor_arrived_late(
    shop: Shop, clock: ManualClock, sent: RecordingSender, logged: list[str]
) -> None:
    order_in(shop)
    send_all(shop)
    clock.turn(30 * 24 * 3600)
    resend(shop, shop.store.signals.find({})[0]["id"])

    assert overview(shop).late == 0
    assert shop.store.signals.find({"late": clock.now()}) == []
    assert watch_deadlines(shop) == 0
    send_all(shop)
    assert overview(shop).arrived_late == 0
    assert len(sent.requests) == 2


def test_the_limits_of_the_configuration_count(
    shop: Shop, clock: ManualClock, logged: list[str]
) -> None:
    limits = {SignalType.REGISTERED: timedelta(minutes=4), SignalType.PRODUCE: timedelta(hours=5)}
    shop = replace(shop, rules=Rules(deadlines=limits))
    job = job_on_floor(shop)
    note(shop, job, "print")
    rows = {row["type"]: row["deadline"] - row["at"] for row in shop.store.signals.find({})}

    assert rows == {"ItemRegistered": timedelta(minutes=4), "ItemProduce": timedelta(hours=5)}
    clock.turn(2 * MINUTES)
    assert watch_deadlines(shop) == 1
    clock.turn(118 * MINUTES)
    assert watch_deadlines(shop) == 1
    clock.turn(30 * MINUTES)
    assert watch_deadlines(shop) == 1
    assert warnings(logged)[-1] == "WARNING 1 signals have used 50% of their time {}"
