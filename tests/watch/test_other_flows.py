"""Jobs in stages that another flow has."""

from dataclasses import replace

import pytest

from hotfolder.domain.flow import Flow, Stage
from hotfolder.domain.job import Job
from hotfolder.services.shop import Shop
from tests.builders import a_flow
from tests.fakes import ManualClock
from tests.steps import drag, folder_of, new_stage, notes, promised, stage_of
from tests.watch.conftest import EVERY, Hands, moves


@pytest.fixture
def shop(shop: Shop) -> Shop:
    """A shop with a second flow, which has a stage of its own: cut."""
    cut = new_stage(shop, "cut", "25-cut")
    posters = Flow(name="posters", stages=(Stage(key="new", folder="new"), cut))
    return replace(shop, flows=[a_flow(), posters])


def test_a_job_in_a_stage_of_another_flow_is_noted_once_and_says_nothing(
    hands: Hands, shop: Shop, job: Job, clock: ManualClock, logged: list[str]
) -> None:
    folder = drag(shop, folder_of(shop, job), "cut")
    hands.wait(120)

    assert notes(shop)["cut", folder.name] == "wrong stage"
    assert len([line for line in logged if "wrong stage" in line]) == 1
    assert promised(shop, job) == ["ItemRegistered waiting"]
    noted = next(note for note in shop.store.notes.all() if note.kind == "wrong stage")
    assert (clock.now() - noted.since).total_seconds() > 60

    drag(shop, folder, "print")
    hands.wait(2 * EVERY)
    assert stage_of(shop, job) == "print"
    assert notes(shop) == {}


def test_a_job_brought_back_from_a_stage_of_another_flow_has_not_moved(
    hands: Hands, shop: Shop, job: Job
) -> None:
    folder = drag(shop, folder_of(shop, job), "cut")
    hands.wait(120)
    drag(shop, folder, "new")
    hands.wait(2 * EVERY)

    assert moves(shop, job) == 0
    assert notes(shop) == {}
