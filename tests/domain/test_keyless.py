import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotfolder.domain.keyless import (
    blank_keys,
    holds_key,
    long_enough,
    put_key_back,
    without_keys,
)

KEY = "7e0ab51c9f4d4c6b8f0e"
ENCODINGS = ["utf-8", "utf-16-le", "utf-16-be", "utf-16"]

# No star: it is what blanks are filled with, and no key of the network holds one.
keys = st.text(st.characters(exclude_characters="*", exclude_categories=["Cs"]), min_size=1)
plain_keys = st.from_regex(r"[0-9a-f]{1,32}", fullmatch=True)
around = st.text(max_size=12) | st.sampled_from(["*", "**", "\0", "*\0*", "a*"])


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_key_is_gone_and_comes_back_in_every_encoding(encoding: str) -> None:
    body = f'{{"apikey": "{KEY}", "again": "{KEY}", "order": {{"id": "1"}}}}'.encode(encoding)
    blank, places = blank_keys(body, [KEY])
    for form in ENCODINGS:
        assert KEY.encode(form) not in blank
    assert len(places) == 2
    assert len(blank) == len(body)
    assert put_key_back(blank, places, KEY) == body


def test_the_blanked_document_is_still_text_of_its_encoding() -> None:
    blank, _ = blank_keys(f'{{"apikey": "{KEY}"}}'.encode("utf-16-le"), [KEY])
    assert blank.decode("utf-16-le") == f'{{"apikey": "{"*" * len(KEY)}"}}'


def test_plain_data_keeps_no_key_in_a_text_a_name_or_a_part_of_one() -> None:
    stars = "*" * len(KEY)
    data = {
        "reference": KEY,
        "list": ["a", [KEY]],
        f"of {KEY}": f"?k={KEY}&",
        "count": 3,
        "no": None,
    }
    assert holds_key(data, [KEY])
    assert without_keys(data, [KEY]) == {
        "reference": stars,
        "list": ["a", [stars]],
        f"of {stars}": f"?k={stars}&",
        "count": 3,
        "no": None,
    }
    assert data["reference"] == KEY, "the data given are not changed"


def test_a_key_in_parts_that_are_joined_later_is_blanked_too() -> None:
    data = {"title": f"{KEY[:5]}\0{KEY[5:]}"}
    assert holds_key(data, [KEY])
    assert without_keys(data, [KEY]) == {"title": "*" * len(KEY)}


def test_what_is_too_short_for_a_key_is_left_in_texts_and_the_longest_key_goes_first() -> None:
    assert long_enough(["1234567", "12345678", "", "123456789", "12345678"]) == [
        "123456789",
        "12345678",
    ]


def test_a_large_document_full_of_keys_is_blanked_quickly() -> None:
    body = b"12345678" * 600_000
    blank, places = blank_keys(body, ["12345678"])
    assert len(places) == 600_000
    assert put_key_back(blank, places, "12345678") == body


def test_a_document_without_the_key_stays_as_it_is() -> None:
    assert blank_keys(b"<order/>", [KEY, ""]) == (b"<order/>", [])


def test_a_key_that_begins_with_another_key_leaves_no_rest() -> None:
    for several in (["abc", "abcdef"], ["abcdef", "abc"]):
        assert blank_keys(b"<abcdef>", several) == (b"<******>", [1])


def test_a_key_that_no_encoding_can_hold_does_not_stop_the_others() -> None:
    blank, _ = blank_keys(f"<{KEY}>".encode(), ["\ud800", KEY])
    assert KEY.encode() not in blank


def test_stars_behind_the_key_are_not_taken_for_a_part_of_it() -> None:
    blank, places = blank_keys(b"ab**", ["ab"])
    assert put_key_back(blank, places, "ab") == b"ab**"


@given(plain_keys | keys, st.lists(around, min_size=1, max_size=4), st.sampled_from(ENCODINGS))
def test_blanked_and_put_back_gives_the_same_bytes(
    key: str, parts: list[str], encoding: str
) -> None:
    body = key.join(parts).encode(encoding, "surrogatepass")
    blank, places = blank_keys(body, [key])
    assert put_key_back(blank, places, key) == body


@given(st.lists(plain_keys, min_size=1, max_size=4), st.text(max_size=8))
def test_no_key_of_several_is_left(several: list[str], between: str) -> None:
    body = between.join(several).encode()
    blank, _ = blank_keys(body, several)
    assert not [key for key in several if key.encode() in blank]


@given(st.binary(max_size=40), plain_keys)
def test_any_bytes_come_back(body: bytes, key: str) -> None:
    blank, places = blank_keys(body, [key])
    assert put_key_back(blank, places, key) == body
