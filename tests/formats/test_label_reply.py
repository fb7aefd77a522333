"""Replies are read by profile; a bad row never keeps the others back."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from hotfolder.domain.label_form import FileForm, ReplyForm, Rows
from hotfolder.errors import NotUnderstood
from hotfolder.formats.label_reply import read_reply
from tests.label_programs import CODES, PROFILES, REPLIES, a_label_program


def a_form(**fields: Any) -> ReplyForm:
    return ReplyForm(**{"file": "*", "key": "ref", "tracking": "code", **fields})


def rows(data: bytes, **fields: Any) -> list[tuple[str, str]]:
    return [(row.key, row.tracking) for row in read_reply(data, a_form(**fields)).rows]


@pytest.mark.parametrize("like", PROFILES)
def test_each_ready_profile_reads_what_its_program_writes(tmp_path: Path, like: str) -> None:
    program = a_label_program(tmp_path, like)
    answer = dict(zip(["700100020001", "700100020002"], CODES[like], strict=True))
    found = read_reply(REPLIES[like][1](answer), program.reply)
    assert {row.key: row.tracking for row in found.rows} == answer
    assert {row.error for row in found.rows} == {""}
    assert found.bad == ()


@pytest.mark.parametrize("sign", [";", ",", "\t", "|"])
def test_the_delimiter_is_found_out(sign: str) -> None:
    text = f"ref{sign}code{sign}words\nr-1{sign}T1{sign}a b\nr-2{sign}T2{sign}c\n"
    assert rows(text.encode()) == [("r-1", "T1"), ("r-2", "T2")]


def test_commas_in_words_do_not_win_over_the_delimiter() -> None:
    assert rows(b"ref;code;words\nr-1;T1;a, b, c\nr-2;T2;d\n") == [("r-1", "T1"), ("r-2", "T2")]


def test_columns_by_name_in_any_order_and_case() -> None:
    assert rows(b"x;CODE;Ref\n1;T1;r-1\n") == [("r-1", "T1")]


def test_columns_by_position_without_a_header() -> None:
    assert rows(b"T1;x;r-1\n", header_rows=0, key="3", tracking="1") == [("r-1", "T1")]


def test_two_header_rows_and_an_empty_first_column() -> None:
    assert rows(b";Export;\n;ref;code\n;r-1;T1\n", header_rows=2) == [("r-1", "T1")]


def test_a_header_that_comes_again_is_no_row() -> None:
    assert rows(b"ref;code\nr-1;T1\nref;code\nr-2;T2\n") == [("r-1", "T1"), ("r-2", "T2")]


def test_a_bad_row_is_told_and_the_others_are_read() -> None:
    data = b'ref;code\nr-1;T1\nr-2\n"r-3;T3\nr-4;T4\n\n'
    found = read_reply(data, a_form(delimiter=";"))
    assert [(row.line, row.key) for row in found.rows] == [(2, "r-1"), (5, "r-4")]
    assert [(bad.line, bad.words) for bad in found.bad] == [
        (3, "it has 1 columns, at least 2 are needed"),
        (4, "it has 1 columns, at least 2 are needed"),
    ]


def test_the_last_line_of_a_growing_file_waits_for_its_end() -> None:
    data = b"ref;code\nr-1;T1\nr-2;T"
    assert rows(data, rows=Rows.APPENDED) == [("r-1", "T1")]
    assert rows(data, rows=Rows.ONCE) == [("r-1", "T1"), ("r-2", "T")]


@pytest.mark.parametrize(
    "data",
    [
        "ref;code\nü;T1\n".encode("utf-8-sig"),
        "ref;code\nü;T1\n".encode("utf-16"),
        "ref;code\nü;T1\n".encode("cp1252"),
        "ref;code\nü;T1\n".encode(),
    ],
)
def test_what_editors_and_programs_save_is_understood(data: bytes) -> None:
    assert rows(data, delimiter=";") == [("ü", "T1")]


def test_numbers_that_are_guarded_against_spreadsheets_are_bare() -> None:
    assert rows(b'ref;code\n\'r-1;="0123"\n', quote="") == [("r-1", "0123")]


@pytest.mark.parametrize("text", ["", "ref"])
def test_a_file_without_its_header_is_not_understood(text: str) -> None:
    with pytest.raises(NotUnderstood):
        read_reply(text.encode(), a_form())


def test_a_missing_column_is_named_without_telling_what_stands_there() -> None:
    with pytest.raises(NotUnderstood, match="no column 'code'") as caught:
        read_reply(b"ref;A. Reader\nr-1;x\n", a_form())
    assert "Reader" not in str(caught.value)


def test_an_error_is_what_the_status_and_the_words_say() -> None:
    form = a_form(status="st", good=("ok",), error="why")
    found = read_reply(b"ref;code;st;why\na;T1;OK;\nb;;failed;no such street\nc;T3;;\n", form)
    assert [row.error for row in found.rows] == ["", "st failed; no such street", "no st"]
    alone = read_reply(b"ref;code;why\na;T1;\nb;;no such street\n", a_form(error="why"))
    assert [row.error for row in alone.rows] == ["", "no such street"]


def test_the_same_row_has_the_same_digest_and_another_one_another() -> None:
    one = read_reply(b"ref;code\na;T1\nb;T2\n", a_form()).rows
    two = read_reply(b"ref;code\nb;T2\na;T1\n", a_form()).rows
    assert [row.digest for row in one] == [row.digest for row in reversed(two)]
    assert one[0].digest != one[1].digest


XML = a_form(
    form=FileForm.XML, row="Top/Parcel", key="@id", tracking="Codes/Code", error="Error/Words"
)


def test_xml_has_rows_at_a_path_with_or_without_name_spaces() -> None:
    data = b"""<t:Top xmlns:t="x"><t:Parcel id="a"><Codes><Code>T1</Code><Code>T2</Code></Codes>
    </t:Parcel><Parcel id="b"><Error><Words>no street</Words></Error></Parcel></t:Top>"""
    found = read_reply(data, XML)
    assert [(row.key, row.tracking, row.error) for row in found.rows] == [
        ("a", "T1", ""),
        ("b", "", "no street"),
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"<Top><Parcel id='a'>",
        b'<!DOCTYPE a [<!ENTITY b "c">]><Top><Parcel id="a">&b;</Parcel></Top>',
        b'<?xml version="1.0" encoding="rot13"?><Top/>',
        b"",
        b"\xff\x00",
    ],
)
def test_xml_that_is_broken_or_dangerous_is_not_understood(data: bytes) -> None:
    with pytest.raises(NotUnderstood):
        read_reply(data, XML)


def test_json_is_an_object_a_list_or_a_line_each() -> None:
    form = {"form": FileForm.JSON, "key": "ref", "tracking": "t/code"}
    one, two = '{"ref": 7, "t": {"code": "T1"}}', '{"ref": "b", "t": [{"code": "T2"}]}'
    assert rows(one.encode(), **form) == [("7", "T1")]
    assert rows(f"[{one}, {two}, 5]".encode(), **form) == [("7", "T1"), ("b", "T2")]
    assert rows(f"{one}\n{two}\n".encode(), **form) == [("7", "T1"), ("b", "T2")]
    inside = f'{{"parcels": [{one}]}}'
    assert rows(inside.encode(), row="parcels", **form) == [("7", "T1")]


@pytest.mark.parametrize("data", [b"{", b"[" * 100_000, b"\xff"])
def test_json_that_is_broken_is_not_understood(data: bytes) -> None:
    with pytest.raises(NotUnderstood):
        read_reply(data, a_form(form=FileForm.JSON))


def test_a_date_is_read_as_the_profile_writes_it_and_never_in_the_way() -> None:
    text = "ref;code;day\na;T1;{}\n"
    for written, day in (("%d.%m.%Y", "02.03.2026"), ("", "2026-03-02"), ("", "2026-03-02 11:00")):
        form = a_form(date="day", date_format=written)
        (row,) = read_reply(text.format(day).encode(), form).rows
        assert row.day == date(2026, 3, 2)
    (odd,) = read_reply(text.format("yesterday").encode(), a_form(date="day")).rows
    assert odd.day is None


def test_xml_of_something_else_is_not_understood() -> None:
    form = a_form(form=FileForm.XML, row="Replies/Parcel", key="Ref", tracking="Code")
    assert read_reply(b"<Replies/>", form).rows == ()
    with pytest.raises(NotUnderstood, match="outermost element is not Replies"):
        read_reply(b"<Other><Parcel/></Other>", form)
