"""Slow, large, broken and too many calls at a real door, while honest ones are answered."""

import json
import select
import socket
import time
from dataclasses import replace
from ipaddress import ip_network
from typing import Any

import pytest
import requests

from hotfolder.services.shop import Shop
from hotfolder.test_center.catalogue import make_order
from hotfolder.web.visitors import Limits
from tests.steps import FILE_SERVER, LIVE_KEY
from tests.waiting import wait_until
from tests.web.conftest import BODY_LIMIT, OpenDoor
from tests.web.talking import answer_to, connected, head, heard, one_answer, status_of

ROUGH = "127.0.0.2"  # honest senders come from 127.0.0.1
QUICK = Limits(
    connections=40,
    connections_of_one=20,
    header_seconds=0.5,
    body_seconds=0.5,
    header_bytes=8192,
    shared=(ip_network("127.0.0.1"),),
)


def an_order(number: int) -> bytes:
    order = make_order(number, base_url=FILE_SERVER, apikey=LIVE_KEY, kind="poster")
    return order.body if isinstance(order.body, bytes) else order.body.encode()


def is_taken(door: str) -> bool:
    return requests.post(door, data=an_order(1), timeout=10).status_code == 200


def is_over(connection: socket.socket) -> bool:
    """Whether the door has hung up."""
    connection.setblocking(False)
    try:
        return connection.recv(65536) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


def test_a_header_that_drips_ends_and_others_are_served_meanwhile(open_door: OpenDoor) -> None:
    door = open_door(limits=QUICK)
    with connected(door, ROUGH) as slow:
        slow.sendall(b"POST /orders HTTP/1.1\r\nX-Drip: ")
        began = time.monotonic()

        def drip() -> bool:
            try:
                slow.send(b"a")
            except OSError:
                return True
            return is_over(slow)

        assert is_taken(door)
        wait_until(drip, 5, "the slow caller is sent away")
        assert time.monotonic() - began > 0.3


def test_a_document_that_comes_too_slowly_is_answered_and_not_waited_for(
    open_door: OpenDoor,
) -> None:
    door = open_door(limits=QUICK)
    status, content = answer_to(door, head(door, "Content-Length: 100") + b"{", ROUGH)
    assert status == 408
    assert content == {"error": "the document came too slowly"}
    assert is_taken(door)


CHUNKED = "Transfer-Encoding: chunked"
ENDLESS = {
    "value": head("http://x/orders", "X-Large: " + "a" * 9000),
    "many": head("http://x/orders", *(f"X-{number}: a" for number in range(2000))),
    "path": head("http://x/" + "a" * 9000),
    "name": b"POST /orders HTTP/1.1\r\n" + b"X" * 20_000,
    "empty lines": b"\r\n" * 10_000,
    "chunk": head("http://x/orders", CHUNKED) + b"1;" + b"x" * 20_000,
    "trailer": head("http://x/orders", CHUNKED) + b"0\r\nX-After: " + b"x" * 20_000,
}


def test_a_header_that_does_not_end_is_refused(open_door: OpenDoor) -> None:
    door = open_door(limits=replace(QUICK, header_seconds=60, body_seconds=60))
    for name, request in ENDLESS.items():
        with connected(door, ROUGH) as rude:
            for at in range(0, len(request), 4096):
                try:
                    rude.sendall(request[at : at + 4096])
                except OSError:
                    break
            # 0: it hung up while more was sent
            assert status_of(heard(rude)) in {0, 431}, name
    assert is_taken(door)


MALFORMED = {
    "nonsense": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "no version": b"GET /orders\r\n\r\n",
    "other version": b"GET /orders HTTP/9.9\r\n\r\n",
    "proxy": b"CONNECT shop:443 HTTP/1.1\r\nHost: shop\r\n\r\n",
    "two lengths": head("http://x/orders", "Content-Length: 1", "Content-Length: 2"),
    "negative length": head("http://x/orders", "Content-Length: -1"),
    "length and chunks": head("http://x/orders", "Content-Length: 5", "Transfer-Encoding: chunked"),
    "bad chunk": head("http://x/orders", "Transfer-Encoding: chunked") + b"zz\r\n",
    "space before colon": head("http://x/orders", "Content-Length : 5"),
    "folded": head("http://x/orders", "X-A: b", " Content-Length: 5"),
    "null": head("http://x/orders", "X-A: \0"),
    "bare line feed": b"GET / HTTP/1.1\nHost: x\n\n",
    "path": b"GET \xff\xfe HTTP/1.1\r\nHost: shop\r\n\r\n",
    "authority": b"GET http://[::bad HTTP/1.1\r\nHost: shop\r\n\r\n",
    "star": b"OPTIONS * HTTP/1.1\r\nHost: shop\r\n\r\n",
    "smuggled": head("http://x/orders", "Transfer-Encoding: xchunked") + b"0\r\n\r\n",
}


