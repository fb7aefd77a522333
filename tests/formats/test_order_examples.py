"""Each example document gives what expected.json says."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from hotfolder.domain.order import Order
from hotfolder.errors import OrderRefused
from hotfolder.formats.order_document import to_order
from hotfolder.formats.order_reader import parse
from hotfolder.formats.order_record import digest

EXAMPLES = Path(__file__).parents[1] / "examples"
EXPECTED: dict[str, Any] = json.loads((EXAMPLES / "expected.json").read_text(encoding="utf-8"))
CASES: list[dict[str, Any]] = EXPECTED["cases"]
OUR_KEYS = {EXPECTED["keys"]["live"]: "live", EXPECTED["keys"]["test"]: "test"}
BASE_URL = "http://127.0.0.1:8123"


def body_of(name: str) -> bytes:
    text = (EXAMPLES / name).read_text(encoding="utf-8")
    return text.replace("{{BASE_URL}}", BASE_URL).encode()


def order_of(name: str) -> Order:
    return to_order(parse(body_of(name), None).data)


def cases(status: int) -> list[Any]:
    return [pytest.param(case, id=case["file"]) for case in CASES if case["status"] == status]


def test_all_29_examples_are_here() -> None:
    assert len(CASES) == 29
    assert all((EXAMPLES / case["file"]).is_file() for case in CASES)


@pytest.mark.parametrize("case", cases(200))
def test_a_valid_example_becomes_the_expected_order(case: dict[str, Any]) -> None:
    document = parse(body_of(case["file"]), case["content_type"])
    order = to_order(document.data)

    assert OUR_KEYS[document.apikey] == case["mode"]
    assert order.id == case["order"]
    assert [item.id for item in order.items] == case["items"]
    assert order.version == case["version"]
    assert [file.type for file in order.files] == case.get("order_files", [])
    reorders = {
        item.id: [item.reorder.order_id, item.reorder.item_id]
        for item in order.items
        if item.reorder
    }
    assert reorders == case.get("reorder_of", {})
    assert order.warnings == ()


@pytest.mark.parametrize("case", cases(400))
def test_an_invalid_example_is_refused_with_a_place_and_a_reason(case: dict[str, Any]) -> None:
    with pytest.raises(OrderRefused) as refusal:
        to_order(parse(body_of(case["file"]), case["content_type"]).data)

    assert all(problem.where and problem.what for problem in refusal.value.problems)


@pytest.mark.parametrize("case", cases(401))
def test_an_example_without_a_key_of_ours_can_be_parsed(case: dict[str, Any]) -> None:
    assert parse(body_of(case["file"]), case["content_type"]).apikey not in OUR_KEYS


@pytest.mark.parametrize("case", cases(200))
def test_an_example_reads_the_same_under_a_wrong_content_type(case: dict[str, Any]) -> None:
    body = body_of(case["file"])
    right = parse(body, case["content_type"])

    for wrong in ("application/xml", "application/json", "text/plain", "", None):
        document = parse(body, wrong)
        assert (document.data, document.form) == (right.data, right.form)


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("i02-missing-items.json", "order.items"),
        ("i03-empty-items.json", "order.items"),
        ("i06-entity-bomb.xml", "document"),
        ("i07-external-entity.xml", "document"),
        ("i09-md5-not-hex.json", "order.items[0].files[1].md5sum"),
        ("i10-duplicate-item-ids.json", "order.items[1].id"),
        ("i11-negative-size.json", "order.items[0].files[0].size"),
        ("i12-zero-count.json", "order.items[0].count"),
        ("i14-file-url.json", "order.items[0].files[0].url"),
        ("i15-no-delivery-address.json", "order.addresses"),
    ],
)
def test_the_one_fault_of_an_example_is_named_by_its_place(name: str, where: str) -> None:
    with pytest.raises(OrderRefused) as refusal:
        order_of(name)

    assert [problem.where for problem in refusal.value.problems] == [where]


def test_path_characters_in_ids_are_refused_in_both_places() -> None:
    with pytest.raises(OrderRefused) as refusal:
        order_of("i13-path-traversal-ids.json")

    assert [problem.where for problem in refusal.value.problems] == [
        "order.id",
        "order.items[0].id",
    ]


def test_files_of_an_accepted_example_fit_the_pdfs_beside_it() -> None:
    files = [file for item in order_of("02-json22-multi-item.json").items for file in item.files]
    assert len(files) == 5

    for file in files:
        pdf = (EXAMPLES / "files" / file.url.removeprefix(f"{BASE_URL}/files/")).read_bytes()
        assert (file.size, file.md5) == (len(pdf), hashlib.md5(pdf).hexdigest())


def test_the_lenient_example_means_what_a_strict_document_says() -> None:
    body = json.loads(body_of("08-json22-lenient.json"))
    strict = body["order"]
    strict["id"] = "700100080000"
    strict["priority"] = "1"
    strict["creator"]["id"] = "1"
    strict["addresses"] = [strict["addresses"]]
    strict["items"] = [strict["items"]]
    item = strict["items"][0]
    item |= {"id": "700100080001", "count": "2", "pages": "24", "options": [item["options"]]}
    item["options"][0]["count"] = "24"
    for file in item["files"]:
        file |= {"md5sum": file["md5sum"].lower(), "size": str(file["size"])}

    order = order_of("08-json22-lenient.json")

    assert to_order(parse(json.dumps(body).encode(), None).data) == order
    assert order.items[0].count == 2
    assert order.items[0].files[0].md5 == "b4ef984ca48683e43400b5d57b48a181"


def test_non_ascii_text_arrives_whole_from_both_forms() -> None:
    order = order_of("12-xml21-non-ascii.xml")

    assert order.items[0].title == "Fyr & Flamme <2027> 灯台"
    assert order.delivery.company == "Bærebog & Co"
    assert order.delivery.street1 == "Ørestads Boulevard 漢字 9"
    assert order.shipping.consignor == "Åse & Søn Forlag"


def test_unknown_members_of_an_example_are_kept() -> None:
    order = order_of("07-json22-test-mode.json")

    assert order.extra == {"x_example_flag": "1"}
    assert order.items[0].extra == {"x_example_note": {"nested": ["kept", "as", "is"]}}


def test_hostile_text_is_kept_as_plain_text() -> None:
    order = order_of("i16-hostile-text.json")

    assert order.items[0].title == "../<script>alert(1)</script>\"' %00 \u202e"
    assert order.client["name"] == 'Robert"); DROP TABLE orders;--'


def test_no_two_examples_have_the_same_digest() -> None:
    names = [case["file"] for case in CASES if case["status"] == 200]

    assert len({digest(order_of(name)) for name in names}) == len(names)


def test_the_customs_parts_of_an_example_are_read() -> None:
    order = order_of("05-json22-label-customs.json")

    assert order.shipping.proforma_invoice == {
        "currency": "EUR",
        "total": "24.9000",
        "weight": "612.5000",
    }
    assert (order.items[0].price, order.items[0].hc) == ("24,90", "49019900")


def test_the_address_member_with_a_space_is_no_unknown_one() -> None:
    assert order_of("04-json21-poster.json").delivery.extra == {}
