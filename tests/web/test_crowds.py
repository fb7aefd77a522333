"""Too many calls at a real door, from one or from many, while honest ones are answered."""

import select
from dataclasses import replace

import requests

from hotfolder.web.visitors import Limits
from tests.waiting import wait_until
from tests.web.conftest import OpenDoor
from tests.web.rough import QUICK, ROUGH, an_order, is_over, is_taken
from tests.web.talking import answer_to, connect, connected, head, heard, one_answer, status_of


def nothing(door: str) -> bytes:
    """A request with nothing in it, after which the door hangs up."""
    return head(door, "Content-Length: 0", "Connection: close")


def test_a_crowd_of_requests_in_a_row_is_not_even_read(open_door: OpenDoor) -> None:
    """Each waits in memory until those before it are answered."""
    door = open_door()
    with connected(door, ROUGH) as caller:
        caller.sendall(b"GET /openapi.json HTTP/1.1\r\n\r\n" * 1000)
        answers = heard(caller)
    assert 1 < answers.count(b"HTTP/1.1 200 ") < 20
    assert is_taken(door)


def test_more_connections_than_one_may_have_are_closed_and_others_come_in(
    open_door: OpenDoor,
) -> None:
    door = open_door(limits=QUICK)
    crowd = [connect(door, ROUGH) for _ in range(60)]
    try:
        wait_until(lambda: sum(map(is_over, crowd)) >= 40, 5, "those above the limit are closed")
        assert is_taken(door)
    finally:
        for one in crowd:
            one.close()
    wait_until(lambda: answer_to(door, nothing(door), ROUGH)[0] == 400, 5, "it may come again")


def test_a_full_house_lets_the_honest_in(open_door: OpenDoor) -> None:
    door = open_door(limits=QUICK)
    crowd = [connect(door, f"127.0.1.{number % 50 + 1}") for number in range(200)]
    try:
        assert is_taken(door)
    finally:
        for one in crowd:
            one.close()


def test_a_house_full_of_documents_that_drip_lets_the_honest_in(open_door: OpenDoor) -> None:
    door = open_door(limits=replace(QUICK, body_seconds=60))
    crowd = []
    try:
        for number in range(60):
            one = connect(door, f"127.0.1.{number + 1}")
            crowd.append(one)
            one.sendall(head(door, "Content-Length: 1000") + b"{")
        wait_until(lambda: sum(map(is_over, crowd)) >= 20, 5, "some have to give way")
        assert is_taken(door)
    finally:
        for one in crowd:
            one.close()


def test_who_was_refused_too_often_has_to_wait_and_others_have_not(open_door: OpenDoor) -> None:
    door = open_door(limits=Limits(refused_per_minute=3, shared=QUICK.shared))
    no_order = head(door, "Content-Length: 2") + b"{}"
    with connected(door, ROUGH) as rude:
        answers: list[bytes] = []
        for _ in range(4):
            rude.sendall(no_order)
            answers.append(one_answer(rude))
    assert [status_of(one) for one in answers] == [400, 400, 400, 429]
    assert b"retry-after: " in answers[-1]
    assert b"connection: close" in answers[-1]
    with connected(door, ROUGH) as rude:
        assert heard(rude) == b""
    assert is_taken(door)


def test_more_requests_than_a_sender_may_make_are_told_when_to_come_again(
    open_door: OpenDoor,
) -> None:
    door = open_door(limits=Limits(requests_per_minute=2))
    statuses = [requests.get(door.replace("/orders", "/openapi.json"), timeout=10) for _ in "123"]
    assert [one.status_code for one in statuses] == [200, 200, 429]
    assert 0 < int(statuses[-1].headers["Retry-After"]) <= 30


def test_large_documents_of_one_take_a_bounded_memory_and_keep_nobody_else_out(
    open_door: OpenDoor,
) -> None:
    limit = 1024 * 1024
    door = open_door(body_limit=limit, limits=Limits())  # room for eight of the largest
    held = []
    try:
        for _ in range(12):
            one = connect(door, ROUGH)
            held.append(one)
            one.sendall(head(door, f"Content-Length: {limit}") + b" " * (limit - 1))
        told, _, _ = select.select(held, [], [], 20)  # whoever brings too much, the last or another
        assert {status_of(one.recv(65536)) for one in told} == {503}
        large = an_order(1) + b" " * (limit - len(an_order(1)))
        assert requests.post(door, data=large, timeout=10).status_code == 200
    finally:
        for one in held:
            one.close()
    assert requests.post(door, data=b" " * limit, timeout=10).status_code == 400
