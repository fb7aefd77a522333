import gzip
import json
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from hotfolder.errors import DeliveryError
from hotfolder.net.cloudsignal import WORDS_BYTES, WORDS_SECONDS, WORDS_SHOWN, Address, CloudSignal
from tests.net.servers import (
    CERTIFICATE,
    Respond,
    Server,
    no_server,
    says,
    sends,
    serving,
    silence,
    without_end,
)
from tests.waiting import wait_until

KEY = "7e0ab51c9f4d4c6b8f0e"
REQUEST = {"type": "ItemProduce", "order": "order-1", "item": "Grüße"}
OK = says(200, b"OK")
MIB = 1024 * 1024


def a_way(url: str, **address: Any) -> CloudSignal:
    usual = {"url": url, "connect_seconds": 2.0, "read_seconds": 5.0}
    return CloudSignal(Address(**{**usual, **address}), KEY)


def refused(respond: Respond, **address: Any) -> DeliveryError:
    """The error that a server's answer gives; it got the request once."""
    with serving(respond) as server:
        error = error_at(server.url, **address)
        assert len(server.requests) == 1
    return error


def error_at(url: str, **address: Any) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        a_way(url, **address).send(REQUEST)
    assert KEY not in str(caught.value)
    return caught.value


def test_a_request_arrives_as_json_with_the_key_in_its_body_and_nowhere_else() -> None:
    with serving(OK) as server:
        a_way(f"{server.url}/cloudsignal").send(REQUEST)
    (came,) = server.requests
    assert (came.method, came.target) == ("POST", "/cloudsignal")
    assert came.headers["content-type"] == "application/json"
    assert json.loads(came.body) == {"apikey": KEY, **REQUEST}
    assert "Grüße".encode() in came.body
    assert KEY not in came.target + str(came.headers)


@pytest.mark.parametrize("body", [b"", b"OK", b'{"status": "ok"}', b"<html>welcome</html>"])
def test_200_is_success_whatever_its_body(body: bytes) -> None:
    with serving(says(200, body)) as server:
        a_way(server.url).send(REQUEST)
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [201, 202, 204, 401, 403, 404, 429, 500, 503])
def test_any_other_status_is_told_as_it_is(status: int) -> None:
    assert refused(says(status)).status == status


def test_the_words_of_the_server_are_told() -> None:
    error = refused(says(400, b'{"message":\r\n   "unknown item"}'))
    assert str(error) == '400 {"message": "unknown item"}'


def test_words_in_pieces_are_told_whole() -> None:
    head = b"HTTP/1.1 400 Bad\r\nTransfer-Encoding: chunked\r\n\r\n"
    pieces = b"8\r\nunknown \r\n4\r\nitem\r\n0\r\n\r\n"
    assert str(refused(sends(head + pieces))) == "400 unknown item"


def test_of_long_words_the_start_is_told() -> None:
    words = str(refused(says(400, "é".encode() * 5000)))
    assert words == "400 " + "é" * WORDS_SHOWN


def test_bytes_that_are_no_text_are_told_as_far_as_they_go() -> None:
    assert str(refused(says(400, b"bad \xff item"))) == "400 bad \ufffd item"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed_and_the_key_goes_to_nobody_else(status: int) -> None:
    with serving(OK) as other:
        error = refused(says(status, location=f"{other.url}/login"))
        assert other.connections == 0
    assert error.status == status


@pytest.mark.parametrize("before", [0, WORDS_SHOWN - 5, WORDS_BYTES - 5])
def test_a_key_that_the_server_echoes_is_not_told(before: int) -> None:
    body = b"x" * before + KEY.encode() + b" is wrong"
    words = str(refused(says(400, body)))
    assert KEY[:4] not in words


def test_a_connection_refused_is_no_answer() -> None:
    error = error_at(no_server())
    assert (error.status, str(error)) == (None, "no connection, or it was cut off")


def test_a_connection_closed_after_the_request_is_no_answer_and_not_tried_again() -> None:
    error = refused(sends(b"", then_close=True))
    assert (error.status, str(error)) == (None, "no connection, or it was cut off")


