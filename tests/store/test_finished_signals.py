"""Signals of items that have ended are finished, and go with their attempts."""

import pytest

from hotfolder.domain.signal import SignalType
from hotfolder.store.store import Store
from tests.builders import a_job, a_promise
from tests.store.outboxes import PRODUCE, REGISTERED, SHIPPED, at, promise, send_all, send_one

CANCELED = SignalType.CANCELED


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
        send_one(store, answer=answer)
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
