"""The key goes to the receiver alone and is never told."""

import json
from typing import Any

import pytest

from hotfolder.net.cloudsignal import WORDS_BYTES, WORDS_SHOWN, Address, CloudSignal
from tests.net.asking import KEY, OK, REQUEST, a_way, answer_to
from tests.net.servers import Server, says, serving

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
