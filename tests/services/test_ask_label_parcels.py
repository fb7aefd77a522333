"""Which items one label is for: an item each, or an order that waits for its items."""

from hotfolder.domain.label import ParcelState
from hotfolder.domain.label_form import Per
from hotfolder.services.shop import Shop
from hotfolder.services.tell_trouble import cancel
from tests.fakes import ManualClock
from tests.services.labeling import jobs_on_floor, labeling, packed
from tests.steps import again, note


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
