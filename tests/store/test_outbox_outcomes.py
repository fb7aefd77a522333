"""What becomes of a claim: tries, answers, leases that run out, and what a person withdraws."""

import pytest

from hotfolder.domain.answer import Answer
from hotfolder.domain.signal import SignalType
from hotfolder.store.signal_state import SignalState
from hotfolder.store.store import Store
from tests.builders import NOON, a_promise
from tests.store.outboxes import (
    PRODUCE,
    PRODUCED,
    REGISTERED,
    again,
    at,
    claim,
    claimed,
    items,
    promise,
    rows,
    send,
    states,
)
from tests.threads import at_once


def test_each_try_is_counted_with_its_time_and_answer(store: Store) -> None:
    promise(store, a_promise())
    assert again(store, claimed(store, at(1)), "503 busy")
    assert rows(store)[0]["last_answer"] == "503 busy"
    store.outbox.sent(claimed(store, at(6)), at(7))
    (row,) = rows(store)
    assert (row["attempts"], row["last_try"], row["last_answer"]) == (2, at(6), "200")
    assert (row["state"], row["claim"], row["lease_until"]) == ("sent", "", None)
    assert row["accepted_at"] == at(7)


def test_what_was_sent_is_never_claimed_again(store: Store) -> None:
    promise(store, a_promise())
    found = claimed(store)
    assert store.outbox.sent(found, NOON)
    assert not store.outbox.sent(found, NOON)
    assert claim(store, at(9999)) is None
    assert store.outbox.free() == 0


@pytest.mark.parametrize("end", ["sent", "later", "park"])
def test_an_old_token_can_not_end_a_claim_that_somebody_else_holds(store: Store, end: str) -> None:
    promise(store, a_promise())
    old = claimed(store)
    assert store.outbox.free() == 1
    new = claimed(store, at(5))
    ends = {
        "sent": lambda: store.outbox.sent(old, at(6)),
        "later": lambda: again(store, old),
        "park": lambda: store.outbox.park(old, "x"),
    }
    assert ends[end]() is False
    assert states(store) == ["sending"]
    assert store.outbox.sent(new, at(6))


def test_only_leases_that_have_run_out_are_freed(store: Store) -> None:
    promise(store, a_promise(item_id="1"))
    claimed(store, NOON)
    promise(store, a_promise(item_id="2"))
    claimed(store, at(30))
    assert store.outbox.free(at(59)) == 0
    assert store.outbox.free(at(60)) == 1
    assert states(store) == ["waiting", "sending"]
    assert rows(store)[0]["last_answer"] == "may have been heard: sending was cut off"


def test_at_a_start_all_that_was_under_way_waits_again(store: Store) -> None:
    promise(store, a_promise(item_id="1"), a_promise(order_id="other"))
    claimed(store)
    claimed(store)
    assert store.outbox.free() == 2
    assert states(store) == ["waiting", "waiting"]


def test_signals_are_withdrawn_while_they_wait_and_only_then(store: Store) -> None:
    promise(store, a_promise(REGISTERED))
    send(store)
    promise(store, a_promise(PRODUCE))
    claimed(store)
    promise(store, a_promise(PRODUCED))
    everything = [REGISTERED, PRODUCE, PRODUCED, SignalType.SHIPPED]
    assert store.outbox.withdraw(1, everything) == [PRODUCED]
    assert states(store) == ["sent", "sending", "withdrawn"]


def test_only_signals_of_the_job_are_withdrawn(store: Store) -> None:
    promise(store, a_promise(job_id=1), a_promise(job_id=2, item_id="item-2"))
    store.outbox.withdraw(2, [PRODUCE])
    assert states(store) == ["waiting", "withdrawn"]


def test_what_stands_is_said_and_what_was_withdrawn_is_not(store: Store) -> None:
    promise(store, a_promise(REGISTERED))
    send(store)
    promise(store, a_promise(PRODUCE))
    store.outbox.park(claimed(store), "400")
    promise(store, a_promise(PRODUCED), a_promise(SignalType.PACKED), a_promise(job_id=2))
    claimed(store)
    store.outbox.withdraw(1, [SignalType.PACKED])
    assert store.outbox.said(1) == {REGISTERED, PRODUCE, PRODUCED}
    assert store.outbox.said(2) == {PRODUCE}
    assert store.outbox.said(3) == set()


def test_claimers_at_once_never_get_the_same_signal(store: Store) -> None:
    promise(
        store,
        *(
            a_promise(order_id=f"order-{order}", item_id=f"item-{item}")
            for order in range(40)
            for item in range(3)
        ),
    )
    got: list[int] = []

    def claim_all() -> None:
        mine = []
        while found := claim(store, bundle=2):
            mine += [row["id"] for row in found.rows]
            store.outbox.sent(found, NOON)
        got.extend(mine)

    at_once([claim_all] * 4)
    assert sorted(got) == sorted(row["id"] for row in rows(store))
    assert len(set(got)) == len(got) == 120


def test_each_signal_of_a_claim_waits_until_its_own_time(store: Store) -> None:
    promise(store, *(a_promise(item_id=str(number)) for number in range(3)))
    found = claimed(store)
    assert store.outbox.later(found, ["500"] * 3, [at(1), at(15), at(2)])
    assert [row["due"] for row in rows(store)] == [at(1), at(15), at(2)]
    assert items(claimed(store, at(1))) == ["0"]
    assert items(claimed(store, at(2))) == ["2"]
    assert items(claimed(store, at(15))) == ["1"]


def test_as_many_times_as_signals_are_needed(store: Store) -> None:
    promise(store, a_promise(item_id="1"), a_promise(item_id="2"))
    with pytest.raises(ValueError, match="shorter"):
        store.outbox.later(claimed(store), ["500"], [at(1)])


def test_a_claim_knows_how_often_its_signals_were_tried_this_time_included(store: Store) -> None:
    promise(store, a_promise())
    seen = []
    for _ in range(3):
        found = claimed(store)
        seen += [row["attempts"] for row in found.rows]
        again(store, found)
    assert seen == [1, 2, 3]


def test_what_comes_back_is_kept_for_each_signal_of_a_post(store: Store) -> None:
    promise(store, a_promise(item_id="1"), a_promise(item_id="2"))
    found = claimed(store)
    with store.transaction():
        store.outbox.attempted(found, Answer(milliseconds=15_000), at(1))
        store.outbox.attempted(found, Answer(status=400, words="bad", milliseconds=8), at(2))
    kept = [store.signals.attempts(row["id"]) for row in found.rows]
    told = [
        [
            (one["at"], one["status"], one["words"], one["milliseconds"], one["signals"])
            for one in of
        ]
        for of in kept
    ]
    assert told == [[(at(1), None, "", 15_000, 2), (at(2), 400, "bad", 8, 2)]] * 2


def test_a_signal_sent_again_keeps_the_time_when_it_was_accepted_first(store: Store) -> None:
    promise(store, a_promise())
    send(store, at(5))
    (row,) = rows(store)
    assert store.signals.change(row, state=SignalState.WAITING, due=at(90))
    assert claim(store, at(89)) is None
    send(store, at(90))
    assert rows(store)[0]["accepted_at"] == at(5)
