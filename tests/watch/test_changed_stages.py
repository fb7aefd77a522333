"""Stages come and go while the rounds are made."""

from dataclasses import replace

import pytest

from hotfolder.domain.flow import Flow
from hotfolder.domain.job import Job
from hotfolder.files.floor import stages_of
from hotfolder.services.shop import FlowsInUse, Shop
from tests.builders import a_flow, a_stage, hold_stage, no_preflight
from tests.steps import drag, folder_of, notes, stage_of
from tests.watch.conftest import EVERY, Hands, moves

USUAL = a_flow(preflight=no_preflight())
SHORT = replace(USUAL, stages=tuple(one for one in USUAL.stages if one.key != "print"))


@pytest.fixture
def flows() -> FlowsInUse:
    return FlowsInUse([USUAL])


@pytest.fixture
def shop(shop: Shop, flows: FlowsInUse) -> Shop:
    return replace(shop, flows=flows)


def use(shop: Shop, flows: FlowsInUse, *new: Flow) -> None:
    """The shop goes over to these flows, as it does when their files were changed."""
    flows.use(new)
    shop.floor.use(stages_of(new, [hold_stage()]))
    shop.floor.prepare()


def test_a_stage_that_is_no_more_is_not_looked_at_and_its_jobs_are_noted(
    hands: Hands, shop: Shop, job: Job, flows: FlowsInUse, logged: list[str]
) -> None:
    drag(shop, folder_of(shop, job), "print")
    hands.look("print")
    use(shop, flows, SHORT)
    hands.rounds.hint("print")
    hands.wait(120)

    assert notes(shop) == {("", "stage print"): "not configured"}
    assert stage_of(shop, job) == "print"
    assert not [one for one in logged if "frozen" in one]


def test_a_stage_that_comes_back_finds_its_jobs_where_they_were(
    hands: Hands, shop: Shop, job: Job, flows: FlowsInUse
) -> None:
    drag(shop, folder_of(shop, job), "print")
    hands.look("print")
    use(shop, flows, SHORT)
    hands.wait(60)
    use(shop, flows, USUAL)
    hands.wait(2 * EVERY)

    assert (stage_of(shop, job), moves(shop, job), notes(shop)) == ("print", 1, {})
    drag(shop, folder_of(shop, job), "produced")
    hands.look("produced")
    assert stage_of(shop, job) == "produced"


def test_a_job_is_dragged_out_of_a_stage_that_is_no_more(
    hands: Hands, shop: Shop, job: Job, flows: FlowsInUse
) -> None:
    folder = drag(shop, folder_of(shop, job), "print")
    hands.look("print")
    use(shop, flows, SHORT)
    hands.wait(60)
    drag(shop, folder, "produced")
    hands.wait(2 * EVERY)

    assert (stage_of(shop, job), notes(shop)) == ("produced", {})


def test_what_was_noted_about_a_stage_goes_with_it(
    hands: Hands, shop: Shop, flows: FlowsInUse
) -> None:
    (shop.floor.stage_path("print") / ".hotfolder-stage").unlink()
    hands.wait(2 * EVERY)
    assert notes(shop) == {("print", ""): "frozen"}

    use(shop, flows, SHORT)
    hands.wait(2 * EVERY)
    assert notes(shop) == {}


def test_what_was_noted_about_a_stage_goes_also_when_the_daemon_starts_without_it(
    hands: Hands, shop: Shop, flows: FlowsInUse
) -> None:
    (shop.floor.stage_path("print") / ".hotfolder-stage").unlink()
    hands.wait(2 * EVERY)
    assert notes(shop) == {("print", ""): "frozen"}

    use(shop, flows, SHORT)
    hands.restart()
    hands.wait(2 * EVERY)
    assert notes(shop) == {}


def test_a_new_stage_is_looked_at(hands: Hands, shop: Shop, job: Job, flows: FlowsInUse) -> None:
    stages = (*USUAL.stages[:2], a_stage("cut"), *USUAL.stages[2:])
    use(shop, flows, replace(USUAL, stages=stages))
    drag(shop, folder_of(shop, job), "cut")
    hands.wait(2 * EVERY)

    assert (stage_of(shop, job), notes(shop)) == ("cut", {})


def test_rounds_that_start_with_jobs_on_stages_that_are_no_more_note_them(
    hands: Hands, shop: Shop, job: Job, flows: FlowsInUse
) -> None:
    drag(shop, folder_of(shop, job), "print")
    hands.look("print")
    use(shop, flows, SHORT)
    hands.restart()
    hands.wait(EVERY)

    assert notes(shop) == {("", "stage print"): "not configured"}
