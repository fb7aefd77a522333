"""An order comes in: kept whole, once, without its key, or refused and kept for a person."""

import json
import threading
from pathlib import Path
from typing import Any

import pytest

from hotfolder.domain.keyless import put_key_back
from hotfolder.errors import OrderChanged, OrderKeyUnknown, OrderRefused, StoreError
from hotfolder.services.shop import Shop
from hotfolder.services.take_order import take_order
from hotfolder.test_center.catalogue import make_order
from tests.fakes import ManualClock
from tests.steps import (
    FILE_SERVER,
    LIVE_KEY,
    TEST_KEY,
    actions,
    fetch_all,
    notes,
    order_in,
    promised,
    send_all,
)

UNKNOWN_KEY = "cccccccccccccccccccccccccccc0003"


def document(**changes: Any) -> bytes:
    """A poster order; `changes` are made to the `order` object."""
    order = json.loads(make_order(1, base_url=FILE_SERVER, apikey=LIVE_KEY, kind="poster").body)
    order["order"] |= changes
    return json.dumps(order, ensure_ascii=False).encode()


def all_bytes(folder: Path) -> bytes:
    """Everything that lies below a folder, file names included."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return b"".join(str(path).encode() + path.read_bytes() for path in files)


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

    kept = shop.store.orders.documents_of(order.order_id)[0]
    assert put_key_back(kept.body, kept.key_at, LIVE_KEY) == order.body
    assert kept.content_type == order.content_type


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_a_document_in_another_encoding_is_kept_byte_for_byte_without_its_key(
    shop: Shop, encoding: str
) -> None:
    body = document().decode().encode(encoding)
    taken = take_order(shop, body, "application/json")

    kept = shop.store.orders.documents_of(taken.order_id)[0]
    assert put_key_back(kept.body, kept.key_at, LIVE_KEY) == body
    assert LIVE_KEY not in kept.body.decode(encoding, "replace")


def test_the_same_order_again_writes_nothing_but_a_journal_line(shop: Shop) -> None:
    order = order_in(shop)
    send_all(shop)

    again = take_order(shop, order.body, order.content_type)

    assert again.repeated
    assert len(shop.store.jobs.all()) == 1
    assert len(shop.store.signals.find({})) == 1
    assert len(shop.store.orders.documents_of(order.order_id)) == 1
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

    threads = [threading.Thread(target=bring) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(repeated) == [False] + [True] * 19
    assert len(shop.store.jobs.all()) == 1
    assert len(shop.store.signals.find({})) == 1


def test_a_changed_order_is_refused_noted_and_kept_and_the_first_stays(shop: Shop) -> None:
    first = order_in(shop)
    before = shop.store.orders.get(first.order_id)

    changed = document(shipping_date="2027-01-01 10:00:00")
    with pytest.raises(OrderChanged, match=first.order_id):
        take_order(shop, changed, "application/json")

    assert shop.store.orders.get(first.order_id) == before
    assert len(shop.store.jobs.all()) == 1
    kept = shop.store.orders.documents_of(first.order_id)
    assert [one.verdict for one in kept] == ["accepted", "changed"]
    assert put_key_back(kept[1].body, kept[1].key_at, LIVE_KEY) == changed
    assert notes(shop) == {("", first.order_id): "order changed"}


def test_the_first_order_is_still_taken_as_a_repeat_after_a_changed_one(shop: Shop) -> None:
    order_in(shop)
    with pytest.raises(OrderChanged):
        take_order(shop, document(priority="9"), "application/json")

    assert take_order(shop, document(), "application/json").repeated


@pytest.mark.parametrize("key", [UNKNOWN_KEY, "", LIVE_KEY.upper(), LIVE_KEY[:-1]])
def test_a_document_with_no_key_of_ours_is_refused_and_kept(shop: Shop, key: str) -> None:
    body = document(apikey=key)
    with pytest.raises(OrderKeyUnknown):
        take_order(shop, body, "application/json")

    assert shop.store.jobs.all() == []
    kept = shop.store.orders.documents_of("000000010000")[0]
    assert kept.verdict == "refused"
    assert put_key_back(kept.body, kept.key_at, key) == body


def test_a_refused_document_is_kept_with_every_reason(shop: Shop) -> None:
    with pytest.raises(OrderRefused) as refusal:
        take_order(shop, document(items=[], addresses=[]), "application/json")

    assert len(refusal.value.problems) == 2
    kept = shop.store.orders.documents_of("000000010000")[0]
    assert kept.reason == str(refusal.value)
    assert shop.store.orders.count() == 0


def test_only_the_newest_refused_documents_are_kept(shop: Shop) -> None:
    order_in(shop)
    for number in range(502):
        with pytest.raises(OrderRefused):
            take_order(shop, document(id=f"x{number}", items=[]), "application/json")

    assert shop.store.orders.documents_of("x0") == []
    assert shop.store.orders.documents_of("x1") == []
    assert len(shop.store.orders.documents_of("x2")) == 1
    assert len(shop.store.orders.documents_of("000000010000")) == 1


def test_a_key_is_in_no_file_and_no_log_line(shop: Shop, tmp_path: Path, logged: list[str]) -> None:
    order_in(shop, 1, key=LIVE_KEY)
    order_in(shop, 2, key=TEST_KEY, form="xml")
    for body in (
        document(apikey=UNKNOWN_KEY),
        document(id="1", items=[]),
        document(priority="7"),
        document(id="2", apikey="", client={"name": LIVE_KEY}),
        b'{"order": {"apikey": "' + LIVE_KEY.encode(),
        b"<order><apikey>" + TEST_KEY.encode() + b"</apikey><order>",
    ):
        with pytest.raises((OrderKeyUnknown, OrderRefused, OrderChanged)):
            take_order(shop, body, "application/json")
    take_order(shop, document(id="3", client={"reference": LIVE_KEY}), "application/json")
    fetch_all(shop)
    send_all(shop)

    everything = all_bytes(tmp_path) + "".join(logged).encode()
    for key in (LIVE_KEY, TEST_KEY, UNKNOWN_KEY):
        assert key.encode() not in everything
        assert key.encode("utf-16-le") not in everything


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


def counts(shop: Shop) -> tuple[int, int, int]:
    return shop.store.orders.count(), len(shop.store.jobs.all()), len(shop.store.signals.find({}))
