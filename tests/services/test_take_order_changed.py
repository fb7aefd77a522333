"""An order comes again with other content: the first stays, the other is kept for a person."""

from dataclasses import replace

import pytest

from hotfolder.domain.job import Mode
from hotfolder.domain.keyless import put_key_back
from hotfolder.errors import DecisionRefused, OrderChanged
from hotfolder.services.decide_order import keep_first, take_changed
from hotfolder.services.shop import Shop
from hotfolder.services.take_order import take_order
from hotfolder.test_center.catalogue import make_order
from tests.fakes import ManualClock
from tests.services.documents import document
from tests.steps import FILE_SERVER, LIVE_KEY, TEST_KEY, notes, order_in, the_job


def test_a_changed_order_is_refused_noted_and_kept_and_the_first_stays(shop: Shop) -> None:
    first = order_in(shop)
    before = shop.store.orders.get(first.order_id)

    changed = document(shipping_date="2027-01-01 10:00:00")
    with pytest.raises(OrderChanged, match=first.order_id):
        take_order(shop, changed, "application/json")

    assert shop.store.orders.get(first.order_id) == before
    assert len(shop.store.jobs.all()) == 1
    kept = shop.store.documents.of_order(first.order_id)
    assert [one.verdict for one in kept] == ["accepted", "changed"]
    assert put_key_back(kept[1].body, kept[1].key_at, LIVE_KEY) == changed
    assert notes(shop) == {("", first.order_id): "order changed"}


def test_the_first_order_is_still_taken_as_a_repeat_after_a_changed_one(shop: Shop) -> None:
    order_in(shop)
    with pytest.raises(OrderChanged):
        take_order(shop, document(priority="9"), "application/json")

    assert take_order(shop, document(), "application/json").repeated


def test_a_change_that_is_posted_twice_is_refused_twice_and_kept_and_noted_once(
    shop: Shop, clock: ManualClock
) -> None:
    first = order_in(shop)
    noted = []
    for form in ("json", "xml"):  # the same content, whatever its form
        changed = make_order(
            1, base_url=FILE_SERVER, apikey=LIVE_KEY, kind="poster", items=2, form=form
        )
        with pytest.raises(OrderChanged, match=first.order_id):
            take_order(shop, changed.body, changed.content_type)
        noted += shop.store.notes.all()
        clock.turn(60)

    kept = shop.store.documents.of_order(first.order_id)
    assert [one.verdict for one in kept] == ["accepted", "changed"]
    assert noted[0] == noted[1]
    assert f"document {kept[1].number}" in noted[0].words
    assert f"hotfolder decide {first.order_id} --keep or --take" in noted[0].words
    lines = shop.store.journal.of_order(first.order_id)
    again = [line.detail["again"] for line in lines if line.action == "order came changed"]
    assert again == [False, True]


def test_the_same_content_as_a_live_order_is_no_repeat_of_a_test_one(shop: Shop) -> None:
    first = order_in(shop, key=TEST_KEY)
    for _ in range(2):
        with pytest.raises(OrderChanged, match="is known through another interface"):
            take_order(shop, document(), "application/json")

    assert the_job(shop, first.order_id).mode is Mode.TEST
    kept = shop.store.documents.of_order(first.order_id)
    assert [(one.interface, one.verdict) for one in kept] == [
        ("test", "accepted"),
        ("live", "changed"),
    ]
    (noted,) = shop.store.notes.all()
    assert noted.words.startswith("came again through live (live), the first through test (test) (")
    assert take_order(shop, document(apikey=TEST_KEY), "application/json").repeated


def test_an_order_that_came_before_its_interface_went_live_does_not_go_live_by_itself(
    shop: Shop,
) -> None:
    first = order_in(shop, key=TEST_KEY)
    test = replace(shop.interfaces[1], mode=Mode.LIVE)
    shop = replace(shop, interfaces=[shop.interfaces[0], test])
    with pytest.raises(OrderChanged, match="is known through another interface"):
        take_order(shop, document(apikey=TEST_KEY), "application/json")
    words = r"its interface test is in mode live now, the order came in mode test"
    with pytest.raises(DecisionRefused, match=words):
        take_changed(shop, first.order_id)

    keep_first(shop, first.order_id)
    assert notes(shop) == {}
    assert the_job(shop, first.order_id).mode is Mode.TEST


def test_another_change_is_kept_beside_the_first_one(shop: Shop) -> None:
    first = order_in(shop)
    for priority in ("7", "8", "7", "8"):
        with pytest.raises(OrderChanged):
            take_order(shop, document(priority=priority), "application/json")

    kept = shop.store.documents.of_order(first.order_id)
    assert [one.verdict for one in kept] == ["accepted", "changed", "changed"]
    assert notes(shop) == {("", first.order_id): "order changed"}


def test_a_change_of_a_test_order_is_marked_as_such(shop: Shop) -> None:
    order_in(shop, key=TEST_KEY)
    with pytest.raises(OrderChanged):
        take_order(shop, document(apikey=TEST_KEY, priority="7"), "application/json")

    assert shop.store.notes.all()[0].words.startswith("TEST: ")
