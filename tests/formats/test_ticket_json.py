import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotfolder.domain.job import Mode
from hotfolder.domain.order import Order, ProductFile, Reorder
from hotfolder.domain.ticket import TicketFile
from hotfolder.errors import NotUnderstood
from hotfolder.formats import ticket_json
from hotfolder.formats.order_record import order_from_data
from tests.builders import MD5_OF_NOTHING, NOON, a_file, a_ticket, an_item, an_order
from tests.formats.any_orders import orders

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def test_a_ticket_that_was_written_is_read_back() -> None:
    files = (
        TicketFile(name="item-1_cover.pdf", type="cover", size=10, md5=MD5_OF_NOTHING),
        TicketFile(name="item-1_book.pdf", type="book", size=0, md5=MD5_OF_NOTHING),
    )
    seen = ticket_json.read(ticket_json.write(a_ticket(files=files)))
    assert seen.ticket_id == "order-1/item-1/1"
    assert seen.manifest == {"item-1_cover.pdf": 10, "item-1_book.pdf": 0}


def test_a_ticket_says_at_its_top_what_a_program_needs() -> None:
    item = an_item(title="Grüße", reorder=Reorder(cause="reorder_print_quality"))
    order = an_order(items=(item,), shipping_date="2026-03-05")
    ticket = a_ticket(order=order, item=item, run=2, mode=Mode.TEST)
    data = json.loads(ticket_json.write(ticket))
    assert {name: data[name] for name in data if name not in ("order", "files")} == {
        "hotfolder_ticket": 1,
        "ticket": "order-1/item-1/1",
        "run": 2,
        "mode": "test",
        "flow": "books",
        "interface": "",
        "received": NOON.isoformat(),
        "order_id": "order-1",
        "item_id": "item-1",
        "product": "poster_a2",
        "count": 5,
        "title": "Grüße",
        "ship_by": "2026-03-05",
        "shipping_method": "",
        "consignor": "",
        "reorder": True,
        "findings": [],
    }
    assert data["files"] == [
        {"name": "item-1_cover.pdf", "type": "cover", "size": 0, "md5": MD5_OF_NOTHING}
    ]


def test_a_ticket_is_text_for_people() -> None:
    text = ticket_json.write(a_ticket(item=an_item(title="Grüße 書")))
    assert '"title": "Grüße 書"' in text
    assert text.endswith("}\n")


def test_a_ticket_holds_its_own_item_alone() -> None:
    one, two = an_item(), an_item(id="item-2")
    data = json.loads(ticket_json.write(a_ticket(order=an_order(items=(one, two)), item=two)))
    assert [item["id"] for item in data["order"]["items"]] == ["item-2"]


def without_query(files: tuple[ProductFile, ...]) -> tuple[ProductFile, ...]:
    return tuple(replace(file, url=file.url.partition("?")[0]) for file in files)


@settings(max_examples=15, deadline=None)
@given(orders())
def test_any_order_stands_whole_in_the_ticket_of_its_only_item(order: Order) -> None:
    order = replace(order, items=order.items[:1])
    text = ticket_json.write(a_ticket(order=order, item=order.items[0]))
    assert order_from_data(json.loads(text)["order"]) == replace(
        order,
        files=without_query(order.files),
        items=tuple(replace(item, files=without_query(item.files)) for item in order.items),
    )
    assert ticket_json.read(text).ticket_id == "order-1/item-1/1"


@pytest.mark.parametrize("text", ["", "{", "not json", "\ufeff{}", "[" * 100_000, "\0"])
def test_a_text_that_is_no_json_is_not_understood(text: str) -> None:
    with pytest.raises(NotUnderstood, match="it is not valid JSON"):
        ticket_json.read(text)


@pytest.mark.parametrize("text", ["[]", "7", "null", "{}", '{"ticket": 7}', '{"ticket": null}'])
def test_a_ticket_without_an_identity_is_not_understood(text: str) -> None:
    with pytest.raises(NotUnderstood, match="it does not say which job it belongs to"):
        ticket_json.read(text)


def test_half_a_letter_that_could_not_be_stored_is_not_understood() -> None:
    with pytest.raises(NotUnderstood, match="the id of its job is not valid text"):
        ticket_json.read(r'{"ticket": "\ud800"}')
    with pytest.raises(NotUnderstood, match="the name of a file in it is not valid text"):
        ticket_json.read(r'{"ticket": "a", "files": [{"name": "\udfff.pdf"}]}')


@pytest.mark.parametrize("files", [None, 7, "a.pdf", {}, [], [7, "x", None, {}, {"name": 7}]])
def test_a_strange_list_of_files_names_none(files: Any) -> None:
    assert ticket_json.read(json.dumps({"ticket": "a", "files": files})).manifest == {}


@pytest.mark.parametrize("size", [None, "10", 1.5, [], {}])
def test_a_size_that_is_no_number_allows_any(size: Any) -> None:
    text = json.dumps({"ticket": "a", "files": [{"name": "x.pdf", "size": size}]})
    assert ticket_json.read(text).manifest == {"x.pdf": None}


@given(json_values | st.fixed_dictionaries({"ticket": json_values, "files": json_values}))
def test_any_json_is_a_ticket_or_not_understood(data: Any) -> None:
    try:
        seen = ticket_json.read(json.dumps(data))
    except NotUnderstood:
        return
    assert seen.ticket_id == data["ticket"]
    assert all(isinstance(name, str) for name in seen.manifest)


def test_file_addresses_in_a_ticket_fetch_nothing_that_needs_a_signature_or_a_password() -> None:
    signed = a_file(url="https://me:secret@[2001:db8::1]:8443/a/b.pdf?Signature=secret#secret")
    item = an_item(files=(signed,))
    text = ticket_json.write(a_ticket(order=an_order(items=(item,), files=(signed,)), item=item))

    order = json.loads(text)["order"]
    found = [*order["files"], *order["items"][0]["files"]]
    assert [file["url"] for file in found] == ["https://[2001:db8::1]:8443/a/b.pdf"] * 2
    assert "secret" not in text