@pytest.mark.parametrize("rubbish", [b"220 smtp.example ready\r\n\r\n", b"\0" * 100, b"HTTP/1.1"])
def test_an_answer_that_is_no_http_is_no_answer(rubbish: bytes) -> None:
    assert refused(sends(rubbish, then_close=True)).status is None


def test_silence_ends_in_time_and_is_no_answer() -> None:
    error = refused(silence, read_seconds=0.2)
    assert (error.status, str(error)) == (None, "no answer in time")


def test_a_200_whose_body_is_cut_off_is_delivered() -> None:
    cut = sends(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", then_close=True)
    with serving(cut) as server:
        a_way(server.url).send(REQUEST)
    assert len(server.requests) == 1


def test_a_200_whose_body_stays_away_is_delivered() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"
    with serving(without_end(head, b"", every_seconds=0.05)) as server:
        a_way(server.url, read_seconds=0.2).send(REQUEST)
    assert len(server.requests) == 1


def test_an_endless_body_is_left_after_its_start() -> None:
    head = b"HTTP/1.1 200 OK\r\n\r\n"
    with serving(without_end(head, b"x" * MIB)) as server:
        a_way(server.url).send(REQUEST)
    assert server.sent < 32 * MIB, "what fits into the buffers of the kernel, and no more"


def test_a_body_that_drips_holds_nobody_up() -> None:
    head = b"HTTP/1.1 400 Bad\r\nContent-Length: 60000\r\n\r\n"
    started = time.monotonic()
    error = refused(without_end(head, b"x", every_seconds=0.01))
    assert time.monotonic() - started < WORDS_SECONDS + 2
    assert error.status == 400
    assert str(error).startswith("400 xx")


def test_a_body_that_would_swell_is_not_unpacked() -> None:
    bomb = gzip.compress(b"x" * 8 * MIB)
    assert refused(says(400, bomb, content_encoding="gzip")).status == 400


def test_one_connection_serves_many_requests() -> None:
    with serving(OK) as server:
        way = a_way(server.url)
        for _ in range(5):
            way.send(REQUEST)
    assert (len(server.requests), server.connections) == (5, 1)


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
        with pytest.raises(DeliveryError):
            way.send(REQUEST)
        way.send(REQUEST)
    assert len(server.requests) == 2


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


def test_proxies_and_passwords_of_the_environment_are_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login somebody password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, no_server())
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    with serving(OK) as server:
        a_way(server.url).send(REQUEST)
    assert "authorization" not in server.requests[0].headers


def test_the_proxy_of_the_configuration_is_used() -> None:
    with serving(OK) as proxy:
        a_way("http://signals.example/in", proxy=proxy.url).send(REQUEST)
    assert proxy.requests[0].target == "http://signals.example/in"


def test_nothing_is_sent_to_a_server_whose_certificate_is_not_trusted() -> None:
    with serving(OK, secure=True) as server:
        error = error_at(server.url)
    assert error.status is None
    assert str(error).startswith("no secure connection")
    assert server.requests == []


def test_a_certificate_of_the_configuration_is_trusted_for_its_own_host() -> None:
    with serving(OK, secure=True) as server:
        a_way(server.url, ca_file=str(CERTIFICATE)).send(REQUEST)
        assert len(server.requests) == 1
        other_name = server.url.replace("127.0.0.1", "127.1")  # the same place
        error = error_at(other_name, ca_file=str(CERTIFICATE))
    assert str(error).startswith("no secure connection")
    assert len(server.requests) == 1


def test_a_certificate_file_that_is_not_there_is_told_as_an_error() -> None:
    with serving(OK, secure=True) as server:
        error = error_at(server.url, ca_file="/nowhere/ca.pem")
    assert error.status is None
    assert "certificate file of the configuration can not be read" in str(error)


def test_an_address_that_is_none_is_told_as_an_error() -> None:
    assert error_at("http://").status is None
