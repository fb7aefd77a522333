"""How an order stands, told from its jobs."""

from datetime import timedelta

import pytest

from hotfolder.domain.job import JobState
from hotfolder.domain.standing import counted, is_finished, is_late, ship_by_passed, standing
from tests.builders import NOON, a_flow, a_job, a_place

FLOOR = JobState.FLOOR
STAGES = [stage.key for stage in a_flow().stages]


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"state": FLOOR, "place": a_place(stage="packed")}, "packed"),
        ({"state": JobState.WAITING}, "waiting"),
        ({"state": JobState.HELD}, "held"),
        ({"state": JobState.CANCELED, "place": a_place(stage="print")}, "canceled"),
    ],
)
def test_a_job_on_the_floor_stands_in_its_stage_and_any_other_in_its_state(
    fields: dict[str, object], word: str
) -> None:
    assert standing(a_job(**fields)) == word


@pytest.mark.parametrize(
    ("fields", "finished"),
    [
        ({"state": FLOOR, "place": a_place(stage="shipped")}, True),
        ({"state": FLOOR, "place": a_place(stage="shipped"), "waits_for": "tracking"}, False),
        ({"state": FLOOR, "place": a_place(stage="packed")}, False),
        ({"state": JobState.WAITING}, False),
        ({"state": JobState.HELD}, False),
        ({"state": JobState.CANCELED}, True),
        ({"state": JobState.DONE, "place": a_place(stage="archive")}, True),
        ({"state": JobState.DONE}, True),
    ],
)
def test_a_job_is_finished_in_the_last_stage_put_away_or_canceled(
    fields: dict[str, object], finished: bool
) -> None:
    assert is_finished(a_job(**fields), a_flow()) is finished


def test_a_job_whose_flow_is_gone_is_not_finished_unless_canceled() -> None:
    place = a_place(stage="shipped")
    assert not is_finished(a_job(state=FLOOR, place=place), None)
    assert is_finished(a_job(state=JobState.CANCELED), None)


def test_jobs_are_counted_off_the_floor_first_then_by_the_order_of_the_stages() -> None:
    jobs = [
        *(a_job(state=FLOOR, place=a_place(stage=stage)) for stage in ("packed", "new", "packed")),
        a_job(state=FLOOR, place=a_place(stage="gone from the flow")),
        a_job(state=JobState.HELD),
        a_job(),
    ]

    assert list(counted(jobs, STAGES).items()) == [
        ("waiting", 1),
        ("held", 1),
        ("new", 1),
        ("packed", 2),
        ("gone from the flow", 1),
    ]


@pytest.mark.parametrize(
    ("ship_by", "passed"),
    [
        ("2026-03-02 11:59:59", True),
        ("2026-03-02 12:00:00", False),
        ("2026-03-02 12:30:00+01:00", True),
        ("2026-03-01", True),
        ("2026-03-02", False),
        ("soon", False),
        ("", False),
    ],
)
def test_a_date_to_ship_by_is_utc_and_a_day_lasts_until_its_end(ship_by: str, passed: bool) -> None:
    assert ship_by_passed(ship_by, NOON) is passed
    assert ship_by_passed(ship_by, NOON - timedelta(days=30)) is False


@pytest.mark.parametrize(
    ("signal_is_late", "done", "late"),
    [(True, True, True), (True, False, True), (False, True, False), (False, False, True)],
)
def test_an_order_is_late_by_a_signal_or_as_long_as_it_is_not_shipped(
    *, signal_is_late: bool, done: bool, late: bool
) -> None:
    assert is_late("2026-03-01", NOON, signal_is_late=signal_is_late, done=done) is late
    assert is_late("soon", NOON, signal_is_late=signal_is_late, done=done) is signal_is_late
