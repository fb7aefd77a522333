"""A code that its program calls void later is of no job any more, unless it has shipped."""

from hotfolder.domain.job import Job
from hotfolder.domain.label import ParcelState
from hotfolder.services.label_desk import accept_label, refuse_label
from hotfolder.services.shop import Shop
from hotfolder.services.tell_trouble import cancel
from tests.fakes import ManualClock
from tests.services.labeling import LOOKS, UPS_CODES, WORLDSHIP_HEAD, Labeling, codes, labels_asked
from tests.steps import again, note

A, B, C = UPS_CODES


def export(bench: Labeling, *rows: tuple[Job, str, str]) -> None:
    """WorldShip adds lines to its export: a job, its code, and whether that is void."""
    path = bench.replies / "export.csv"
    if not path.exists():
        path.write_text(WORLDSHIP_HEAD, newline="")
    with path.open("a", newline="") as file:
        file.writelines(f'"{job.item_id}","{code}","x","{void}"\r\n' for job, code, void in rows)
    bench.step(LOOKS)


def test_a_code_that_becomes_void_before_it_has_shipped_is_of_no_job_any_more(
    shop: Shop, clock: ManualClock
) -> None:
    bench, (job, *_) = labels_asked(shop, clock, "ups-worldship-csv")
    export(bench, (job, A, "N"))
    assert again(shop, job).tracking == A
    export(bench, (job, A, "Y"))
    (parcel, *_) = bench.parcels(job.order_id)
    assert (again(shop, job).tracking, parcel.tracking, parcel.offered) == ("", "", A)
    assert parcel.state is ParcelState.HELD
    export(bench, (job, B, "N"))
    assert again(shop, job).tracking == B


def test_that_a_code_is_void_is_told_once_whatever_a_person_says(
    shop: Shop, clock: ManualClock
) -> None:
    bench, (job, other, *_) = labels_asked(shop, clock, "ups-worldship-csv")
    export(bench, (job, A, "N"), (job, A, "Y"))
    (parcel, *_) = bench.parcels(job.order_id)
    accept_label(bench.shop, parcel.id)
    export(bench, (other, C, "N"))
    assert codes(shop, [job, other]) == [A, C]
    assert bench.parcels(job.order_id)[0].state is ParcelState.OVERRULED


def test_a_code_that_becomes_void_after_it_has_shipped_is_told_and_stays(
    shop: Shop, clock: ManualClock
) -> None:
    bench, (job, *_) = labels_asked(shop, clock, "ups-worldship-csv")
    export(bench, (job, A, "N"))
    note(bench.shop, job, "shipped")
    export(bench, (job, A, "Y"))
    (parcel, *_) = bench.parcels(job.order_id)
    assert (again(shop, job).tracking, parcel.tracking) == (A, A)
    assert parcel.state is ParcelState.HELD
    assert "ItemShipped was said with this code already" in parcel.words
    assert refuse_label(bench.shop, parcel.id).state is ParcelState.ANSWERED


def test_another_code_that_is_held_stays_so_when_the_one_in_use_becomes_void(
    shop: Shop, clock: ManualClock
) -> None:
    bench, (job, *_) = labels_asked(shop, clock, "ups-worldship-csv")
    export(bench, (job, A, "N"))
    note(bench.shop, job, "shipped")
    export(bench, (job, B, "N"), (job, A, "Y"))
    (parcel, *_) = bench.parcels(job.order_id)
    assert (parcel.tracking, parcel.offered) == (A, B)
    assert "VoidIndicator Y" in parcel.words
    assert "has shipped with another code" in parcel.words


def test_a_code_that_becomes_void_with_its_job_is_no_news(shop: Shop, clock: ManualClock) -> None:
    bench, (job, *_) = labels_asked(shop, clock, "ups-worldship-csv")
    export(bench, (job, A, "N"))
    cancel(bench.shop, again(shop, job), "CancelMiscError", "void")
    export(bench, (job, A, "Y"))
    assert bench.parcels(job.order_id)[0].state is ParcelState.ANSWERED
