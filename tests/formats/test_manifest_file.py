"""What a label program lists of the parcels of a day."""

import pytest

from hotfolder.errors import NotUnderstood
from hotfolder.formats.manifest_file import read_manifest


@pytest.mark.parametrize(
    "text",
    [
        "reference;tracking;option\n1001-1;1Z1;ups\n1001-2;1Z2\n",
        "Order,Tracking\r\n1001-1, 1Z1 ,ups\r\n1001-2,1Z2\r\n",
        "item\ttracking\n1001-1\t1Z1\tups\n1001-2\t1Z2",
        '\ufeff"reference"|"tracking"\n"1001-1"|"1Z1"|"ups"\n"1001-2"|"1Z2"|""\n\n',
    ],
)
def test_rows_are_read_whatever_separates_them(text: str) -> None:
    found = read_manifest(text.encode())
    assert [(row.line, row.key, row.tracking, row.service) for row in found.rows] == [
        (2, "1001-1", "1Z1", "ups"),
        (3, "1001-2", "1Z2", ""),
    ]
    assert found.bad == ()


def test_a_bad_line_is_named_and_keeps_no_other_one_back() -> None:
    text = f"1001-1;1Z1\n;1Z2\n1001-2\n1001-3;{'x' * 201}\n1001-4;1Z4\n"
    found = read_manifest(text.encode())
    assert [row.key for row in found.rows] == ["1001-1", "1001-4"]
    assert [bad.line for bad in found.bad] == [2, 3, 4]


def test_western_letters_of_windows_are_read() -> None:
    (row,) = read_manifest("1001-1;1Z1;Päckchen".encode("cp1252")).rows
    assert row.service == "Päckchen"


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(NotUnderstood, match="it is no text file"):
        read_manifest(b"PK\x03\x04\x00\x00")
