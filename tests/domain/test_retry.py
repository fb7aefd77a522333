from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotfolder.domain.answer import Answer, Blame, Judgement, Outcome, judge_answer
from hotfolder.domain.retry import (
    Health,
    Reach,
    after_failure,
    after_success,
    is_definite,
    is_given_up,
    may_send,
    next_fetch,
    next_signal_try,
)
from hotfolder.errors import FetchKind
from tests.builders import NOON

DOWN = Answer(status=500)
WRONG_KEY = Answer(status=401)
DAYS = timedelta(days=1)
tick = timedelta(microseconds=1)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def failed(
    health: Health | None = None,
    answer: Answer = DOWN,
    now: datetime = NOON,
    dice: float = 0.0,
) -> Health:
    return after_failure(health or Health(), judge_answer(answer, 1), answer, now, dice)


def probes(until_seconds: float, answer: Answer = DOWN, dice: float = 0.0) -> list[float]:
    """Seconds after the first failure at which a probe goes out, while every one of them fails."""
    health = failed(answer=answer, dice=dice)
    times = []
    while health.next_probe and health.next_probe <= at(until_seconds):
        now = health.next_probe
        times.append((now - NOON).total_seconds())
        health = failed(health, answer, now, dice)
    return times


def gaps(times: list[float]) -> set[float]:
    return {after - before for before, after in pairwise(times)}


def test_probes_follow_at_once_after_a_second_and_then_every_two_for_a_minute() -> None:
    assert probes(12) == [0, 1, 3, 5, 7, 9, 11]
    assert probes(59) == [0, 1, *range(3, 60, 2)]


def test_after_a_minute_a_probe_goes_out_every_five_seconds_after_ten_every_fifteen() -> None:
    times = probes(3600)
    assert gaps([time for time in times if 61 <= time <= 600]) == {5}
    assert gaps([time for time in times if time >= 606]) == {15}


def test_in_an_hour_of_outage_no_two_probes_are_more_than_fifteen_seconds_apart() -> None:
    times = probes(3600)
    assert max(gaps(times)) == 15
    assert times[-1] > 3600 - 15
    assert len(times) < 360, "and they are few"


def test_a_wrong_key_or_address_pauses_with_a_probe_every_minute() -> None:
    assert probes(200, WRONG_KEY) == [60, 120, 180]
    assert failed(answer=WRONG_KEY).reach is Reach.PAUSED
    assert failed(answer=Answer(status=404)).reach is Reach.PAUSED
    assert failed(answer=Answer(status=302)).reach is Reach.PAUSED
    assert failed(answer=Answer(status=200, is_page=True)).reach is Reach.PAUSED


@pytest.mark.parametrize("status", [408, 409, 429, 500, 503, None])
def test_all_other_trouble_is_probed(status: int | None) -> None:
    assert failed(answer=Answer(status=status)).reach is Reach.PROBING


def test_a_failing_destination_says_since_when_how_often_and_why() -> None:
    first = failed(answer=Answer(status=503, words="down for repairs"))
    assert first == Health(
        reach=Reach.PROBING,
        since=NOON,
        failures=1,
        probes=0,
        next_probe=NOON,
        words="the server asks us to wait (down for repairs)",
    )
    second = failed(first, Answer(), at(1))
    assert second == Health(
        reach=Reach.PROBING,
        since=NOON,
        failures=2,
        probes=1,
        next_probe=at(2),
        words="the connection was cut off",
    )


def test_a_mended_key_before_a_server_that_is_down_is_probing_and_not_paused() -> None:
    paused = failed(answer=WRONG_KEY)
    after = failed(paused, now=at(60))
    assert (after.reach, after.since) == (Reach.PROBING, NOON)


@pytest.mark.parametrize("answer", [DOWN, WRONG_KEY])
def test_the_first_success_opens_it_wholly(answer: Answer) -> None:
    assert after_success(failed(answer=answer)) == Health()


def test_success_of_an_open_destination_is_no_change() -> None:
    health = Health()
    assert after_success(health) is health


def test_nothing_goes_out_before_the_next_probe() -> None:
    bad = failed(failed())
    assert not may_send(bad, at(0.999))
    assert may_send(bad, at(1))
    assert may_send(Health(), NOON)
    assert may_send(Health(reach=Reach.PROBING), NOON), "a health of which no probe is known"


