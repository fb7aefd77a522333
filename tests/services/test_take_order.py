"""An order comes in: kept whole, once, without its key."""

import threading
from pathlib import Path

import pytest

from hotfolder.domain.keyless import put_key_back
from hotfolder.errors import StoreError
from hotfolder.services.shop import Shop
from hotfolder.services.take_order import take_order
from tests.fakes import ManualClock
from tests.services.documents import document
from tests.steps import LIVE_KEY, TEST_KEY, actions, order_in, promised, send_all
from tests.threads import at_once


def counts(shop: Shop) -> tuple[int, int, int]:
    return shop.store.orders.count(), len(shop.store.jobs.all()), len(shop.store.signals.find({}))


def test_an_order_gives_each_item_a_job_and_an_item_registered(shop: Shop) -> None:
    for_signals, for_files = shop.nudge.signals.listen(), shop.nudge.files.listen()
    order = order_in(shop, 2, kind="mixed")

    jobs = shop.store.jobs.of_order(order.order_id)
    assert [job.item_id for job in jobs] == list(order.item_ids)
    assert [promised(shop, job) for job in jobs] == [["ItemRegistered waiting"]] * 3
    assert for_signals.is_set()
    assert for_files.is_set()


def test_item_registered_is_due_at_once_and_late_after_a_quarter_of_an_hour(
    shop: Shop, clock: ManualClock
) -> None:
    order_in(shop)

    row = shop.store.signals.find({})[0]
    assert row["due"] == clock.now()
    assert (row["deadline"] - clock.now()).total_seconds() == 15 * 60


def test_the_key_tells_whether_an_order_is_live_or_a_test(shop: Shop) -> None:
    order_in(shop, 1, key=LIVE_KEY)
    order_in(shop, 2, key=TEST_KEY)

    assert [job.mode.value for job in shop.store.jobs.all()] == ["live", "test"]


@pytest.mark.parametrize("form", ["json", "xml"])
def test_the_document_is_kept_byte_for_byte(shop: Shop, form: str) -> None:
    order = order_in(shop, 3, form=form, kind="non-ascii")

    kept = shop.store.documents.of_order(order.order_id)[0]
    assert put_key_back(kept.body, kept.key_at, LIVE_KEY) == order.body
    assert kept.content_type == order.content_type


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_a_document_in_another_encoding_is_kept_byte_for_byte_without_its_key(
    shop: Shop, encoding: str
) -> None:
    body = document().decode().encode(encoding)
    taken = take_order(shop, body, "application/json")

    kept = shop.store.documents.of_order(taken.order_id)[0]
    assert put_key_back(kept.body, kept.key_at, LIVE_KEY) == body
    assert LIVE_KEY not in kept.body.decode(encoding, "replace")


def test_the_same_order_again_writes_nothing_but_a_journal_line(shop: Shop) -> None:
    order = order_in(shop)
    send_all(shop)

    again = take_order(shop, order.body, order.content_type)

    assert again.repeated
    assert len(shop.store.jobs.all()) == 1
    assert len(shop.store.signals.find({})) == 1
    assert len(shop.store.documents.of_order(order.order_id)) == 1
    assert actions(shop, order.order_id) == ["order taken", "signal sent", "order came again"]


def test_the_same_order_as_xml_is_the_same_order(shop: Shop) -> None:
    order_in(shop, 1, form="json")
    order_in(shop, 1, form="xml")

    assert len(shop.store.jobs.all()) == 1


def test_twenty_that_bring_the_same_order_at_once_make_one_job(shop: Shop) -> None:
    body = document()
    start = threading.Barrier(20)
    repeated: list[bool] = []

    def bring() -> None:
        start.wait()
        repeated.append(take_order(shop, body, "application/json").repeated)

    at_once([bring] * 20)

    assert sorted(repeated) == [False] + [True] * 19
    assert len(shop.store.jobs.all()) == 1
    assert len(shop.store.signals.find({})) == 1


def test_an_order_that_can_not_be_stored_leaves_nothing(shop: Shop, tmp_path: Path) -> None:
    order_in(shop, 1)
    database = tmp_path / "state" / "hotfolder.sqlite"
    with shop.store.transaction():
        rows_before = counts(shop)
    shop.store.close()
    aside = database.rename(database.with_name("aside"))
    database.mkdir()

    with pytest.raises(StoreError):
        order_in(shop, 2)

    database.rmdir()
    aside.rename(database)
    assert counts(shop) == rows_before
    order_in(shop, 2)
    assert counts(shop) == tuple(2 * number for number in rows_before)
