"""What of a document is demanded, and how a fault is told."""

from typing import Any

import pytest

from hotfolder.errors import Problem
from hotfolder.formats.order_document import to_order
from tests.formats.reading import EMPTY, FILE, order_with, problems_of
from tests.formats.writers import KEY, Path, a_document, as_json, as_xml, with_value

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
    ((*FILE, "size"), "67,7", "order.items[0].files[1].size"),
    ((*FILE, "size"), "1,000", "order.items[0].files[1].size"),
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