@pytest.mark.parametrize(
    ("asked", "waits"), [(None, 2), (0, 2), (1, 2), (5, 5), (3599, 3599), (3600, 3600)]
)
def test_a_server_that_asks_for_time_gets_it(asked: float | None, waits: float) -> None:
    busy = failed(failed(failed(answer=Answer(status=429)), Answer(status=429)))
    answer = Answer(status=429, retry_after=asked)
    assert failed(busy, answer).next_probe == at(waits)


@pytest.mark.parametrize("asked", [3601, 86400, 1e12, 1e300])
def test_but_never_more_than_an_hour(asked: float) -> None:
    assert failed(answer=Answer(status=429, retry_after=asked)).next_probe == at(3600)


def test_a_pause_is_made_longer_by_what_the_server_asks_and_never_shorter() -> None:
    assert failed(answer=Answer(status=401, retry_after=5)).next_probe == at(60)
    assert failed(answer=Answer(status=401, retry_after=300)).next_probe == at(300)


@given(
    st.floats(0, 1),
    st.integers(0, 50),
    st.timedeltas(timedelta(0), timedelta(days=30)),
    st.sampled_from([DOWN, WRONG_KEY]),
)
def test_dice_spread_a_probe_by_a_fifth_and_never_make_it_later(
    dice: float, failures: int, down: timedelta, answer: Answer
) -> None:
    bad = Health(reach=Reach.PROBING, since=NOON, failures=failures, next_probe=NOON)
    now = NOON + down
    latest = failed(bad, answer, now).next_probe
    rolled = failed(bad, answer, now, dice).next_probe
    assert latest is not None
    assert rolled is not None
    assert (latest - now) * 0.8 - tick <= rolled - now <= latest - now


@given(st.lists(st.tuples(st.sampled_from([DOWN, WRONG_KEY]), st.floats(0, 120)), max_size=40))
def test_whatever_comes_the_next_probe_is_never_more_than_a_minute_away(
    story: list[tuple[Answer, float]],
) -> None:
    health, now = Health(), NOON
    for number, (answer, pause) in enumerate(story, start=1):
        health = failed(health, answer, now, 0.5)
        assert health.next_probe is not None
        assert now <= health.next_probe <= now + timedelta(seconds=60)
        assert (health.failures, health.since) == (number, NOON)
        now += timedelta(seconds=pause)


def tries(blame: Blame, attempts: range) -> list[float]:
    judgement = Judgement(outcome=Outcome.RETRY, blame=blame, diagnosis="x")
    times = (next_signal_try(judgement, count, NOON) for count in attempts)
    return [(time - NOON).total_seconds() for time in times]


@pytest.mark.parametrize("blame", [Blame.NOBODY, Blame.WAY, Blame.SETUP])
def test_a_signal_waits_for_its_destination_alone_where_the_way_is_to_blame(blame: Blame) -> None:
    assert set(tries(blame, range(1, 100))) == {0}


def test_a_signal_that_may_be_to_blame_lets_others_go_first() -> None:
    assert tries(Blame.SIGNAL, range(1, 8)) == [1, 2, 5, 10, 15, 15, 15]


def test_a_stubborn_one_is_tried_once_a_minute() -> None:
    assert tries(Blame.SIGNAL, range(19, 23)) == [15, 15, 60, 60]
    assert tries(Blame.SIGNAL, range(1000, 1001)) == [60]


def test_a_signal_is_given_up_after_seven_days_and_not_a_moment_before() -> None:
    assert not is_given_up(NOON, NOON)
    assert not is_given_up(NOON, NOON + 7 * DAYS - tick)
    assert is_given_up(NOON, NOON + 7 * DAYS)
    assert is_given_up(NOON, NOON + 700 * DAYS)
    assert not is_given_up(NOON, NOON - DAYS), "a clock that was set back"


def test_files_are_fetched_again_at_growing_distances_that_end_at_five_minutes() -> None:
    waits = [(next_fetch(attempts, NOON) - NOON).total_seconds() for attempts in range(1, 8)]
    assert waits == [2, 5, 15, 60, 300, 300, 300]


def test_what_may_pass_is_tried_for_a_while_before_a_person_is_asked() -> None:
    for kind in (FetchKind.TRUNCATED, FetchKind.TOO_SLOW, FetchKind.NOT_TRUSTED):
        assert is_definite(kind)
        waits = [(next_fetch(attempts, NOON, kind) - NOON) for attempts in range(1, 5)]
        assert sum(waits, timedelta()) > timedelta(minutes=20)
