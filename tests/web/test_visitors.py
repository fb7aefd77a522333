"""Who may come in, how often and for how long; on a clock that is turned by hand."""

from ipaddress import ip_network
from typing import Any

import pytest
from loguru import logger

from hotfolder.web.allowance import MOST_SENDERS, Allowance
from hotfolder.web.refusals import SINGLY_PER_MINUTE, Refusal, Refusals
from hotfolder.web.visitors import Limits, Visit, Visitors

STRANGER = "203.0.113.7"


class House:
    """Visitors of a door, and who was hung up on."""

    def __init__(self, **limits: Any) -> None:
        self.now = 1000.0
        self.visitors = Visitors(Limits(**limits), lambda: self.now)
        self.gone: list[int] = []
        self._port = 0

    def come(self, address: str = STRANGER) -> Visit | None:
        self._port += 1
        port = self._port
        return self.visitors.enter((address, port), lambda: self.gone.append(port))

    def comes_in(self, address: str = STRANGER) -> Visit:
        visit = self.come(address)
        assert visit is not None
        return visit

    def after(self, seconds: float) -> None:
        self.now += seconds
        self.visitors.send_away()

    @property
    def counts(self) -> dict[Refusal, int]:
        return dict(self.visitors.refusals.counts)


def test_nobody_may_have_more_connections_than_one_may() -> None:
    house = House(connections_of_one=2)
    first, _ = house.comes_in(), house.comes_in()
    assert house.come() is None
    assert house.come("203.0.113.8") is not None
    house.visitors.leave(first)
    house.visitors.leave(first)
    assert house.come() is not None
    assert house.come() is None
    assert house.counts == {Refusal.CONNECTIONS_OF_ONE: 2}


def test_all_addresses_of_an_ipv6_customer_count_as_one() -> None:
    house = House(connections_of_one=1)
    house.comes_in("2001:db8:1:1::1")
    assert house.come("2001:db8:1:1:ffff::2") is None
    assert house.come("2001:db8:1:2::1") is not None


@pytest.mark.parametrize("how", ["shared", "proxies"])
def test_an_address_that_stands_for_many_has_no_limit_of_its_own(how: str) -> None:
    house = House(connections_of_one=1, **{how: (ip_network("192.0.2.0/24"),)})
    visits = [house.comes_in("192.0.2.1") for _ in range(5)]
    assert len(house.visitors) == 5
    for _ in range(100):
        assert house.visitors.seconds_to_wait(visits[0], "192.0.2.1") == 0


def test_when_the_house_is_full_the_one_that_asks_nothing_longest_gives_way() -> None:
    house = House(connections=3)
    busy, idle, last = house.comes_in(), house.comes_in(), house.comes_in()
    house.visitors.asks(busy)
    new = house.comes_in("203.0.113.8")
    assert house.gone == [idle.peer[1]]
    assert len(house.visitors) == 3
    for visit in (last, new):
        house.visitors.asks(visit)
    assert house.come("203.0.113.9") is None  # all the others are at work
    assert len(house.visitors) == 3
    assert house.counts == {Refusal.CONNECTIONS: 2}


def test_whatever_they_do_bit_by_bit_the_one_longest_at_it_gives_way() -> None:
    house = House(connections=4)
    busy, reader, sender, silent = (house.comes_in() for _ in range(4))
    house.visitors.asks(busy)
    house.now += 1
    house.visitors.sends(sender)
    house.now += 1
    house.visitors.is_full(reader)
    for gone in (silent, sender, reader):
        house.now += 1
        house.comes_in("203.0.113.8")
        assert house.gone[-1] == gone.peer[1]
    assert house.visitors[busy.peer] is busy
    assert house.counts == {Refusal.CONNECTIONS: 3}


def test_a_header_that_does_not_come_in_time_ends_the_connection() -> None:
    house = House(header_seconds=10)
    slow, asking = house.comes_in(), house.comes_in()
    house.visitors.asks(asking)
    house.after(9.9)
    assert house.gone == []
    house.after(0.2)
    assert house.gone == [slow.peer[1]]
    assert house.counts == {Refusal.SLOW_HEADER: 1}
    assert house.visitors[slow.peer] is None


def test_an_idle_connection_ends_without_being_counted() -> None:
    house = House(header_seconds=10)
    visit = house.comes_in()
    house.visitors.asks(visit)
    house.after(100)
    house.visitors.waits(visit)
    house.after(9)
    assert house.gone == []
    house.after(2)
    assert house.gone == [1]
    assert house.counts == {}


@pytest.mark.parametrize(
    ("seconds", "received", "slow"),
    [(9, 0, False), (11, 10_000, True), (11, 12_000, False), (60, 10**6, False), (61, 10**6, True)],
)
def test_a_document_has_to_come_with_a_least_speed_and_in_time(
    seconds: float, received: int, slow: bool
) -> None:
    house = House(body_seconds=60, least_speed=1024)
    given_up: list[Refusal] = []
    visit = house.comes_in()
    visit.give_up = given_up.append
    house.visitors.asks(visit)
    house.visitors.sends(visit)
    visit.received = received
    house.after(seconds)
    house.after(0)
    assert given_up == [Refusal.SLOW_BODY] * slow


def test_who_does_not_fetch_its_answers_is_let_go() -> None:
    house = House(header_seconds=10)
    visit = house.comes_in()
    house.visitors.asks(visit)
    house.visitors.is_full(visit)
    house.after(11)
    assert house.gone == [1]
    assert house.counts == {Refusal.SLOW_READER: 1}


