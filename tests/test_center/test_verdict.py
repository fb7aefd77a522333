"""What the account says about a shop."""

import calendar
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from hotfolder.test_center.records import Accepted, Pushed
from hotfolder.test_center.verdict import (
    PASSED_IN_ORDER,
    ahead_of_time,
    doubled,
    judge,
    out_of_order,
    registered_late,
)

NOON = float(calendar.timegm((2026, 3, 2, 12, 0, 0)))
EXPECTED = {("10", "11"): PASSED_IN_ORDER}


def arrived(
    *types: str, item: str = "11", at: float = NOON, said: str = "12:00:00"
) -> list[Accepted]:
    return [
        Accepted(
            seq=seq,
            at=at,
            type=kind,
            order="10",
            item=item,
            datetime=f"2026-03-02 {said} GMT",
            fields={},
        )
        for seq, kind in enumerate(types, 1)
    ]


def numbered(*lists: list[Accepted]) -> list[Accepted]:
    seqs = count(1)
    return [
        Accepted.from_dict(signal.as_dict() | {"seq": next(seqs)})
        for signals in lists
        for signal in signals
    ]


def test_a_whole_run_in_order_is_without_fault() -> None:
    assert judge(arrived(*PASSED_IN_ORDER), EXPECTED) == []


def test_the_order_of_arrival_counts_and_not_that_of_the_list() -> None:
    assert judge(reversed(arrived(*PASSED_IN_ORDER)), EXPECTED) == []


def test_a_missing_signal_is_named_with_its_item() -> None:
    assert judge(arrived(*PASSED_IN_ORDER[:-1]), EXPECTED) == [
        "order 10 item 11: ItemShipped is missing"
    ]


def test_an_item_without_any_signal_is_named() -> None:
    assert judge([], {("10", "11"): ["ItemRegistered"]}) == [
        "order 10 item 11: ItemRegistered is missing"
    ]


def test_a_signal_that_nobody_expected_is_named() -> None:
    signals = numbered(arrived(*PASSED_IN_ORDER), arrived("ItemRegistered", item="12"))

    assert judge(signals, EXPECTED) == ["order 10 item 12: ItemRegistered was not expected"]


def test_a_later_stage_before_an_earlier_one_is_out_of_order() -> None:
    signals = arrived("ItemRegistered", "ItemShipped", "ItemPacked")

    assert out_of_order(signals) == ["order 10 item 11: ItemPacked came as #3, after ItemShipped"]


def test_the_repeat_of_an_early_stage_is_doubled_and_not_out_of_order() -> None:
    signals = arrived("ItemRegistered", "ItemProduce", "ItemRegistered")

    assert out_of_order(signals) == []
    assert doubled(signals) == ["order 10 item 11: ItemRegistered came again as #3, was #1"]


def test_skipped_stages_and_delays_are_in_order() -> None:
    assert out_of_order(arrived("ItemRegistered", "ItemDelay", "ItemShipped", "ItemDelay")) == []


def test_production_after_a_cancellation_is_out_of_order() -> None:
    signals = arrived("ItemRegistered", "ItemCanceled", "ItemShipped")

    assert out_of_order(signals) == ["order 10 item 11: ItemShipped came as #3, after ItemCanceled"]


def test_items_are_judged_apart() -> None:
    signals = numbered(arrived("ItemRegistered", "ItemShipped"), arrived("ItemPacked", item="12"))

    assert out_of_order(signals) == []
    assert doubled(signals) == []


def test_a_delay_may_be_said_again_at_another_time_but_not_twice_the_same() -> None:
    later = arrived("ItemDelay", said="11:00:00")

    assert doubled(numbered(arrived("ItemDelay"), later)) == []
    assert len(doubled(numbered(arrived("ItemDelay"), arrived("ItemDelay")))) == 1


def test_doubled_signals_are_allowed_up_to_a_number() -> None:
    signals = numbered(arrived(*PASSED_IN_ORDER), arrived("ItemShipped"))

    assert judge(signals, EXPECTED, doubles_allowed=1) == []
    assert judge(signals, EXPECTED) == ["order 10 item 11: ItemShipped came again as #6, was #5"]


def test_a_local_time_labelled_gmt_is_found() -> None:
    assert ahead_of_time(arrived("ItemPacked", said="12:00:30")) == []
    assert ahead_of_time(arrived("ItemPacked", said="13:00:00")) == [
        "order 10 item 11: ItemPacked says a time 60 minutes after it came"
    ]


def pushed(status: int | None) -> Pushed:
    return Pushed(
        order="10", items=("11",), form="json", at=NOON, status=status, answer="", seconds=0.1
    )


def test_an_item_that_is_not_registered_in_15_minutes_is_found() -> None:
    late = ["order 10 item 11: ItemRegistered took more than 15 minutes"]

    assert registered_late([], [pushed(200)], now=NOON + 900) == []
    assert registered_late([], [pushed(200)], now=NOON + 901) == late
    in_time = arrived("ItemRegistered", at=NOON + 899)
    assert registered_late(in_time, [pushed(200)], now=NOON + 9999) == []
    too_late = arrived("ItemRegistered", at=NOON + 901)
    assert registered_late(too_late, [pushed(200)], now=NOON + 9999) == late


def test_an_order_that_the_shop_refused_needs_no_registration() -> None:
    assert registered_late([], [pushed(400), pushed(None)], now=NOON + 9999) == []


def test_the_first_registration_counts_when_it_came_twice() -> None:
    twice = numbered(
        arrived("ItemRegistered", at=NOON + 1), arrived("ItemRegistered", at=NOON + 5000)
    )

    assert registered_late(twice, [pushed(200)], now=NOON + 9999) == []


@given(st.permutations(PASSED_IN_ORDER))
def test_any_other_order_of_a_whole_run_is_a_fault(types: list[str]) -> None:
    found = judge(arrived(*types), EXPECTED)

    assert bool(found) is (tuple(types) != PASSED_IN_ORDER)
