import gzip
import json
import socket
import struct
import threading
import time
import tracemalloc
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from hotfolder.domain.answer import Answer, Fault
from hotfolder.net.cloudsignal import WORDS_BYTES, WORDS_SECONDS, WORDS_SHOWN, Address, CloudSignal
from hotfolder.net.guard import LOOK_SECONDS, Names
from tests.faults.secure import AUTHORITY, secure_receiver
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


def send(url: str, **address: Any) -> Answer:
    """What comes of one request; the key is nowhere in it."""
    answer = a_way(url, **address).send(REQUEST)
    assert KEY not in repr(answer)
    return answer


def answer_to(respond: Respond, **address: Any) -> Answer:
    """What comes of one request to a server that answers this way; it got the request once."""
    with serving(respond) as server:
        answer = send(server.url, **address)
        assert len(server.requests) == 1
    return answer


def fault_at(url: str, **address: Any) -> Fault | None:
    answer = send(url, **address)
    assert answer.status is None
    return answer.fault


def fault_of(respond: Respond, **address: Any) -> Fault | None:
    answer = answer_to(respond, **address)
    assert answer.status is None
    return answer.fault


def test_a_request_arrives_as_json_with_the_key_in_its_body_and_nowhere_else() -> None:
    with serving(OK) as server:
        a_way(f"{server.url}/cloudsignal").send(REQUEST)
    (came,) = server.requests
    assert (came.method, came.target) == ("POST", "/cloudsignal")
    assert came.headers["content-type"] == "application/json"
    assert json.loads(came.body) == {"apikey": KEY, **REQUEST}
    assert "Grüße".encode() in came.body
    assert KEY not in came.target + str(came.headers)


@pytest.mark.parametrize("body", [b"", b"OK", b'{"status": "ok"}', b"\xff\0"])
def test_200_is_told_as_it_is_and_its_words_are_nobodys_business(body: bytes) -> None:
    answer = answer_to(says(200, body))
    assert (answer.status, answer.fault, answer.words, answer.is_page) == (200, None, "", False)


@pytest.mark.parametrize("status", [201, 202, 204, 302, 400, 401, 403, 404, 429, 500, 503])
def test_any_other_status_is_told_as_it_is(status: int) -> None:
    answer = answer_to(says(status))
    assert (answer.status, answer.fault) == (status, None)


def test_how_long_it_took_is_told() -> None:
    quick = answer_to(OK)
    assert 0 <= quick.milliseconds < 2000
    assert answer_to(silence, read_seconds=0.3).milliseconds >= 300


@pytest.mark.parametrize(
    "respond",
    [
        says(200, b"<html>welcome</html>"),
        says(200, b"\r\n <!DOCTYPE html>welcome"),
        says(200, b"please log in", content_type="text/html; charset=utf-8"),
        says(200, b"", content_type="Text/HTML"),
        says(200, b"<html/>", content_type="application/xhtml+xml"),
        says(500, b"<html>trouble</html>"),
    ],
)
def test_a_web_page_is_told_as_one(respond: Respond) -> None:
    assert answer_to(respond).is_page


@pytest.mark.parametrize("body", [b"", b"OK", b"{}", b"<ok/>", b"a < b", b"html"])
def test_no_other_body_is_a_web_page(body: bytes) -> None:
    assert not answer_to(says(200, body, content_type="application/json")).is_page


def test_the_words_of_the_server_are_told() -> None:
    answer = answer_to(says(400, b'{"message":\r\n   "unknown item"}'))
    assert answer.words == '{"message": "unknown item"}'


def test_words_in_pieces_are_told_whole() -> None:
    head = b"HTTP/1.1 400 Bad\r\nTransfer-Encoding: chunked\r\n\r\n"
    pieces = b"8\r\nunknown \r\n4\r\nitem\r\n0\r\n\r\n"
    assert answer_to(sends(head + pieces)).words == "unknown item"


def test_words_are_asked_for_unpacked_or_they_could_not_be_told() -> None:
    with serving(OK) as server:
        send(server.url)
    assert server.requests[0].headers["accept-encoding"] == "identity"


def test_of_long_words_the_start_is_told() -> None:
    assert answer_to(says(400, "é".encode() * 5000)).words == "é" * WORDS_SHOWN


def test_bytes_that_are_no_text_are_told_as_far_as_they_go() -> None:
    assert answer_to(says(400, b"bad \xff it\x1b[31mem\0")).words == "bad \ufffd it[31mem"


