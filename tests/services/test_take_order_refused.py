"""An order that is refused is kept for a person, for a while, without its key."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from hotfolder.domain.keyless import put_key_back
from hotfolder.errors import OrderChanged, OrderKeyUnknown, OrderRefused
from hotfolder.services.shop import Shop
from hotfolder.services.take_order import take_order
from tests.fakes import ManualClock
from tests.services.documents import UNKNOWN_KEY, document
from tests.steps import LIVE_KEY, TEST_KEY, fetch_all, order_in, send_all


def all_bytes(folder: Path) -> bytes:
    """Everything that lies below a folder, file names included."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return b"".join(str(path).encode() + path.read_bytes() for path in files)


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
