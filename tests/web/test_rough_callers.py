"""Slow, endless and broken calls at a real door, while honest ones are answered."""

import json
import socket
import time
from dataclasses import replace
from typing import Any

import pytest
import requests

from hotfolder.services.shop import Shop
from tests.waiting import wait_until
from tests.web.conftest import BODY_LIMIT, OpenDoor
from tests.web.rough import QUICK, ROUGH, an_order, is_over, is_taken
from tests.web.talking import answer_to, connected, head, heard, status_of


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
