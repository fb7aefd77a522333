"""What a claim takes: the nearest deadline first, bundles of one order, and probes."""

from hotfolder.store.store import Store
from tests.builders import a_promise
from tests.store.outboxes import (
    PRODUCE,
    REGISTERED,
    again,
    at,
    claim,
    claimed,
    items,
    orders,
    promise,
)


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
        store.outbox.later(claimed(store, at(second)), ["500"], [at(3600)])
    assert not store.outbox.has_due("cloudsignal", at(3))
    turns: list[str] = []
    for second in range(3, 9):
        assert store.outbox.has_due("cloudsignal", at(second), probe=True)
        found = claimed(store, at(second), probe=True)
        turns += orders(found)
        store.outbox.later(found, ["500"], [at(3600)])
    assert turns == ["a", "b", "c", "a", "b", "c"]


def test_a_probe_ends_no_undo_time(store: Store) -> None:
    promise(store, a_promise(due=at(20)))
    assert not store.outbox.has_due("cloudsignal", at(19), probe=True)
    assert claim(store, at(19), probe=True) is None
    assert claim(store, at(20), probe=True) is not None
