"""How strict the test center is: as the CloudSignal API v2.0 document, no less."""

import json
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotfolder.domain.signal import REQUIRED, Signal, SignalType
from hotfolder.errors import SignalInvalid
from hotfolder.formats.signal_json import Dialect, body
from hotfolder.test_center.signals import CANCEL_CAUSES, check_post, check_signal, read_post

PUSHED = {"123456780000": {"123456780001", "123456780002"}, "200": {"201"}}
# the example of the document, without its key
EXAMPLE = {
    "type": "ItemRegistered",
    "order": "123456780000",
    "item": "123456780001",
    "datetime": "2016-01-20 13:00:00 GMT",
}
SHIPPED = EXAMPLE | {"type": "ItemShipped", "tracking": "1A2B3C4D5E6F", "shipping_option": "GLS"}
DELAY = EXAMPLE | {"type": "ItemDelay", "cause": "Print error, reprint needed", "delay": "24"}
CANCELED = EXAMPLE | {
    "type": "ItemCanceled",
    "cause": "CancelBookSize",
    "message": "Book has wrong width",
}


@pytest.mark.parametrize("example", [EXAMPLE, SHIPPED, DELAY, CANCELED])
def test_the_examples_of_the_document_are_right(example: dict[str, str]) -> None:
    assert check_signal(example, PUSHED) == []


@pytest.mark.parametrize("kind", ["ItemProduce", "ItemProduced", "ItemPacked", "ItemError"])
def test_the_other_signal_names_are_right_as_well(kind: str) -> None:
    assert check_signal(EXAMPLE | {"type": kind}, PUSHED) == []


@pytest.mark.parametrize("kind", ["ItemDelay", "ItemCanceled"])
def test_cause_delay_and_message_may_be_left_out(kind: str) -> None:
    assert check_signal(EXAMPLE | {"type": kind}, PUSHED) == []


@pytest.mark.parametrize("cause", sorted(CANCEL_CAUSES))
def test_each_published_cause_is_right(cause: str) -> None:
    assert check_signal(CANCELED | {"cause": cause}, PUSHED) == []


def test_there_are_as_many_causes_as_published() -> None:
    assert len(CANCEL_CAUSES) == 21


@pytest.mark.parametrize(
    "kind", ["itemregistered", "OrderRegistered", "ItemCancelled", "", None, 7]
)
def test_a_type_that_is_not_one_of_the_names_is_refused(kind: object) -> None:
    [found] = check_signal(EXAMPLE | {"type": kind}, PUSHED)

    assert "is not one of ItemRegistered, ItemProduce" in found


@pytest.mark.parametrize(
    ("signal", "member"),
    [
        *[(EXAMPLE, member) for member in ("order", "item", "datetime")],
        *[(SHIPPED, member) for member in ("tracking", "shipping_option")],
    ],
)
def test_a_missing_member_is_named(signal: dict[str, str], member: str) -> None:
    without = {name: value for name, value in signal.items() if name != member}

    assert check_signal(without, PUSHED) == [f"{member} is missing"]


@pytest.mark.parametrize("signal", [SHIPPED, DELAY, CANCELED])
@pytest.mark.parametrize("empty", ["", "  ", "\n"])
def test_a_member_that_is_there_says_something(signal: dict[str, str], empty: str) -> None:
    for member in signal.keys() - {"type"}:
        assert check_signal(signal | {member: empty}, PUSHED) == [f"{member} is empty"]


@pytest.mark.parametrize("value", [24, 1.5, None, True, ["24"], {"hours": "24"}])
def test_a_member_that_is_not_a_text_is_refused(value: object) -> None:
    assert check_signal(DELAY | {"delay": value}, PUSHED) == ["delay is not a text"]


@pytest.mark.parametrize(
    ("signal", "member"),
    [(EXAMPLE, "tracking"), (SHIPPED, "cause"), (DELAY, "message"), (CANCELED, "note")],
)
def test_a_member_that_the_type_does_not_have_is_refused(
    signal: dict[str, str], member: str
) -> None:
    [found] = check_signal(signal | {member: "text"}, PUSHED)

    assert found == f"{signal['type']} has no member '{member}'"


@pytest.mark.parametrize(
    "text",
    [
        "2016-01-20T13:00:00Z",
        "2016-01-20 13:00:00",
        "2016-01-20 13:00:00 gmt",
        "2016-01-20 13:00:00 UTC",
        "2016-01-20 13:00 GMT",
        "2016-02-30 13:00:00 GMT",
        "2016-01-20 24:00:00 GMT",
        "2016-01-20 13:00:00 GMT ",
        "\uff12016-01-20 13:00:00 GMT",
        "20160120 130000 GMT",
    ],
)
def test_a_datetime_in_another_form_is_refused(text: str) -> None:
    [found] = check_signal(EXAMPLE | {"datetime": text}, PUSHED)

    assert found.endswith("is not like 2016-01-20 13:00:00 GMT")


