"""From bytes to plain data: form, encoding, key and limits."""

import json

import pytest

from hotfolder.errors import OrderRefused
from hotfolder.formats.order_document import to_order
from hotfolder.formats.order_reader import ParsedDocument, parse
from tests.formats.writers import GONE, KEY, a_document, as_json, as_xml, with_value

UMLAUT = with_value(a_document(), ("items", 0, "title"), "Bücher für Ærø")
JSON_TEXT = json.dumps({"order": UMLAUT}, ensure_ascii=False)
XML_TEXT = as_xml(UMLAUT).decode().partition("\n")[2]


def refusal_of(body: bytes, content_type: str | None = None) -> OrderRefused:
    with pytest.raises(OrderRefused) as refusal:
        parse(body, content_type)
    return refusal.value


def title_of(document: ParsedDocument) -> str:
    return to_order(document.data).items[0].title


@pytest.mark.parametrize("content_type", ["application/json", "text/json", "application/xml", None])
def test_the_first_character_decides_whatever_the_content_type_says(
    content_type: str | None,
) -> None:
    assert parse(as_json(a_document()), content_type).form == "json"
    assert parse(as_xml(a_document()), content_type).form == "xml"
    assert parse(b"\xef\xbb\xbf\r\n\t " + as_json(a_document()), content_type).form == "json"


@pytest.mark.parametrize(
    ("content_type", "what"),
    [
        ("application/json", "there is no object of this name at the top"),
        ("text/xml; charset=utf-8", "the XML is not well-formed"),
        ("text/plain", "is neither JSON nor XML"),
        (None, "is neither JSON nor XML"),
    ],
)
def test_the_content_type_decides_when_the_first_character_tells_nothing(
    content_type: str | None, what: str
) -> None:
    assert what in str(refusal_of(b"[1]", content_type))


@pytest.mark.parametrize("body", [b"", b" \r\n", b"\xef\xbb\xbf"])
def test_an_empty_body_is_refused_as_empty(body: bytes) -> None:
    assert "is empty" in str(refusal_of(body, "application/json"))


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_json_in_any_unicode_encoding_is_read(encoding: str) -> None:
    assert title_of(parse(JSON_TEXT.encode(encoding), None)) == "Bücher für Ærø"


