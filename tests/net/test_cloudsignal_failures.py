"""Connections that fail, answers that break off, drip or never end."""

import gzip
import socket
import struct
import time
import tracemalloc
from typing import Any

import pytest

from hotfolder.domain.answer import Answer, Fault
from hotfolder.net.cloudsignal import WORDS_SECONDS
from hotfolder.net.guard import LOOK_SECONDS
from tests.net.asking import OK, REQUEST, a_way, answer_to, fault_at, fault_of, send
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

MIB = 1024 * 1024


def test_a_server_that_takes_no_connection_in_time_was_told_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        port = full.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):  # more are not even answered
            fault = fault_at(f"http://127.0.0.1:{port}/", connect_seconds=0.2)
            assert fault is Fault.NO_CONNECTION


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
