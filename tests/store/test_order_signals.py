"""Signals seen from their orders."""

from datetime import timedelta

from hotfolder.domain.signal import SignalType
from hotfolder.store.store import Store
from tests.builders import NOON, a_promise

MINUTE = timedelta(minutes=1)
BOTH = [SignalType.REGISTERED, SignalType.PRODUCE]


def test_the_signals_of_an_order_are_all_its_own_oldest_first(store: Store) -> None:
    with store.transaction():
        store.outbox.add([a_promise(kind) for kind in BOTH])
        store.outbox.add([a_promise(order_id="order-2")])

    assert [row["type"] for row in store.order_signals.of_order("order-1")] == BOTH
    assert store.order_signals.of_order("order-3") == []


def test_an_order_is_late_from_the_deadline_of_any_of_its_signals_until_all_arrived(
    store: Store,
) -> None:
    with store.transaction():
        store.outbox.add([a_promise(kind, deadline=NOON + MINUTE) for kind in BOTH])
        store.outbox.add([a_promise(order_id="order-2", deadline=NOON + 2 * MINUTE)])

    assert store.order_signals.late(NOON) == set()
    assert store.order_signals.late(NOON + MINUTE) == {"order-1"}
    assert store.order_signals.late(NOON + 2 * MINUTE) == {"order-1", "order-2"}
