"""When a connection is made, kept and made anew, and when a name is asked for."""

import json
import threading
from typing import Any

import pytest

from hotfolder.domain.answer import Fault
from hotfolder.net.cloudsignal import Address, CloudSignal
from hotfolder.net.guard import Names
from tests.net.asking import KEY, OK, REQUEST, a_way, fault_at
from tests.net.servers import Server, says, sends, serving
from tests.waiting import wait_until


def test_one_connection_serves_many_requests_whatever_their_status() -> None:
    def by_turns(server: Server, connection: Any, request: Any) -> None:
        says((200, 400, 503)[len(server.requests) % 3], b"words")(server, connection, request)

    with serving(by_turns) as server:
        way = a_way(server.url)
        assert {way.send(REQUEST).status for _ in range(6)} == {200, 400, 503}
    assert (len(server.requests), server.connections) == (6, 1)


def test_a_connection_that_is_too_old_is_made_anew() -> None:
    with serving(OK) as server:
        way = a_way(server.url, session_seconds=0.0)
        for _ in range(3):
            assert way.send(REQUEST).status == 200
    assert (len(server.requests), server.connections) == (3, 3)


def test_a_connection_that_the_server_closed_meanwhile_is_made_anew() -> None:
    closing = sends(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK", then_close=True)
    with serving(closing) as server:
        way = a_way(server.url)
        for _ in range(3):
            way.send(REQUEST)
            wait_until(lambda: server.closed == len(server.requests), 10, "the server closes")
    assert (len(server.requests), server.connections) == (3, 3)


def test_after_a_failure_the_next_request_goes_through() -> None:
    def at_first_not(server: Server, connection: Any, request: Any) -> None:
        respond = OK if len(server.requests) > 1 else sends(b"", then_close=True)
        respond(server, connection, request)

    with serving(at_first_not) as server:
        way = a_way(server.url)
        assert way.send(REQUEST).fault is Fault.CUT_OFF
        assert way.send(REQUEST).status == 200
    assert (len(server.requests), server.connections) == (2, 2)


def test_several_threads_may_send_at_once() -> None:
    with serving(OK) as server:
        way = a_way(server.url)

        def send_some(number: int) -> None:
            for _ in range(5):
                way.send({**REQUEST, "item": str(number)})

        threads = [threading.Thread(target=send_some, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    items = sorted(json.loads(came.body)["item"] for came in server.requests)
    assert items == sorted("0123" * 5)


@pytest.mark.parametrize("url", ["http://", "http://:80/", "https://[::1", "gopher://x/"])
def test_an_address_that_is_none_is_told_as_a_fault(url: str) -> None:
    assert isinstance(fault_at(url), Fault)


@pytest.mark.parametrize("host", ["signals.invalid", "a" * 64 + ".example", "a..b"])
def test_a_name_that_nobody_knows_is_told(host: str) -> None:
    assert fault_at(f"http://{host}/") is Fault.NO_NAME


def test_a_name_that_nobody_answers_for_holds_us_up_no_longer_than_a_connection() -> None:
    asked: list[str] = []
    free = threading.Event()

    def hang(host: str) -> None:
        asked.append(host)
        free.wait(30)

    address = Address(url="http://signals.example/", connect_seconds=0.2)
    way = CloudSignal(address, KEY, Names(hang))
    for _ in range(3):
        answer = way.send(REQUEST)
        assert answer.fault is Fault.NO_NAME
        assert answer.milliseconds < 2000
    assert asked == ["signals.example"], "one thread is left behind, however often we ask"
    free.set()


def test_a_name_is_asked_for_before_each_new_connection_and_not_before_each_request() -> None:
    asked: list[str] = []
    with serving(OK) as server:
        way = CloudSignal(Address(url=server.url), KEY, Names(asked.append))
        for _ in range(3):
            assert way.send(REQUEST).status == 200
    assert asked == ["127.0.0.1"]
    with serving(sends(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", then_close=True)) as server:
        way = CloudSignal(Address(url=server.url), KEY, Names(asked.append))
        for number in range(1, 4):
            assert way.send(REQUEST).status == 200
            wait_until(lambda: server.closed == len(server.requests), 10, "the server closes")
            assert len(asked) == 1 + number
