"""A reply of a label program becomes tracking, is held with the reason, or helps nobody."""

from dataclasses import replace

import pytest

from hotfolder.domain.job import Job
from hotfolder.domain.label import ParcelState
from hotfolder.domain.label_form import Per
from hotfolder.domain.tracking import Carrier
from hotfolder.errors import NotPossible
from hotfolder.services.label_desk import accept_label, refuse_label
from hotfolder.services.parcel import Parcel
from hotfolder.services.ship_item import ship_item
from hotfolder.services.shop import Shop
from hotfolder.services.tell_trouble import cancel
from tests.fakes import ManualClock, RecordingSender
from tests.label_programs import CODES, PROFILES, REPLIES
from tests.services.labeling import LOOKS, Labeling, jobs_on_floor, labeling, packed
from tests.steps import actions, again, job_on_floor, note, pass_undo_time, promised, send_all

ONE, TWO, THREE = "1Z999AA10123456784", "1Z5R89390357567127", "1Z879E930346834440"


def asked(bench: Labeling, *jobs: Job) -> None:
    """The jobs are packed, and the label program has taken their requests."""
    packed(bench, list(jobs))
    bench.step()
    bench.take_requests()


def a_bench(shop: Shop, clock: ManualClock) -> Labeling:
    return labeling(shop, clock, carrier=Carrier.UPS)


def state(bench: Labeling, job: Job) -> tuple[ParcelState, str]:
    parcel = bench.shop.store.parcels.of_job(job)
    assert parcel is not None
    return parcel.state, parcel.words


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
    bench = a_bench(shop, clock)
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


def test_an_overruled_code_has_the_service_of_its_row(shop: Shop, clock: ManualClock) -> None:
    bench = labeling(shop, clock, "ups-worldship-csv", options={"*": "ups_standard"})
    job = job_on_floor(shop)
    asked(bench, job)
    bench.answered({job.item_id: ONE[:-1] + "5"})
    parcel = shop.store.parcels.of_job(job)
    assert parcel is not None
    accept_label(bench.shop, parcel.id)
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


def test_a_wrong_code_and_one_used_before_are_held_until_a_person_decides(
    shop: Shop, clock: ManualClock
) -> None:
    bench = a_bench(shop, clock)
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
    bench = a_bench(shop, clock)
    job, other = job_on_floor(shop), job_on_floor(shop, 2)
    ship_item(bench.shop, other, Parcel(tracking=ONE))
    asked(bench, job)
    bench.answered({job.item_id: ONE})
    assert f"code of item {other.item_id}" in state(bench, job)[1]


def test_the_same_code_again_changes_nothing(shop: Shop, clock: ManualClock) -> None:
    bench = a_bench(shop, clock)
    job = job_on_floor(shop)
    asked(bench, job)
    bench.answered({job.item_id: ONE})
    before = actions(shop, job.order_id)
    bench.answered({job.item_id: ONE}, "again.csv")
    assert actions(shop, job.order_id) == before


def test_a_new_code_replaces_one_that_was_not_told_yet(shop: Shop, clock: ManualClock) -> None:
    bench = a_bench(shop, clock)
    job = job_on_floor(shop)
    asked(bench, job)
    bench.answered({job.item_id: ONE})
    bench.answered({job.item_id: TWO}, "again.csv")
    assert again(shop, job).tracking == TWO
    bench.answered({job.item_id: ONE}, "old.csv")
    assert again(shop, job).tracking == TWO, "an old row that comes once more"


def test_another_code_for_what_has_shipped_is_held(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    bench = a_bench(shop, clock)
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
    bench = a_bench(shop, clock)
    job = job_on_floor(shop)
    asked(bench, job)
    ship_item(bench.shop, job, Parcel(tracking="JD1234567890"))
    bench.step()
    assert state(bench, job)[0] is ParcelState.BY_HAND
    bench.answered({job.item_id: ONE})
    assert "a person has given another code" in state(bench, job)[1]
    assert again(shop, job).tracking == "JD1234567890"


def test_a_request_that_nobody_took_is_taken_back_when_its_label_is_not_needed(
    shop: Shop, clock: ManualClock
) -> None:
    bench = a_bench(shop, clock)
    canceled, by_hand, other = jobs_on_floor(shop, 3)
    packed(bench, [canceled, by_hand, other])
    bench.step()
    assert len(bench.asked()) == 3
    cancel(bench.shop, again(shop, canceled), "CancelMiscError", "void")
    ship_item(bench.shop, by_hand, Parcel(tracking="JD1234567890"))
    bench.step()
    assert list(bench.asked()) == [f"{other.item_id}.csv"]


def test_a_canceled_item_needs_no_label_and_a_late_one_is_held(
    shop: Shop, clock: ManualClock
) -> None:
    bench = a_bench(shop, clock)
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
    bench = a_bench(shop, clock)
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
    bench = a_bench(shop, clock)
    job = job_on_floor(shop)
    asked(bench, job)
    parcel = shop.store.parcels.of_job(job)
    assert parcel is not None
    for number in (parcel.id, 99):
        with pytest.raises(NotPossible):
            accept_label(bench.shop, number)


def test_a_code_counts_as_used_for_a_year(shop: Shop, clock: ManualClock) -> None:
    bench = a_bench(shop, clock)
    job = job_on_floor(shop)
    asked(bench, job)
    bench.answered({job.item_id: ONE})
    clock.turn(366 * 24 * 3600)
    later = job_on_floor(shop, 2)
    asked(bench, later)
    bench.answered({later.item_id: ONE}, "later.csv")
    assert again(shop, later).tracking == ONE


def test_a_label_of_another_program_is_for_nobody(shop: Shop, clock: ManualClock) -> None:
    bench = a_bench(shop, clock)
    job = job_on_floor(shop)
    asked(bench, job)
    other = replace(bench.shop, labels=(replace(bench.program, name="other"),))
    path = bench.answer({job.item_id: THREE})
    bench = replace(bench, shop=other).anew()
    bench.step(LOOKS)
    assert again(shop, job).tracking == ""
    assert (path.parent / "set-aside" / path.name).exists()