def test_what_is_no_request_is_refused_without_a_word_about_us(
    open_door: OpenDoor, capfd: pytest.CaptureFixture[str]
) -> None:
    door = open_door(limits=QUICK)
    for name, request in MALFORMED.items():
        with connected(door, ROUGH) as rude:
            rude.sendall(request)
            rude.shutdown(socket.SHUT_WR)
            answer = heard(rude)
        assert status_of(answer) in {0, 400, 404, 405}, name
        assert b"uvicorn" not in answer.lower(), name
        assert b"server:" not in answer.lower(), name
    assert is_taken(door)
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.parametrize(
    "rest",
    [b"\0", b"no HTTP\r\n\r\n", b"GET /" + b"a" * 20_000, b"POST /orders HTTP/1.1\r\n\r\nx"],
    ids=["null", "nonsense", "large header", "refused"],
)
def test_who_sends_rubbish_after_an_order_hears_first_what_became_of_the_order(
    open_door: OpenDoor, shop: Shop, rest: bytes
) -> None:
    door = open_door(limits=QUICK)
    body = an_order(1)
    with connected(door, ROUGH) as caller:
        caller.sendall(head(door, f"Content-Length: {len(body)}") + body + rest)
        answer = heard(caller)
    assert status_of(answer) == 200
    assert shop.store.orders.count() == 1


def test_a_slow_document_after_an_order_is_answered_after_it(open_door: OpenDoor) -> None:
    door = open_door(limits=QUICK)
    body = an_order(1)
    with connected(door, ROUGH) as caller:
        caller.sendall(head(door, f"Content-Length: {len(body)}") + body)
        caller.sendall(head(door, "Content-Length: 9") + b"{")
        answers = heard(caller)
    assert answers.index(b"HTTP/1.1 200 ") < answers.index(b"HTTP/1.1 408 ")


def test_a_crowd_of_requests_in_a_row_is_not_even_read(open_door: OpenDoor) -> None:
    """Each waits in memory until those before it are answered."""
    door = open_door()
    with connected(door, ROUGH) as caller:
        caller.sendall(b"GET /openapi.json HTTP/1.1\r\n\r\n" * 1000)
        answers = heard(caller)
    assert 1 < answers.count(b"HTTP/1.1 200 ") < 20
    assert is_taken(door)


@pytest.mark.parametrize("protocol", ["websocket", "h2c"])
def test_a_call_for_another_protocol_is_answered_as_http(
    open_door: OpenDoor, protocol: str
) -> None:
    door = open_door(limits=QUICK)
    upgrade = head(door, "Connection: Upgrade, close", f"Upgrade: {protocol}", method="GET")
    with connected(door, ROUGH) as caller:
        caller.sendall(upgrade)
        assert status_of(heard(caller)) == 405
    assert is_taken(door)


def test_a_sender_that_hangs_up_in_the_middle_is_no_fault_of_ours(
    open_door: OpenDoor, capfd: pytest.CaptureFixture[str]
) -> None:
    door = open_door()
    with connected(door) as gone:
        gone.sendall(head(door, "Content-Length: 100") + b"{")
    with connected(door) as gone:
        gone.sendall(head(door, "Content-Length: 100") + b"{")
        gone.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    assert is_taken(door)
    told = capfd.readouterr().err
    assert "Traceback" not in told


def test_more_connections_than_one_may_have_are_closed_and_others_come_in(
    open_door: OpenDoor,
) -> None:
    door = open_door(limits=QUICK)
    crowd = [socket.create_connection(_there(door), 5, (ROUGH, 0)) for _ in range(60)]
    try:
        wait_until(lambda: sum(map(is_over, crowd)) >= 40, 5, "those above the limit are closed")
        assert is_taken(door)
    finally:
        for one in crowd:
            one.close()
    wait_until(lambda: answer_to(door, nothing(door), ROUGH)[0] == 400, 5, "it may come again")


def test_a_full_house_lets_the_honest_in(open_door: OpenDoor) -> None:
    door = open_door(limits=QUICK)
    crowd = [
        socket.create_connection(_there(door), 5, (f"127.0.1.{number % 50 + 1}", 0))
        for number in range(200)
    ]
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
            one = socket.create_connection(_there(door), 5, (f"127.0.1.{number + 1}", 0))
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
            one = socket.create_connection(_there(door), 5, (ROUGH, 0))
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


def test_only_orders_and_their_contract_are_served(door: str) -> None:
    top = door.replace("/orders", "")
    for path in ("/", "/health/live", "/health/ready", "/metrics", "/orders/x", "/docs"):
        answer = requests.get(top + path, timeout=10)
        assert (answer.status_code, answer.json()) == (404, {"error": "nothing is served here"})
    contract: Any = requests.get(f"{top}/openapi.json", timeout=10)
    assert contract.status_code == 200
    assert contract.json()["info"]["version"] == "1"


def test_a_document_just_within_the_limit_passes_all_others(door: str) -> None:
    body = an_order(1)
    padded = body + b" " * (BODY_LIMIT - len(body))
    assert requests.post(door, data=padded, timeout=10).status_code == 200
    assert json.loads(body)


def nothing(door: str) -> bytes:
    """A request with nothing in it, after which the door hangs up."""
    return head(door, "Content-Length: 0", "Connection: close")


def _there(door: str) -> tuple[str, int]:
    host, _, port = door.partition("//")[2].partition("/")[0].partition(":")
    return host, int(port)
