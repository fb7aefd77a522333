"""What of a document is accepted and warned about."""

from typing import Any

import pytest

from hotfolder.formats.order_document import to_order
from tests.formats.reading import FILE, order_with, plain_order
from tests.formats.writers import GONE, Path, a_document


def test_a_valid_document_has_no_warnings() -> None:
    assert plain_order().warnings == ()


WARNED: list[tuple[Path, Any, str]] = [
    (("date",), GONE, "order.date: is missing"),
    (("date",), "next week", "order.date: can not be read as a date"),
    (("shipping_date",), "31.12.2026", "order.shipping_date: can not be read as a date"),
    (("creator",), GONE, "order.creator.version: is missing"),
    (("creator", "version"), "3.0", "order.creator.version: is not one of"),
    (("creator", "version"), ["2.2"], "order.creator.version: is missing"),
    (("shipping", "method"), "", "order.shipping.method: is missing"),
    (("shipping", "consignor"), "", "order.shipping.consignor: is missing"),
    (("shipping", "invoice", "total"), "a lot", "order.shipping.invoice.total: is not an amount"),
    (("costs", "total"), {"a": "1"}, "order.costs.total: is not an amount"),
    (("addresses", 0, "city"), "", "order.addresses[0].city: is missing"),
    (("addresses", 0, "country"), "US", "order.addresses[0].state: is missing"),
    ((*FILE, "md5sum"), "", "order.items[0].files[1].md5sum: is missing"),
    ((*FILE, "size"), "", "order.items[0].files[1].size: is missing"),
    ((*FILE, "size"), 0, "order.items[0].files[1].size: is 0"),
    (("items", 0, "files", 0, "type"), "box", "order.items[0].files: a book without a cover"),
    ((*FILE, "type"), "box", "order.items[0].files: a cover without a book"),
    (("items", 0, "pages"), "many", "order.items[0].pages: is not a whole number"),
    (("items", 0, "price"), "free", "order.items[0].price: is not an amount"),
    (("items", 0, "options", 0, "option"), "", "order.items[0].options[0].option: is missing"),
]


@pytest.mark.parametrize(("path", "value", "start"), WARNED)
def test_what_is_odd_is_accepted_with_one_warning(path: Path, value: Any, start: str) -> None:
    warnings = order_with(path, value).warnings

    assert len(warnings) == 1
    assert warnings[0].startswith(start)


def test_odd_sets_of_files_are_accepted_with_warnings() -> None:
    document = a_document()
    document["items"][1]["files"] = [*document["items"][0]["files"], *document["items"][1]["files"]]
    document["items"][0]["files"].append(document["items"][0]["files"][1])

    assert to_order(document).warnings == (
        "order.items[0].files: 2 files of type book",
        "order.items[1].files: both a one-file product and a book",
    )


def test_a_second_receiver_is_accepted_with_a_warning() -> None:
    document = a_document()
    document["addresses"].append(document["addresses"][0] | {"name": "Second Person"})
    order = to_order(document)

    assert order.delivery.name == "Alma Testperson"
    assert order.warnings == ("order.addresses: 2 are delivery addresses, the first one is used",)


def test_an_incomplete_reorder_is_accepted_with_warnings() -> None:
    document = a_document()
    document["items"][0]["reorder_order_id"] = "70010001/0000"
    document["items"][1] |= {"reorder_cause": "c", "reorder_order_id": "1", "reorder_item_id": "2"}

    assert to_order(document).warnings == (
        "order.items[0].reorder_cause: is missing",
        "order.items[0].reorder_order_id: has characters that ids do not have",
        "order.items[0].reorder_item_id: is missing",
        "order.items: they are reorders of more than one order",
    )


def test_unknown_file_and_address_types_are_warned_about() -> None:
    document = a_document()
    document["addresses"].append({"type": "pickup"})
    document["files"] = document["items"][0]["files"][:1]

    assert [line.partition(": ")[0] for line in to_order(document).warnings] == [
        "order.addresses[1]",
        "order.files[0].type",
    ]


def test_an_endless_list_of_warnings_is_cut_and_counted() -> None:
    options = [{"desc": "no reference"}] * 150
    warnings = order_with(("items", 0, "options"), options).warnings

    assert len(warnings) == 101
    assert warnings[-1] == "order: has 50 more warnings"


def test_warnings_hold_no_personal_data() -> None:
    document = a_document()
    document["addresses"][0]["city"] = ""
    document["addresses"].append({"type": "Bob Builder", "name": "Bob Builder"})
    document["date"] = document["costs"]["total"] = document["items"][0]["pages"] = (
        "Alma Testperson"
    )
    document["creator"]["version"] = "Alma Testperson"
    document["items"][0]["files"][0]["type"] = "Alma Testperson"
    told = " ".join(to_order(document).warnings)

    assert told
    assert "Alma" not in told
    assert "Bob" not in told
