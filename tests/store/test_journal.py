from datetime import timedelta

import pytest

from hotfolder.errors import FloorError
from hotfolder.store.journal import Line
from hotfolder.store.store import Store
from tests.builders import NOON

FIRST = Line(
    at=NOON + timedelta(microseconds=7),
    order_id="order-1",
    item_id="item-1",
    action="job moved",
    detail={"from": "new", "to": "Grüße", "files": 2, "inferred": True},
)
SECOND = Line(at=NOON, order_id="order-1", action="order taken")


def test_the_story_of_an_order_comes_back_in_the_order_it_was_written(store: Store) -> None:
    with store.transaction():
        store.journal.write([FIRST, SECOND])
        store.journal.write([Line(at=NOON, order_id="order-2", action="order taken")])
    assert store.journal.of_order("order-1") == [FIRST, SECOND]
    assert store.journal.of_order("order-9") == []


def test_a_line_once_written_stays_when_the_same_thing_is_told_again(store: Store) -> None:
    with store.transaction():
        store.journal.write([SECOND])
    with store.transaction():
        store.journal.write([SECOND])
    assert store.journal.of_order("order-1") == [SECOND, SECOND]


def test_the_journal_offers_no_way_to_change_a_line(store: Store) -> None:
    assert {name for name in dir(store.journal) if not name.startswith("_")} == {
        "write",
        "of_order",
    }


def write_and_fail(store: Store) -> None:
    with store.transaction():
        store.journal.write([FIRST])
        raise FloorError("the floor is away")


def test_a_line_goes_with_the_transaction_that_does_what_it_tells(store: Store) -> None:
    with pytest.raises(FloorError, match="away"):
        write_and_fail(store)
    assert store.journal.of_order("order-1") == []
