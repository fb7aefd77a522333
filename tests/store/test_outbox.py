"""Signals are kept with what causes them, and go out item by item in their order."""

from dataclasses import replace

import pytest

from hotfolder.domain.signal import Signal, SignalType
from hotfolder.errors import FloorError
from hotfolder.store.store import Store
from tests.builders import NOON, a_promise, a_signal, fields_of
from tests.store.outboxes import (
    PRODUCE,
    PRODUCED,
    REGISTERED,
    again,
    at,
    claim,
    claimed,
    items,
    orders,
    promise,
    rows,
    send,
    types,
)


@pytest.mark.parametrize("kind", SignalType)
def test_a_promised_signal_is_claimed_as_it_was_promised(store: Store, kind: SignalType) -> None:
    fields = {name: f'{name}: Grüße, "7"' for name in fields_of(kind)}
    signal: Signal = a_signal(kind, order_id="Grüße", fields=fields, at=at(-3.25))
    promise(store, replace(a_promise(), signal=signal))
    assert claimed(store).signals == [signal]
    assert store.signals.counts() == {"sending": 1}


def test_all_that_is_known_of_a_signal_is_listed(store: Store) -> None:
    promise(
        store,
        a_promise(job_id=5, stage="print", inferred=True, due=at(20), deadline=at(3600)),
    )
    (row,) = rows(store)
    assert {
        "order_id": "order-1",
        "item_id": "item-1",
        "job_id": 5,
        "type": "ItemProduce",
        "stage": "print",
        "inferred": True,
        "at": NOON,
        "due": at(20),
        "deadline": at(3600),
        "state": "waiting",
        "attempts": 0,
        "last_try": None,
        "alone": False,
        "destination": "cloudsignal",
        "warn_at": at(1800),
        "warned": 0,
        "accepted_at": None,
        "asked_at": NOON,
    }.items() <= row.items()


def promise_and_fail(store: Store) -> None:
    with store.transaction():
        store.outbox.add([a_promise()])
        raise FloorError("the floor is away")


def test_a_promise_is_not_kept_when_what_causes_it_fails(store: Store) -> None:
    with pytest.raises(FloorError, match="away"):
        promise_and_fail(store)
    assert rows(store) == []


def test_an_empty_outbox_has_nothing_due(store: Store) -> None:
    assert not store.outbox.has_due("cloudsignal", NOON)
    assert claim(store) is None


def test_a_signal_waits_for_its_undo_time(store: Store) -> None:
    promise(store, a_promise(due=at(20)))
    assert not store.outbox.has_due("cloudsignal", at(19.999999))
    assert claim(store, at(19.999999)) is None
    assert store.outbox.has_due("cloudsignal", at(20))
    assert types(claimed(store, at(20))) == ["ItemProduce"]


def test_only_the_oldest_unsent_signal_of_an_item_is_due(store: Store) -> None:
    promise(store, a_promise(REGISTERED), a_promise(PRODUCE), a_promise(PRODUCED))
    seen = []
    for _ in range(3):
        found = claimed(store)
        assert claim(store) is None, "while one is under way the next is held back"
        seen += types(found)
        store.outbox.sent(found, NOON)
    assert seen == ["ItemRegistered", "ItemProduce", "ItemProduced"]


def test_a_signal_that_waits_for_its_undo_time_holds_back_later_ones_of_its_item(
    store: Store,
) -> None:
    promise(store, a_promise(PRODUCE, due=at(20)), a_promise(PRODUCED, due=NOON))
    assert claim(store) is None
    assert types(claimed(store, at(20))) == ["ItemProduce"]


def test_a_signal_that_was_not_accepted_still_holds_back_later_ones_of_its_item(
    store: Store,
) -> None:
    promise(store, a_promise(PRODUCE), a_promise(PRODUCED))
    assert again(store, claimed(store))
    assert types(claimed(store)) == ["ItemProduce"]


def test_a_parked_signal_steps_aside(store: Store) -> None:
    promise(store, a_promise(PRODUCE), a_promise(PRODUCED))
    assert store.outbox.park(claimed(store), "400 item unknown")
    assert types(claimed(store)) == ["ItemProduced"]
    first = rows(store)[0]
    assert (first["state"], first["last_answer"]) == ("parked", "400 item unknown")


def test_a_withdrawn_signal_holds_nothing_back(store: Store) -> None:
    promise(store, a_promise(PRODUCE, due=at(20)), a_promise(PRODUCED))
    assert store.outbox.withdraw(1, [PRODUCE]) == [PRODUCE]
    assert types(claimed(store)) == ["ItemProduced"]


def test_other_items_and_orders_are_not_held_back(store: Store) -> None:
    promise(
        store,
        a_promise(PRODUCE, item_id="1", due=at(20)),
        a_promise(PRODUCE, item_id="2"),
        a_promise(PRODUCE, order_id="order-2", item_id="1"),
    )
    found = [claimed(store), claimed(store)]
    assert [(orders(one), items(one)) for one in found] == [
        ({"order-1"}, ["2"]),
        ({"order-2"}, ["1"]),
    ]


def test_destinations_are_kept_apart(store: Store) -> None:
    promise(
        store,
        a_promise(item_id="1", destination="one"),
        a_promise(item_id="2", destination="two"),
        a_promise(item_id="3", destination="one"),
        a_promise(order_id="other", item_id="4", destination="two", deadline=at(-60)),
    )
    assert not store.outbox.has_due("cloudsignal", NOON)
    assert claim(store) is None
    assert store.outbox.has_due("one", NOON)
    assert store.outbox.has_due("two", NOON)
    assert items(claimed(store, to="one")) == ["1", "3"], "also within one order and one bundle"
    assert not store.outbox.has_due("one", NOON)
    assert [items(claimed(store, to="two")) for _ in range(2)] == [["4"], ["2"]]


def test_an_item_keeps_its_order_when_its_signals_change_their_destination(store: Store) -> None:
    promise(store, a_promise(REGISTERED, destination="one"), a_promise(PRODUCE, destination="two"))
    assert claim(store, to="two") is None
    send(store, to="one")
    assert types(claimed(store, to="two")) == ["ItemProduce"]


def test_order_registered_goes_before_all_items_of_its_order(store: Store) -> None:
    promise(
        store,
        a_promise(SignalType.ORDER_REGISTERED, deadline=at(900)),
        a_promise(PRODUCE, item_id="1"),
        a_promise(PRODUCE, item_id="2"),
        a_promise(PRODUCE, order_id="other", item_id="1", deadline=at(999)),
    )
    first = claimed(store)
    assert types(first) == ["OrderRegistered"]
    assert orders(claimed(store)) == {"other"}, "another order is not held back"
    assert claim(store) is None
    assert again(store, first)
    assert types(send(store)) == ["OrderRegistered"]
    assert items(claimed(store)) == ["1", "2"]


def test_order_registered_waits_for_no_item(store: Store) -> None:
    promise(store, a_promise(PRODUCE, due=at(20)), a_promise(SignalType.ORDER_REGISTERED))
    assert types(claimed(store)) == ["OrderRegistered"]


@pytest.mark.parametrize("end", ["parked", "withdrawn"])
def test_an_order_registered_that_is_given_up_holds_nothing_back(store: Store, end: str) -> None:
    promise(store, a_promise(SignalType.ORDER_REGISTERED, job_id=9), a_promise(PRODUCE))
    if end == "parked":
        store.outbox.park(claimed(store), "400")
    else:
        assert store.outbox.withdraw(9, [SignalType.ORDER_REGISTERED])
    assert types(claimed(store)) == ["ItemProduce"]
