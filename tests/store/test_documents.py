"""Documents: as they came, without a key, and not for ever."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotfolder.domain.keyless import blank_keys, put_key_back
from hotfolder.store.documents import (
    FORGET_OLD,
    REFUSED_KEPT,
    REFUSED_SIZES,
    STRANGE_BYTES,
    STRANGE_KEPT,
    Document,
    Verdict,
)
from hotfolder.store.statement import Statement
from hotfolder.store.store import Store
from tests.builders import NOON
from tests.steps import look_up

OF_BAD = {"order_id": "bad", "interface": "live"}
KEY = "7e0ab51c9f4d4c6b8f0e"


def a_document(**fields: Any) -> Document:
    return replace(Document(received_at=NOON, body=b"{}", order_id="order-1"), **fields)


def keep(store: Store, **fields: object) -> int:
    with store.transaction():
        return store.documents.keep(a_document(**fields))


def test_documents_of_an_order_come_oldest_first_with_all_that_is_known(store: Store) -> None:
    first = a_document(
        body=b"<order/>",
        key_at=[3, 80],
        content_type="text/xml; charset=utf-8",
        interface="live",
        verdict=Verdict.CHANGED,
        reason="came again with other content",
        digest="abc",
        sha256="def",
    )
    with store.transaction():
        one = store.documents.keep(first)
        store.documents.keep(a_document(order_id="order-2"))
        two = store.documents.keep(a_document(order_id="order-1"))
    assert one < two
    assert store.documents.of_order("order-1") == [
        replace(first, number=one),
        replace(a_document(), key_at=[], number=two),
    ]
    assert store.documents.get(one) == replace(first, number=one)
    assert store.documents.of_order("order-3") == []


def test_a_document_without_an_order_id_is_kept_too(store: Store) -> None:
    assert store.documents.keep(a_document(order_id=None, body=b"\0\xff rubbish")) > 0


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=st.binary(max_size=60), behind=st.binary(max_size=60))
def test_a_document_comes_back_byte_for_byte(store: Store, before: bytes, behind: bytes) -> None:
    body = before + KEY.encode() + behind
    blank, places = blank_keys(body, [KEY])
    with store.transaction():
        store.documents.keep(a_document(body=blank, key_at=places))
    kept = store.documents.of_order("order-1")[-1]
    assert put_key_back(kept.body, kept.key_at, KEY) == body


def test_a_blanked_document_brings_no_key_onto_the_disk(store: Store, tmp_path: Path) -> None:
    for encoding in ("utf-8", "utf-16"):
        blank, places = blank_keys(f'{{"apikey": "{KEY}"}}'.encode(encoding), [KEY])
        with store.transaction():
            store.documents.keep(a_document(body=blank, key_at=places))
    files = [path for path in (tmp_path / "state").iterdir() if path.is_file()]
    written = b"".join(path.read_bytes() for path in files)
    assert b"apikey" in written
    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        assert KEY.encode(encoding) not in written


def test_only_the_newest_refused_documents_are_kept_and_all_others(store: Store) -> None:
    with store.transaction():
        keep(store, body=b"first", order_id="good")
        for number in range(REFUSED_KEPT + 3):
            at = NOON + timedelta(seconds=number)
            body = str(number).encode()
            keep(store, body=body, verdict=Verdict.REFUSED, **OF_BAD, received_at=at)
        keep(store, body=b"last", verdict=Verdict.CHANGED, order_id="good")
        store.documents.forget_refused(before=NOON)

    kept = [int(document.body) for document in store.documents.of_order("bad")]
    assert kept == list(range(3, REFUSED_KEPT + 3))
    assert [document.body for document in store.documents.of_order("good")] == [b"first", b"last"]


def test_documents_of_strangers_push_out_only_each_other(store: Store) -> None:
    with store.transaction():
        keep(store, body=b"ours", verdict=Verdict.REFUSED, **OF_BAD)
        for number in range(STRANGE_KEPT + 3):
            at = NOON + timedelta(seconds=number)
            keep(store, body=str(number).encode(), verdict=Verdict.REFUSED, received_at=at)
        store.documents.forget_refused(before=NOON)

    kept = [int(document.body) for document in store.documents.of_order("order-1")]
    assert kept == list(range(3, STRANGE_KEPT + 3))
    assert [document.body for document in store.documents.of_order("bad")] == [b"ours"]


def test_documents_of_strangers_fill_no_more_than_their_room(store: Store) -> None:
    third = b"x" * (STRANGE_BYTES // 3)
    with store.transaction():
        keep(store, body=third, verdict=Verdict.REFUSED, **OF_BAD)
        for number in range(5):
            at = NOON + timedelta(seconds=number)
            keep(store, body=third, verdict=Verdict.REFUSED, received_at=at)
            store.documents.forget_refused(before=NOON)

    kept = store.documents.of_order("order-1")
    assert [document.received_at for document in kept] == [
        NOON + timedelta(seconds=number) for number in (2, 3, 4)
    ]
    assert len(store.documents.of_order("bad")) == 1


def test_refused_documents_that_are_too_old_are_dropped_and_no_others(store: Store) -> None:
    for verdict in Verdict:
        keep(store, received_at=NOON - timedelta(seconds=1), verdict=verdict)
        keep(store, received_at=NOON, verdict=verdict)

    store.documents.forget_refused(before=NOON)

    kept = [(one.verdict, one.received_at) for one in store.documents.of_order("order-1")]
    assert (Verdict.REFUSED, NOON) in kept
    assert len(kept) == 2 * len(Verdict) - 1


@pytest.mark.parametrize(
    ("statement", "values"),
    [(FORGET_OLD, {"before": NOON}), (REFUSED_SIZES, {})],
)
def test_dropping_refused_documents_reads_none_of_the_accepted_ones(
    store: Store, tmp_path: Path, statement: Statement, values: dict[str, object]
) -> None:
    keep(store)
    parameters = statement.parameters({"verdict": Verdict.REFUSED, **values})
    database = tmp_path / "state" / "hotfolder.sqlite"
    steps = look_up(database, f"EXPLAIN QUERY PLAN {statement.sql}", *parameters)

    told = [step[3] for step in steps]
    assert [step for step in told if "document_verdict_received_at" in step]
    assert not [step for step in told if step.startswith("SCAN")]


def test_what_a_person_may_look_at_comes_newest_first_without_bodies(store: Store) -> None:
    numbers = [keep(store, verdict=verdict, body=b"x" * 10) for verdict in Verdict]
    of = dict(zip(Verdict, numbers, strict=True))

    found = store.documents.to_look_at()

    del of[Verdict.ACCEPTED]
    assert [(one.verdict, one.number) for one in found] == list(reversed(of.items()))
    assert {one.body for one in found} == {b""}


def test_other_content_of_an_order_is_found_again_by_its_digest(store: Store) -> None:
    keep(store, digest="abc", verdict=Verdict.ACCEPTED)
    keep(store, digest="def", verdict=Verdict.CHANGED, order_id="order-2")
    number = keep(store, digest="def", interface="live", verdict=Verdict.DECLINED)

    found = store.documents.set_aside_before("order-1", "def", "live")
    assert found is not None
    assert (found.number, found.verdict) == (number, Verdict.DECLINED)
    assert store.documents.set_aside_before("order-1", "abc", "live") is None
    assert store.documents.set_aside_before("order-1", "def", "test") is None


def test_a_document_is_judged_by_one_only(store: Store) -> None:
    keep(store, verdict=Verdict.CHANGED)
    (document,) = store.documents.of_order("order-1")

    assert store.documents.judge(document, Verdict.DECLINED, "no")
    assert not store.documents.judge(document, Verdict.ACCEPTED)
    (judged,) = store.documents.of_order("order-1")
    assert (judged.verdict, judged.reason) == (Verdict.DECLINED, "no")


def test_refused_documents_of_late_are_counted_by_interface(store: Store) -> None:
    keep(store, verdict=Verdict.REFUSED, interface="live")
    keep(store, verdict=Verdict.REFUSED, interface="live", received_at=NOON - timedelta(hours=1))
    keep(store, verdict=Verdict.REFUSED, interface="live", received_at=NOON - timedelta(days=2))
    keep(store, verdict=Verdict.REFUSED)
    keep(store, verdict=Verdict.CHANGED, interface="live")

    assert store.documents.refused_since(NOON - timedelta(days=1)) == {"live": 2, "": 1}
