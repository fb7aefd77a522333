from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotfolder.domain.job import Mode
from hotfolder.domain.keyless import blank_keys, put_key_back
from hotfolder.errors import StoreError
from hotfolder.store.orders import REFUSED_KEPT, Document, OrderTaken
from hotfolder.store.store import Store
from tests.builders import NOON

KEY = "7e0ab51c9f4d4c6b8f0e"
TAKEN = OrderTaken(
    order_id="order-1",
    interface="live",
    mode=Mode.TEST,
    version="2.2",
    received_at=NOON + timedelta(microseconds=1),
    digest="abc",
    record='{"title": "Grüße \U0001f4d8"}',
    warnings=("the price is odd", "Grüße"),
)


def a_document(**fields: object) -> Document:
    return replace(Document(received_at=NOON, body=b"{}", order_id="order-1"), **fields)  # type: ignore[arg-type]


def test_an_order_is_read_back_as_it_was_taken(store: Store) -> None:
    with store.transaction():
        store.orders.add(TAKEN, 7)
    assert store.orders.get("order-1") == replace(TAKEN, warnings=list(TAKEN.warnings))
    assert store.orders.digest_of("order-1") == "abc"
    assert store.orders.count() == 1


def test_an_order_that_nobody_sent_is_not_known(store: Store) -> None:
    assert store.orders.get("order-1") is None
    assert store.orders.digest_of("order-1") is None
    assert store.orders.documents_of("order-1") == []
    assert store.orders.count() == 0


def test_a_second_order_of_one_id_is_refused_and_the_first_stays(store: Store) -> None:
    with store.transaction():
        store.orders.add(TAKEN, 7)
    with pytest.raises(StoreError, match=r"UNIQUE constraint failed: orders\.order_id"):
        store.orders.add(replace(TAKEN, digest="other"), 8)
    assert store.orders.digest_of("order-1") == "abc"


def test_order_ids_that_differ_in_case_are_two_orders(store: Store) -> None:
    with store.transaction():
        store.orders.add(TAKEN, 7)
        store.orders.add(replace(TAKEN, order_id="ORDER-1"), 8)
    assert store.orders.count() == 2


def test_documents_of_an_order_come_oldest_first_with_all_that_is_known(store: Store) -> None:
    first = a_document(
        body=b"<order/>",
        key_at=[3, 80],
        content_type="text/xml; charset=utf-8",
        interface="live",
        verdict="changed",
        reason="came again with other content",
    )
    with store.transaction():
        one = store.orders.keep_document(first)
        store.orders.keep_document(a_document(order_id="order-2"))
        two = store.orders.keep_document(a_document(order_id="order-1"))
    assert one < two
    assert store.orders.documents_of("order-1") == [first, replace(a_document(), key_at=[])]


def test_a_document_without_an_order_id_is_kept_too(store: Store) -> None:
    assert store.orders.keep_document(a_document(order_id=None, body=b"\0\xff rubbish")) > 0


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=st.binary(max_size=60), behind=st.binary(max_size=60))
def test_a_document_comes_back_byte_for_byte(store: Store, before: bytes, behind: bytes) -> None:
    body = before + KEY.encode() + behind
    blank, places = blank_keys(body, [KEY])
    with store.transaction():
        store.orders.keep_document(a_document(body=blank, key_at=places))
    kept = store.orders.documents_of("order-1")[-1]
    assert put_key_back(kept.body, kept.key_at, KEY) == body


def test_a_blanked_document_brings_no_key_onto_the_disk(store: Store, tmp_path: Path) -> None:
    for encoding in ("utf-8", "utf-16"):
        blank, places = blank_keys(f'{{"apikey": "{KEY}"}}'.encode(encoding), [KEY])
        with store.transaction():
            store.orders.keep_document(a_document(body=blank, key_at=places))
    files = [path for path in (tmp_path / "state").iterdir() if path.is_file()]
    written = b"".join(path.read_bytes() for path in files)
    assert b"apikey" in written
    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        assert KEY.encode(encoding) not in written


def test_only_the_newest_refused_documents_are_kept_and_all_others(store: Store) -> None:
    with store.transaction():
        store.orders.keep_document(a_document(body=b"first", order_id="good"))
        for number in range(REFUSED_KEPT + 3):
            body = str(number).encode()
            store.orders.keep_document(a_document(body=body, verdict="refused", order_id="bad"))
        store.orders.keep_document(a_document(body=b"last", verdict="changed", order_id="good"))
        store.orders.forget_old_refusals()
    kept = [int(document.body) for document in store.orders.documents_of("bad")]
    assert kept == list(range(3, REFUSED_KEPT + 3))
    assert [document.body for document in store.orders.documents_of("good")] == [b"first", b"last"]
