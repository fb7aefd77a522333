"""Jobs whose flow or stage is not configured any more are shown, not dropped."""

from dataclasses import replace
from pathlib import Path

import pytest

from hotfolder.domain.flow import Flow
from hotfolder.domain.job import Place
from hotfolder.domain.move import Arrival
from hotfolder.files.floor import stages_of
from hotfolder.services.find_folders import folders_of
from hotfolder.services.lost_jobs import finished, lost_jobs, note_lost
from hotfolder.services.note_move import note_moves
from hotfolder.services.order_list import Filter, order_lines
from hotfolder.services.overview import job_lines, overview
from hotfolder.services.shop import Shop
from tests.builders import a_flow, a_stage, hold_stage, no_preflight
from tests.fakes import ManualClock, RecordingSender
from tests.steps import (
    again,
    drag,
    fetch_all,
    folder_of,
    job_on_floor,
    note,
    notes,
    order_in,
    pass_undo_time,
    stage_of,
    the_job,
)


def over_to(shop: Shop, *flows: Flow) -> Shop:
    """The shop after its flows were changed to these."""
    shop.floor.use(stages_of(flows, [hold_stage()]))
    return replace(shop, flows=flows)


def without(*keys: str) -> Flow:
    """The usual flow without these stages."""
    stages = tuple(stage for stage in a_flow().stages if stage.key not in keys)
    return a_flow(stages=stages, preflight=no_preflight())


@pytest.fixture
def usual(shop: Shop) -> Flow:
    (flow,) = shop.flows
    return flow


def test_a_job_on_a_stage_that_is_no_more_is_told_everywhere(shop: Shop) -> None:
    job = job_on_floor(shop)
    note(shop, job, "print")
    shop = over_to(shop, without("print"))

    ((lost, why),) = lost_jobs(shop)
    assert lost.id == job.id
    assert why == (
        "its stage print is not configured any more: drag its folder to another stage of its flow,"
        " or bring that one back"
    )
    (line,) = job_lines(shop)
    assert (line["stage"], line["not_configured"], line["path"]) == ("print", why, None)
    assert [one.id for one, _ in overview(shop).lost] == [job.id]
    assert note_lost(shop)
    (noted,) = shop.store.notes.all()
    assert (noted.name, noted.words) == (
        "stage print",
        "is not configured any more; unfinished jobs that need it: 1",
    )


def test_a_job_goes_on_where_it_was_when_its_stage_is_back(shop: Shop, usual: Flow) -> None:
    job = job_on_floor(shop)
    note(shop, job, "print")
    shop = over_to(shop, without("print"))
    note_lost(shop)
    shop = over_to(shop, usual)

    assert not note_lost(shop)
    assert (lost_jobs(shop), notes(shop)) == ([], {})
    note(shop, job, "produced")
    assert stage_of(shop, job) == "produced"


def test_a_job_dragged_out_of_a_stage_that_is_no_more_says_what_it_has_not_said(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    job = job_on_floor(shop)
    note(shop, job, "produced")
    pass_undo_time(shop, clock)
    folder = folder_of(shop, job)
    shop = over_to(shop, without("produced"))
    drag_from(shop, folder, "packed")
    pass_undo_time(shop, clock)

    assert sent.said(job.item_id) == [
        "ItemRegistered",
        "ItemProduce",
        "ItemProduced",
        "ItemPacked",
    ]


def drag_from(shop: Shop, folder: Path, stage: str) -> None:
    """A folder that lies on no stage is dragged to one and noted there."""
    job = shop.store.jobs.all()[0]
    target = drag(shop, folder, stage)
    inode = shop.floor.inode(stage, target.name)
    assert inode is not None
    place = Place(stage=stage, folder=target.name, inode=inode)
    assert note_moves(shop, [Arrival(job=again(shop, job), place=place)]) == []


def test_a_job_put_on_hold_from_a_stage_that_is_no_more_can_go_on(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    job = job_on_floor(shop)
    note(shop, job, "print")
    note(shop, job, "hold")
    shop = over_to(shop, without("print"))
    note(shop, job, "produced")
    pass_undo_time(shop, clock)

    assert sent.said(job.item_id) == ["ItemRegistered", "ItemProduce", "ItemProduced"]


def test_a_stage_that_only_another_flow_still_has_lets_its_jobs_go_on(shop: Shop) -> None:
    job = job_on_floor(shop)
    note(shop, job, "print")
    other = Flow(name="posters", stages=(a_stage("new"), a_stage("print")))
    shop = over_to(shop, without("print"), other)
    note(shop, job, "produced")

    assert stage_of(shop, job) == "produced"


def test_jobs_of_a_flow_that_is_no_more_wait_until_it_is_back(shop: Shop, usual: Flow) -> None:
    on_floor = job_on_floor(shop)
    order = order_in(shop, 2)
    shop = over_to(shop, replace(usual, name="other"))
    fetch_all(shop)

    assert {job.order_id for job, _ in lost_jobs(shop)} == {on_floor.order_id, order.order_id}
    assert note_lost(shop)
    assert notes(shop) == {("", "flow books"): "not configured"}
    refused = note(shop, on_floor, "print")
    assert [why for _, why in refused] == ["its flow books is not configured any more"]
    assert the_job(shop, order.order_id).place is None


def test_what_left_the_house_by_a_way_that_is_no_more_is_not_missed(
    shop: Shop, clock: ManualClock, usual: Flow
) -> None:
    job = job_on_floor(shop)
    (folder_of(shop, job) / "tracking.txt").write_text("JD0123")
    note(shop, job, "shipped")
    pass_undo_time(shop, clock)
    job_on_floor(shop, 2)
    changed = over_to(shop, without("shipped"))

    assert lost_jobs(changed) == []
    assert finished(changed)(again(shop, job))
    states = {line["order"]: line["finished"] for line in order_lines(changed, Filter())}
    assert states[job.order_id] is True
    assert list(states.values()).count(False) == 1

    gone = over_to(shop, replace(usual, name="other"))
    assert [one.order_id for one, _ in lost_jobs(gone)] == ["000000020000"]


def test_a_job_that_may_lie_where_nobody_looks_is_not_made_anew(shop: Shop) -> None:
    job = job_on_floor(shop)
    note(shop, job, "print")
    shop = over_to(shop, without("print"))

    found = folders_of(shop, [again(shop, job)])
    assert found == {job.id: "lies in stage print, which is not configured any more"}
