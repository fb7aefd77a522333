"""Orders made from a number."""

import hashlib
import json
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from hotfolder.errors import ConfigError
from hotfolder.formats.order_document import to_order
from hotfolder.formats.order_reader import parse
from hotfolder.test_center.catalogue import Form, OrderDocument, make_order, pick_form, pick_kind
from hotfolder.test_center.goods import Kind
from hotfolder.test_center.sample_files import samples

BASE = "http://127.0.0.1:8090"
KEY = "a" * 32
TURNS = range(1, 1 + len(Kind) * 6)


def an_order(number: int, **more: Any) -> OrderDocument:
    return make_order(number, base_url=BASE, apikey=KEY, **more)


def read_json(document: OrderDocument) -> dict[str, Any]:
    order: dict[str, Any] = json.loads(document.body)["order"]
    return order


def read_xml(document: OrderDocument) -> ET.Element:
    return ET.fromstring(document.body)


def test_ids_follow_from_the_number() -> None:
    document = an_order(17, kind="mixed")

    assert document.order_id == "000000170000"
    assert document.item_ids == ("000000170001", "000000170002", "000000170003")


def test_the_last_number_has_ids_of_twelve_digits_too() -> None:
    document = an_order(99_999_999)

    assert document.order_id == "999999990000"
    assert read_json(document)["id"] == document.order_id


@pytest.mark.parametrize("form", list(Form))
def test_the_same_number_gives_the_same_bytes(form: Form) -> None:
    for number in TURNS:
        assert an_order(number, form=form) == an_order(number, form=form)


def test_no_two_numbers_share_an_id() -> None:
    documents = [an_order(number) for number in TURNS]
    ids = [id_ for document in documents for id_ in (document.order_id, *document.item_ids)]

    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("form", list(Form))
def test_the_document_holds_the_ids_it_says(form: Form) -> None:
    for number in TURNS:
        document = an_order(number, form=form)
        if form is Form.JSON:
            order = read_json(document)
            found = (order["id"], tuple(item["id"] for item in order["items"]))
        else:
            root = read_xml(document)
            found = (root.findtext("id"), tuple(e.findtext("id") or "" for e in root.iter("item")))
        assert found == (document.order_id, document.item_ids)


def test_size_and_md5_are_those_of_the_served_files() -> None:
    for number in TURNS:
        order = read_json(an_order(number))
        files = [file for item in order["items"] for file in item["files"]]
        for file in files + order.get("files", []):
            content = samples()[file["url"].removeprefix(f"{BASE}/files/")].content
            assert file["size"] == str(len(content))
            assert file["md5sum"] == hashlib.md5(content).hexdigest()
            assert content.startswith(b"%PDF-")


def test_a_book_has_cover_and_block_and_other_goods_one_file() -> None:
    kinds = {
        item["product"]: [file["type"] for file in item["files"]]
        for item in read_json(an_order(1, kind=Kind.MIXED))["items"]
    }

    assert kinds == {
        "textbook_cw_a5_p_bw": ["cover", "book"],
        "photobook_pb_a4_p_fc": ["cover", "book"],
        "calendar_wall_a4_l_fc": ["product"],
    }


def test_a_reorder_names_cause_and_the_order_before() -> None:
    [item] = read_json(an_order(41, kind=Kind.REORDER))["items"]

    assert item["reorder_cause"].startswith("reorder_")
    assert item["reorder_order_id"] == "000000400000"
    assert item["reorder_item_id"] == "000000400001"


@pytest.mark.parametrize("form", list(Form))
def test_a_labelled_order_brings_its_own_label(form: Form) -> None:
    document = an_order(4, kind=Kind.LABELLED, form=form)

    if form is Form.JSON:
        types = [file["type"] for file in read_json(document)["files"]]
    else:
        types = [file.findtext("type") or "" for file in read_xml(document).findall("file")]
    assert types == ["shipping_label", "delivery_note"]


@pytest.mark.parametrize("form", list(Form))
def test_titles_and_names_of_any_script_arrive_unhurt(form: Form) -> None:
    document = an_order(5, kind=Kind.NON_ASCII, form=form)

    if form is Form.JSON:
        title = read_json(document)["items"][0]["title"]
    else:
        title = read_xml(document).findtext(".//item/title")
    assert title == "Blåbærgrød & Œuvre — 見本の本 <№ 7>"


def test_both_versions_and_both_forms_of_xml_occur() -> None:
    roots = [read_xml(an_order(number, form=Form.XML)) for number in TURNS]

    assert {root.findtext("creator/version") for root in roots} == {"2.1", "2.2"}
    assert {root.find("items") is None for root in roots} == {True, False}
    for root in roots:
        is_new = root.findtext("creator/version") == "2.2"
        assert (root.find("costs") is not None) is is_new
        assert (root.find("shipping_date") is not None) is is_new


@pytest.mark.parametrize("form", list(Form))
def test_hotfolder_reads_each_order_without_a_warning(form: Form) -> None:
    for number in TURNS:
        document = an_order(number, form=form)
        order = to_order(parse(document.body, document.content_type).data)
        assert order.id == document.order_id
        assert tuple(item.id for item in order.items) == document.item_ids
        assert order.warnings == ()


def test_hotfolder_reads_the_same_order_from_both_forms() -> None:
    for number in TURNS:
        from_json, from_xml = (
            to_order(parse(an_order(number, form=form).body, None).data) for form in Form
        )
        if from_json.version == "2.2":
            assert from_xml == from_json
        assert from_xml.items == from_json.items
        assert from_xml.delivery == from_json.delivery
        assert from_xml.files == from_json.files


def test_over_many_orders_each_kind_comes_in_each_form() -> None:
    seen = {(pick_kind(number), pick_form(number, list(Form))) for number in TURNS}

    assert seen == {(kind, form) for kind in Kind for form in Form}


def test_the_number_of_items_can_be_chosen() -> None:
    document = an_order(6, kind=Kind.POSTER, items=12)

    assert len(document.item_ids) == len(set(document.item_ids)) == 12
    assert len(an_order(6, kind=Kind.MIXED, items=1).item_ids) == 1


@pytest.mark.parametrize("form", list(Form))
def test_the_key_travels_in_the_body_and_nowhere_else(form: Form) -> None:
    document = an_order(8, form=form)

    assert KEY.encode() in document.body
    assert KEY not in repr(document)
    assert document.content_type == f"application/{form}"


@pytest.mark.parametrize(
    ("number", "more", "where"),
    [
        (0, {}, "number"),
        (100_000_000, {}, "number"),
        (1, {"items": 0}, "items"),
        (1, {"form": "yaml"}, "form"),
        (1, {"kind": "mug"}, "kind"),
    ],
)
def test_an_order_out_of_range_is_refused_by_name(
    number: int, more: dict[str, Any], where: str
) -> None:
    with pytest.raises(ConfigError) as error:
        an_order(number, **more)

    assert [problem.where for problem in error.value.problems] == [where]
