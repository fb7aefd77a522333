import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotfolder.errors import NotUnderstood
from hotfolder.formats.tracking_file import LONGEST, NAMES, Tracking, read

CODE = "00370712345678901234"


@pytest.mark.parametrize("name", NAMES[1:])
def test_the_code_is_on_the_first_line_of_a_text(name: str) -> None:
    assert read(name, f"{CODE}\n".encode()) == Tracking(tracking=CODE)


@pytest.mark.parametrize(
    "text",
    [
        f"{CODE}\nmainland_post\n",
        f"\r\n  {CODE}  \r\n\r\n mainland_post\r\n",
        f"tracking: {CODE}\noption: mainland_post",
        f"Shipping Option = mainland_post\nTracking Number = {CODE}\nweight: 5 kg",
        f"CARRIER:mainland_post\nTRACKING_CODE:{CODE}",
    ],
)
def test_a_text_may_tell_the_shipping_option_too(text: str) -> None:
    expected = Tracking(tracking=CODE, shipping_option="mainland_post")
    assert read("tracking.txt", text.encode()) == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_text_of_any_usual_editor_is_read(encoding: str) -> None:
    assert read("tracking.txt", "Söndre-7".encode(encoding)) == Tracking(tracking="Söndre-7")


def test_a_code_with_a_colon_is_one_code() -> None:
    assert read("tracking.txt", b"JD:0012") == Tracking(tracking="JD:0012")
    url = "https://track.example/?id=1"
    assert read("tracking", url.encode()) == Tracking(tracking=url)


@pytest.mark.parametrize(
    "data",
    [
        {"tracking": CODE, "shipping_option": "mainland_post"},
        {"Tracking_Number": CODE, "carrier": "mainland_post", "label": {"pages": [1]}},
        {"tracking": "", "tracking_code": f" {CODE} ", "option": "mainland_post"},
    ],
)
def test_json_tells_both_by_their_names(data: dict[str, Any]) -> None:
    expected = Tracking(tracking=CODE, shipping_option="mainland_post")
    assert read("Tracking.JSON", json.dumps(data).encode()) == expected


def test_json_may_be_the_code_alone_and_a_whole_number() -> None:
    assert read("tracking.json", f'"{CODE}"'.encode()) == Tracking(tracking=CODE)
    assert read("tracking.json", b"12345678901234567890") == Tracking(
        tracking="12345678901234567890"
    )
    assert read("tracking.json", b'{"tracking": 7}') == Tracking(tracking="7")


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("tracking.txt", b"", "it holds no tracking code"),
        ("tracking.txt", b" \n\t\n", "it holds no tracking code"),
        ("tracking.txt", b"option: post", "it holds no tracking code"),
        ("tracking.txt", b"tracking:", "it holds no tracking code"),
        ("tracking.txt", b"x" * (LONGEST + 1), "it does not look like a tracking code"),
        ("tracking.txt", b"%PDF-1.7\x00\x01", "it does not look like a tracking code"),
        ("tracking.txt", b"AB\t12", "it does not look like a tracking code"),
        ("tracking.json", b"", "it is not valid JSON"),
        ("tracking.json", b"00370712345678901234", "it is not valid JSON"),
        ("tracking.json", b"[" * 60_000, "it is not valid JSON"),
        ("tracking.json", b"[]", "it is not an object"),
        ("tracking.json", b"true", "it is not an object"),
        ("tracking.json", b"{}", "it holds no tracking code"),
        ("tracking.json", b'{"tracking": null}', "it holds no tracking code"),
        ("tracking.json", b'{"tracking": ["a"]}', "it holds no tracking code"),
        ("tracking.json", b'{"tracking": {"a": 1}}', "it holds no tracking code"),
        ("tracking.json", b'{"tracking": true}', "it holds no tracking code"),
        ("tracking.json", b'{"tracking": "a\\nb"}', "it does not look like a tracking code"),
        ("tracking.json", b'{"tracking": "\\ud800"}', "it does not look like a tracking code"),
    ],
)
def test_what_is_no_tracking_code_is_refused_with_the_name_of_the_file(
    name: str, data: bytes, words: str
) -> None:
    with pytest.raises(NotUnderstood, match=f"^{name}: {words}") as caught:
        read(name, data)
    assert str(caught.value).endswith(")"), "it says what to write instead"


def test_the_longest_code_is_taken() -> None:
    assert read("tracking.txt", b"x" * LONGEST).tracking == "x" * LONGEST


def test_an_endless_line_of_spaces_is_refused_at_once() -> None:
    """Each of its spaces was tried against each other one before lines had a limit."""
    with pytest.raises(NotUnderstood):
        read("tracking.txt", b"a" + b" " * 64_000 + b"b")


@given(st.sampled_from(NAMES), st.binary(max_size=200) | st.text().map(str.encode))
def test_any_bytes_are_a_code_that_can_be_sent_or_refused(name: str, data: bytes) -> None:
    try:
        found = read(name, data)
    except NotUnderstood:
        return
    assert found.tracking == found.tracking.strip() != ""
    assert found.tracking.isprintable()
    assert found.shipping_option.isprintable()
    assert len(found.tracking) <= LONGEST
