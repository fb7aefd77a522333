import threading
from datetime import datetime, timedelta

import pytest

from hotfolder.domain.signal import SignalType
from hotfolder.errors import FloorError
from hotfolder.store.outbox import Claim, Promise
from hotfolder.store.store import Store
from tests.builders import NOON, a_promise, a_signal

LEASE = timedelta(seconds=60)
REGISTERED, PRODUCE, PRODUCED = SignalType.REGISTERED, SignalType.PRODUCE, SignalType.PRODUCED


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def promise(store: Store, *promises: Promise) -> None:
    with store.transaction():
        store.outbox.add(promises)


def claim(store: Store, now: datetime = NOON, bundle: int = 50) -> Claim | None:
    with store.transaction():
        return store.outbox.claim(now, LEASE, bundle)


def claimed(store: Store, now: datetime = NOON, bundle: int = 50) -> Claim:
    found = claim(store, now, bundle)
    assert found is not None
    return found


def types(claim: Claim) -> list[str]:
    return [body["type"] for body in claim.bodies()]


def items(claim: Claim) -> list[str]:
    return [body["item"] for body in claim.bodies()]


def states(store: Store) -> list[str]:
    return [row["state"] for row in store.outbox.list()]


def test_a_promised_signal_is_claimed_with_the_body_it_was_promised_with(store: Store) -> None:
    promise(store, a_promise(SignalType.SHIPPED, order_id="Grüße", item_id="7"))
    found = claimed(store)
    assert found.bodies() == [
        a_signal(SignalType.SHIPPED, order_id="Grüße", item_id="7").body(),
    ]
    assert store.outbox.counts() == {"sending": 1}


def test_all_that_is_known_of_a_signal_is_listed(store: Store) -> None:
    promise(
        store,
        a_promise(job_id=5, stage="print", inferred=True, due=at(20), deadline=at(3600)),
    )
    (row,) = store.outbox.list()
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
    }.items() <= row.items()


def promise_and_fail(store: Store) -> None:
    with store.transaction():
        store.outbox.add([a_promise()])
        raise FloorError("the floor is away")


def test_a_promise_is_not_kept_when_what_causes_it_fails(store: Store) -> None:
    with pytest.raises(FloorError, match="away"):
        promise_and_fail(store)
    assert store.outbox.list() == []


def test_an_empty_outbox_has_nothing_due(store: Store) -> None:
    assert not store.outbox.has_due(NOON)
    assert claim(store) is None


def test_a_signal_waits_for_its_undo_time(store: Store) -> None:
    promise(store, a_promise(due=at(20)))
    assert not store.outbox.has_due(at(19.999999))
    assert claim(store, at(19.999999)) is None
    assert store.outbox.has_due(at(20))
    assert types(claimed(store, at(20))) == ["ItemProduce"]


def test_only_the_oldest_unsent_signal_of_an_item_is_due(store: Store) -> None:
    promise(store, a_promise(REGISTERED), a_promise(PRODUCE), a_promise(PRODUCED))
    seen = []
    for _ in range(3):
        found = claimed(store)
        assert claim(store) is None, "while one is under way the next is held back"
        seen += types(found)
        store.outbox.sent(found)
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
    assert store.outbox.later(claimed(store), "503 busy")
    assert types(claimed(store)) == ["ItemProduce"]


def test_a_parked_signal_steps_aside(store: Store) -> None:
    promise(store, a_promise(PRODUCE), a_promise(PRODUCED))
    assert store.outbox.park(claimed(store), "400 item unknown")
    assert types(claimed(store)) == ["ItemProduced"]
    first = store.outbox.list()[0]
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
    assert [(one.bodies()[0]["order"], items(one)) for one in found] == [
        ("order-1", ["2"]),
        ("order-2", ["1"]),
    ]


def test_the_order_with_the_nearest_deadline_goes_first(store: Store) -> None:
    promise(
        store,
        a_promise(order_id="late", deadline=at(900)),
        a_promise(order_id="urgent", deadline=at(60)),
        a_promise(order_id="soon", deadline=at(300)),
    )
    assert [claimed(store).bodies()[0]["order"] for _ in range(3)] == ["urgent", "soon", "late"]


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
    assert store.outbox.later(claimed(store), "400 bad item", alone=True)
    promise(store, a_promise(item_id="3"), a_promise(item_id="4"))
    first, second = claimed(store), claimed(store)
    assert [items(first), items(second)] == [["1"], ["2"]]
    assert store.outbox.later(first, "503 busy")
    assert items(claimed(store)) == ["1"], "a failure does not put it into a bundle again"
    assert items(claimed(store)) == ["3", "4"]