ECHOES = [
    KEY.encode() + b" is wrong",
    b"x" * (WORDS_SHOWN - 5) + KEY.encode(),
    b'{"apikey": "' + KEY.encode() + b'"}',
    b" " * (WORDS_BYTES - 7) + KEY.encode(),  # reading ends inside the key
    KEY[:5].encode() + b"\0" + KEY[5:].encode(),  # signs that are not shown
    KEY[:-1].encode(),
]


@pytest.mark.parametrize("body", ECHOES)
def test_a_key_that_the_server_echoes_is_not_told(body: bytes) -> None:
    words = answer_to(says(400, body)).words
    assert words
    assert KEY[:4] not in words
    assert KEY[-4:] not in words


@pytest.mark.parametrize("written", ['a/b+c=d"e\\f', 'a\\/b+c=d\\"e\\\\f', "a%2Fb%2Bc%3Dd%22e%5Cf"])
def test_a_key_is_not_told_in_other_ways_of_writing_either(written: str) -> None:
    key = 'a/b+c=d"e\\f'
    with serving(says(400, f"unknown key {written}!".encode())) as server:
        answer = CloudSignal(Address(url=server.url), key).send(REQUEST)
    assert "b+c" not in answer.words
    assert "b%2Bc" not in answer.words
    assert answer.words.startswith("unknown key ")


def test_a_key_that_drips_is_not_told_by_half() -> None:
    def respond(server: Server, connection: Any, _request: Any) -> None:
        connection.sendall(
            b"HTTP/1.1 400 Bad\r\nContent-Length: 999\r\n\r\nwrong: " + KEY[:9].encode()
        )
        server.stopping.wait(30)

    answer = answer_to(respond, read_seconds=0.3)
    assert (answer.status, answer.words) == (400, "wrong: ***")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed_and_the_key_goes_to_nobody_else(status: int) -> None:
    with serving(OK) as other:
        answer = answer_to(says(status, location=f"{other.url}/login"))
        assert other.connections == 0
    assert (answer.status, answer.is_page) == (status, False)


def after(seconds: float) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize(
    ("asked", "told"),
    [("5", 5), ("3600", 3600), ("0", 0), ("1.5", 1.5), ("1000000000000", 1e12), (" 7 ", 7)],
)
def test_a_server_that_asks_us_to_wait_is_heard(asked: str, told: float) -> None:
    assert answer_to(says(429, retry_after=asked)).retry_after == told


def test_it_may_name_a_date() -> None:
    told = answer_to(says(503, retry_after=after(120))).retry_after
    assert told is not None
    assert 100 < told <= 120


@pytest.mark.parametrize(
    "asked",
    ["-5", "soon", "", "nan", "inf", "-inf", "Mon, 99 Foo 2026", "9" * 400, "1e999"],
)
def test_rubbish_is_not_heard(asked: str) -> None:
    assert answer_to(says(429, retry_after=asked)).retry_after is None


def test_a_date_that_is_over_is_not_heard() -> None:
    assert answer_to(says(503, retry_after=after(-60))).retry_after is None


def test_without_being_asked_nothing_is_told() -> None:
    assert answer_to(says(429)).retry_after is None


def test_a_connection_refused_is_no_connection() -> None:
    assert fault_at(no_server()) is Fault.NO_CONNECTION


def test_a_connection_closed_after_the_request_is_cut_off_and_not_tried_again() -> None:
    assert fault_of(sends(b"", then_close=True)) is Fault.CUT_OFF


