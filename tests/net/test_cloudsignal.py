"""A request as it arrives, and what is told of its answer."""

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from hotfolder.net.cloudsignal import WORDS_SHOWN
from tests.net.asking import KEY, OK, REQUEST, a_way, answer_to, send
from tests.net.servers import Respond, says, sends, serving, silence


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
