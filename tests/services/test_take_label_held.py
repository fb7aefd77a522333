"""A code that may be wrong is held with the reason until a person decides; silence is told."""

import pytest

from hotfolder.domain.label import ParcelState
from hotfolder.domain.tracking import Carrier
from hotfolder.errors import NotPossible
from hotfolder.services.label_desk import accept_label, refuse_label
from hotfolder.services.parcel import Parcel
from hotfolder.services.ship_item import ship_item
from hotfolder.services.shop import Shop
from hotfolder.services.tell_trouble import cancel
from tests.fakes import ManualClock, RecordingSender
from tests.services.labeling import LOOKS, UPS_CODES, asked, jobs_on_floor, labeling, state
from tests.steps import actions, again, job_on_floor, note, pass_undo_time, send_all

ONE, TWO, _ = UPS_CODES


def test_an_overruled_code_has_the_service_of_its_row(shop: Shop, clock: ManualClock) -> None:
    bench = labeling(shop, clock, "ups-worldship-csv", options={"*": "ups_standard"})
    job = job_on_floor(shop)
    asked(bench, job)
    bench.answered({job.item_id: ONE[:-1] + "5"})
    parcel = shop.store.parcels.of_job(job)
    assert parcel is not None
    accept_label(bench.shop, parcel.id)
    assert again(shop, job).shipping_option == "ups_standard"


def test_a_wrong_code_and_one_used_before_are_held_until_a_person_decides(
    shop: Shop, clock: ManualClock
) -> None:
    bench = labeling(shop, clock, carrier=Carrier.UPS)
    good, wrong, reused = jobs_on_floor(shop)
    asked(bench, good, wrong, reused)
    bench.answered({good.item_id: ONE, wrong.item_id: ONE[:-1] + "5", reused.item_id: ONE})
    assert again(shop, good).tracking == ONE
    assert "check digit" in state(bench, wrong)[1]
    assert f"code of parcel {good.item_id}" in state(bench, reused)[1]
    assert {again(shop, one).tracking for one in (wrong, reused)} == {""}
    assert actions(shop, good.order_id).count("label held") == 2
    assert wrong.item_id in bench.notes()["labels held"]

    parcel = shop.store.parcels.of_job(reused)
    assert parcel is not None
    (words,) = accept_label(bench.shop, parcel.id)
    assert "ItemShipped goes out when the job reaches" in words
    assert again(shop, reused).tracking == ONE
    assert state(bench, reused)[0] is ParcelState.OVERRULED
    assert "label accepted" in actions(shop, good.order_id)

    other = shop.store.parcels.of_job(wrong)
    assert other is not None
    refuse_label(bench.shop, other.id)
    assert state(bench, wrong) == (ParcelState.ASKED, "")
    bench.answered({wrong.item_id: ONE[:-1] + "5"}, "again.csv")
    assert state(bench, wrong) == (ParcelState.ASKED, ""), "what was refused does not come back"
    bench.answered({wrong.item_id: TWO}, "third.csv")
    assert again(shop, wrong).tracking == TWO
    assert bench.notes() == {}


def test_a_code_that_another_order_has_by_hand_is_held(shop: Shop, clock: ManualClock) -> None:
    bench = labeling(shop, clock, carrier=Carrier.UPS)
    job, other = job_on_floor(shop), job_on_floor(shop, 2)
    ship_item(bench.shop, other, Parcel(tracking=ONE))
    asked(bench, job)
    bench.answered({job.item_id: ONE})
    assert f"code of item {other.item_id}" in state(bench, job)[1]


def test_another_code_for_what_has_shipped_is_held(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    bench = labeling(shop, clock, carrier=Carrier.UPS)
    job = job_on_floor(shop)
    asked(bench, job)
    bench.answered({job.item_id: ONE})
    note(bench.shop, job, "shipped")
    pass_undo_time(bench.shop, clock)
    bench.answered({job.item_id: TWO}, "again.csv")
    assert "has shipped" in state(bench, job)[1]
    assert again(shop, job).tracking == ONE
    parcel = shop.store.parcels.of_job(job)
    assert parcel is not None
    assert "said before" in accept_label(bench.shop, parcel.id)[0]
    send_all(bench.shop)
    assert sent.said(job.item_id).count("ItemShipped") == 1


def test_a_code_by_hand_goes_before_one_of_the_program(shop: Shop, clock: ManualClock) -> None:
    bench = labeling(shop, clock, carrier=Carrier.UPS)
    job = job_on_floor(shop)
    asked(bench, job)
    ship_item(bench.shop, job, Parcel(tracking="JD1234567890"))
    bench.step()
    assert state(bench, job)[0] is ParcelState.BY_HAND
    bench.answered({job.item_id: ONE})
    assert "a person has given another code" in state(bench, job)[1]
    assert again(shop, job).tracking == "JD1234567890"


def test_a_canceled_item_needs_no_label_and_a_late_one_is_held(
    shop: Shop, clock: ManualClock
) -> None:
    bench = labeling(shop, clock, carrier=Carrier.UPS)
    job = job_on_floor(shop)
    asked(bench, job)
    cancel(bench.shop, again(shop, job), "CancelMiscError", "void")
    bench.step(3, seconds=3600)
    assert state(bench, job)[0] is ParcelState.WITHDRAWN
    assert bench.notes() == {}
    bench.answered({job.item_id: ONE})
    assert "void the label" in state(bench, job)[1]


def test_silence_is_told_and_ends_with_the_answer(
    shop: Shop, clock: ManualClock, logged: list[str]
) -> None:
    bench = labeling(shop, clock, carrier=Carrier.UPS)
    job = job_on_floor(shop)
    asked(bench, job)
    bench.step(seconds=29 * 60)
    assert bench.notes() == {}
    bench.step(5, seconds=60)
    bench.anew().step()
    assert job.item_id in bench.notes()["label silence"]
    assert sum("no answer for" in line for line in logged) == 1
    bench.answered({job.item_id: ONE})
    assert bench.notes() == {}


def test_the_words_of_the_program_are_shown_and_not_logged(
    shop: Shop, clock: ManualClock, logged: list[str]
) -> None:
    bench = labeling(shop, clock, "json")
    job = job_on_floor(shop)
    asked(bench, job)
    path = bench.replies / "a.json"
    path.write_text(f'{{"reference": "{job.item_id}", "error": "no 1 Quay in Port"}}')
    bench.step(LOOKS)
    assert state(bench, job) == (ParcelState.HELD, "the label program says: no 1 Quay in Port")
    assert not any("Quay" in line for line in logged)
    assert not any("Quay" in str(line) for line in shop.store.journal.of_order(job.order_id))
    bench.answered({job.item_id: "JD0001112223"})
    assert again(shop, job).tracking == "JD0001112223"


def test_what_is_not_held_can_not_be_accepted(shop: Shop, clock: ManualClock) -> None:
    bench = labeling(shop, clock, carrier=Carrier.UPS)
    job = job_on_floor(shop)
    asked(bench, job)
    parcel = shop.store.parcels.of_job(job)
    assert parcel is not None
    for number in (parcel.id, 99):
        with pytest.raises(NotPossible):
            accept_label(bench.shop, number)
