"""Documents that were kept, byte for byte as they came."""

import json
from dataclasses import replace

import pytest

from hotfolder.domain.job import Mode
from hotfolder.errors import HotfolderError, NotPossible, OrderChanged
from hotfolder.services.kept_documents import document_lines, kept_document
from hotfolder.services.shop import Interface, Shop
from hotfolder.services.take_order import take_order
from tests.changes import body_of, more_copies
from tests.fakes import ManualClock
from tests.steps import LIVE_KEY, TEST_KEY, order_in

UNKNOWN_KEY = "cccccccccccccccccccccccccccc0003"


def refused(shop: Shop, body: bytes) -> int:
    """The number under which this document was kept when it was not taken."""
    with pytest.raises(HotfolderError):
        take_order(shop, body, None)
    return max(document.number for document in shop.store.documents.to_look_at())


def test_refused_and_changed_documents_are_listed_newest_first(
    shop: Shop, clock: ManualClock
) -> None:
    order_in(shop)
    first = refused(shop, b"rubbish")
    clock.turn(60)
    second = refused(shop, body_of(1, more_copies))
    third = refused(shop, body_of(2, lambda order: order.update(items=[]), key=TEST_KEY))

    lines = document_lines(shop)
    assert [(line["number"], line["order"], line["verdict"]) for line in lines] == [
        (third, "000000020000", "refused"),
        (second, "000000010000", "changed"),
        (first, None, "refused"),
    ]
    assert [(line["interface"], line["mode"]) for line in lines] == [
        ("test", "test"),
        ("live", "live"),
        (None, None),
    ]
    assert lines[0]["received"] == "2026-03-02T08:01:00.000+00:00"
    assert "order.items" in lines[0]["reason"]
    assert "neither JSON nor XML" in lines[2]["reason"]


@pytest.mark.parametrize(
    "body",
    [
        b"rubbish \xff\x00",
        b'{"order": {"apikey": "' + LIVE_KEY.encode() + b'", broken',
        f"<order><apikey>{TEST_KEY}</apikey>".encode("utf-16"),
        body_of(1, lambda order: order.update(items=[])),
        body_of(1, lambda order: order.update(items=[], client={"name": LIVE_KEY})),
        body_of(1, lambda order: order.update(items=[]), key=TEST_KEY),
    ],
)
def test_a_document_is_given_as_it_came(shop: Shop, body: bytes) -> None:
    found = kept_document(shop, refused(shop, body))

    assert (found.body, found.missing) == (body, "")


@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_document_that_was_taken_or_changed_is_given_as_it_came(shop: Shop, form: str) -> None:
    order = order_in(shop, 3, form=form, kind="non-ascii")
    (taken,) = shop.store.documents.of_order(order.order_id)
    changed = body_of(3, more_copies, kind="non-ascii")
    with pytest.raises(OrderChanged):
        take_order(shop, changed, None)

    assert kept_document(shop, taken.number).body == order.body
    assert kept_document(shop, taken.number + 1).body == changed


def test_a_key_that_nobody_has_any_more_stays_blank_and_that_is_said(shop: Shop) -> None:
    number = refused(shop, body_of(1, lambda order: order.update(items=[])))
    other = Interface(name="live", key="d" * len(LIVE_KEY), mode=Mode.LIVE)
    shorter = Interface(name="test", key="e" * 5, mode=Mode.TEST)

    found = kept_document(replace(shop, interfaces=[other, shorter]), number)

    assert json.loads(found.body)["order"]["apikey"] == "*" * len(LIVE_KEY)
    assert found.missing == (
        "its key is blanked out: it is not the key of interface live in the configuration"
    )


def test_a_key_that_never_was_ours_is_not_kept(shop: Shop) -> None:
    found = kept_document(shop, refused(shop, body_of(1, key=UNKNOWN_KEY)))

    assert UNKNOWN_KEY.encode() not in found.body
    assert "not the key of any interface" in found.missing


def test_a_document_that_is_not_there_is_named(shop: Shop) -> None:
    with pytest.raises(NotPossible, match="no document 7"):
        kept_document(shop, 7)


def test_nothing_personal_is_in_the_list_of_documents(shop: Shop) -> None:
    def spoil(order: dict[str, object]) -> None:
        order["addresses"] = [{"type": "delivery", "name": "Alma", "street1": "Willow Lane"}]

    refused(shop, body_of(1, spoil))

    (line,) = document_lines(shop)
    assert "Alma" not in str(line)
    assert "Willow" not in str(line)
