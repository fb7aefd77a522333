"""What of a document is forgiven: other ways to write a value, and what it need not hold."""

from typing import Any

import pytest

from hotfolder.domain.order import Reorder
from hotfolder.formats.order_document import to_order
from hotfolder.formats.order_reader import parse
from tests.formats.reading import EMPTY, FILE, order_with, plain_order
from tests.formats.writers import GONE, KEY, Path, a_document, as_json, with_value

SAME: list[tuple[Path, Any]] = [
    (("id",), 700100020000),
    (("id",), "  700100020000\r\n"),
    (("priority",), 2),
    (("creator", "id"), 1),
    (("items", 1, "id"), 700100020002),
    (("items", 1, "count"), 2),
    (("items", 1, "count"), 2.0),
    (("items", 1, "count"), "2.0000"),
    (("items", 1, "count"), "2,0"),
    (("items", 1, "count"), "02"),
    (("items", 1, "count"), " 2 "),
    (("items", 0, "pages"), 24),
    ((*FILE, "size"), 677),
    ((*FILE, "size"), 677.0),
    ((*FILE, "size"), "677,0"),
    ((*FILE, "md5sum"), "B4EF984CA48683E43400B5D57B48A181"),
    ((*FILE, "format"), ""),
    ((*FILE, "format"), GONE),
    (("shipping", "invoice", "shipments"), 1),
    (("shipping", "invoice", "shipments"), " 1"),
    (("addresses", 0, "country"), "de"),
    (("addresses", 0, "zip"), 10115),
    (("addresses",), a_document()["addresses"][0]),
    (("items", 1, "files"), a_document()["items"][1]["files"][0]),
    (("items", 1, "options"), a_document()["items"][1]["options"][0]),
    (("items", 1, "options"), [None, a_document()["items"][1]["options"][0], {}]),
]


@pytest.mark.parametrize(("path", "value"), SAME)
def test_another_way_to_write_a_value_gives_the_same_order(path: Path, value: Any) -> None:
    assert order_with(path, value) == plain_order()


OPTIONAL: list[Path] = [
    ("shipping_date",),
    ("priority",),
    ("client",),
    ("costs",),
    ("shipping",),
    ("shipping", "invoice"),
    ("shipping", "method"),
    ("creator",),
    ("creator", "version"),
    ("client", "reference"),
    ("costs", "total"),
    ("addresses", 0, "email"),
    ("addresses", 0, "zip"),
    ("items", 0, "title"),
    ("items", 0, "pages"),
    ("items", 0, "options"),
    (*FILE, "md5sum"),
    (*FILE, "size"),
]
ABSENT: list[Path] = [
    ("files",),
    ("email",),
    ("shipping", "proforma_invoice"),
    ("addresses", 0, "customer identification"),
    ("items", 0, "reorder_cause"),
    ("items", 0, "price"),
]


@pytest.mark.parametrize("path", [*OPTIONAL, *ABSENT], ids=str)
def test_null_and_every_kind_of_empty_mean_absent_for_an_optional_part(path: Path) -> None:
    absent = plain_order() if path in ABSENT else order_with(path, GONE)

    for empty in EMPTY[1:]:
        assert order_with(path, empty) == absent


def test_comma_and_point_are_decimal_signs_of_amounts() -> None:
    order = order_with(("items", 0, "price"), "24,90")

    assert order.items[0].price == "24,90"
    assert order.warnings == ()


def test_amounts_keep_their_text() -> None:
    body = as_json(with_value(a_document(), ("costs", "total"), "PLACE"))
    order = to_order(parse(body.replace(b'"PLACE"', b"11.2000"), None).data)

    assert order.costs["total"] == "11.2000"


@pytest.mark.parametrize(
    "path",
    [(), ("shipping",), ("addresses", 0), ("items", 0), FILE, ("items", 0, "options", 0)],
    ids=str,
)
def test_unknown_members_are_kept_at_every_place(path: Path) -> None:
    unknown = {"n": [1, 2.50, True, None, " text "], "o": {"p": {}}}
    order = order_with((*path, "x_unknown"), unknown)
    places = {
        0: order.extra,
        1: order.shipping.extra,
        2: order.delivery.extra if path[:1] == ("addresses",) else order.items[0].extra,
        4: order.items[0].options[0].extra or order.items[0].files[1].extra,
    }

    assert places[len(path)] == {
        "x_unknown": {"n": ["1", "2.5", "true", "", "text"], "o": {"p": ""}}
    }


@pytest.mark.parametrize("block", ["creator", "client", "costs"])
def test_unknown_members_of_a_block_are_kept_even_when_empty(block: str) -> None:
    order = order_with((block, "x_flag"), None)

    assert getattr(order, block)["x_flag"] == ""


def test_unknown_types_and_references_are_accepted() -> None:
    document = a_document()
    document["addresses"].append({"type": "pickup", "country": "Wonderland"})
    document["items"][0]["files"].append({"type": "sticker", "url": "http://example.org/s"})
    document["items"][0]["options"].append({"option": "gold_dust", "type": "type_new"})
    document["items"][0] |= {"reorder_cause": "reorder_new_cause", "reorder_item_id": "1"}
    order = to_order(document)

    assert order.addresses[1].type == "pickup"
    assert order.items[0].files[2].type == "sticker"
    assert order.items[0].options[2].option == "gold_dust"
    assert order.items[0].reorder == Reorder(cause="reorder_new_cause", item_id="1")


def test_both_spellings_of_customer_identification_are_read() -> None:
    for name in ("customer identification", "customer_identification"):
        order = order_with(("addresses", 0, name), "DE 123")
        assert order.delivery.customer_identification == "DE 123"
        assert order.delivery.extra == {}


def test_two_different_customer_identifications_are_both_kept() -> None:
    document = with_value(a_document(), ("addresses", 0, "customer identification"), "A")
    order = to_order(with_value(document, ("addresses", 0, "customer_identification"), "B"))

    assert order.delivery.customer_identification == "B"
    assert order.delivery.extra == {"customer identification": "A"}


def test_zero_characters_go_and_lone_surrogates_are_replaced() -> None:
    body = as_json(a_document()).replace(b"Harbour at Dusk", b"A\\u0000B\\ud800C\\u0007")
    order = to_order(parse(body.replace(b'"desc"', b'"de\\u0000sc"'), None).data)

    assert order.items[1].title == "AB\ufffdC\x07"
    assert order.items[1].options[0].extra == {"de\ufffdsc": "words"}


def test_a_key_in_the_data_does_not_reach_the_order() -> None:
    order = to_order(a_document())

    assert KEY not in repr(order)
