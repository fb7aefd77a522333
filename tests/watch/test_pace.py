"""When stages are looked at without a hint: at their own times, later where a look is dear."""

import pytest

from hotfolder.watch.ears import Ear, Ears, Way
from hotfolder.watch.pace import COSTS, DEAF_SECONDS, LONGEST_SECONDS, SOON_SECONDS, Pace

EVERY, POLL = 5.0, 15.0


@pytest.fixture
def ears() -> Ears:
    return Ears()


@pytest.fixture
def pace(ears: Ears) -> Pace:
    return Pace(ears, EVERY, POLL)


def test_a_stage_is_due_at_once_and_then_at_its_times(pace: Pace) -> None:
    assert pace.next("new") == 0.0
    pace.looked("new", 100.0, 0.0)
    assert pace.next("new") == 105.0
    pace.all_due(["new", "print"])
    assert pace.next("new") == 0.0


@pytest.mark.parametrize(
    ("way", "seconds"),
    [(Way.EVENTS, EVERY), (Way.POLLED, POLL), (Way.DEAF, DEAF_SECONDS)],
)
def test_how_a_stage_is_heard_says_how_often_it_is_looked_at(
    ears: Ears, pace: Pace, way: Way, seconds: float
) -> None:
    ears.set("new", Ear(way=way))
    assert pace.every("new") == seconds
    assert pace.every("print") == EVERY


def test_looks_at_all_stages_take_half_a_percent_of_a_core_and_of_a_deaf_one_a_twentieth(
    ears: Ears, pace: Pace
) -> None:
    for _ in range(COSTS):
        pace.looked("new", 0.0, 0.15)
        pace.looked("print", 0.0, 0.05)
    assert pace.every("new") == pytest.approx(40.0)
    assert pace.soon("new") == pytest.approx(1.5)
    ears.set("new", Ear(way=Way.DEAF))
    assert pace.every("new") == pytest.approx(4.0)


def test_however_much_there_is_to_look_into_a_lost_hint_costs_a_minute_at_most(
    ears: Ears,
) -> None:
    for usual, longest in ((EVERY, LONGEST_SECONDS), (300.0, 300.0)):
        pace = Pace(ears, usual, usual)
        for _ in range(COSTS):
            pace.looked("new", 0.0, 9.0)
        assert pace.every("new") == longest


def test_a_single_dear_look_changes_nothing(pace: Pace) -> None:
    for cost in (0.001, 9.0, 9.0):
        pace.looked("new", 0.0, cost)
    assert (pace.every("new"), pace.soon("new")) == (EVERY, SOON_SECONDS)
