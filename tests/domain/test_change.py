"""Whether other content can become an order, decided job by job."""

from typing import Any

import pytest

from hotfolder.domain.change import JobFacts, Plan, plan_change
from hotfolder.domain.job import JobState
from hotfolder.domain.signal import SignalType
from tests.builders import a_job, a_place

REGISTERED = {SignalType.REGISTERED}
OLD = {"item-1": "a", "item-2": "b"}


def facts(item: str = "item-1", **more: Any) -> JobFacts:
    job = {name: more.pop(name) for name in ("state", "place", "run", "reached") if name in more}
    usual = {"said": REGISTERED, "unheard": set(), "first_stage": "new"}
    return JobFacts(**{"job": a_job(item_id=item, **job), **usual, **more})


def items(plan: Plan) -> dict[str, list[str]]:
    """The plan by item ids, without what is empty."""
    found = {
        "added": list(plan.added),
        "anew": [job.item_id for job in plan.anew],
        "off": [job.item_id for job in plan.off],
        "alone": [job.item_id for job in plan.alone],
        "problems": [problem.where for problem in plan.problems],
    }
    return {name: ids for name, ids in found.items() if ids}


def test_each_item_goes_its_own_way() -> None:
    known = [facts("item-1"), facts("item-2"), facts("item-3", unheard=REGISTERED)]
    old = {"item-1": "a", "item-2": "b", "item-3": "c"}
    new = {"item-1": "a", "item-2": "other", "item-4": "d"}

    assert items(plan_change(old, new, known)) == {
        "added": ["item-4"],
        "anew": ["item-2"],
        "off": ["item-3"],
        "alone": ["item-1"],
    }


def test_every_reason_is_told_at_once() -> None:
    place = a_place(stage="print")
    known = [
        facts("item-1", state=JobState.FLOOR, place=place, reached="print"),
        facts("item-2", folder="lies there"),
    ]

    plan = plan_change(OLD, {"item-1": "a", "item-2": "x"}, known)

    assert items(plan)["problems"] == ["item item-1", "item item-2"]


@pytest.mark.parametrize("kind", [SignalType.PRODUCE, SignalType.DELAY, SignalType.SHIPPED])
def test_what_was_said_stands_in_the_way_even_of_new_items(kind: SignalType) -> None:
    plan = plan_change({"item-1": "a"}, {"item-1": "a", "item-2": "b"}, [facts(said={kind})])

    assert [problem.what for problem in plan.problems] == [f"{kind.value} stands for it already"]


def test_a_folder_is_in_the_way_only_of_a_job_that_changes() -> None:
    lying = [facts(folder="lies there")]

    assert items(plan_change({"item-1": "a"}, {"item-1": "a"}, lying)) == {"alone": ["item-1"]}
    assert "problems" in items(plan_change({"item-1": "a"}, {"item-1": "b"}, lying))
    assert "problems" in items(plan_change({"item-1": "a"}, {}, lying))


def test_a_canceled_item_stays_canceled_whatever_comes() -> None:
    canceled = facts(
        said={*REGISTERED, SignalType.CANCELED},
        state=JobState.CANCELED,
        place=a_place(stage="print"),
    )

    for new in ({"item-1": "a"}, {"item-1": "other"}):
        assert items(plan_change({"item-1": "a"}, new, [canceled])) == {"alone": ["item-1"]}
    assert items(plan_change({"item-1": "a"}, {}, [canceled])) == {}
    assert items(plan_change({}, {"item-1": "a"}, [canceled])) == {"alone": ["item-1"]}


def test_an_item_that_was_only_taken_off_can_come_back() -> None:
    off = facts(said=set(), state=JobState.CANCELED)

    plan = plan_change({}, {"item-1": "a"}, [off])

    assert items(plan) == {"added": ["item-1"]}


def test_an_item_that_neither_document_has_is_not_told_as_left() -> None:
    off = facts("item-2", said=set(), state=JobState.CANCELED)

    plan = plan_change({"item-1": "a"}, {"item-1": "a"}, [facts(), off])

    assert items(plan) == {"alone": ["item-1"]}


def test_a_registration_that_was_sent_or_perhaps_sent_is_heard() -> None:
    assert "problems" in items(plan_change({"item-1": "a"}, {}, [facts()]))
    assert items(plan_change({"item-1": "a"}, {}, [facts(unheard=REGISTERED)])) == {
        "off": ["item-1"]
    }
