from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotfolder.domain.deadline import WARNED_AT, deadline, warning_time, warnings_due
from hotfolder.domain.signal import SignalType
from tests.builders import NOON

MINUTE = timedelta(minutes=1)
REGISTERING = (SignalType.ORDER_REGISTERED, SignalType.REGISTERED)
QUARTER = NOON + 15 * MINUTE


def at(minutes: float) -> datetime:
    return NOON + minutes * MINUTE


@pytest.mark.parametrize("kind", SignalType)
def test_an_order_is_confirmed_within_fifteen_minutes_and_the_rest_within_an_hour(
    kind: SignalType,
) -> None:
    assert deadline(kind, NOON, {}) == at(15 if kind in REGISTERING else 60)


@pytest.mark.parametrize("kind", SignalType)
def test_a_shop_may_have_its_own_limit_for_each_type(kind: SignalType) -> None:
    assert deadline(kind, NOON, {kind: 7 * MINUTE}) == at(7)
    other = SignalType.PRODUCE if kind is not SignalType.PRODUCE else SignalType.PACKED
    assert deadline(kind, NOON, {other: 7 * MINUTE}) == deadline(kind, NOON, {})


def test_a_person_is_warned_at_half_at_three_quarters_and_when_it_is_over() -> None:
    times = [warning_time(NOON, QUARTER, warned) for warned in range(5)]
    assert times == [at(7.5), at(11.25), at(15), None, None]


@pytest.mark.parametrize(
    ("minutes", "due"),
    [(-1, 0), (0, 0), (7.49, 0), (7.5, 1), (11.24, 1), (11.25, 2), (14.99, 2), (15, 3), (999, 3)],
)
def test_as_many_warnings_are_due_as_levels_are_reached(minutes: float, due: int) -> None:
    assert warnings_due(NOON, QUARTER, at(minutes)) == due


@given(st.timedeltas(timedelta(0), timedelta(days=8)), st.timedeltas(timedelta(0), 99 * MINUTE))
def test_who_is_warned_of_the_level_reached_is_not_warned_of_it_again(
    spent: timedelta, allowed: timedelta
) -> None:
    now, until = NOON + spent, NOON + allowed
    warned = warnings_due(NOON, until, now)
    following = warning_time(NOON, until, warned)
    assert (following is None) is (warned == len(WARNED_AT))
    assert following is None or following > now
