"""An order comes in: kept whole, once, without its key, or refused and kept for a person."""

import json
import threading
from dataclasses import replace
from datetime import timedelta
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


def test_a_reorder_of_what_was_made_here_is_told_in_the_journal(shop: Shop) -> None:
    order_in(shop, 1)
    reorder = order_in(shop, 2, kind="reorder")

    (line,) = [
        line
        for line in shop.store.journal.of_order(reorder.order_id)
        if line.action == "reorder taken"
    ]
    assert (line.item_id, dict(line.detail)) == (
        reorder.item_ids[0],
        {
            "cause": "reorder_shipping_item_damaged",
            "original_order": "000000010000",
            "original_item": "000000010001",
            "known": True,
        },
    )
    taken = shop.store.orders.get(reorder.order_id)
    assert taken is not None
    assert not [words for words in taken.warnings if "not made here" in words]
    assert shop.store.jobs.of_order(reorder.order_id)[0].reorder


def test_a_reorder_of_what_is_not_known_here_is_taken_with_a_warning(shop: Shop) -> None:
    reorder = order_in(shop, 2, kind="reorder")

    taken = shop.store.orders.get(reorder.order_id)
    assert taken is not None
    words = f"item {reorder.item_ids[0]}: is a reorder of an item that was not made here"
    assert words in taken.warnings
    lines = shop.store.journal.of_order(reorder.order_id)
    assert [line.detail["known"] for line in lines if line.action == "reorder taken"] == [False]


def test_free_words_where_a_reorder_names_its_original_stay_out_of_the_journal(
    shop: Shop,
) -> None:
    order = json.loads(document())["order"]
    for name in ("cause", "desc", "order_id", "item_id"):
        order["items"][0][f"reorder_{name}"] = "Alma Testperson, Willow Lane 12"
    take_order(shop, document(**order), "application/json")

    told = [dict(line.detail) for line in shop.store.journal.of_order(order["id"])]
    assert "Alma" not in json.dumps(told)


@pytest.mark.parametrize("key", [UNKNOWN_KEY, "", LIVE_KEY.upper(), LIVE_KEY[:-1]])
def test_a_document_with_no_key_of_ours_is_refused_and_kept(shop: Shop, key: str) -> None:
    body = document(apikey=key)
    with pytest.raises(OrderKeyUnknown):
        take_order(shop, body, "application/json")

    assert shop.store.jobs.all() == []
    kept = shop.store.documents.of_order("000000010000")[0]
    assert kept.verdict == "refused"
    assert put_key_back(kept.body, kept.key_at, key) == body


def test_a_refused_document_is_kept_with_every_reason(shop: Shop) -> None:
    with pytest.raises(OrderRefused) as refusal:
        take_order(shop, document(items=[], addresses=[]), "application/json")

    assert len(refusal.value.problems) == 2
    kept = shop.store.documents.of_order("000000010000")[0]
    assert kept.reason == str(refusal.value)
    assert shop.store.orders.count() == 0


def test_only_the_newest_refused_documents_are_kept(shop: Shop) -> None:
    order_in(shop)
    for number in range(502):
        with pytest.raises(OrderRefused):
            take_order(shop, document(id=f"x{number}", items=[]), "application/json")

    assert shop.store.documents.of_order("x0") == []
    assert shop.store.documents.of_order("x1") == []
    assert len(shop.store.documents.of_order("x2")) == 1
    assert len(shop.store.documents.of_order("000000010000")) == 1


def test_refused_documents_are_kept_for_their_days_and_no_longer(
    shop: Shop, clock: ManualClock
) -> None:
    shop = replace(shop, rules=replace(shop.rules, keep_refused=timedelta(days=2)))
    order_in(shop)
    with pytest.raises(OrderChanged):
        take_order(shop, document(priority="9"), "application/json")
    for number in range(4):
        with pytest.raises(OrderRefused):
            take_order(shop, document(id=f"x{number}", items=[]), "application/json")
        clock.turn(24 * 3600)

    found = [document.order_id for document in shop.store.documents.to_look_at()]
    assert found == ["x3", "x2", "x1", "000000010000"]


@pytest.mark.parametrize(
    ("order_id", "known"),
    [
        ("7001", "7001"),
        (7001, "7001"),
        (" 7001 ", "7001"),
        ("../../etc/passwd", None),
        ("\x1b[31m", None),
        ("Alma Testperson", None),
        (True, None),
        (None, None),
        ({"id": "7"}, None),
    ],
)
def test_a_refused_document_is_filed_under_its_order_id_when_it_has_one(
    shop: Shop, order_id: object, known: str | None
) -> None:
    with pytest.raises(OrderRefused):
        take_order(shop, document(id=order_id, items=[]), "application/json")

    (kept,) = shop.store.documents.to_look_at()
    assert kept.order_id == known


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