def test_json_in_another_encoding_is_read_when_the_content_type_names_it() -> None:
    body = JSON_TEXT.encode("iso-8859-1")

    assert title_of(parse(body, 'application/json; charset="ISO-8859-1"')) == "Bücher für Ærø"
    assert "is not valid Unicode" in str(refusal_of(body, "application/json"))
    assert "is not valid Unicode" in str(refusal_of(body, "application/json; charset=rot13"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1252"])
def test_xml_in_its_declared_encoding_is_read(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?>{XML_TEXT}'

    assert title_of(parse(text.encode(encoding), None)) == "Bücher für Ærø"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_xml_without_a_declaration_is_read(encoding: str) -> None:
    assert title_of(parse(XML_TEXT.encode(encoding), None)) == "Bücher für Ærø"


@pytest.mark.parametrize(
    "name", ["foo", "rot13", "shift_jis", "unicode_escape", "undefined", "idna", "iso-8859-12"]
)
def test_xml_that_names_a_strange_encoding_is_refused(name: str) -> None:
    body = f'<?xml version="1.0" encoding="{name}"?><order/>'.encode()

    assert "names an encoding that can not be read" in str(refusal_of(body))


def test_bytes_that_do_not_fit_the_encoding_are_refused() -> None:
    assert "not well-formed" in str(refusal_of(XML_TEXT.encode("iso-8859-1")))


def test_windows_line_ends_do_no_harm() -> None:
    pretty = json.dumps({"order": a_document()}, indent=1).replace("\n", "\r\n").encode()
    broken = as_xml(a_document()).replace(b"><", b">\r\n  <")

    assert to_order(parse(pretty, None).data) == to_order(parse(broken, None).data)


@pytest.mark.parametrize(
    "declaration",
    [
        "<!DOCTYPE order>",
        '<!DOCTYPE order SYSTEM "http://127.0.0.1:9/order.dtd">',
        '<!DOCTYPE order [<!ENTITY a "b">]>',
        '<!DOCTYPE order [<!ENTITY % a SYSTEM "file:///etc/passwd"> %a;]>',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_doctype_of_any_kind_is_refused(declaration: str, encoding: str) -> None:
    refusal = refusal_of((declaration + "<order><id>1</id></order>").encode(encoding))

    assert [problem.what for problem in refusal.problems] == ["has a DOCTYPE"]


def test_an_entity_that_nobody_declared_is_refused() -> None:
    assert "undefined entity" in str(refusal_of(b"<order><id>&a;</id></order>"))


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity"])
def test_numbers_that_json_does_not_have_are_refused(text: str) -> None:
    assert "not a number" in str(refusal_of(b'{"order": {"x": %s}}' % text.encode()))


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b'{"Order": {}}',
        b'{"order": []}',
        b'{"order": null}',
        b'{"order": "text"}',
        b'{"order": {}, "order": {}}',
        b"<orders><order/></orders>",
        b"<order>text</order>",
    ],
)
def test_a_document_without_an_order_at_its_top_is_refused(body: bytes) -> None:
    assert refusal_of(body).problems[0].where == "order"


@pytest.mark.parametrize("body", [b'{"order": {"id": "1"', b"<order><id>1</order>", b"<order>"])
def test_what_is_not_well_formed_is_refused_with_line_and_column(body: bytes) -> None:
    assert refusal_of(body).problems[0].where.startswith("line 1, column ")


@pytest.mark.parametrize(
    "body",
    [
        b'{"order": {"x": ' + b"[" * 32 + b"]" * 32 + b"}}",
        b'{"order": ' + b'{"x":' * 40 + b"1" + b"}" * 41,
        b'{"order": ' + b"[" * 100_000,
        b"<order>" + b"<x>" * 32 + b"<y/>" + b"</x>" * 32 + b"</order>",
        b"<order>" + b"<x>" * 19_000 + b"</x>" * 19_000 + b"</order>",
    ],
    ids=["lists", "objects", "endless lists", "elements", "very many elements"],
)
def test_deep_nesting_is_refused(body: bytes) -> None:
    assert "deep" in str(refusal_of(body))


def test_nesting_up_to_the_limit_is_read() -> None:
    assert parse(b'{"order": {"x": ' + b"[" * 31 + b"]" * 31 + b"}}", None).form == "json"
    assert parse(b"<order>" + b"<x>" * 32 + b"</x>" * 32 + b"</order>", None).form == "xml"


@pytest.mark.parametrize(
    "body",
    [
        b'{"order": {"x": [' + b"1," * 20_000 + b"1]}}",
        b'{"order": {"x": [' + b"[]," * 500_000 + b"1]}}",
        b"<order>" + b"<x/>" * 20_001 + b"</order>",
        b"<order>" + b"<x/>" * 500_000 + b"</order>",
    ],
    ids=["entries", "very many entries", "elements", "very many elements"],
)
def test_too_many_parts_are_refused(body: bytes) -> None:
    assert "order: has " in str(refusal_of(body))


@pytest.mark.parametrize("body", [as_json(a_document()), as_xml(a_document())])
def test_the_key_stands_beside_the_data_and_never_in_it(body: bytes) -> None:
    document = parse(body, None)

    assert document.apikey == KEY
    assert KEY not in str(document.data)


def test_neither_key_nor_data_is_shown_by_repr() -> None:
    shown = repr(parse(as_json(a_document()), None))

    assert KEY not in shown
    assert "Testperson" not in shown


@pytest.mark.parametrize("value", [GONE, None, "", "  ", {}, [], ["a", "b"], {"a": "b"}])
def test_a_missing_or_shapeless_key_is_the_empty_text(value: object) -> None:
    assert parse(as_json(with_value(a_document(), ("apikey",), value)), None).apikey == ""


@pytest.mark.parametrize("body", [b"<order/>", b'{"order": {}}', b"<order><apikey/></order>"])
def test_an_empty_order_parses_and_has_no_key(body: bytes) -> None:
    assert parse(body, None).apikey == ""


def test_a_key_is_read_without_the_white_space_around_it() -> None:
    body = as_xml(with_value(a_document(), ("apikey",), f"\n  {KEY} "))

    assert parse(body, None).apikey == KEY


def test_a_key_beside_the_order_does_not_count_and_is_not_kept() -> None:
    body = json.dumps({"apikey": KEY, "order": {"id": "1"}, "note": "n"}).encode()
    document = parse(body, None)

    assert document.apikey == ""
    assert document.data == {"id": "1", "beside_order": {"note": "n"}}


def test_a_member_that_stands_twice_has_both_values() -> None:
    document = parse(b'{"order": {"id": "1", "x": 1, "id": "2", "x": 2}}', None)

    assert document.data == {"id": ["1", "2"], "x": ["1", "2"]}


def test_numbers_keep_every_digit_they_were_written_with() -> None:
    document = parse(b'{"order": {"a": 4.2000, "b": 12345678901234567890123, "c": 1e2}}', None)

    assert document.data == {"a": "4.2000", "b": "12345678901234567890123", "c": "1e2"}


def test_a_number_of_very_many_digits_is_only_text() -> None:
    digits = "9" * 10_000

    assert parse(f'{{"order": {{"a": {digits}}}}}'.encode(), None).data == {"a": digits}
