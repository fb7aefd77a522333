"""What of a document is demanded, what is forgiven, and how a fault is told."""

from typing import Any

import pytest

from hotfolder.domain.order import Order, Reorder
from hotfolder.errors import OrderRefused, Problem
from hotfolder.formats.order_document import to_order
from hotfolder.formats.order_reader import parse
from tests.formats.writers import GONE, KEY, Path, a_document, as_json, as_xml, with_value

FILE: Path = ("items", 0, "files", 1)


def order_with(path: Path, value: Any) -> Order:
    return to_order(parse(as_json(with_value(a_document(), path, value)), None).data)


def plain_order() -> Order:
    return to_order(a_document())


def problems_of(body: bytes) -> tuple[Problem, ...]:
    with pytest.raises(OrderRefused) as refusal:
        to_order(parse(body, None).data)
    return refusal.value.problems


EMPTY: list[Any] = [GONE, None, "", "  \n", {}, []]

# Each demanded part, and the place a person is pointed to when it is empty.
DEMANDED: list[tuple[Path, str]] = [
    (("id",), "order.id"),
    (("items",), "order.items"),
    (("items", 1, "id"), "order.items[1].id"),
    (("items", 1, "count"), "order.items[1].count"),
    (("items", 1, "product"), "order.items[1].product"),
    (("items", 1, "files"), "order.items[1].files"),
    ((*FILE, "type"), "order.items[0].files[1].type"),
    ((*FILE, "url"), "order.items[0].files[1].url"),
    (("addresses",), "order.addresses"),
    (("addresses", 0, "street1"), "order.addresses[0].street1"),
    (("addresses", 0, "country"), "order.addresses[0].country"),
]


@pytest.mark.parametrize(("path", "where"), DEMANDED, ids=[where for _, where in DEMANDED])
@pytest.mark.parametrize("value", EMPTY, ids=["gone", "null", "empty", "blank", "{}", "[]"])
def test_an_empty_demanded_part_is_refused_with_its_path(
    path: Path, where: str, value: Any
) -> None:
    problems = problems_of(as_json(with_value(a_document(), path, value)))

    assert [problem.where for problem in problems] == [where]
    assert all(problem.hint for problem in problems)


REFUSED: list[tuple[Path, Any, str]] = [
    (("id",), "../../etc/passwd", "order.id"),
    (("id",), ".hidden", "order.id"),
    (("id",), "a" * 65, "order.id"),
    (("id",), "7001 0002", "order.id"),
    (("id",), "\uff17\uff10\uff10", "order.id"),
    (("id",), "700\u200b100", "order.id"),
    (("items", 0, "id"), "a/b", "order.items[0].id"),
    (("items", 0, "id"), "a\nb", "order.items[0].id"),
    (("items", 1, "id"), "700100020001", "order.items[1].id"),
    (("items", 0, "count"), "0", "order.items[0].count"),
    (("items", 0, "count"), "-1", "order.items[0].count"),
    (("items", 0, "count"), "1.5", "order.items[0].count"),
    (("items", 0, "count"), "1,5", "order.items[0].count"),
    (("items", 0, "count"), "1,000", "order.items[0].count"),
    (("items", 0, "count"), "1_000", "order.items[0].count"),
    (("items", 0, "count"), "two", "order.items[0].count"),
    (("items", 0, "count"), "NaN", "order.items[0].count"),
    (("items", 0, "count"), "\uff11", "order.items[0].count"),
    (("items", 0, "count"), "1e99", "order.items[0].count"),
    (("items", 0, "count"), "9" * 5000, "order.items[0].count"),
    ((*FILE, "size"), "-1", "order.items[0].files[1].size"),
    ((*FILE, "size"), "677 bytes", "order.items[0].files[1].size"),
    ((*FILE, "size"), "67.7", "order.items[0].files[1].size"),
    ((*FILE, "size"), "9" * 30, "order.items[0].files[1].size"),
    ((*FILE, "md5sum"), "not-a-checksum", "order.items[0].files[1].md5sum"),
    ((*FILE, "md5sum"), "b4ef984ca48683e43400b5d57b48a18", "order.items[0].files[1].md5sum"),
    ((*FILE, "md5sum"), "g4ef984ca48683e43400b5d57b48a181", "order.items[0].files[1].md5sum"),
    ((*FILE, "url"), "file:///etc/passwd", "order.items[0].files[1].url"),
    ((*FILE, "url"), "ftp://example.org/a.pdf", "order.items[0].files[1].url"),
    ((*FILE, "url"), "javascript:alert(1)", "order.items[0].files[1].url"),
    ((*FILE, "url"), "//example.org/a.pdf", "order.items[0].files[1].url"),
    ((*FILE, "url"), "a.pdf", "order.items[0].files[1].url"),
    ((*FILE, "url"), "http://", "order.items[0].files[1].url"),
    ((*FILE, "url"), "http:///a.pdf", "order.items[0].files[1].url"),
    ((*FILE, "url"), "https://[::1/a.pdf", "order.items[0].files[1].url"),
    ((*FILE, "url"), "https://example.org:port/", "order.items[0].files[1].url"),
    ((*FILE, "url"), "http://example.org/\nHost: x", "order.items[0].files[1].url"),
    (("addresses", 0, "type"), "billing", "order.addresses"),
    (("addresses", 0, "country"), "Germany", "order.addresses[0].country"),
    (("addresses", 0, "country"), "D1", "order.addresses[0].country"),
    (("items", 0, "title"), "x" * 20_001, "order.items[0].title"),
]