def test_a_bundle_of_others_leaves_out_what_has_to_go_alone(store: Store) -> None:
    promise(store, a_promise(item_id="1", deadline=at(900)), a_promise(item_id="2"))
    assert store.outbox.later(claimed(store), "400 bad item", alone=True)
    sooner = [a_promise(item_id=number, deadline=at(-60)) for number in "34"]
    promise(store, *sooner)
    assert items(claimed(store)) == ["3", "4"]
    assert items(claimed(store)) == ["2"]


def test_each_try_is_counted_with_its_time_and_answer(store: Store) -> None:
    promise(store, a_promise())
    store.outbox.later(claimed(store, at(1)), "503 busy")
    store.outbox.sent(claimed(store, at(6)))
    (row,) = store.outbox.list()
    assert (row["attempts"], row["last_try"], row["last_answer"]) == (2, at(6), "200")
    assert (row["state"], row["claim"], row["lease_until"]) == ("sent", "", None)


def test_what_was_sent_is_never_claimed_again(store: Store) -> None:
    promise(store, a_promise())
    found = claimed(store)
    assert store.outbox.sent(found)
    assert not store.outbox.sent(found)
    assert claim(store, at(9999)) is None
    assert store.outbox.free() == 0


@pytest.mark.parametrize("end", ["sent", "later", "park"])
def test_an_old_token_can_not_end_a_claim_that_somebody_else_holds(store: Store, end: str) -> None:
    promise(store, a_promise())
    old = claimed(store)
    assert store.outbox.free() == 1
    new = claimed(store, at(5))
    ends = {
        "sent": lambda: store.outbox.sent(old),
        "later": lambda: store.outbox.later(old, "x"),
        "park": lambda: store.outbox.park(old, "x"),
    }
    assert ends[end]() is False
    assert states(store) == ["sending"]
    assert store.outbox.sent(new)


def test_only_leases_that_have_run_out_are_freed(store: Store) -> None:
    promise(store, a_promise(item_id="1"))
    claimed(store, NOON)
    promise(store, a_promise(item_id="2"))
    claimed(store, at(30))
    assert store.outbox.free(at(59)) == 0
    assert store.outbox.free(at(60)) == 1
    assert states(store) == ["waiting", "sending"]
    assert store.outbox.list()[0]["last_answer"] == "unknown: sending was cut off"


def test_at_a_start_all_that_was_under_way_waits_again(store: Store) -> None:
    promise(store, a_promise(item_id="1"), a_promise(order_id="other"))
    claimed(store)
    claimed(store)
    assert store.outbox.free() == 2
    assert states(store) == ["waiting", "waiting"]


def test_signals_are_withdrawn_while_they_wait_and_only_then(store: Store) -> None:
    promise(store, a_promise(REGISTERED))
    store.outbox.sent(claimed(store))
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
    store.outbox.sent(claimed(store))
    promise(store, a_promise(PRODUCE))
    store.outbox.park(claimed(store), "400")
    promise(store, a_promise(PRODUCED), a_promise(SignalType.PACKED), a_promise(job_id=2))
    claimed(store)
    store.outbox.withdraw(1, [SignalType.PACKED])
    assert store.outbox.said(1) == {REGISTERED, PRODUCE, PRODUCED}
    assert store.outbox.said(2) == {PRODUCE}
    assert store.outbox.said(3) == set()


def test_late_is_what_has_not_arrived_by_its_deadline(store: Store) -> None:
    for number in range(4):
        promise(store, a_promise(item_id=str(number), deadline=at(100)))
    store.outbox.sent(claimed(store, bundle=1))
    store.outbox.park(claimed(store, bundle=1), "400")
    claimed(store, bundle=1)
    assert store.outbox.late(at(99)) == 0
    assert store.outbox.late(at(100)) == 3
    store.outbox.withdraw(1, [PRODUCE])
    assert store.outbox.late(at(100)) == 2


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
            mine += found.ids
            store.outbox.sent(found)
        got.extend(mine)

    threads = [threading.Thread(target=claim_all) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == sorted(row["id"] for row in store.outbox.list())
    assert len(set(got)) == len(got) == 120
