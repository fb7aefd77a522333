"""Signals as people see them and change them."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from hotfolder.domain.answer import Answer
from hotfolder.domain.signal import SignalType
from hotfolder.store.outbox import Promise
from hotfolder.store.signal_state import SignalState
from hotfolder.store.store import Store
from tests.builders import NOON, a_job, a_promise

REGISTERED, PRODUCE, SHIPPED = SignalType.REGISTERED, SignalType.PRODUCE, SignalType.SHIPPED
CANCELED = SignalType.CANCELED


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def promise(store: Store, *promises: Promise) -> None:
    with store.transaction():
        store.outbox.add(promises)


def send(store: Store, now: datetime = NOON, answer: int = 200) -> None:
    """The next signal goes out and is accepted, or parked."""
    with store.transaction():
        claim = store.outbox.claim("cloudsignal", now, timedelta(seconds=60), 1)
        assert claim is not None
        store.outbox.attempted(claim, Answer(status=answer), now)
        if answer == 200:
            store.outbox.sent(claim, now)
        else:
            store.outbox.park(claim, str(answer))


def send_all(store: Store, now: datetime = NOON) -> None:
    while store.outbox.has_due("cloudsignal", now):
        send(store, now)


def row(store: Store, signal_id: int = 1) -> dict[str, Any]:
    found = store.signals.get(signal_id)
    assert found is not None
    return found


def found(store: Store, limit: int | None = None, **wanted: Any) -> list[int]:
    return [one["id"] for one in store.signals.find(wanted, limit)]


def test_a_signal_that_is_not_there_is_not_found(store: Store) -> None:
    assert store.signals.get(1) is None
    assert store.signals.attempts(1) == []
    assert store.signals.find({}) == []


def test_a_signal_is_shown_with_every_attempt_oldest_first(store: Store) -> None:
    promise(store, a_promise(), a_promise(item_id="other"))
    for second, answer in enumerate((None, 500, 200)):
        with store.transaction():
            claim = store.outbox.claim("cloudsignal", at(second), timedelta(seconds=60), 1)
            assert claim is not None
            store.outbox.attempted(claim, Answer(status=answer, words="w"), at(second))
            store.outbox.later(claim, "w", [at(second)])
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
    send(store)
    send(store, answer=400)
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
    assert found(many, **wanted) == expected


def test_of_too_many_the_newest_are_shown_oldest_first(many: Store) -> None:
    assert found(many, 2) == [3, 4]
    assert found(many, 2, item="a") == [1, 3]
    assert found(many, 99) == [1, 2, 3, 4]


def test_a_filter_that_does_not_exist_is_an_error(many: Store) -> None:
    with pytest.raises(KeyError):
        many.signals.find({"colour": "red"})


def test_signals_are_counted_by_state(many: Store) -> None:
    assert many.signals.counts() == {"sent": 1, "parked": 1, "waiting": 2}


def test_late_is_what_has_not_arrived_by_its_deadline(store: Store) -> None:
    promise(store, *(a_promise(item_id=str(number), deadline=at(100)) for number in range(4)))
    send(store)
    send(store, answer=400)
    with store.transaction():
        store.outbox.claim("cloudsignal", NOON, timedelta(seconds=60), 1)
    assert store.signals.late(at(99)) == 0
    assert store.signals.late(at(100)) == 3
    assert store.signals.late_orders(at(99)) == set()
    assert store.signals.late_orders(at(100)) == {"order-1"}
    store.outbox.withdraw(1, [PRODUCE])
    assert store.signals.late(at(100)) == 2
    assert store.signals.broken() == 0


def test_broken_is_what_arrived_after_its_deadline_and_it_stays_counted(store: Store) -> None:
    promise(store, *(a_promise(item_id=str(number), deadline=at(100)) for number in range(3)))
    send(store, at(99))
    assert store.signals.broken() == 0
    send(store, at(100))
    send(store, at(101))
    assert (store.signals.broken(), store.signals.late(at(999))) == (2, 0)


def test_an_accepted_signal_that_is_sent_again_is_not_late(store: Store) -> None:
    promise(store, a_promise(deadline=at(100)))
    send(store)
    assert store.signals.change(row(store), state=SignalState.WAITING)
    assert store.signals.late(at(200)) == 0
    assert store.signals.to_warn(at(200), 10) == []
    assert found(store, late=at(200)) == []
    send(store, at(200))
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
    send(store)
    send(store, answer=400)
    store.outbox.withdraw(2, [PRODUCE])
    assert [one["state"] for one in store.signals.to_warn(at(100), 10)] == ["parked"]


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
        claim = store.outbox.claim("cloudsignal", at(9), timedelta(seconds=60), 1)
    assert claim is not None
    assert claim.signals[0].fields == told


@pytest.mark.parametrize("meanwhile", ["sending", "sent", "parked", "withdrawn"])
def test_a_change_loses_when_the_signal_moved_on(store: Store, meanwhile: str) -> None:
    promise(store, a_promise())
    seen = row(store)
    if meanwhile == "withdrawn":
        store.outbox.withdraw(1, [PRODUCE])
    elif meanwhile == "sending":
        with store.transaction():
            store.outbox.claim("cloudsignal", NOON, timedelta(seconds=60), 1)
    else:
        send(store, answer=200 if meanwhile == "sent" else 400)
    before = row(store)
    assert not store.signals.change(seen, state="parked", fields={}, last_answer="too late")
    assert row(store) == before


def test_too_old_counts_from_the_promise_or_from_when_a_person_asked_again(store: Store) -> None:
    promise(store, a_promise(item_id="1"), a_promise(item_id="2", at=at(50)))
    promise(store, a_promise(item_id="3"))
    send(store)
    assert too_old(store, at(-1)) == set()
    assert too_old(store, at(49)) == {3}
    assert too_old(store, at(50)) == {2, 3}
    assert store.signals.change(row(store, 3), asked_at=at(60))
    assert too_old(store, at(59)) == {2}


def too_old(store: Store, before: datetime) -> set[int]:
    return {one["id"] for one in store.signals.too_old(before)}


def a_finished_job(store: Store, number: int, end: SignalType = SHIPPED) -> int:
    with store.transaction():
        (job_id,) = [job.id for job in store.jobs.add([a_job(order_id=str(number))])]
    kinds = (REGISTERED, PRODUCE, end)
    promise(store, *(a_promise(kind, order_id=str(number), job_id=job_id) for kind in kinds))
    return job_id


@pytest.mark.parametrize("end", [SHIPPED, CANCELED])
def test_signals_of_items_that_ended_long_ago_are_finished_oldest_first(
    store: Store, end: SignalType
) -> None:
    a_finished_job(store, 1, end)
    send_all(store, at(100))
    a_finished_job(store, 2, end)
    send_all(store, at(200))
    assert store.signals.finished(at(99), 10) == []
    assert [one["id"] for one in store.signals.finished(at(100), 10)] == [1, 2, 3]
    assert [one["id"] for one in store.signals.finished(at(200), 10)] == [1, 2, 3, 4, 5, 6]
    assert [one["id"] for one in store.signals.finished(at(200), 4)] == [1, 2, 3, 4]


def test_nothing_is_finished_that_still_needs_somebody(store: Store) -> None:
    job_id = a_finished_job(store, 1)
    for answer in (200, 400, 200):
        send(store, answer=answer)
    promise(store, a_promise(SignalType.DELAY, order_id="1", job_id=job_id))
    promise(store, a_promise(SignalType.PACKED, order_id="1", job_id=job_id, due=at(9)))
    store.outbox.withdraw(job_id, [SignalType.PACKED])
    states = {one["id"]: one["state"] for one in store.signals.finished(at(999), 10)}
    assert states == {1: "sent", 3: "sent", 5: "withdrawn"}


def test_an_item_that_has_not_ended_keeps_its_signals(store: Store) -> None:
    promise(store, a_promise(REGISTERED), a_promise(PRODUCE), a_promise(SHIPPED, due=at(9999)))
    send_all(store)
    assert store.signals.finished(at(99999), 10) == []


def test_what_is_removed_is_gone_with_its_attempts_and_the_job_remembers(store: Store) -> None:
    job_id = a_finished_job(store, 1)
    other_id = a_finished_job(store, 2)
    with store.transaction():
        store.outbox.add([a_promise(SignalType.PACKED, order_id="1", job_id=job_id)])
        store.outbox.withdraw(job_id, [SignalType.PACKED])
    send_all(store)
    rows = store.signals.finished(at(1), 4)
    with store.transaction():
        store.signals.remove(rows)
    assert [one["id"] for one in store.signals.find({})] == [4, 5, 6]
    assert [store.signals.attempts(number) for number in (1, 2, 3, 7)] == [[]] * 4
    assert len(store.signals.attempts(4)) == 1
    jobs = {job.id: job.said_before for job in store.jobs.all()}
    assert jobs == {job_id: {"ItemRegistered", "ItemProduce", "ItemShipped"}, other_id: set()}


def test_removed_by_and_by_an_item_goes_whole(store: Store) -> None:
    """A batch may end anywhere among the signals of an item."""
    job_id = a_finished_job(store, 1)
    promise(store, a_promise(SignalType.PACKED, order_id="1", job_id=job_id, due=at(5)))
    store.outbox.withdraw(job_id, [SignalType.PACKED])
    send_all(store)
    for _ in range(4):
        with store.transaction():
            store.signals.remove(store.signals.finished(at(1), 1))
    assert store.signals.find({}) == []
    assert {job.id: len(job.said_before) for job in store.jobs.all()} == {job_id: 3}
