from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotfolder.domain.retry import (
    Health,
    Outcome,
    Reach,
    after_failure,
    after_success,
    may_send,
    next_fetch,
    outcome,
)
from tests.builders import NOON

ANSWERS: dict[Outcome, list[int | None]] = {
    Outcome.ACCEPTED: [200],
    Outcome.PARK: [400, 413, 422],
    Outcome.PAUSE: [401, 403, 404, 405, 410, 415],
    # no answer, other successes, redirects, trouble of the moment, trouble of the server
    Outcome.RETRY: [
        *(None, 201, 202, 204, 206),
        *(301, 302, 303, 304, 307, 308),
        *(408, 409, 425, 429),
        *(500, 502, 503, 504, 520),
    ],
}
SINGLE = [(status, result) for result, some in ANSWERS.items() for status in some]
BUNDLE = [
    (status, Outcome.SPLIT if result is Outcome.PARK else result) for status, result in SINGLE
]


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def probes(until_seconds: float, result: Outcome = Outcome.RETRY, dice: float = 1.0) -> list[float]:
    """Seconds after the first failure at which a probe goes out, while every one of them fails."""
    health = after_failure(Health(), result, "down", NOON, dice)
    times = []
    while health.next_probe and health.next_probe <= at(until_seconds):
        now = health.next_probe
        times.append((now - NOON).total_seconds())
        health = after_failure(health, result, "down", now, dice)
    return times


@pytest.mark.parametrize(("status", "expected"), SINGLE)
def test_each_answer_to_a_single_signal_means_one_thing(
    status: int | None, expected: Outcome
) -> None:
    assert outcome(status, 1) is expected


@pytest.mark.parametrize(("status", "expected"), BUNDLE)
def test_a_refused_bundle_is_split_and_other_answers_mean_the_same(
    status: int | None, expected: Outcome
) -> None:
    assert outcome(status, 2) is expected


@given(st.none() | st.integers(100, 599), st.integers(1, 100))
def test_only_200_is_success(status: int | None, signals: int) -> None:
    assert (outcome(status, signals) is Outcome.ACCEPTED) is (status == 200)


def test_at_first_a_probe_goes_out_every_second() -> None:
    assert probes(6) == [1, 2, 3, 4, 5, 6]


def test_after_ten_minutes_a_probe_goes_out_every_fifteen_seconds() -> None:
    times = probes(700)
    last_fast = max(time for time in times if time < 600)
    late = [time for time in times if time >= 600]
    assert last_fast >= 599
    gaps = [after - before for before, after in pairwise(late)]
    assert set(gaps) == {15}


def test_in_an_hour_of_outage_no_two_probes_are_more_than_fifteen_seconds_apart() -> None:
    times = [0.0, *probes(3600)]
    assert max(after - before for before, after in pairwise(times)) <= 15
    assert times[-1] > 3600 - 15


def test_a_wrong_key_or_address_pauses_with_a_probe_every_minute() -> None:
    assert probes(200, Outcome.PAUSE) == [60, 120, 180]
    assert after_failure(Health(), Outcome.PAUSE, "", NOON, 1.0).reach is Reach.PAUSED


def test_a_failing_destination_says_since_when_how_often_and_why() -> None:
    first = after_failure(Health(), Outcome.RETRY, "503 busy", NOON, 1.0)
    second = after_failure(first, Outcome.RETRY, "no answer in time", at(1), 1.0)
    assert second == Health(
        reach=Reach.FAILING,
        since=NOON,
        failures=2,
        next_probe=at(2),
        words="no answer in time",
    )


def test_a_mended_key_before_a_server_that_is_down_is_failing_and_not_paused() -> None:
    paused = after_failure(Health(), Outcome.PAUSE, "401", NOON, 1.0)
    assert after_failure(paused, Outcome.RETRY, "503", at(60), 1.0).reach is Reach.FAILING


@pytest.mark.parametrize("result", [Outcome.RETRY, Outcome.PAUSE])
def test_the_first_success_opens_it_wholly(result: Outcome) -> None:
    bad = after_failure(Health(), result, "down", NOON, 0.5)
    assert after_success(bad) == Health()


def test_success_of_an_open_destination_is_no_change() -> None:
    health = Health()
    assert after_success(health) is health


def test_nothing_goes_out_before_the_next_probe() -> None:
    bad = after_failure(Health(), Outcome.RETRY, "down", NOON, 1.0)
    assert not may_send(bad, at(0.999))
    assert may_send(bad, at(1))
    assert may_send(Health(), NOON)
    assert may_send(Health(reach=Reach.FAILING), NOON), "a health of which no probe is known"


@given(
    st.floats(0, 1),
    st.integers(0, 50),
    st.timedeltas(timedelta(0), timedelta(days=30)),
    st.sampled_from([Outcome.RETRY, Outcome.PAUSE]),
)
def test_dice_spread_a_probe_by_a_fifth_and_never_make_it_later(
    dice: float, failures: int, down: timedelta, result: Outcome
) -> None:
    bad = Health(reach=Reach.FAILING, since=NOON, failures=failures, next_probe=NOON)
    now = NOON + down
    latest = after_failure(bad, result, "", now, 1.0).next_probe
    rolled = after_failure(bad, result, "", now, dice).next_probe
    assert latest is not None
    assert rolled is not None
    tick = timedelta(microseconds=1)
    assert (latest - now) * 0.8 - tick <= rolled - now <= latest - now


def test_files_are_fetched_again_at_growing_distances_that_end_at_five_minutes() -> None:
    waits = [(next_fetch(attempts, NOON) - NOON).total_seconds() for attempts in range(1, 8)]
    assert waits == [2, 5, 15, 60, 300, 300, 300]
