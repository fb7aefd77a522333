"""Whatever comes as an order is answered, and nothing of it does harm."""

import gc
import gzip
import http.client
import socket
import tracemalloc
import zlib
from urllib.parse import urlsplit

import pytest
import requests

from hotfolder.services.shop import Shop
from hotfolder.web import last_words
from hotfolder.web.visitors import Limits
from tests.web.conftest import BODY_LIMIT, OpenDoor
from tests.web.orders import order, post, rows


@pytest.mark.parametrize("announced", [True, False])
def test_a_body_above_the_limit_is_413_and_not_kept_but_leaves_a_trace(
    door: str, shop: Shop, announced: bool, logged: list[str]
) -> None:
    body = b" " * (BODY_LIMIT + 1)
    answer = post(door, body if announced else iter([body[:1000], body[1000:]]))

    assert answer.status_code == 413
    assert str(BODY_LIMIT) in answer.json()["error"]
    assert f"order not taken: the document is larger than {BODY_LIMIT} bytes" in "".join(logged)
    assert post(door, order().body).status_code == 200


def test_a_body_at_the_limit_is_read(door: str) -> None:
    body = order().body
    padded = body + b" " * (BODY_LIMIT - len(body))

    assert post(door, padded).status_code == 200


def test_a_huge_body_is_refused_before_it_was_sent(door: str) -> None:
    """The answer comes while all but the head is still missing."""
    address = urlsplit(door)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=10)
    connection.putrequest("POST", address.path)
    connection.putheader("Content-Length", str(10 * 1024**3))
    connection.endheaders()
    try:
        assert connection.getresponse().status == 413
    finally:
        connection.close()


def sends_all_and_hears(door: str, body: bytes) -> int:
    """The status, for a sender that listens only when it has sent everything."""
    address = urlsplit(door)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=10)
    try:
        connection.request("POST", address.path, body)
        return connection.getresponse().status
    finally:
        connection.close()


def test_who_reads_late_hears_why_and_no_broken_connection(open_door: OpenDoor, shop: Shop) -> None:
    """A proxy that meets a reset instead tells its caller 502."""
    door = open_door(limits=Limits(requests_per_minute=2))
    large = b" " * (20 * 1024 * 1024)

    assert [sends_all_and_hears(door, large) for _ in range(4)] == [413, 413, 429, 429]
    assert shop.store.orders.count() == 0


def test_who_is_refused_and_never_ends_is_let_go(
    door: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(last_words, "LINGER_SECONDS", 0.2)
    address = urlsplit(door)
    with socket.create_connection((address.hostname, address.port), 10) as connection:
        head = f"POST {address.path} HTTP/1.1\r\nHost: x\r\nContent-Length: {10**9}\r\n\r\n"
        connection.sendall(head.encode())
        heard = b"".join(iter(lambda: connection.recv(4096), b""))  # until the door hangs up
    assert heard.startswith(b"HTTP/1.1 413 ")
    assert heard.lower().count(b"http/1.1") == 1


def test_a_refused_document_leaves_the_memory_with_its_answer(door: str) -> None:
    """And not when the collector of cycles comes by, which may be a thousand documents later."""
    document = b'{"a": "' + b"x" * (BODY_LIMIT - 10) + b'"}'
    post(door, document)
    gc.collect()
    gc.disable()
    tracemalloc.start()
    try:
        for _ in range(20):
            assert post(door, document).status_code == 400
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        gc.enable()
    assert held < 8 * BODY_LIMIT


@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "text/plain",
        "application/octet-stream",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "application/json; charset=utf-8",
        "text/xml",
        "nonsense;;=;",
        "application/json; charset=klingon",
    ],
)
def test_a_wrong_or_missing_content_type_does_no_harm(
    door: str, form: str, content_type: str | None
) -> None:
    assert post(door, order(form=form).body, content_type).status_code == 200


@pytest.mark.parametrize(
    "body",
    [b"", b" ", b"\x00", b"\xff\xfe", b"{", b"<", b"[]", b"null", b'{"order": 7}', b"\x80" * 99,
     b"[" * 60_000, b'{"a":' * 10_000, b"<a>" * 10_000, b"%PDF-1.7"],
)  # fmt: skip
@pytest.mark.parametrize("content_type", [None, "application/json", "application/xml"])
def test_rubbish_is_400_and_never_500(door: str, body: bytes, content_type: str | None) -> None:
    assert post(door, body, content_type).status_code == 400


def test_a_doctype_is_refused_whatever_it_holds(door: str) -> None:
    body = order(form="xml").body
    start = body.index(b"<order")
    answer = post(door, body[:start] + b"<!DOCTYPE order>" + body[start:], "application/xml")

    assert answer.status_code == 400
    assert "DOCTYPE" in answer.text


@pytest.mark.parametrize("packing", ["gzip", "deflate"])
def test_a_packed_document_is_told_to_be_sent_unpacked(door: str, packing: str) -> None:
    packed = gzip.compress(order().body) if packing == "gzip" else zlib.compress(order().body)
    answer = requests.post(door, packed, headers={"Content-Encoding": packing}, timeout=30)
    unnamed = post(door, gzip.compress(order().body))

    for refusal in (answer, unnamed):
        (problem,) = refusal.json()["problems"]
        assert "is packed" in problem["what"]
        assert "send it unpacked" in problem["hint"]


def test_a_sender_that_goes_away_in_the_middle_leaves_nothing(door: str, shop: Shop) -> None:
    address = urlsplit(door)
    for _ in range(5):
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=10)
        connection.putrequest("POST", address.path)
        connection.putheader("Content-Length", str(len(order().body)))
        connection.endheaders(order().body[:-10])
        connection.close()

    assert post(door, order(2).body).status_code == 200
    assert rows(shop) == (1, 1, 1, 1, 1)