@pytest.mark.parametrize(("path", "value", "where"), REFUSED)
@pytest.mark.parametrize("form", ["json", "xml", "boxed xml"])
def test_a_wrong_value_is_refused_with_its_path_in_every_form(
    path: Path, value: Any, where: str, form: str
) -> None:
    document = with_value(a_document(), path, value)
    body = as_json(document) if form == "json" else as_xml(document, boxed=form == "boxed xml")

    assert [problem.where for problem in problems_of(body)] == [where]


WRONG_KIND: list[tuple[Path, Any, str]] = [
    (("id",), 7.0, "order.id"),
    (("id",), 7.001e11, "order.id"),
    (("id",), True, "order.id"),
    (("id",), ["1", "2"], "order.id"),
    (("id",), {"a": "1"}, "order.id"),
    (("items", 0, "count"), 1.5, "order.items[0].count"),
    (("items", 0, "count"), True, "order.items[0].count"),
    (("items", 0, "count"), [1], "order.items[0].count"),
    (("items", 0, "title"), {"a": "1"}, "order.items[0].title"),
    (("items", 0, "options", 0), ["a"], "order.items[0].options[0]"),
    (("items", 0), "text", "order.items[0]"),
    (("items", 0), None, "order.items[0]"),
    (("items",), "text", "order.items[0]"),
    ((*FILE,), "http://example.org/a.pdf", "order.items[0].files[1]"),
    ((*FILE, "md5sum"), ["a"], "order.items[0].files[1].md5sum"),
    ((*FILE, "size"), {"a": "1"}, "order.items[0].files[1].size"),
    ((*FILE, "size"), False, "order.items[0].files[1].size"),
    ((*FILE, "url"), ["http://example.org/"], "order.items[0].files[1].url"),
    (("shipping",), "text", "order.shipping"),
    (("shipping", "invoice"), "text", "order.shipping.invoice"),
    (("costs",), ["a"], "order.costs"),
    (("addresses", 0, "zip"), {"a": "1"}, "order.addresses[0].zip"),
    (("addresses", 0, "country"), ["DE"], "order.addresses[0].country"),
]


@pytest.mark.parametrize(("path", "value", "where"), WRONG_KIND)
def test_a_value_of_the_wrong_kind_is_refused_with_its_path(
    path: Path, value: Any, where: str
) -> None:
    problems = problems_of(as_json(with_value(a_document(), path, value)))

    assert [problem.where for problem in problems] == [where]