def reset(server: Server, connection: socket.socket, _request: object) -> None:
    """The connection ends with a reset instead of a farewell."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def test_a_connection_reset_after_the_request_is_cut_off() -> None:
    assert fault_of(reset) is Fault.CUT_OFF


@pytest.mark.parametrize(
    "rubbish",
    [
        b"220 smtp.example ready\r\n\r\n",
        b"\0" * 100,
        b"HTTP/1.1",
        b"HTTP/1.1 999999 Huh\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: x\r\n" * 1000 + b"\r\n",
    ],
)
def test_an_answer_that_is_no_http_is_no_answer(rubbish: bytes) -> None:
    assert fault_of(sends(rubbish, then_close=True)) is Fault.CUT_OFF


def test_silence_ends_in_time() -> None:
    assert fault_of(silence, read_seconds=0.2) is Fault.TOO_SLOW


def limited(respond: Respond, *, secure: bool = False) -> Answer:
    """The answer of a server that keeps every limit but the one on the wall; it ends by that."""
    began = time.monotonic()
    with serving(respond, secure=secure) as server:
        ca_file = str(CERTIFICATE) if secure else ""
        answer = send(server.url, read_seconds=30.0, whole_seconds=1.5, ca_file=ca_file)
        assert len(server.requests) == 1
    assert time.monotonic() - began < 1.5 + LOOK_SECONDS + WORDS_SECONDS + 1.5
    return answer


@pytest.mark.parametrize("secure", [False, True])
def test_a_first_line_that_drips_is_ended_by_the_wall_clock(secure: bool) -> None:
    answer = limited(without_end(b"HTTP/1.1 ", b" ", every_seconds=0.2), secure=secure)
    assert (answer.status, answer.fault) == (None, Fault.TOO_SLOW)
    assert answer.milliseconds >= 1500


@pytest.mark.parametrize("secure", [False, True])
def test_headers_that_drip_are_ended_by_the_wall_clock_and_the_status_holds(secure: bool) -> None:
    head = b"HTTP/1.1 200 OK\r\nX-Slow: "
    answer = limited(without_end(head, b"x", every_seconds=0.2), secure=secure)
    assert answer.status == 200
    assert answer.milliseconds >= 1500


@pytest.mark.parametrize("secure", [False, True])
def test_a_black_hole_is_ended_by_the_wall_clock(secure: bool) -> None:
    assert limited(silence, secure=secure).fault is Fault.TOO_SLOW


@pytest.mark.parametrize("secure", [False, True])
def test_a_body_that_drips_is_left_and_its_status_holds(secure: bool) -> None:
    head = b"HTTP/1.1 400 Bad\r\nContent-Length: 60000\r\n\r\n"
    answer = limited(without_end(head, b"x", every_seconds=0.2), secure=secure)
    assert answer.status == 400
    assert set(answer.words) == {"x"}


def test_after_a_cut_by_the_clock_the_next_request_goes_through() -> None:
    def at_first_not(server: Server, connection: Any, request: Any) -> None:
        (OK if len(server.requests) > 1 else silence)(server, connection, request)

    with serving(at_first_not) as server:
        way = a_way(server.url, read_seconds=30.0, whole_seconds=1.0)
        assert way.send(REQUEST).fault is Fault.TOO_SLOW
        assert way.send(REQUEST).status == 200
        assert server.connections == 2


def test_requests_that_keep_the_limit_are_not_cut_by_the_one_before() -> None:
    with serving(OK) as server:
        way = a_way(server.url, whole_seconds=1.0)
        until = time.monotonic() + 1.0 + LOOK_SECONDS
        while time.monotonic() < until:
            assert way.send(REQUEST).status == 200
        assert server.connections == 1


@pytest.mark.parametrize(
    "rest",
    [b"\r\nContent-Length: 100\r\n\r\nhalf", b"\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nha"],
)
def test_a_200_whose_body_is_cut_off_is_delivered(rest: bytes) -> None:
    assert answer_to(sends(b"HTTP/1.1 200 OK" + rest, then_close=True)).status == 200


def test_a_200_whose_body_stays_away_is_delivered() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"
    respond = without_end(head, b"", every_seconds=0.05)
    assert answer_to(respond, read_seconds=0.2).status == 200


def test_an_endless_body_is_left_after_its_start() -> None:
    head = b"HTTP/1.1 200 OK\r\n\r\n"
    with serving(without_end(head, b"x" * MIB)) as server:
        assert send(server.url).status == 200
    assert server.sent < 32 * MIB, "what fits into the buffers of the kernel, and no more"


def test_a_body_that_would_swell_is_not_unpacked() -> None:
    bomb = gzip.compress(b"x" * 64 * MIB)
    tracemalloc.start()
    answer = answer_to(says(400, bomb, content_encoding="gzip"))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert answer.status == 400
    assert most < 4 * MIB


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


def test_another_key_is_used_from_the_next_request_on() -> None:
    with serving(OK) as server:
        way = a_way(server.url)
        way.send(REQUEST)
        assert not way.set_key(KEY)
        assert way.set_key("another")
        assert not way.set_key("another")
        way.send(REQUEST)
    assert [json.loads(came.body)["apikey"] for came in server.requests] == [KEY, "another"]
    assert server.connections == 1


def test_the_key_is_in_no_text_of_the_sender() -> None:
    way = a_way("http://signals.example")
    assert KEY not in repr(way) + str(way)


PROXIES = ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")


@pytest.mark.parametrize("secure", [False, True])
def test_proxies_passwords_and_certificates_of_the_environment_are_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, secure: bool
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login somebody password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    for name in PROXIES:
        monkeypatch.setenv(name, no_server())
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.setenv(name, "/nowhere/ca.pem")
    with serving(OK, secure=secure) as server:
        assert send(server.url, ca_file=str(CERTIFICATE) if secure else "").status == 200
    assert "authorization" not in server.requests[0].headers


def test_a_certificate_that_only_the_environment_trusts_is_not_trusted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(CERTIFICATE))
    with serving(OK, secure=True) as server:
        assert fault_at(server.url) is Fault.NOT_TRUSTED
    assert server.requests == []


def test_the_proxy_of_the_configuration_is_used() -> None:
    with serving(OK) as proxy:
        assert send("http://signals.example/in", proxy=proxy.url).status == 200
    assert proxy.requests[0].target == "http://signals.example/in"


def test_through_a_proxy_a_secure_server_is_asked_for_and_nothing_is_said_in_the_open() -> None:
    with serving(says(403)) as proxy:
        answer = send("https://signals.example/in", proxy=proxy.url)
    assert answer.status is None, "what a proxy says is no answer of the server"
    (came,) = proxy.requests
    assert (came.method, came.target, came.body) == ("CONNECT", "signals.example:443", b"")


def test_a_proxy_that_is_away_is_no_connection_and_a_proxy_without_address_has_no_name() -> None:
    for url in ("http://signals.example", "https://signals.example"):
        assert fault_at(url, proxy=no_server()) is Fault.NO_CONNECTION
        assert fault_at(url, proxy="http://proxy.invalid:1") is Fault.NO_NAME


@pytest.mark.parametrize(
    ("certificate", "why"),
    [
        ("self_signed", "self-signed"),
        ("expired", "expired"),
        ("not_yet", "not yet valid"),
        ("wrong_host", "127.0.0.1"),
    ],
)
def test_nothing_is_sent_to_a_server_whose_certificate_is_not_trusted(
    certificate: str, why: str
) -> None:
    came: list[bytes] = []
    with secure_receiver(came.append) as server:
        server.use(certificate)
        answer = send(server.url, ca_file=str(AUTHORITY))
        assert (answer.status, answer.fault) == (None, Fault.NOT_TRUSTED)
        assert why in answer.words
        assert came == []
        server.use("good")
        assert send(server.url, ca_file=str(AUTHORITY)).status == 200
        assert len(came) == 1


def test_without_a_certificate_file_the_usual_authorities_are_trusted_alone() -> None:
    with serving(OK, secure=True) as server:
        assert fault_at(server.url) is Fault.NOT_TRUSTED
    assert server.requests == []


def test_a_certificate_of_the_configuration_is_trusted_for_its_own_host() -> None:
    with serving(OK, secure=True) as server:
        assert send(server.url, ca_file=str(CERTIFICATE)).status == 200
        other_name = server.url.replace("127.0.0.1", "127.1")  # the same place
        assert fault_at(other_name, ca_file=str(CERTIFICATE)) is Fault.NOT_TRUSTED
    assert len(server.requests) == 1


def test_a_certificate_file_that_can_not_be_used_is_told(tmp_path: Path) -> None:
    rubbish, torn = tmp_path / "rubbish.pem", tmp_path / "torn.pem"
    rubbish.write_text("the minutes of a meeting")
    torn.write_bytes(AUTHORITY.read_bytes()[:200] + b"\n-----END CERTIFICATE-----\n")
    with serving(OK, secure=True) as server:
        for ca_file in ("/nowhere/ca.pem", rubbish, torn):
            assert fault_at(server.url, ca_file=str(ca_file)) is Fault.NO_CERTIFICATES, ca_file
    assert server.requests == []


def test_a_server_that_speaks_no_tls_is_no_secure_connection() -> None:
    greeting = b"220 smtp.example ready\r\n"
    listener = socket.create_server(("127.0.0.1", 0))

    def greet() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(greeting)
            connection.recv(65536)

    thread = threading.Thread(target=greet)
    thread.start()
    assert fault_at(f"https://127.0.0.1:{listener.getsockname()[1]}") is Fault.NO_TLS
    thread.join(10)
    listener.close()


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
