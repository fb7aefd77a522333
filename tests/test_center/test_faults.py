"""Which requests a fault hits, and when it ends."""

from typing import Any

import pytest

from hotfolder.errors import ConfigError
from hotfolder.test_center.faults import Fault, FaultPlan, FileFault, read_fault

REGISTERED = {"type": "ItemRegistered", "order": "10", "item": "11"}
SHIPPED = {"type": "ItemShipped", "order": "10", "item": "12"}


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def hits(plan: FaultPlan, count: int) -> list[bool]:
    return [plan.take_for_signals([REGISTERED]) is not None for _ in range(count)]


def test_a_fault_without_end_hits_every_request_until_cleared() -> None:
    plan = FaultPlan()
    plan.set(Fault(status=500))

    assert hits(plan, 3) == [True, True, True]
    plan.set(None)
    assert hits(plan, 2) == [False, False]


def test_a_fault_with_times_hits_so_many_requests() -> None:
    plan = FaultPlan()
    plan.set(Fault(status=500, times=2))

    assert hits(plan, 4) == [True, True, False, False]


def test_a_fault_with_seconds_ends_after_them() -> None:
    clock = Clock()
    plan = FaultPlan(clock)
    plan.set(Fault(close=True, seconds=10))

    clock.now += 9.9
    assert hits(plan, 1) == [True]
    clock.now += 0.1
    assert hits(plan, 1) == [False]


def test_every_second_request_is_hit_and_times_counts_only_those() -> None:
    plan = FaultPlan()
    plan.set(Fault(status=500, every=2, times=2))

    assert hits(plan, 6) == [False, True, False, True, False, False]


def test_a_fault_for_one_type_or_item_leaves_the_others_alone() -> None:
    plan = FaultPlan()
    plan.set(Fault(status=400, type="ItemShipped", times=1))

    assert plan.take_for_signals([REGISTERED]) is None
    assert plan.take_for_signals(["no object"]) is None
    assert plan.take_for_signals([REGISTERED, SHIPPED]) is not None

    plan.set(Fault(status=400, type="ItemShipped", item="11"))
    assert plan.take_for_signals([REGISTERED, SHIPPED]) is None


def test_faults_for_signals_and_for_files_do_not_replace_each_other() -> None:
    plan = FaultPlan()
    plan.set(Fault(status=500))
    plan.set(Fault(files=FileFault.CORRUPT, times=1))

    assert hits(plan, 2) == [True, True]
    assert plan.take_for_files() is not None
    assert plan.take_for_files() is None
    plan.set(None)
    assert hits(plan, 1) == [False]


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        ({"status": 500, "times": 3}, Fault(status=500, times=3)),
        ({"status": 503, "seconds": 10}, Fault(status=503, seconds=10.0)),
        ({"every": 2, "status": 500}, Fault(status=500, every=2)),
        ({"delay_seconds": 2}, Fault(delay_seconds=2.0)),
        ({"close": True}, Fault(close=True)),
        ({"html": True}, Fault(html=True)),
        ({"retry_after": 30}, Fault(status=503, retry_after="30")),
        ({"retry_after": "7", "status": 429}, Fault(status=429, retry_after="7")),
        ({"accept_then_close": True}, Fault(accept_then_close=True)),
        ({"files": "corrupt", "times": 2}, Fault(files=FileFault.CORRUPT, times=2)),
        ({"files": 404}, Fault(files=FileFault.NOT_FOUND)),
        ({}, None),
    ],
)
def test_a_fault_is_read_from_plain_data(data: dict[str, Any], fault: Fault | None) -> None:
    assert read_fault(data) == fault


@pytest.mark.parametrize(
    ("data", "where"),
    [
        ({"stattus": 500}, "fault.stattus"),
        ({"status": "500"}, "fault.status"),
        ({"status": True}, "fault.status"),
        ({"status": 99}, "fault.status"),
        ({"close": False}, "fault.close"),
        ({"close": True, "times": 0}, "fault.times"),
        ({"close": True, "seconds": -1}, "fault.seconds"),
        ({"close": True, "seconds": float("nan")}, "fault.seconds"),
        ({"files": "eaten"}, "fault.files"),
        ({"times": 3}, "fault"),
        ({"status": 500, "close": True}, "fault"),
        ({"files": "404", "status": 500}, "fault"),
        ({"retry_after": 3, "close": True}, "fault.retry_after"),
        ({"retry_after": "3\r\nX: y"}, "fault.retry_after"),
        ([], "fault"),
        (None, "fault"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused_with_its_path(data: Any, where: str) -> None:
    with pytest.raises(ConfigError) as error:
        read_fault(data)

    assert [problem.where for problem in error.value.problems] == [where]


def test_all_problems_of_a_fault_are_told_at_once() -> None:
    with pytest.raises(ConfigError) as error:
        read_fault({"status": 1, "times": "x", "extra": 1})

    assert len(error.value.problems) == 3
