from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotfolder.domain.signal import Signal, SignalType
from hotfolder.formats.signal_json import Dialect, Protocol, body, request
from tests.builders import a_signal, fields_of

NEW = Dialect()
NEW_WITH_ERROR = Dialect(delay_as_error=True)
OLD = Dialect(protocol=Protocol.V1_1)
DIALECTS = [NEW, NEW_WITH_ERROR, OLD, Dialect(protocol=Protocol.V1_1, delay_as_error=True)]
COMMON = {"type", "order", "item", "datetime"}

# CloudSignal API v2.0 and v1.1: the name and what stands beside type, order, item and datetime.
V2_0: dict[SignalType, tuple[str, set[str]]] = {
    SignalType.REGISTERED: ("ItemRegistered", set()),
    SignalType.PRODUCE: ("ItemProduce", set()),
    SignalType.PRODUCED: ("ItemProduced", set()),
    SignalType.PACKED: ("ItemPacked", set()),
    SignalType.SHIPPED: ("ItemShipped", {"tracking", "shipping_option"}),
    SignalType.DELAY: ("ItemDelay", {"cause", "delay"}),
    SignalType.CANCELED: ("ItemCanceled", {"cause", "message"}),
}
V1_1 = V2_0 | {
    SignalType.SHIPPED: ("ItemShipped", {"tracking"}),
    SignalType.DELAY: ("ItemError", {"cause", "delay"}),
}


def check(kind: SignalType, dialect: Dialect, name: str, more: set[str]) -> None:
    members = body(a_signal(kind, order_id="12", item_id="34"), dialect)
    assert set(members) == COMMON | more
    assert (members["type"], members["order"], members["item"]) == (name, "12", "34")
    assert {field: members[field] for field in more} == {
        field: value for field, value in fields_of(kind).items() if field in more
    }


@pytest.mark.parametrize("kind", V2_0)
def test_a_body_of_2_0_has_the_members_of_the_document_and_no_key(kind: SignalType) -> None:
    check(kind, NEW, *V2_0[kind])


@pytest.mark.parametrize("kind", V1_1)
def test_a_body_of_1_1_has_the_members_of_the_document_and_no_key(kind: SignalType) -> None:
    check(kind, OLD, *V1_1[kind])


def test_order_registered_names_its_order_alone() -> None:
    members = body(a_signal(SignalType.ORDER_REGISTERED, order_id="12"), OLD)
    assert members == {
        "type": "OrderRegistered",
        "order": "12",
        "datetime": "2026-03-02 12:00:00 GMT",
    }


def test_a_delay_has_its_older_name_where_the_shop_wants_it() -> None:
    delay = a_signal(SignalType.DELAY)
    assert [body(delay, dialect)["type"] for dialect in DIALECTS] == [
        "ItemDelay",
        "ItemError",
        "ItemError",
        "ItemError",
    ]
    assert body(delay, NEW_WITH_ERROR) == body(delay, NEW) | {"type": "ItemError"}


@pytest.mark.parametrize("kind", [kind for kind in V2_0 if kind is not SignalType.DELAY])
def test_no_other_signal_changes_its_name(kind: SignalType) -> None:
    assert {body(a_signal(kind), dialect)["type"] for dialect in DIALECTS} == {kind.value}


def test_the_time_is_written_as_gmt_to_the_second() -> None:
    at = datetime(2026, 3, 2, 1, 30, 59, 999_999, tzinfo=timezone(timedelta(hours=2)))
    assert body(a_signal(at=at), NEW)["datetime"] == "2026-03-01 23:30:59 GMT"


zones = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 (limits, which have no zone)


@given(moments, zones)
def test_one_moment_gives_one_text_whatever_the_zone(moment: datetime, zone: timezone) -> None:
    here, there = body(a_signal(at=moment), NEW), body(a_signal(at=moment.astimezone(zone)), NEW)
    assert here == there
    read = datetime.strptime(here["datetime"], "%Y-%m-%d %H:%M:%S GMT")  # noqa: DTZ007 (the text says GMT)
    assert read == moment.replace(tzinfo=None, microsecond=0)


def test_a_single_signal_is_the_request_itself() -> None:
    assert request([a_signal()], NEW) == {
        "type": "ItemProduce",
        "order": "order-1",
        "item": "item-1",
        "datetime": "2026-03-02 12:00:00 GMT",
    }


def test_several_signals_are_the_items_of_one_request_in_their_order() -> None:
    signals = [a_signal(SignalType.PACKED, item_id=str(number)) for number in range(3)]
    assert request(signals, NEW) == {"items": [body(signal, NEW) for signal in signals]}


def test_each_signal_of_a_bundle_speaks_the_dialect() -> None:
    signals: list[Signal] = [a_signal(SignalType.DELAY), a_signal(SignalType.PACKED, item_id="2")]
    types = [one["type"] for one in request(signals, NEW_WITH_ERROR)["items"]]
    assert types == ["ItemError", "ItemPacked"]
