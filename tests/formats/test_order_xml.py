"""XML in all its habits gives the data that JSON gives."""

from typing import Any

import pytest

from hotfolder.domain.order import Order
from hotfolder.errors import OrderRefused
from hotfolder.formats.order_document import to_order
from hotfolder.formats.order_reader import parse
from tests.formats.writers import a_document, as_json, as_xml, with_value


def order_of(body: bytes) -> Order:
    return to_order(parse(body, None).data)


def data_of(xml: str) -> dict[str, Any]:
    return parse(f"<order>{xml}</order>".encode(), None).data


@pytest.mark.parametrize("boxed", [False, True], ids=["repeated", "boxed"])
def test_both_forms_of_xml_give_the_order_that_json_gives(boxed: bool) -> None:
    document = a_document()

    assert order_of(as_xml(document, boxed=boxed)) == order_of(as_json(document))


@pytest.mark.parametrize(
    "xml",
    [
        "<file><a>1</a></file><file><a>2</a></file>",
        "<files><file><a>1</a></file><file><a>2</a></file></files>",
        "<files><file><a>1</a></file></files><files><file><a>2</a></file></files>",
        "<files><a>1</a></files><files><a>2</a></files>",
        "<file><a>1</a></file><files><file><a>2</a></file></files>",
        "<file/><file><a>1</a></file><file><a>2</a></file>",
    ],
)
def test_files_of_an_order_are_found_wherever_they_stand(xml: str) -> None:
    assert data_of(xml) == {"files": [{"a": "1"}, {"a": "2"}]}


@pytest.mark.parametrize(
    "xml", ["<files/>", "<files><file/></files>", "<file/>", "<file/><files/>"]
)
def test_empty_files_are_no_files(xml: str) -> None:
    assert data_of(xml) == {}


@pytest.mark.parametrize(
    "xml",
    [
        "<option><option>r</option><desc>d</desc></option>",
        "<options><option><option>r</option><desc>d</desc></option></options>",
        "<option><option><option>r</option><desc>d</desc></option></option>",
        "<options><option>r</option><desc>d</desc></options>",
    ],
)
def test_an_option_and_a_box_of_options_are_told_apart_by_child_elements(xml: str) -> None:
    assert data_of(f"<item>{xml}</item>") == {
        "items": [{"options": [{"option": "r", "desc": "d"}]}]
    }


def test_an_option_that_is_only_text_is_its_reference() -> None:
    document = a_document()
    plain = with_value(document, ("items", 1, "options"), ["paper_200mcs", "paper_90off"])

    order = order_of(as_xml(plain))

    assert [option.option for option in order.items[1].options] == ["paper_200mcs", "paper_90off"]
    assert order == order_of(as_xml(plain, boxed=True)) == order_of(as_json(plain))


def test_other_elements_in_a_box_are_kept() -> None:
    assert data_of("<items><total>1</total><item><id>7</id></item></items>") == {
        "items": [{"id": "7"}],
        "items_other": {"total": "1"},
    }


def test_attributes_comments_and_instructions_carry_nothing() -> None:
    plain = as_xml(a_document())
    busy = (
        plain.replace(b"<order>", b'<order xmlns="urn:x" version="9"><!-- <id>8</id> -->')
        .replace(b"<title>", b'<title lang="en">')
        .replace(b"<item>", b'<?app hint?><item n="1">')
    )

    assert order_of(busy) == order_of(plain)


def test_an_empty_element_with_attributes_is_empty() -> None:
    body = as_xml(a_document()).replace(b"<city>Berlin</city>", b'<city nil="true"/>')

    assert order_of(body).delivery.city == ""


@pytest.mark.parametrize(
    "written",
    [
        "<![CDATA[A & B <x>]]>",
        "A &amp; B &lt;x&gt;",
        "&#65; &#x26; B &#60;x&#62;",
        "A <![CDATA[&]]> B &lt;x>",
        "\n   A &amp; B &lt;x&gt;\r\n  ",
        "A &amp;<!-- not me --> B &lt;x&gt;",
    ],
)
def test_text_arrives_as_meant_however_it_is_written(written: str) -> None:
    assert data_of(f"<x>{written}</x>") == {"x": "A & B <x>"}


def test_white_space_before_the_declaration_is_forgiven() -> None:
    body = as_xml(a_document())

    assert order_of(b"\xef\xbb\xbf\r\n " + body) == order_of(body)


def test_a_repeated_element_is_refused_where_one_value_is_meant() -> None:
    body = as_xml(a_document()).replace(b"<date>", b"<date>1</date><date>", 1)

    with pytest.raises(OrderRefused) as refusal:
        order_of(body)

    assert [problem.where for problem in refusal.value.problems] == ["order.date"]


def test_an_unknown_repeated_element_is_kept() -> None:
    body = as_xml(a_document()).replace(b"<date>", b"<x>1</x><x/><x><y>2</y></x><date>", 1)

    assert order_of(body).extra == {"x": ["1", "", {"y": "2"}]}
