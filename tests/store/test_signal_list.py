"""Signals as people see them and change them."""

from datetime import datetime
from typing import Any

import pytest

from hotfolder.domain.answer import Answer
from hotfolder.store.signal_state import SignalState
from hotfolder.store.store import Store
from tests.builders import a_promise
from tests.store.outboxes import (
    PRODUCE,
    REGISTERED,
    SHIPPED,
    at,
    claimed,
    numbers,
    promise,
    row,
    send_one,
)


def test_a_signal_that_is_not_there_is_not_found(store: Store) -> None:
    assert store.signals.get(1) is None
    assert store.signals.attempts(1) == []
    assert store.signals.find({}) == []


def test_a_signal_is_shown_with_every_attempt_oldest_first(store: Store) -> None:
    promise(store, a_promise(), a_promise(item_id="other"))
    for second, answer in enumerate((None, 500, 200)):
        with store.transaction():
            claim = claimed(store, at(second), 1)
            store.outbox.attempted(claim, Answer(status=answer, words="w"), at(second))
            store.outbox.later(claim, ["w"], [at(second)])
    assert row(store)["type"] == "ItemProduce"
    assert [one["status"] for one in store.signals.attempts(1)] == [None, 500, 200]
    assert [one["at"] for one in store.signals.attempts(1)] == [at(0), at(1), at(2)]
    assert store.signals.attempts(2) == []


@pytest.fixture
def many(store: Store) -> Store:
    """1 sent, 2 parked, 3 and 4 wait, each of another item or order."""
    promise(
        store,
        a_promise(REGISTERED, item_id="a", deadline=at(900)),
        a_promise(PRODUCE, item_id="b", deadline=at(900)),
        a_promise(PRODUCE, order_id="order-2", item_id="a", deadline=at(1800), at=at(300)),
        a_promise(SHIPPED, order_id="order-2", item_id="c", deadline=at(3600), at=at(600)),
    )
    send_one(store)
    send_one(store, answer=400)
    return store


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, [1, 2, 3, 4]),
        ({"order": "order-1"}, [1, 2]),
        ({"order": "order-2"}, [3, 4]),
        ({"order": "order-3"}, []),
        ({"item": "a"}, [1, 3]),
        ({"order": "order-2", "item": "a"}, [3]),
        ({"state": "waiting"}, [3, 4]),
        ({"state": "parked"}, [2]),
        ({"state": SignalState.SENT}, [1]),
        ({"type": "ItemProduce"}, [2, 3]),
        ({"type": SHIPPED}, [4]),
        ({"since": at(300)}, [3, 4]),
        ({"since": at(300.000001)}, [4]),
        ({"late": at(899)}, []),
        ({"late": at(900)}, [2]),
        ({"late": at(1800)}, [2, 3]),
        ({"late": at(9999), "state": "waiting"}, [3, 4]),
        ({"order": None, "item": "b", "state": None}, [2]),
    ],
)
def test_signals_are_found_by_what_a_person_knows_of_them_oldest_first(
    many: Store, wanted: dict[str, Any], expected: list[int]
) -> None:
    assert numbers(many, **wanted) == expected


def test_of_too_many_the_newest_are_shown_oldest_first(many: Store) -> None:
    assert numbers(many, 2) == [3, 4]
    assert numbers(many, 2, item="a") == [1, 3]
    assert numbers(many, 99) == [1, 2, 3, 4]


def test_a_filter_that_does_not_exist_is_an_error(many: Store) -> None:
    with pytest.raises(KeyError):
        many.signals.find({"colour": "red"})


def test_signals_are_counted_by_state(many: Store) -> None:
    assert many.signals.counts() == {"sent": 1, "parked": 1, "waiting": 2}


def test_everything_that_waits_can_be_sent_now(store: Store) -> None:
    promise(
        store,
        a_promise(item_id="1", due=at(20)),
        a_promise(item_id="2", due=at(3600)),
        a_promise(item_id="3", due=at(5)),
        a_promise(item_id="4", job_id=4, due=at(50)),
    )
    store.outbox.withdraw(4, [PRODUCE])
    assert store.signals.send_now(at(5)) == 2
    assert [row(store, number)["due"] for number in (1, 2, 3, 4)] == [at(5), at(5), at(5), at(50)]
    assert store.signals.send_now(at(5)) == 0


def test_what_a_person_changes_is_changed_and_nothing_else(store: Store) -> None:
    promise(store, a_promise(SHIPPED))
    before = row(store)
    told = {"tracking": "Ü1", "shipping_option": "dhl"}
    assert store.signals.change(
        before, state="parked", fields=told, due=at(9), asked_at=at(8), last_answer="why"
    )
    after = row(store)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"state", "fields", "due", "asked_at", "last_answer"}
    with store.transaction():
        assert store.signals.change(after, state="waiting")
        claim = claimed(store, at(9), 1)
    assert claim.signals[0].fields == told


@pytest.mark.parametrize("meanwhile", ["sending", "sent", "parked", "withdrawn"])
def test_a_change_loses_when_the_signal_moved_on(store: Store, meanwhile: str) -> None:
    promise(store, a_promise())
    seen = row(store)
    if meanwhile == "withdrawn":
        store.outbox.withdraw(1, [PRODUCE])
    elif meanwhile == "sending":
        claimed(store, bundle=1)
    else:
        send_one(store, answer=200 if meanwhile == "sent" else 400)
    before = row(store)
    assert not store.signals.change(seen, state="parked", fields={}, last_answer="too late")
    assert row(store) == before


def test_too_old_counts_from_the_promise_or_from_when_a_person_asked_again(store: Store) -> None:
    promise(store, a_promise(item_id="1"), a_promise(item_id="2", at=at(50)))
    promise(store, a_promise(item_id="3"))
    send_one(store)
    assert too_old(store, at(-1)) == set()
    assert too_old(store, at(49)) == {3}
    assert too_old(store, at(50)) == {2, 3}
    assert store.signals.change(row(store, 3), asked_at=at(60))
    assert too_old(store, at(59)) == {2}


def too_old(store: Store, before: datetime) -> set[int]:
    return {one["id"] for one in store.signals.too_old(before)}
