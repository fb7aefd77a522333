"""Who is on the list of a day, and why somebody is left."""

from dataclasses import replace
from datetime import date, time

import pytest

from hotfolder.domain.day import DayRule, OwnDay
from hotfolder.domain.day_list import (
    DayLine,
    Said,
    by_carrier,
    calendar_of,
    calendars,
    is_due_by,
    is_of_the_day,
    may_ship,
    why_left,
)
from hotfolder.domain.job import END_OF_DAY, Job, JobState
from tests.builders import a_flow, a_job, a_place, a_stage

FLOW = a_flow()


def on_floor(stage: str, **fields: object) -> Job:
    return a_job(state=JobState.FLOOR, place=a_place(stage=stage), **fields)


@pytest.mark.parametrize(
    ("job", "words"),
    [
        (a_job(reason="the server is away"), "not made: waits for its files: the server is away"),
        (a_job(state=JobState.HELD, reason="a page is missing"), "held: a page is missing"),
        (a_job(state=JobState.DELAYED, reason="24 hours: ink"), "delayed: 24 hours: ink"),
        (a_job(state=JobState.CANCELED, reason="CancelBookRip"), "canceled: CancelBookRip"),
        (on_floor("shipped", waits_for="tracking"), "no tracking"),
        (on_floor("shipped", waits_for="shipping_option"), "no shipping_option"),
        (on_floor("shipped", waits_for="the other items"), "waits for the other items"),
        (on_floor("shipped", waits_for=END_OF_DAY), "came too late for this close"),
        (on_floor("packed"), "packed, but not in shipped"),
        (on_floor("produced"), "not packed: in produced"),
    ],
)
def test_a_job_that_stays_says_why(job: Job, words: str) -> None:
    assert why_left(job, FLOW) == words


def test_a_job_whose_flow_is_gone_says_so() -> None:
    job = on_floor("packed", waits_for=END_OF_DAY)
    assert why_left(job, None) == "its flow books is not configured any more"
    assert not may_ship(job, None)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (JobState.FLOOR, True),
        (JobState.DONE, True),
        (JobState.HELD, False),
        (JobState.DELAYED, False),
        (JobState.CANCELED, False),
    ],
)
def test_only_who_stands_on_the_floor_or_was_put_away_ships(
    state: JobState, expected: bool
) -> None:
    assert may_ship(a_job(state=state, waits_for=END_OF_DAY), FLOW) is expected


def test_who_waits_for_tracking_does_not_ship() -> None:
    assert not may_ship(on_floor("shipped", waits_for="tracking"), FLOW)


@pytest.mark.parametrize(
    ("job", "due", "order_ships", "expected"),
    [
        (on_floor("print"), False, False, False),
        (on_floor("print"), True, False, True),
        (on_floor("print"), False, True, True),
        (on_floor("packed"), False, False, True),
        (on_floor("shipped", waits_for="tracking"), False, False, True),
        (a_job(state=JobState.HELD), False, False, False),
        (a_job(state=JobState.HELD), False, True, True),
    ],
)
def test_work_in_progress_is_left_over_only_when_it_belongs_to_the_day(
    job: Job, due: bool, order_ships: bool, expected: bool
) -> None:
    assert is_of_the_day(job, FLOW, due=due, order_ships=order_ships) is expected


def test_a_flow_without_packing_has_nothing_packed() -> None:
    flow = replace(FLOW, stages=(a_stage("new"), a_stage("packed")))
    assert not is_of_the_day(on_floor("packed"), flow, due=False, order_ships=False)
    assert why_left(on_floor("packed"), flow) == "not packed: in packed"


def line(order: str, item: str, tracking: str, option: str) -> DayLine:
    return DayLine(
        job_id=1,
        order_id=order,
        item_id=item,
        said=Said.CLOSE,
        tracking=tracking,
        shipping_option=option,
    )


def test_parcels_are_sorted_by_carrier_and_items_with_one_code_are_one() -> None:
    lines = [
        line("2", "c", "T2", "ups"),
        line("1", "a", "T1", "ups"),
        line("1", "b", "T1", "ups"),
        line("3", "d", "T3", "dhl"),
    ]
    found = by_carrier(lines)
    told = {
        option: [(one.tracking, [line.item_id for line in one.lines]) for one in parcels]
        for option, parcels in found.items()
    }
    assert told == {"dhl": [("T3", ["d"])], "ups": [("T1", ["a", "b"]), ("T2", ["c"])]}
    assert list(told) == ["dhl", "ups"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-02", True),
        ("2026-03-02 16:00:00", True),
        ("2026-03-01T00:00:00Z", True),
        ("2026-03-03", False),
        ("", False),
        ("1 March", False),
    ],
)
def test_an_order_is_due_by_the_date_in_its_text(text: str, expected: bool) -> None:
    assert is_due_by(text, date(2026, 3, 2)) is expected


def test_flows_with_a_day_of_their_own_have_a_calendar_of_their_own() -> None:
    rule = DayRule(cutoff=time(17))
    early = a_flow(name="early", day=OwnDay(cutoff=time(12)))
    assert calendars(rule, [FLOW, early]) == {"": rule, "early": DayRule(cutoff=time(12))}
    assert [calendar_of(flow) for flow in (FLOW, early)] == ["", "early"]
