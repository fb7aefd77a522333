"""Requests are what the label program's profile says, byte for byte."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from hotfolder.domain.label_form import Column, FileForm, Quoting, RequestForm
from hotfolder.domain.label_request import LabelRequest, label_request
from hotfolder.domain.order import Shipping
from hotfolder.formats.drop_file import drop_file
from tests.builders import NOON, an_address, an_item, an_order
from tests.label_programs import PROFILES, a_label_program, reference_in


def a_request(**values: str) -> LabelRequest:
    return LabelRequest(reference="r", values={"reference": "r", **values})


def a_form(**fields: Any) -> RequestForm:
    columns = (Column(name="ref", value="{reference}"), Column(name="city", value="{city}"))
    return RequestForm(file="x", **{"columns": columns, **fields})


def written(form: RequestForm, **values: str) -> bytes:
    return drop_file(a_request(**values), form).data


def test_a_csv_request_has_a_header_and_one_line() -> None:
    assert written(a_form(), city="Port") == b"ref;city\r\nr;Port\r\n"


def test_quotes_delimiters_line_ends_and_header_lines_are_those_of_the_profile() -> None:
    form = a_form(
        delimiter=",", quoting=Quoting.ALL, newline="\n", header=False, header_lines=("v1;{city}",)
    )
    assert written(form, city='Po"rt') == b'v1;Po"rt\n"r","Po""rt"\n'


def test_a_value_with_the_delimiter_is_quoted() -> None:
    assert written(a_form(header=False), city="Port; North") == b'r;"Port; North"\r\n'


def test_without_quotes_the_delimiter_in_a_value_is_left_out_and_told() -> None:
    form = a_form(header=False, quoting=Quoting.NONE)
    found = drop_file(a_request(city='Port;"North"'), form)
    assert found.data == b'r;Port "North"\r\n'
    assert found.notes == ("city is written without ';'",)


def test_line_breaks_in_a_value_never_make_a_second_line() -> None:
    assert written(a_form(header=False), city="Po\r\nrt\tx\0") == b"r;Po rt x\r\n"


def test_a_value_that_is_too_long_is_cut_and_told_without_it() -> None:
    form = a_form(header=False, columns=(Column(name="city", value="{city}", longest=4),))
    found = drop_file(a_request(city="Portsmouth"), form)
    assert found.data == b"Port\r\n"
    assert found.notes == ("city is cut to 4 letters",)


def test_letters_are_replaced_honestly() -> None:
    found = drop_file(a_request(city="Łódź"), a_form(header=False, encoding="iso-8859-1"))
    assert found.data == b"r;L\xf3dz\r\n"
    assert found.notes == ("city is written with letters that iso-8859-1 has",)
    assert found.troubles == ()


def test_a_script_that_can_not_be_written_is_a_trouble_without_the_value() -> None:
    found = drop_file(a_request(city="東京"), a_form(encoding="windows-1252"))
    assert found.troubles == ("city holds letters that windows-1252 can not have",)


def test_what_is_not_written_is_not_told() -> None:
    found = drop_file(a_request(city="P", name="東京"), a_form(encoding="ascii"))
    assert (found.notes, found.troubles) == ((), ())


def test_a_json_request_has_members_in_members() -> None:
    columns = (Column(name="to.city", value="{city}"), Column(name="to.ref", value="{reference}"))
    data = written(a_form(form=FileForm.JSON, columns=columns), city='"東京"')
    assert json.loads(data) == {"to": {"city": '"東京"', "ref": "r"}}


def test_xml_text_is_escaped() -> None:
    form = a_form(form=FileForm.XML, xml='<a b="{city}">{city}</a>', newline="\n")
    data = written(form, city='<&">')
    assert data == b'<a b="&lt;&amp;&quot;&gt;">&lt;&amp;&quot;&gt;</a>\n'


HOSTILE = "Ünïcode & <b>; | \" ', Łódź\r\n=1+1"


@pytest.mark.parametrize("like", PROFILES)
def test_each_ready_profile_writes_what_its_program_reads(tmp_path: Path, like: str) -> None:
    program = a_label_program(tmp_path, like)
    address = an_address(company=HOSTILE, name=HOSTILE, street1=HOSTILE, city=HOSTILE)
    items = (an_item(id="i-1"), an_item(id="i-2"))
    shipping = Shipping(method="x", consignor="Lantern Press")
    order = an_order(items=items, addresses=(address,), shipping=shipping)
    request = label_request(program, order, ["i-1", "i-2"], "700100020001", NOON)
    found = drop_file(request, program.request)
    assert reference_in(like, found.data) == "700100020001"
    assert not found.troubles
    assert b"Lantern Press" in found.data
    if like == "ups-worldship-xml":
        assert ET.fromstring(found.data).tag.endswith("OpenShipments")
    if program.request.form is FileForm.CSV:
        assert found.data.count(b"\r\n") == 1 + program.request.header
