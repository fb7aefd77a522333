"""A label is asked for once, with what its program can take, when a job is surely packed."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from hotfolder.domain.day import DayRule
from hotfolder.domain.label import ParcelState
from hotfolder.domain.label_form import Column
from hotfolder.services import ask_label
from hotfolder.services.label_desk import ask_again
from hotfolder.services.parcel import Parcel
from hotfolder.services.ship_item import ship_item
from hotfolder.services.shop import Shop
from tests.fakes import ManualClock
from tests.label_programs import PROFILES, reference_in
from tests.services.labeling import labeling, packed
from tests.steps import UNDO, actions, again, database_of, folder_of, job_on_floor, look_up, note


@pytest.mark.parametrize("like", PROFILES)
def test_a_job_that_enters_the_stage_asks_once(shop: Shop, clock: ManualClock, like: str) -> None:
    bench = labeling(shop, clock, like)
    job = job_on_floor(shop)
    packed(bench, [job])
    bench.step(3)

    ((name, data),) = bench.asked().items()
    assert reference_in(like, data) == job.item_id
    assert job.item_id in name
    (parcel,) = bench.parcels(job.order_id)
    assert (parcel.state, parcel.items) == (ParcelState.ASKED, (job.item_id,))
    assert actions(shop, job.order_id)[-1] == "label asked for"

    bench.take_requests()
    bench.step(3)
    bench.anew().step(3)
    assert bench.asked() == {}


def test_nothing_is_asked_while_the_drag_can_be_taken_back(shop: Shop, clock: ManualClock) -> None:
    bench = labeling(shop, clock)
    job = job_on_floor(shop)
    note(bench.shop, job, "packed")
    bench.step(seconds=UNDO - 1)
    note(bench.shop, job, "produced")
    bench.step(5, seconds=UNDO)
    assert bench.asked() == {}
    assert bench.parcels(job.order_id) == []

    packed(bench, [job])
    bench.step()
    assert len(bench.asked()) == 1


@pytest.mark.parametrize("stage", ["new", "produced", "hold"])
def test_other_stages_do_not_ask(shop: Shop, clock: ManualClock, stage: str) -> None:
    bench = labeling(shop, clock)
    job = job_on_floor(shop)
    if stage != "new":
        note(bench.shop, job, stage)
    bench.step(3, seconds=UNDO)
    assert bench.asked() == {}


def test_a_job_dragged_past_the_stage_asks_as_well(shop: Shop, clock: ManualClock) -> None:
    bench = labeling(shop, clock)
    job = job_on_floor(shop)
    note(bench.shop, job, "shipped")
    bench.step(2, seconds=UNDO)
    assert list(bench.asked()) == [f"{job.item_id}.csv"]


def test_a_job_with_its_code_or_with_its_own_label_asks_nobody(
    shop: Shop, clock: ManualClock
) -> None:
    bench = labeling(shop, clock)
    given = job_on_floor(shop)
    ship_item(bench.shop, given, Parcel(tracking="JD0123"))
    by_file = job_on_floor(shop, 2)
    (folder_of(shop, by_file) / "tracking.txt").write_text("JD0124")
    labelled = job_on_floor(shop, 3, kind="labelled")
    packed(bench, [given, by_file, labelled])
    bench.step(3)
    assert bench.asked() == {}
    states = {p.state for job in (by_file, labelled) for p in bench.parcels(job.order_id)}
    assert states == {ParcelState.BY_HAND}


def test_a_program_is_told_and_awaited_by_the_clock_of_the_shop(
    shop: Shop, clock: ManualClock
) -> None:
    far = replace(shop, day=DayRule(zone=ZoneInfo("Pacific/Auckland")))  # thirteen hours ahead
    bench = labeling(far, clock, "gls-csv")
    job = job_on_floor(shop)
    packed(bench, [job])
    bench.step()
    (name,) = bench.asked()
    local = clock.now().astimezone(ZoneInfo("Pacific/Auckland"))
    assert name == f"GLS_{local:%Y%m%d_%H%M}_{job.item_id}.csv"
    (parcel,) = bench.parcels(job.order_id)
    assert parcel.expected_by is not None
    assert f"{parcel.expected_by.astimezone(local.tzinfo):%H:%M}" == "19:00"


def test_a_method_without_a_service_is_held_with_the_reason(shop: Shop, clock: ManualClock) -> None:
    bench = labeling(shop, clock, services={"dhl_*": "11"})
    job = job_on_floor(shop)
    packed(bench, [job])
    bench.step(2)
    (parcel,) = bench.parcels(job.order_id)
    assert parcel.state is ParcelState.HELD
    assert "has no line for" in parcel.words
    assert bench.asked() == {}
    assert job.item_id in bench.notes()["labels held"]


def test_letters_that_can_not_be_written_hold_without_telling_them(
    shop: Shop, clock: ManualClock, logged: list[str]
) -> None:
    bench = labeling(shop, clock, "dhl-easylog")
    request = replace(bench.program.request, encoding="ascii")
    columns = (Column(name="n", value="{receiver.name}"), Column(name="r", value="{reference}"))
    program = replace(bench.program, request=replace(request, columns=columns))
    asking = replace(bench.shop, labels=(program,))
    job = job_on_floor(shop)
    taken = shop.store.orders.get(job.order_id)
    assert taken is not None
    name = "\u6771\u4eac"
    record = taken.record.replace('"name": "', f'"name": "{name}')
    look_up(database_of(shop), "update orders set record = ?", record)
    packed(bench, [job])
    ask_label.ask_labels(asking)
    (parcel,) = bench.parcels(job.order_id)
    assert parcel.words == "receiver.name holds letters that ascii can not have"
    assert not any(name in line for line in logged)


def test_asked_again_the_former_code_counts_no_more(shop: Shop, clock: ManualClock) -> None:
    bench = labeling(shop, clock)
    job = job_on_floor(shop)
    packed(bench, [job])
    bench.step()
    bench.take_requests()
    bench.answered({job.item_id: "JD0001112223"})
    assert again(shop, job).tracking == "JD0001112223"

    ask_again(bench.shop, job.order_id, job.item_id)
    bench.step()
    assert bench.take_requests() == [job.item_id]
    bench.answered({job.item_id: "JD0001112223"})
    assert again(shop, job).tracking == ""
    bench.answered({job.item_id: "JD0001112224"})
    assert again(shop, job).tracking == "JD0001112224"