def test_an_address_needs_a_name_or_a_company() -> None:
    nameless = with_value(a_document(), ("addresses", 0, "name"), "")
    neither = with_value(nameless, ("addresses", 0, "company"), None)

    assert to_order(nameless).delivery.company == "Willow Lane Reading Room"
    assert [problem.where for problem in problems_of(as_json(neither))] == [
        "order.addresses[0].name"
    ]


def test_a_missing_address_type_is_named_beside_the_missing_receiver() -> None:
    problems = problems_of(as_json(with_value(a_document(), ("addresses", 0, "type"), "")))

    assert [problem.where for problem in problems] == ["order.addresses[0].type", "order.addresses"]


def test_all_problems_of_a_document_are_told_at_once() -> None:
    document = a_document()
    document["id"] = "a/b"
    document["addresses"][0]["street1"] = ""
    document["addresses"][0]["country"] = "Germany"
    document["items"][0]["count"] = 0
    document["items"][0]["files"][0]["md5sum"] = "x"
    document["items"][0]["files"][1]["url"] = "ftp://example.org/"
    document["items"][1]["id"] = document["items"][0]["id"]
    document["items"][1]["product"] = None
    document["items"][1]["desc"] = "x" * 20_001

    assert {problem.where for problem in problems_of(as_json(document))} == {
        "order.id",
        "order.addresses[0].street1",
        "order.addresses[0].country",
        "order.items[0].count",
        "order.items[0].files[0].md5sum",
        "order.items[0].files[1].url",
        "order.items[1].id",
        "order.items[1].product",
        "order.items[1].desc",
    }


def test_an_empty_document_is_told_all_that_it_needs() -> None:
    assert [problem.where for problem in problems_of(b"<order/>")] == [
        "order.id",
        "order.items",
        "order.addresses",
    ]


def test_an_endless_list_of_problems_is_cut_and_counted() -> None:
    document = with_value(a_document(), ("items",), [{"id": "1"}] * 150)
    problems = problems_of(as_json(document))

    assert len(problems) == 201
    # each item lacks count, product and files, all but the first repeat an id
    assert problems[-1] == Problem("order", f"has {150 * 3 + 149 - 200} more problems")


def test_more_than_a_thousand_items_are_refused() -> None:
    def items(count: int) -> list[dict[str, Any]]:
        files = {"type": "product", "url": "http://example.org/"}
        return [{"id": at, "count": 1, "product": "p", "files": files} for at in range(count)]

    assert len(order_with(("items",), items(1000)).items) == 1000
    problems = problems_of(as_json(with_value(a_document(), ("items",), items(1001))))
    assert [problem.where for problem in problems] == ["order.items"]


def test_a_problem_never_shows_personal_data_or_the_key() -> None:
    document = a_document()
    document["id"] = ["x"]
    document["addresses"][0] |= {"country": "Wonderland", "name": ["Alma Testperson"]}
    document["items"][0]["title"] = {"private": "words"}
    document["items"][0]["files"][0]["url"] = "ftp://user:password@example.org/secret"
    document["email"] = ["alma@example.org"]
    told = " ".join(map(str, problems_of(as_json(document))))

    for private in (KEY, "Wonderland", "Testperson", "Willow", "words", "secret", "alma@"):
        assert private not in told


def test_a_shown_value_and_a_shown_name_are_short_and_plain() -> None:
    document = with_value(a_document(), ("id",), "\u202e<b>" * 100)
    document["costs"] = {"total": {"n\u202e" * 50: "x" * 20_001}}
    told = [str(problem) for problem in problems_of(as_json(document))]

    assert len(told) == 2
    assert all(line.isascii() and len(line) < 200 for line in told)


SAME: list[tuple[Path, Any]] = [
    (("id",), 700100020000),
    (("id",), "  700100020000\r\n"),
    (("priority",), 2),
    (("creator", "id"), 1),
    (("items", 1, "id"), 700100020002),
    (("items", 1, "count"), 2),
    (("items", 1, "count"), 2.0),
    (("items", 1, "count"), "2.0000"),
    (("items", 1, "count"), "02"),
    (("items", 1, "count"), " 2 "),
    (("items", 0, "pages"), 24),
    ((*FILE, "size"), 677),
    ((*FILE, "size"), 677.0),
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
