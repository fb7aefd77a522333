"""A reply of a label program becomes tracking, for each item it is meant for, or helps nobody."""

from dataclasses import replace

import pytest

from hotfolder.domain.label import ParcelState
from hotfolder.domain.label_form import Per
from hotfolder.domain.tracking import Carrier
from hotfolder.services.parcel import Parcel
from hotfolder.services.ship_item import ship_item
from hotfolder.services.shop import Shop
from hotfolder.services.tell_trouble import cancel
from tests.fakes import ManualClock, RecordingSender
from tests.label_programs import CODES, PROFILES, REPLIES
from tests.services.labeling import LOOKS, UPS_CODES, asked, jobs_on_floor, labeling, packed, state
from tests.steps import actions, again, job_on_floor, note, pass_undo_time, promised, send_all

ONE, TWO, THREE = UPS_CODES


@pytest.mark.parametrize("like", PROFILES)
def test_a_reply_written_slowly_and_in_pieces_ships_its_items(
    shop: Shop, clock: ManualClock, sent: RecordingSender, like: str
) -> None:
    bench = labeling(shop, clock, like)
    jobs = jobs_on_floor(shop, 2)
    asked(bench, *jobs)
    for job in jobs:
        note(bench.shop, job, "shipped")
    pass_undo_time(bench.shop, clock)

    codes = dict(zip([job.item_id for job in jobs], CODES[like], strict=True))
    name, write = REPLIES[like]
    data = write(codes)
    path = bench.replies / name
    step = len(data) // 4 + 1
    with path.open("wb") as file:
        for start in range(0, len(data), step):
            file.write(data[start : start + step])
            file.flush()
            bench.step(seconds=3)
            assert [again(shop, job).tracking for job in jobs] == ["", ""]
    bench.step(LOOKS)
    assert {job.item_id: again(shop, job).tracking for job in jobs} == codes
    send_all(bench.shop)
    shipped = [one for one in sent.signals if one["type"] == "ItemShipped"]
    assert {one["item"]: one["tracking"] for one in shipped} == codes
    assert [request.get("items") is not None for request in sent.requests][-1], "in one bundle"


def test_a_code_that_comes_before_shipping_is_kept_for_it(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    bench = labeling(shop, clock, carrier=Carrier.UPS)
    job = job_on_floor(shop)
    asked(bench, job)
    bench.answered({job.item_id: " 1z 999 aa1 01 2345 6784 "})
    assert state(bench, job) == (ParcelState.ANSWERED, "")
    assert "ItemShipped" not in " ".join(promised(shop, job))
    note(bench.shop, job, "shipped")
    pass_undo_time(bench.shop, clock)
    assert sent.signals[-1]["tracking"] == ONE


def test_the_service_really_used_becomes_the_shipping_option(
    shop: Shop, clock: ManualClock
) -> None:
    bench = labeling(shop, clock, "ups-worldship-csv", options={"stand*": "ups_standard"})
    job = job_on_floor(shop)
    asked(bench, job)
    bench.answered({job.item_id: ONE})
    assert again(shop, job).shipping_option == "ups_standard"


def test_one_parcel_gives_its_code_to_all_its_items(shop: Shop, clock: ManualClock) -> None:
    bench = labeling(shop, clock, parcel=Per.ORDER, reference=Per.ORDER)
    jobs = jobs_on_floor(shop)
    asked(bench, *jobs)
    bench.answered({jobs[0].order_id: "JD0001112223"})
    assert {again(shop, job).tracking for job in jobs} == {"JD0001112223"}


def test_a_reply_may_name_the_item_or_the_order_where_that_is_clear(
    shop: Shop, clock: ManualClock
) -> None:
    bench = labeling(shop, clock)
    job, *others = jobs_on_floor(shop)
    alone = job_on_floor(shop, 2)
    asked(bench, job, *others, alone)
    bench.answered({alone.order_id: "JD0001112223", job.order_id: "JD0001112224"})
    assert again(shop, alone).tracking == "JD0001112223"
    assert {again(shop, one).tracking for one in (job, *others)} == {""}
    (row,) = shop.store.replies.rows_since(clock.now().replace(year=2020))
    assert "has 3 parcels" in row.words


def test_the_same_code_again_changes_nothing(shop: Shop, clock: ManualClock) -> None:
    bench = labeling(shop, clock, carrier=Carrier.UPS)
    job = job_on_floor(shop)
    asked(bench, job)
    bench.answered({job.item_id: ONE})
    before = actions(shop, job.order_id)
    bench.answered({job.item_id: ONE}, "again.csv")
    assert actions(shop, job.order_id) == before


def test_a_new_code_replaces_one_that_was_not_told_yet(shop: Shop, clock: ManualClock) -> None:
    bench = labeling(shop, clock, carrier=Carrier.UPS)
    job = job_on_floor(shop)
    asked(bench, job)
    bench.answered({job.item_id: ONE})
    bench.answered({job.item_id: TWO}, "again.csv")
    assert again(shop, job).tracking == TWO
    bench.answered({job.item_id: ONE}, "old.csv")
    assert again(shop, job).tracking == TWO, "an old row that comes once more"


def test_a_request_that_nobody_took_is_taken_back_when_its_label_is_not_needed(
    shop: Shop, clock: ManualClock
) -> None:
    bench = labeling(shop, clock, carrier=Carrier.UPS)
    canceled, by_hand, other = jobs_on_floor(shop, 3)
    packed(bench, [canceled, by_hand, other])
    bench.step()
    assert len(bench.asked()) == 3
    cancel(bench.shop, again(shop, canceled), "CancelMiscError", "void")
    ship_item(bench.shop, by_hand, Parcel(tracking="JD1234567890"))
    bench.step()
    assert list(bench.asked()) == [f"{other.item_id}.csv"]


def test_a_code_counts_as_used_for_a_year(shop: Shop, clock: ManualClock) -> None:
    bench = labeling(shop, clock, carrier=Carrier.UPS)
    job = job_on_floor(shop)
    asked(bench, job)
    bench.answered({job.item_id: ONE})
    clock.turn(366 * 24 * 3600)
    later = job_on_floor(shop, 2)
    asked(bench, later)
    bench.answered({later.item_id: ONE}, "later.csv")
    assert again(shop, later).tracking == ONE


def test_a_label_of_another_program_is_for_nobody(shop: Shop, clock: ManualClock) -> None:
    bench = labeling(shop, clock, carrier=Carrier.UPS)
    job = job_on_floor(shop)
    asked(bench, job)
    other = replace(bench.shop, labels=(replace(bench.program, name="other"),))
    path = bench.answer({job.item_id: THREE})
    bench = replace(bench, shop=other).anew()
    bench.step(LOOKS)
    assert again(shop, job).tracking == ""
    assert (path.parent / "set-aside" / path.name).exists()
