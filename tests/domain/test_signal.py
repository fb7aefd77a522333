from datetime import datetime

import pytest

from hotfolder.domain.signal import Signal, SignalType
from hotfolder.errors import SignalInvalid
from tests.builders import a_signal, fields_of

# CloudSignal API v2.0: name and what it carries beside type, order, item and datetime. The first
# is of v1.1 alone.
TABLE: dict[str, set[str]] = {
    "OrderRegistered": set(),
    "ItemRegistered": set(),
    "ItemProduce": set(),
    "ItemProduced": set(),
    "ItemPacked": set(),
    "ItemShipped": {"tracking", "shipping_option"},
    "ItemDelay": {"cause", "delay"},
    "ItemCanceled": {"cause", "message"},
}
OF_ITEMS = [kind for kind in SignalType if kind is not SignalType.ORDER_REGISTERED]


def test_the_types_are_those_of_the_documents_in_the_order_in_which_an_item_passes_them() -> None:
    assert [kind.value for kind in SignalType] == list(TABLE)


@pytest.mark.parametrize("kind", SignalType)
def test_a_signal_carries_what_its_document_asks_for(kind: SignalType) -> None:
    signal = a_signal(kind)
    assert set(signal.fields) == TABLE[kind.value]
    assert signal.fields == fields_of(kind)


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


@pytest.mark.parametrize("kind", OF_ITEMS)
@pytest.mark.parametrize("name", ["order_id", "item_id"])
def test_a_signal_is_about_an_item_of_an_order(kind: SignalType, name: str) -> None:
    with pytest.raises(SignalInvalid, match="needs an order and an item"):
        a_signal(kind, **{name: ""})


def test_order_registered_is_about_an_order_and_names_no_item() -> None:
    signal = a_signal(SignalType.ORDER_REGISTERED)
    assert (signal.order_id, signal.item_id) == ("order-1", "")
    for wrong in ({"item_id": "item-1"}, {"order_id": ""}):
        with pytest.raises(SignalInvalid, match=r"OrderRegistered needs an order$"):
            a_signal(SignalType.ORDER_REGISTERED, **wrong)


def test_a_time_without_its_zone_is_refused() -> None:
    with pytest.raises(SignalInvalid, match="time with its zone"):
        a_signal(at=datetime(2026, 3, 2, 12, 0))  # noqa: DTZ001 (that is the point)


def test_a_signal_can_not_be_changed() -> None:
    signal: Signal = a_signal()
    with pytest.raises(AttributeError):
        signal.order_id = "other"  # type: ignore[misc]  # that is the point
