"""A label is asked for once for each parcel; a kill at any line neither loses nor repeats it."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from hotfolder.domain.day import DayRule
from hotfolder.domain.label import ParcelState
from hotfolder.domain.label_form import Column, Per
from hotfolder.files.appear import hidden
from hotfolder.services import ask_label
from hotfolder.services.label_desk import ask_again
from hotfolder.services.parcel import Parcel
from hotfolder.services.ship_item import ship_item
from hotfolder.services.shop import Shop
from hotfolder.services.tell_trouble import cancel
from tests.fakes import Killed, ManualClock
from tests.label_programs import PROFILES, reference_in
from tests.services.labeling import jobs_on_floor, labeling, packed
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


def test_each_item_has_its_parcel_or_the_order_has_one(shop: Shop, clock: ManualClock) -> None:
    bench = labeling(shop, clock)
    jobs = jobs_on_floor(shop)
    packed(bench, jobs)
    bench.step()
    assert sorted(bench.take_requests()) == sorted(job.item_id for job in jobs)

    whole = labeling(shop, clock, parcel=Per.ORDER, reference=Per.ORDER)
    others = jobs_on_floor(shop, number=2)
    packed(whole, others)
    whole.step()
    assert whole.take_requests() == [others[0].order_id]
    (parcel,) = whole.parcels(others[0].order_id)
    assert parcel.items == tuple(job.item_id for job in others)


def test_a_request_that_can_not_be_written_keeps_no_other_back(
    shop: Shop, clock: ManualClock
) -> None:
    bench = labeling(shop, clock)
    jobs = jobs_on_floor(shop)
    in_the_way = hidden(bench.requests / f"{jobs[0].item_id}.csv")
    in_the_way.mkdir()
    packed(bench, jobs)
    bench.step()
    assert list(bench.asked()) == [f"{job.item_id}.csv" for job in jobs[1:]]
    assert "can not be written" in bench.notes()["label requests"]
    in_the_way.rmdir()
    bench.step()
    assert len(bench.asked()) == 3
    assert bench.notes() == {}


def test_references_of_one_order_are_told_apart(shop: Shop, clock: ManualClock) -> None:
    bench = labeling(shop, clock, reference=Per.ORDER)
    jobs = jobs_on_floor(shop)
    packed(bench, jobs)
    bench.step()
    order = jobs[0].order_id
    assert sorted(bench.take_requests()) == [order, f"{order}-2", f"{order}-3"]


def test_a_parcel_of_an_order_waits_for_its_items_and_not_for_canceled_ones(
    shop: Shop, clock: ManualClock
) -> None:
    bench = labeling(shop, clock, parcel=Per.ORDER)
    one, two, three = jobs_on_floor(shop)
    packed(bench, [one])
    bench.step(3)
    assert bench.asked() == {}
    (parcel,) = bench.parcels(one.order_id)
    assert parcel.state is ParcelState.WAITING

    packed(bench, [two])
    cancel(bench.shop, again(shop, three), "CancelMiscError", "void")
    bench.step()
    assert len(bench.take_requests()) == 1
    (parcel,) = bench.parcels(one.order_id)
    assert parcel.items == (one.item_id, two.item_id)


def test_a_parcel_goes_without_an_item_that_does_not_come_and_says_so(
    shop: Shop, clock: ManualClock
) -> None:
    bench = labeling(shop, clock, parcel=Per.ORDER, wait_hours=2.0)
    one, two, three = jobs_on_floor(shop)
    packed(bench, [one, two])
    bench.step()
    assert bench.asked() == {}
    bench.step(seconds=2 * 3600)
    assert len(bench.take_requests()) == 1
    (parcel,) = bench.parcels(one.order_id)
    assert parcel.words == f"asked without {three.item_id}, after 2 hours"

    packed(bench, [three])
    bench.step()
    assert bench.take_requests() == [three.item_id]


def test_what_is_dragged_back_from_a_waiting_parcel_is_not_asked_for(
    shop: Shop, clock: ManualClock
) -> None:
    bench = labeling(shop, clock, parcel=Per.ORDER)
    one, *others = jobs_on_floor(shop)
    packed(bench, [one])
    bench.step()
    note(bench.shop, again(shop, one), "produced")
    bench.step()
    assert bench.parcels(one.order_id) == []
    packed(bench, [one, *others])
    bench.step(2)
    assert len(bench.asked()) == 1


def test_a_folder_that_is_away_is_told_and_asked_later(shop: Shop, clock: ManualClock) -> None:
    bench = labeling(shop, clock)
    job = job_on_floor(shop)
    away = bench.requests.rename(bench.requests.with_name("away"))
    packed(bench, [job])
    bench.step(2)
    assert "can not be written" in bench.notes()["label requests"]

    away.rename(bench.requests)
    bench.step()
    assert len(bench.asked()) == 1
    assert bench.notes() == {}


def test_a_request_that_is_not_taken_is_never_written_over(shop: Shop, clock: ManualClock) -> None:
    bench = labeling(shop, clock)
    job, other = job_on_floor(shop), job_on_floor(shop, 2)
    (bench.requests / f"{job.item_id}.csv").write_text("somebody else's")
    packed(bench, [job, other])
    bench.step(2)
    assert bench.asked()[f"{job.item_id}.csv"] == b"somebody else's"
    assert f"{other.item_id}.csv" in bench.asked(), "one never keeps the others back"
    assert "still there" in bench.notes()["label requests"]

    (bench.requests / f"{job.item_id}.csv").unlink()
    bench.step()
    assert job.item_id.encode() in bench.asked()[f"{job.item_id}.csv"]


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


@pytest.mark.parametrize("step", ["write_hidden", "_keep", "_finish"])
def test_a_kill_between_any_two_steps_asks_exactly_once(
    shop: Shop, clock: ManualClock, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    bench = labeling(shop, clock)
    job = job_on_floor(shop)
    packed(bench, [job])

    def killed(*_: object) -> None:
        raise Killed

    for before in (True, False):
        real = getattr(ask_label, step)

        def after(*given: object, real: object = real) -> None:
            real(*given)  # type: ignore[operator]
            raise Killed

        monkeypatch.setattr(ask_label, step, killed if before else after)
        with pytest.raises(Killed):
            bench.step()
        monkeypatch.undo()
        if bench.asked():
            break
    taken = bench.take_requests()
    bench.anew().step(3)
    taken += bench.take_requests()
    assert taken == [job.item_id]
    (parcel,) = bench.parcels(job.order_id)
    assert not parcel.rename_due
    assert not hidden(bench.requests / parcel.file).exists()


def test_nothing_is_left_of_a_try_that_was_cut_off_a_minute_ago(
    shop: Shop, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = labeling(shop, clock, "gls-csv")
    job = job_on_floor(shop)
    packed(bench, [job])

    def killed(*_: object) -> None:
        raise Killed

    monkeypatch.setattr(ask_label, "_keep", killed)
    with pytest.raises(Killed):
        bench.step()
    monkeypatch.undo()
    bench.anew().step(seconds=120)
    (name,) = bench.asked()
    assert [path.name for path in bench.requests.iterdir()] == [name]


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
