import pytest

from hotfolder.formats.message_text import MOST_LETTERS, read


@pytest.mark.parametrize(
    "data",
    [
        "Größe".encode(),
        "Größe".encode("utf-8-sig"),
        "Größe".encode("utf-16"),
        "Größe".encode("cp1252"),
    ],
)
def test_what_editors_save_is_understood(data: bytes) -> None:
    assert read(data) == "Größe"


def test_it_becomes_one_line_without_signs_that_do_harm() -> None:
    assert read(b"  one\r\n\r\n\ttwo\x00\x1b[2J  ") == "one two [2J"


@pytest.mark.parametrize("data", [b"", b" \r\n ", b"\xef\xbb\xbf"])
def test_an_empty_file_has_no_words(data: bytes) -> None:
    assert read(data) == ""


def test_it_has_an_end() -> None:
    assert read(b"x" * 100_000) == "x" * MOST_LETTERS
