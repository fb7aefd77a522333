"""Which items of an order are packed, which are missing and where."""

from typing import Any

import pytest

from hotfolder.domain.job import Job, JobState
from hotfolder.domain.move import Consequences, PlannedSignal
from hotfolder.domain.shelf import OTHER_ITEMS, held_for_others, is_packed, shelf_of
from hotfolder.domain.signal import SignalType
from tests.builders import a_flow, a_job, a_place, a_stage

FLOWS = {"books": a_flow()}
FIELDS = {SignalType.SHIPPED: {"tracking": "T", "shipping_option": "o"}}


def at(stage: str, **fields: Any) -> Job:
    return a_job(**{"state": JobState.FLOOR, "place": a_place(stage=stage), **fields})


def test_an_order_is_told_item_by_item_by_its_newest_jobs() -> None:
    jobs = [
        at("shipped", item_id="i-1"),
        at("new", item_id="i-1", run=2),
        at("packed", item_id="i-2"),
        a_job(item_id="i-3", state=JobState.CANCELED),
        a_job(item_id="i-4"),
    ]
    found = [(one.job.item_id, one.packed, one.missing, one.where) for one in shelf_of(jobs, FLOWS)]
    assert found == [
        ("i-1", False, True, "new"),
        ("i-2", True, False, "packed"),
        ("i-3", False, False, "canceled"),
        ("i-4", False, True, "waiting"),
    ]


@pytest.mark.parametrize(
    ("job", "packed"),
    [
        (at("produced"), False),
        (at("packed"), True),
        (at("shipped"), True),
        (at("hold", state=JobState.HELD, reached="packed"), False),
        (at("nowhere"), False),
        (a_job(state=JobState.DONE), True),
    ],
)
def test_a_job_is_packed_from_its_packing_stage_on(job: Job, packed: bool) -> None:
    assert is_packed(job, FLOWS["books"]) is packed


def test_a_flow_without_packing_packs_where_it_ships_or_ends() -> None:
    ends = a_flow(stages=(a_stage("new"), a_stage("print"), a_stage("end")))
    ships = a_flow(stages=(a_stage("new"), a_stage("out", signal=SignalType.SHIPPED)))
    assert [is_packed(at(stage), ends) for stage in ("print", "end")] == [False, True]
    assert is_packed(at("out"), ships)
    assert not is_packed(at("out"), None)


def said(*kinds: SignalType) -> tuple[PlannedSignal, ...]:
    stage = a_stage("shipped")
    return tuple(PlannedSignal(type=k, stage=stage, inferred=False, fields={}) for k in kinds)


def test_only_item_shipped_waits_for_others() -> None:
    effects = Consequences(say=said(SignalType.PACKED, SignalType.SHIPPED))
    held = held_for_others(effects, FIELDS)
    assert [one.type for one in held.say] == [SignalType.PACKED]
    assert held.waits_for == OTHER_ITEMS


@pytest.mark.parametrize(
    ("effects", "fields"),
    [
        (Consequences(say=said(SignalType.PACKED)), {}),
        (Consequences(waits_for="tracking"), {SignalType.SHIPPED: {"shipping_option": "o"}}),
    ],
)
def test_what_does_not_ship_or_lacks_more_is_left_as_it_is(
    effects: Consequences, fields: dict[SignalType, dict[str, str]]
) -> None:
    assert held_for_others(effects, fields) == effects
