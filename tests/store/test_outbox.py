import threading
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from hotfolder.domain.answer import Answer
from hotfolder.domain.signal import Signal, SignalType
from hotfolder.errors import FloorError
from hotfolder.store.outbox import Claim, Promise
from hotfolder.store.signal_state import SignalState
from hotfolder.store.store import Store
from tests.builders import NOON, a_promise, a_signal, fields_of

LEASE = timedelta(seconds=60)
REGISTERED, PRODUCE, PRODUCED = SignalType.REGISTERED, SignalType.PRODUCE, SignalType.PRODUCED


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def promise(store: Store, *promises: Promise) -> None:
    with store.transaction():
        store.outbox.add(promises)


def claim(
    store: Store,
    now: datetime = NOON,
    bundle: int = 50,
    *,
    to: str = "cloudsignal",
    probe: bool = False,
) -> Claim | None:
    with store.transaction():
        return store.outbox.claim(to, now, LEASE, bundle, probe=probe)


def claimed(
    store: Store,
    now: datetime = NOON,
    bundle: int = 50,
    *,
    to: str = "cloudsignal",
    probe: bool = False,
) -> Claim:
    found = claim(store, now, bundle, to=to, probe=probe)
    assert found is not None
    return found


def send(store: Store, now: datetime = NOON, **how: Any) -> Claim:
    """What is due is claimed and accepted."""
    found = claimed(store, now, **how)
    assert store.outbox.sent(found, now)
    return found


def again(store: Store, found: Claim, words: str = "503", **how: Any) -> bool:
    """The claim was not accepted and is due again at once."""
    return store.outbox.later(found, words, [NOON] * len(found.rows), **how)


def types(claim: Claim) -> list[str]:
    return [signal.type for signal in claim.signals]


def items(claim: Claim) -> list[str]:
    return [signal.item_id for signal in claim.signals]


def orders(claim: Claim) -> set[str]:
    return {signal.order_id for signal in claim.signals}


def rows(store: Store) -> list[dict[str, Any]]:
    return store.signals.find({})


def states(store: Store) -> list[str]:
    return [row["state"] for row in rows(store)]


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


def test_the_order_with_the_nearest_deadline_goes_first(store: Store) -> None:
    promise(
        store,
        a_promise(order_id="late", deadline=at(900)),
        a_promise(order_id="urgent", deadline=at(60)),
        a_promise(order_id="soon", deadline=at(300)),
    )
    assert [orders(claimed(store)) for _ in range(3)] == [{"urgent"}, {"soon"}, {"late"}]


def test_a_bundle_holds_due_signals_of_one_order_one_an_item_up_to_its_limit(store: Store) -> None:
    promise(
        store,
        *(a_promise(REGISTERED, item_id=str(number)) for number in range(1, 5)),
        a_promise(PRODUCE, item_id="1"),
        a_promise(PRODUCE, item_id="5", due=at(20)),
        a_promise(PRODUCE, order_id="other", item_id="6"),
    )
    assert items(claimed(store, bundle=3)) == ["1", "2", "3"]
    assert items(claimed(store, bundle=3)) == ["4"]
    assert items(claimed(store, bundle=3)) == ["6"]


def test_a_limit_of_one_makes_no_bundles(store: Store) -> None:
    promise(store, a_promise(item_id="1"), a_promise(item_id="2"))
    assert items(claimed(store, bundle=1)) == ["1"]
    assert items(claimed(store, bundle=1)) == ["2"]


def test_a_refused_bundle_goes_out_one_by_one_from_then_on(store: Store) -> None:
    promise(store, a_promise(item_id="1"), a_promise(item_id="2"))
    assert again(store, claimed(store), "400 bad item", alone=True)
    promise(store, a_promise(item_id="3"), a_promise(item_id="4"))
    first, second = claimed(store), claimed(store)
    assert [items(first), items(second)] == [["1"], ["2"]]
    assert again(store, first)
    assert items(claimed(store)) == ["1"], "a failure does not put it into a bundle again"
    assert items(claimed(store)) == ["3", "4"]


def test_a_bundle_of_others_leaves_out_what_has_to_go_alone(store: Store) -> None:
    promise(store, a_promise(item_id="1", deadline=at(900)), a_promise(item_id="2"))
    assert again(store, claimed(store), "400 bad item", alone=True)
    sooner = [a_promise(item_id=number, deadline=at(-60)) for number in "34"]
    promise(store, *sooner)
    assert items(claimed(store)) == ["3", "4"]
    assert items(claimed(store)) == ["2"]


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
    assert rows(store)[0]["last_answer"] == "unknown: sending was cut off"


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

    threads = [threading.Thread(target=claim_all) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == sorted(row["id"] for row in rows(store))
    assert len(set(got)) == len(got) == 120


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


def test_each_signal_of_a_claim_waits_until_its_own_time(store: Store) -> None:
    promise(store, *(a_promise(item_id=str(number)) for number in range(3)))
    found = claimed(store)
    assert store.outbox.later(found, "500", [at(1), at(15), at(2)])
    assert [row["due"] for row in rows(store)] == [at(1), at(15), at(2)]
    assert items(claimed(store, at(1))) == ["0"]
    assert items(claimed(store, at(2))) == ["2"]
    assert items(claimed(store, at(15))) == ["1"]


def test_as_many_times_as_signals_are_needed(store: Store) -> None:
    promise(store, a_promise(item_id="1"), a_promise(item_id="2"))
    with pytest.raises(ValueError, match="shorter"):
        store.outbox.later(claimed(store), "500", [at(1)])


def test_a_claim_knows_how_often_its_signals_were_tried_this_time_included(store: Store) -> None:
    promise(store, a_promise())
    seen = []
    for _ in range(3):
        found = claimed(store)
        seen += [row["attempts"] for row in found.rows]
        again(store, found)
    assert seen == [1, 2, 3]


def test_a_probe_takes_what_was_not_tried_yet_so_that_one_bad_signal_closes_nothing(
    store: Store,
) -> None:
    promise(store, a_promise(order_id="bad"), a_promise(order_id="good", deadline=at(900)))
    again(store, claimed(store))
    assert orders(claimed(store, probe=True)) == {"good"}
    assert orders(claimed(store, probe=True)) == {"bad"}, "when there is nothing else"


def test_probes_take_turns_among_what_was_tried_whatever_their_pause(store: Store) -> None:
    promise(store, *(a_promise(order_id=name) for name in "abc"))
    for second in range(3):
        store.outbox.later(claimed(store, at(second)), "500", [at(3600)])
    assert not store.outbox.has_due("cloudsignal", at(3))
    turns: list[str] = []
    for second in range(3, 9):
        assert store.outbox.has_due("cloudsignal", at(second), probe=True)
        found = claimed(store, at(second), probe=True)
        turns += orders(found)
        store.outbox.later(found, "500", [at(3600)])
    assert turns == ["a", "b", "c", "a", "b", "c"]


def test_a_probe_ends_no_undo_time(store: Store) -> None:
    promise(store, a_promise(due=at(20)))
    assert not store.outbox.has_due("cloudsignal", at(19), probe=True)
    assert claim(store, at(19), probe=True) is None
    assert claim(store, at(20), probe=True) is not None


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