def test_who_asks_too_often_waits_until_there_is_room_in_the_minute_again() -> None:
    house = House(requests_per_minute=60)
    visit = house.comes_in()

    def ask() -> float:
        return house.visitors.seconds_to_wait(visit, STRANGER)

    assert [ask() for _ in range(60)] == [0] * 60
    wait = ask()
    assert 0 < wait <= 1
    house.after(wait)
    assert ask() == 0
    assert ask() > 0
    assert house.counts == {Refusal.REQUESTS_OF_ONE: 2}


def test_who_was_refused_too_often_is_not_even_let_in() -> None:
    house = House(refused_per_minute=3)
    visit = house.comes_in()
    for _ in range(3):
        assert house.visitors.seconds_to_wait(visit, STRANGER) == 0
        house.visitors.refuse(Refusal.UNKNOWN_KEY, STRANGER)
    assert house.visitors.seconds_to_wait(visit, STRANGER) > 0
    assert house.come() is None
    assert house.come("203.0.113.8") is not None
    house.now += 60
    assert house.come() is not None
    assert house.counts == {Refusal.UNKNOWN_KEY: 3, Refusal.REFUSED_BEFORE: 2}


def test_a_sender_whose_documents_are_not_valid_may_go_on() -> None:
    house = House(refused_per_minute=3)
    for _ in range(10):
        house.visitors.refuse(Refusal.NOT_VALID, STRANGER)
    assert house.come() is not None


def test_behind_a_proxy_each_sender_has_its_own_allowance() -> None:
    house = House(requests_per_minute=1, proxies=(ip_network("192.0.2.1"),))
    visit = house.comes_in("192.0.2.1")
    wait = house.visitors.seconds_to_wait
    assert wait(visit, STRANGER) == 0
    assert wait(visit, STRANGER) > 0
    assert wait(visit, "203.0.113.8") == 0


def test_a_sender_that_comes_twice_by_the_same_way_is_there_once() -> None:
    house = House(header_seconds=10, connections_of_one=5)
    peer = (STRANGER, 4711)
    first = house.visitors.enter(peer, lambda: house.gone.append(1))
    second = house.visitors.enter(peer, lambda: house.gone.append(2))
    assert first is not None
    assert second is not None
    house.visitors.leave(first)
    assert (len(house.visitors), house.visitors[peer]) == (1, second)
    house.after(11)
    house.after(11)
    assert (house.gone, len(house.visitors)) == ([2], 0)


def test_what_is_said_of_a_connection_that_is_over_changes_nothing() -> None:
    house = House(header_seconds=10)
    visit = house.comes_in()
    house.visitors.leave(visit)
    for say in (house.visitors.waits, house.visitors.sends, house.visitors.is_full):
        say(visit)
        house.after(1000)
    assert (house.gone, house.counts) == ([], {})


def test_an_allowance_of_none_is_no_limit() -> None:
    allowance = Allowance(0)
    assert all(allowance.take("a", 5.0) for _ in range(10_000))


def test_a_crowd_of_senders_takes_a_bounded_memory() -> None:
    allowance = Allowance(1)
    for number in range(3 * MOST_SENDERS):
        assert allowance.take(f"sender {number}", 100.0)
    assert len(allowance._used_up_to) <= MOST_SENDERS
    assert not allowance.take(f"sender {3 * MOST_SENDERS - 1}", 100.0)


def test_the_log_hears_at_once_and_then_once_a_minute_with_numbers() -> None:
    lines: list[tuple[str, Any]] = []
    handler = logger.add(lambda line: lines.append((line.record["message"], line.record["extra"])))
    try:
        refusals = Refusals()
        for second in range(59):
            refusals.note(Refusal.MALFORMED, STRANGER if second % 3 else "203.0.113.8", second)
            refusals.tell(second)
        assert len(lines) == 1
        refusals.tell(61)
        refusals.tell(200)
    finally:
        logger.remove(handler)
    assert [extra for _, extra in lines] == [
        {"refusal": "malformed", "times": 1, "sender": "203.0.113.8"},
        {"refusal": "malformed", "times": 58, "sender": STRANGER},
    ]
    assert lines[0][0] == "turned away at the door: it was no HTTP"


def test_what_has_words_of_its_own_is_told_each_time_but_not_in_a_flood() -> None:
    lines: list[tuple[str, Any]] = []
    handler = logger.add(lambda line: lines.append((line.record["message"], line.record["extra"])))
    try:
        refusals = Refusals()
        for call in range(1000):
            refusals.note(Refusal.NO_ORDER, STRANGER, 100.0, f"words {call}")
        refusals.tell(161.0)
    finally:
        logger.remove(handler)
    assert [words for words, _ in lines[:2]] == [
        "order not taken: words 0",
        "order not taken: words 1",
    ]
    assert lines[0][1] == {"refusal": "no_order", "sender": STRANGER}
    assert len(lines) == SINGLY_PER_MINUTE + 2
    told_as_number = sum(extra.get("times", 1) for _, extra in lines)
    assert told_as_number == refusals.counts[Refusal.NO_ORDER] == 1000


def test_when_the_door_closes_only_who_waits_for_an_answer_is_waited_for() -> None:
    house = House()
    silent, sends, asks = house.comes_in(), house.comes_in(), house.comes_in()
    given_up: list[Refusal] = []
    sends.give_up = given_up.append
    house.visitors.asks(sends)
    house.visitors.sends(sends)
    house.visitors.asks(asks)
    house.visitors.part()
    assert house.gone == [silent.peer[1]]
    assert given_up == [Refusal.STOPPING]
    house.visitors.part()
    assert house.gone == [silent.peer[1], sends.peer[1]]
    assert given_up == [Refusal.STOPPING]
