"""A disk that gets full: sending stops in time, and what was sent is still written down."""

from dataclasses import replace
from pathlib import Path

import pytest

from hotfolder.domain.answer import Answer
from hotfolder.errors import StoreError
from hotfolder.files.ballast import Ballast
from hotfolder.services.mind_room import mind_room
from hotfolder.services.recover import free_stuck
from hotfolder.services.send_signals import send_next
from hotfolder.services.shop import Shop
from tests.fakes import ManualClock, RecordingSender
from tests.steps import gate_of, notes, order_in, send_all

NO_ROOM = 2**62
LARGE = Answer(status=200, words="x" * 100_000)  # more than fits between what is there


class SmallDisk(Ballast):
    """A disk on which the database can not grow until the ballast is given away.

    SQLite itself says that it is full: https://sqlite.org/pragma.html#pragma_max_page_count
    """

    def __init__(self, path: Path, shop: Shop, room: int) -> None:
        super().__init__(path, size=4096, least_free=0)
        self._connection = shop.store._database._peewee.connection()
        self._room = room
        self.given_away = 0

    def fill(self) -> None:
        self._connection.pragma("max_page_count", self._connection.pragma("page_count"))

    def give_away(self) -> None:
        super().give_away()
        self.given_away += 1
        pages = self._connection.pragma("page_count")
        self._connection.pragma("max_page_count", pages + self._room)


def test_while_there_is_too_little_room_nothing_is_sent_and_a_note_says_so(
    shop: Shop, sent: RecordingSender, clock: ManualClock, logged: list[str]
) -> None:
    full = replace(shop, ballast=Ballast(shop.ballast.path, size=4096, least_free=NO_ROOM))
    order_in(shop)
    for _ in range(3):
        assert not mind_room(full)
        send_all(full)
        clock.turn(5)

    assert sent.tried == 0
    (note,) = shop.store.notes.all()
    assert (note.kind, note.stage, note.name) == ("disk", "", "disk")
    assert "no signal is sent" in note.words
    assert len([line for line in logged if line.startswith("ERROR") and "disk" in line]) == 1

    assert mind_room(shop)
    send_all(shop)
    assert notes(shop) == {}
    assert len(sent.requests) == 1


def test_a_disk_with_room_needs_no_note_and_has_its_ballast(shop: Shop) -> None:
    assert mind_room(shop)

    assert notes(shop) == {}
    assert shop.ballast.path.stat().st_size == 4096


def test_the_note_about_the_disk_leaves_those_about_orders(shop: Shop) -> None:
    order_in(shop, 1)
    full = replace(shop, ballast=Ballast(shop.ballast.path, size=4096, least_free=NO_ROOM))
    mind_room(full)
    mind_room(shop)
    mind_room(full)

    assert [note.kind for note in shop.store.notes.all()] == ["disk"]


def test_an_outcome_that_does_not_fit_takes_the_place_of_the_ballast_and_is_not_sent_twice(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    order = order_in(shop)
    disk = SmallDisk(shop.ballast.path, shop, room=100)
    disk.keep()
    shop = replace(shop, ballast=disk)
    sent.answer = lambda _request: LARGE
    disk.fill()
    send_all(shop)

    assert disk.given_away == 1
    assert not disk.path.exists()
    assert shop.store.signals.counts() == {"sent": 1}
    clock.turn(3600)
    assert free_stuck(shop) == 0
    send_all(shop)
    assert sent.said(order.item_ids[0]) == ["ItemRegistered"]


def test_an_outcome_that_fits_nowhere_is_sent_once_more_when_there_is_room(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    order = order_in(shop)
    disk = SmallDisk(shop.ballast.path, shop, room=0)
    gate = gate_of(shop)
    full = replace(shop, ballast=disk)
    sent.answer = lambda _request: LARGE
    disk.fill()
    with pytest.raises(StoreError, match="full"):
        send_next(full, gate)
    assert shop.store.signals.counts() == {"sending": 1}

    SmallDisk(shop.ballast.path, shop, room=100).give_away()
    clock.turn(3600)
    assert free_stuck(shop) == 1
    send_all(shop, gate)
    assert sent.said(order.item_ids[0]) == ["ItemRegistered"] * 2