@pytest.mark.parametrize("hours", ["a day", "1.5", "-1", "24h", "\u0662"])
def test_a_delay_is_a_whole_number_of_hours(hours: str) -> None:
    [found] = check_signal(DELAY | {"delay": hours}, PUSHED)

    assert found == f"delay {hours!r} is not a whole number of hours"


def test_a_cancellation_for_a_cause_of_ones_own_is_refused() -> None:
    [found] = check_signal(CANCELED | {"cause": "CancelNoPaper"}, PUSHED)

    assert found == "cause 'CancelNoPaper' is not one of the 21 causes"


def test_an_order_that_was_not_pushed_is_refused_and_taken_when_that_is_not_asked() -> None:
    strange = EXAMPLE | {"order": "999999990000"}

    assert check_signal(strange, PUSHED) == [
        "order '999999990000' was never pushed by this test center"
    ]
    assert check_signal(strange, None) == []


def test_an_item_of_another_order_is_refused() -> None:
    assert check_signal(EXAMPLE | {"item": "201"}, PUSHED) == [
        "order 123456780000 has no item '201'"
    ]


def problems_of(body: dict[str, Any]) -> list[str]:
    return check_post(read_post(json.dumps(body).encode()), PUSHED)


def test_a_bundle_of_one_order_is_right() -> None:
    other = EXAMPLE | {"item": "123456780002"}

    assert problems_of({"apikey": "k", "items": [EXAMPLE, other]}) == []


def test_a_bundle_over_two_orders_is_refused() -> None:
    other = EXAMPLE | {"order": "200", "item": "201"}

    assert problems_of({"apikey": "k", "items": [EXAMPLE, other]}) == [
        "the bundle holds signals of 2 orders; keep it to one"
    ]


def test_a_key_inside_a_bundled_signal_is_refused_without_showing_it() -> None:
    assert problems_of({"apikey": "k", "items": [EXAMPLE, EXAMPLE | {"apikey": "secret"}]}) == [
        "items[1]: ItemRegistered has no member 'apikey'"
    ]


def test_each_wrong_signal_of_a_bundle_is_named_by_its_place() -> None:
    body = {"apikey": "k", "items": [EXAMPLE | {"item": ""}, EXAMPLE, "ItemRegistered"]}

    assert problems_of(body) == ["items[0]: item is empty", "items[2]: is not a JSON object"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "is not JSON"),
        (b"<order/>", "is not JSON"),
        (b"[]", "is not a JSON object"),
        (b'"text"', "is not a JSON object"),
        (b"\xff\xfe", "is not UTF-8"),
        (b'{"type": "ItemRegistered"}', "apikey is missing"),
        (b'{"apikey": ""}', "apikey is missing"),
        (b'{"apikey": 5}', "apikey is missing"),
        (b'{"apikey": "k", "items": []}', "items is not a list of signals, or is empty"),
        (b'{"apikey": "k", "items": {}}', "items is not a list of signals, or is empty"),
        (b'{"apikey": "k", "items": [{}], "type": "x"}', "a bundle has no member 'type'"),
        (b'{"apikey": "k", "type": "a", "type": "b"}', "a member stands twice"),
        (b'{"a":' * 100_000, "is not JSON"),
    ],
)
def test_a_request_that_is_no_signal_says_why(body: bytes, reason: str) -> None:
    with pytest.raises(SignalInvalid, match=reason):
        read_post(body)


def test_the_key_of_a_request_is_not_shown() -> None:
    assert "secret" not in repr(read_post(b'{"apikey": "secret", "type": "ItemRegistered"}'))


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Z", "C"]), min_size=1)


OF_2_0 = [kind for kind in SignalType if kind is not SignalType.ORDER_REGISTERED]


@st.composite
def any_signal(draw: st.DrawFn) -> Signal:
    kind = draw(st.sampled_from(OF_2_0))
    fields = {name: draw(TEXTS) for name in REQUIRED.get(kind, ())}
    if kind is SignalType.DELAY:
        fields["delay"] = str(draw(st.integers(min_value=0, max_value=9999)))
    if kind is SignalType.CANCELED:
        fields["cause"] = draw(st.sampled_from(sorted(CANCEL_CAUSES)))
    at = draw(st.datetimes(min_value=datetime(2000, 1, 1), timezones=st.timezones()))  # noqa: DTZ001 (a limit, which has no zone)
    return Signal(type=kind, order_id="123456780000", item_id="123456780001", at=at, fields=fields)


@given(any_signal())
def test_each_signal_that_hotfolder_can_make_is_right(signal: Signal) -> None:
    assert check_signal(body(signal, Dialect()), PUSHED) == []


@given(
    st.binary()
    | st.recursive(st.none() | st.text() | st.integers(), st.lists).map(
        lambda data: json.dumps({"apikey": "k", "items": data}).encode()
    )
)
def test_a_request_of_any_bytes_is_refused_with_words(body: bytes) -> None:
    found = refusal_of(body)

    assert found
    assert all(found)


def refusal_of(body: bytes) -> list[str]:
    try:
        return check_post(read_post(body), PUSHED)
    except SignalInvalid as error:
        return [str(error)]
