"""A server that breaks off, falls silent or drips is left in time, and it is said why."""

from pathlib import Path

import pytest

from hotfolder.errors import FetchKind
from tests.net.downloads import SECRET_PATH, a_way, finding_at, finding_for
from tests.net.servers import no_server, sends, serving, silence, without_end


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n",
    ],
)
def test_a_file_that_ends_before_its_length_was_cut_off(target: Path, head: bytes) -> None:
    kind, words = finding_for(sends(head + b"x" * 999, then_close=True), target)
    assert kind is FetchKind.TRUNCATED
    assert words.startswith("the file was cut off after 999")


def test_a_file_without_a_length_that_ends_before_the_ordered_size_was_cut_off(
    target: Path,
) -> None:
    respond = sends(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 999, then_close=True)
    assert finding_for(respond, target, wanted=1000) == (
        FetchKind.TRUNCATED,
        "the file was cut off after 999 of 1000 bytes",
    )


def test_an_answer_that_ends_in_its_head_is_no_empty_file(target: Path) -> None:
    respond = sends(b"HTTP/1.1 200 OK\r\nContent-Ty", then_close=True)
    assert finding_for(respond, target) == (
        FetchKind.TRUNCATED,
        "the file was cut off after 0 bytes",
    )


def test_an_answer_that_is_no_http_is_told(target: Path) -> None:
    respond = sends(b"220 ftp.example ready\r\n\r\n", then_close=True)
    assert finding_for(respond, target)[0] is FetchKind.UNREACHABLE


def test_a_server_that_goes_away_is_told(target: Path) -> None:
    assert finding_for(sends(b"", then_close=True), target) == (
        FetchKind.UNREACHABLE,
        "the file server ended the connection",
    )
    assert finding_at(no_server() + SECRET_PATH, target) == (
        FetchKind.UNREACHABLE,
        "no connection to the file server",
    )


def test_a_server_that_falls_silent_is_left_in_time(target: Path) -> None:
    assert finding_for(silence, target, idle_seconds=0.2) == (
        FetchKind.TOO_SLOW,
        "the file server does not answer in time",
    )
    stops = without_end(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", b"", 0.05)
    assert finding_for(stops, target, idle_seconds=0.2) == (
        FetchKind.TOO_SLOW,
        "the file server fell silent in between",
    )


def test_a_server_that_drips_is_left_when_the_total_time_is_over(target: Path) -> None:
    drips = without_end(b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n", b"x", 0.02)
    kind, words = finding_for(drips, target, total_seconds=0.5)
    assert kind is FetchKind.TOO_SLOW
    assert words == "it takes longer than 0.5 seconds (downloads.total_timeout_seconds)"


@pytest.mark.parametrize("begin", [b"x" * 99, b""])
def test_a_file_below_the_least_speed_is_left(target: Path, begin: bytes) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n"
    kind, words = finding_for(without_end(head + begin, b"x", 0.02), target, speed_seconds=0.3)
    assert kind is FetchKind.TOO_SLOW
    assert "bytes a second, less than 1024 (downloads.least_speed_kib)" in words


def test_a_slow_file_is_taken_where_any_speed_will_do(target: Path) -> None:
    drips = without_end(b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n", b"x", 0.02)
    with serving(drips) as server:
        facts = a_way(least_speed=0, speed_seconds=0.05).fetch(server.url, target)
    assert facts.size == 20


def test_a_silence_does_not_outlast_the_total_time(target: Path) -> None:
    stops = without_end(b'HTTP/1.1 200 OK\r\nETag: "1"\r\n\r\n' + b"x" * 99, b"", 0.05)
    kind, words = finding_for(stops, target, total_seconds=0.3, idle_seconds=20)
    assert (kind, words[:20]) == (FetchKind.TOO_SLOW, "it takes longer than")


def test_a_head_that_drips_is_left_in_time(target: Path) -> None:
    drips = without_end(b"HTTP/1.1 200 OK\r\nX-Long: ", b"x", 0.02)
    assert finding_for(drips, target, connect_seconds=0.1, idle_seconds=0.2) == (
        FetchKind.TOO_SLOW,
        "the file server does not answer in time",
    )
