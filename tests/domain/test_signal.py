from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotfolder.domain.signal import Signal, SignalType
from hotfolder.errors import SignalInvalid
from tests.builders import a_signal, fields_of

# CloudSignal API v2.0: name and what it carries beside type, order, item and datetime.
TABLE = {
    "ItemRegistered": set(),
    "ItemProduce": set(),
    "ItemProduced": set(),
    "ItemPacked": set(),
    "ItemShipped": {"tracking", "shipping_option"},
    "ItemDelay": {"cause", "delay"},
    "ItemCanceled": {"cause", "message"},
}


def test_there_are_seven_types_in_the_order_in_which_an_item_passes_them() -> None:
    assert [kind.value for kind in SignalType] == list(TABLE)


@pytest.mark.parametrize("kind", SignalType)
def test_a_body_has_the_members_of_the_document_and_no_key(kind: SignalType) -> None:
    body = a_signal(kind, order_id="12", item_id="34").body()
    assert set(body) == {"type", "order", "item", "datetime"} | TABLE[kind.value]
    assert (body["type"], body["order"], body["item"]) == (kind.value, "12", "34")
    assert {name: body[name] for name in TABLE[kind.value]} == fields_of(kind)


@pytest.mark.parametrize(
    ("kind", "name"),
    [(SignalType(kind), name) for kind, names in TABLE.items() for name in sorted(names)],
)
@pytest.mark.parametrize("empty", ["", "  ", None])
def test_a_signal_without_a_required_field_is_refused_by_its_name(
    kind: SignalType, name: str, empty: str | None
) -> None:
    fields = {other: value for other, value in fields_of(kind).items() if other != name}
    if empty is not None:
        fields[name] = empty
    with pytest.raises(SignalInvalid, match=f"{kind} needs {name}") as caught:
        a_signal(kind, fields=fields)
    assert caught.value.missing == (name,)


@pytest.mark.parametrize("kind", SignalType)
def test_a_field_that_the_type_does_not_have_is_refused(kind: SignalType) -> None:
    with pytest.raises(SignalInvalid, match="has no field apikey"):
        a_signal(kind, fields={**fields_of(kind), "apikey": "x"})


@pytest.mark.parametrize("name", ["order_id", "item_id"])
def test_a_signal_is_about_an_item_of_an_order(name: str) -> None:
    with pytest.raises(SignalInvalid, match="needs an order and an item"):
        a_signal(SignalType.PRODUCE, **{name: ""})


def test_a_time_without_its_zone_is_refused() -> None:
    with pytest.raises(SignalInvalid, match="time with its zone"):
        a_signal(at=datetime(2026, 3, 2, 12, 0))  # noqa: DTZ001 (that is the point)


def test_the_time_is_written_as_gmt_to_the_second() -> None:
    at = datetime(2026, 3, 2, 1, 30, 59, 999_999, tzinfo=timezone(timedelta(hours=2)))
    assert a_signal(at=at).body()["datetime"] == "2026-03-01 23:30:59 GMT"


zones = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(moments, zones)
def test_one_moment_gives_one_text_whatever_the_zone(moment: datetime, zone: timezone) -> None:
    here, there = a_signal(at=moment), a_signal(at=moment.astimezone(zone))
    assert here.body() == there.body()
    read = datetime.strptime(here.body()["datetime"], "%Y-%m-%d %H:%M:%S GMT")  # noqa: DTZ007
    assert read == moment.replace(tzinfo=None, microsecond=0)


def test_a_signal_can_not_be_changed() -> None:
    signal: Signal = a_signal()
    with pytest.raises(AttributeError):
        signal.order_id = "other"  # type: ignore[misc]
