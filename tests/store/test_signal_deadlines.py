"""Signals against their deadlines: late, broken, and when a person is warned."""

from hotfolder.store.signal_state import SignalState
from hotfolder.store.store import Store
from tests.builders import a_promise
from tests.store.outboxes import PRODUCE, at, claimed, numbers, promise, row, send_one


def test_late_is_what_has_not_arrived_by_its_deadline(store: Store) -> None:
    promise(store, *(a_promise(item_id=str(number), deadline=at(100)) for number in range(4)))
    send_one(store)
    send_one(store, answer=400)
    claimed(store, bundle=1)
    assert store.signals.late(at(99)) == 0
    assert store.signals.late(at(100)) == 3
    assert store.signals.late_orders(at(99)) == set()
    assert store.signals.late_orders(at(100)) == {"order-1"}
    store.outbox.withdraw(1, [PRODUCE])
    assert store.signals.late(at(100)) == 2
    assert store.signals.broken() == 0


def test_broken_is_what_arrived_after_its_deadline_and_it_stays_counted(store: Store) -> None:
    promise(store, *(a_promise(item_id=str(number), deadline=at(100)) for number in range(3)))
    send_one(store, at(99))
    assert store.signals.broken() == 0
    send_one(store, at(100))
    send_one(store, at(101))
    assert (store.signals.broken(), store.signals.late(at(999))) == (2, 0)


def test_an_accepted_signal_that_is_sent_again_is_not_late(store: Store) -> None:
    promise(store, a_promise(deadline=at(100)))
    send_one(store)
    assert store.signals.change(row(store), state=SignalState.WAITING)
    assert store.signals.late(at(200)) == 0
    assert store.signals.to_warn(at(200), 10) == []
    assert numbers(store, late=at(200)) == []
    send_one(store, at(200))
    assert store.signals.broken() == 0


def test_a_person_is_warned_at_half_at_three_quarters_and_when_it_is_broken(store: Store) -> None:
    promise(store, a_promise(deadline=at(100)))
    warned = []
    for second in range(0, 200, 5):
        for one in store.signals.to_warn(at(second), 10):
            store.signals.warned(one, one["warned"] + 1)
            warned.append(second)
    assert warned == [50, 75, 100]
    assert row(store)["warned"] == 3


def test_who_comes_late_to_warn_skips_the_levels_before(store: Store) -> None:
    promise(store, a_promise(deadline=at(100)))
    (one,) = store.signals.to_warn(at(80), 10)
    store.signals.warned(one, 2)
    assert store.signals.to_warn(at(99), 10) == []
    assert len(store.signals.to_warn(at(100), 10)) == 1


def test_warnings_come_in_the_order_in_which_they_are_due_and_so_many_at_a_time(
    store: Store,
) -> None:
    promise(store, *(a_promise(item_id=str(n), deadline=at(100 - n)) for n in range(5)))
    assert [one["item_id"] for one in store.signals.to_warn(at(99), 3)] == ["4", "3", "2"]


def test_nobody_is_warned_of_what_was_accepted_or_withdrawn_but_of_what_is_parked(
    store: Store,
) -> None:
    promise(store, *(a_promise(item_id=str(n), job_id=n, deadline=at(100)) for n in range(3)))
    send_one(store)
    send_one(store, answer=400)
    store.outbox.withdraw(2, [PRODUCE])
    assert [one["state"] for one in store.signals.to_warn(at(100), 10)] == ["parked"]
