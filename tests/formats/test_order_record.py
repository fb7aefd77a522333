"""An order survives every way of writing it, and its digest tells orders apart."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings

from hotfolder.domain.order import Item, Option, Order, ProductFile, Reorder
from hotfolder.formats.order_document import to_order
from hotfolder.formats.order_reader import parse
from hotfolder.formats.order_record import digest, order_from_data, order_to_data
from tests.formats.any_orders import orders
from tests.formats.writers import GONE, Path, a_document, as_json, as_xml, document_of, with_value


def read(body: bytes) -> Order:
    return to_order(parse(body, None).data)


@given(order=orders())
@settings(max_examples=80, deadline=None)
def test_an_order_survives_json_and_xml_and_all_forms_have_one_digest(order: Order) -> None:
    document = document_of(order)
    forms = [as_json(document), as_xml(document), as_xml(document, boxed=True)]

    for form in forms:
        assert read(form) == order
        assert digest(read(form)) == digest(order)


@given(order=orders())
@settings(max_examples=40, deadline=None)
def test_an_order_survives_the_record_with_its_warnings(order: Order) -> None:
    warned = replace(order, warnings=("one", "two"))
    again = order_from_data(json.loads(json.dumps(order_to_data(warned))))

    assert again == warned
    assert again.warnings == warned.warnings
    assert digest(again) == digest(warned)


def test_a_record_of_an_older_version_gets_defaults() -> None:
    data = order_to_data(to_order(a_document()))
    del data["email"], data["items"][0]["hc"], data["items"][0]["files"][0]["md5"]

    order = order_from_data(data)

    assert (order.email, order.items[0].hc, order.items[0].files[0].md5) == ("", "", None)


def test_a_record_is_not_tied_to_the_order_it_came_from() -> None:
    order = to_order(with_value(a_document(), ("items", 0, "reorder_cause"), "c"))
    order_to_data(order)["items"][0]["reorder"]["cause"] = "changed"

    assert order.items[0].reorder == Reorder(cause="c")


def digest_with(path: Path, value: Any) -> str:
    return digest(read(as_json(with_value(a_document(), path, value))))


FILE: Path = ("items", 0, "files", 0)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("apikey",), "bbbbbbbbbbbbbbbbbbbbbbbbbbbb0002"),
        (("creator", "date"), "2026-03-02 09:00:00"),
        (("creator",), GONE),
        (("creator", "version"), "2.1"),
        (("id",), 700100020000),
        (("items", 0, "count"), 1.0),
        (("items", 0, "desc"), None),
        (("items", 1, "files"), a_document()["items"][1]["files"][0]),
        ((*FILE, "md5sum"), "B4EF984CA48683E43400B5D57B48A181"),
    ],
)
def test_the_same_content_has_the_same_digest(path: Path, value: Any) -> None:
    assert digest_with(path, value) == digest(read(as_json(a_document())))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("id",), "700100020009"),
        (("date",), "2026-03-03 08:25:08"),
        (("priority",), "1"),
        (("shipping_date",), GONE),
        (("client", "reference"), "other"),
        (("costs", "total"), "11.2001"),
        (("shipping", "method"), "other"),
        (("shipping", "invoice", "total"), "4.2001"),
        (("addresses", 0, "street2"), "Rear entrance"),
        (("addresses", 0, "name"), "alma testperson"),
        (("items", 0, "count"), 5),
        (("items", 0, "title"), "Other"),
        (("items", 0, "options"), GONE),
        (("items", 0, "options", 0, "count"), "2"),
        (("items", 0, "reorder_cause"), "c"),
        (("items",), a_document()["items"][:1]),
        (("items",), a_document()["items"][::-1]),
        ((*FILE, "url"), "http://files.example.org/other.pdf"),
        ((*FILE, "md5sum"), "0" * 32),
        ((*FILE, "size"), 678),
        (("files",), a_document()["items"][0]["files"][0]),
        (("x_unknown",), "1"),
        (("x_unknown",), ""),
        (("client", "x_unknown"), ""),
        (("items", 0, "x_unknown"), {"a": ["1", "2"]}),
    ],
)
def test_any_difference_a_shop_would_see_changes_the_digest(path: Path, value: Any) -> None:
    assert digest_with(path, value) != digest(read(as_json(a_document())))


def test_the_digest_does_not_depend_on_the_order_of_members() -> None:
    document = a_document()
    turned = dict(reversed(document.items()))

    assert digest(read(as_json(turned))) == digest(read(as_json(document)))


def test_a_size_of_nothing_is_not_a_missing_size() -> None:
    assert digest_with((*FILE, "size"), 0) != digest_with((*FILE, "size"), GONE)


def test_a_list_of_one_in_an_unknown_part_has_the_digest_of_its_entry() -> None:
    document = with_value(a_document(), ("x_unknown",), {"a": ["1"]})

    assert digest(read(as_json(document))) == digest(read(as_xml(document)))


def test_the_digest_does_not_change_between_versions() -> None:
    file = ProductFile(type="product", url="http://example.org/a.pdf")
    item = Item(id="2", count=1, product="p", files=(file,), options=(Option(option="o"),))
    order = Order(id="1", items=(item,), addresses=())

    assert digest(order) == "862e9152cd5f458e84ecf54968c8fbf4bcac5dceeface77049a3ebf5d344318e"
