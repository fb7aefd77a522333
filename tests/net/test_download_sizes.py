"""No file is larger than the limit, the order and the disk allow."""

import shutil
from pathlib import Path

import pytest

from hotfolder.errors import FetchKind
from hotfolder.net.answer import CHUNK
from tests.net.downloads import DATA, MIB, a_way, finding_at, finding_for
from tests.net.servers import says, serving, without_end


def test_a_file_over_the_limit_is_left_and_one_of_just_the_limit_is_taken(target: Path) -> None:
    assert finding_for(says(200, b"x" * 1001), target, most_bytes=1000) == (
        FetchKind.TOO_LARGE,
        "the file has 1001 bytes, more than 1000 (downloads.size_limit_mib)",
    )
    with serving(says(200, b"x" * 1000)) as server:
        assert a_way(most_bytes=1000).fetch(server.url, target).size == 1000


def test_a_file_over_the_limit_is_left_before_its_first_byte(target: Path) -> None:
    respond = without_end(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", b"")
    assert finding_for(respond, target)[0] is FetchKind.TOO_LARGE


@pytest.mark.parametrize("coding", ["", "Transfer-Encoding: chunked\r\n"])
def test_an_endless_file_is_left_at_the_limit(target: Path, coding: str) -> None:
    piece = b"100000\r\n" + b"x" * MIB + b"\r\n" if coding else b"x" * MIB
    head = f"HTTP/1.1 200 OK\r\n{coding}\r\n".encode()
    with serving(without_end(head, piece)) as server:
        finding = finding_at(server.url, target, most_bytes=MIB)
    words = f"the file does not end after {MIB} bytes (downloads.size_limit_mib)"
    assert finding == (FetchKind.ENDLESS, words)
    assert not target.exists()
    assert server.sent < 32 * MIB


def test_more_than_the_order_says_is_cut_off_at_once(target: Path) -> None:
    with serving(without_end(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * CHUNK)) as server:
        assert finding_at(server.url, target, wanted=1000) == (
            FetchKind.ENDLESS,
            "the server sends more than the 1000 bytes that the order says",
        )
    assert not target.exists()
    assert server.sent < 32 * MIB


@pytest.mark.parametrize("size", [999, 1001])
def test_a_file_of_another_size_than_ordered_is_not_even_fetched(target: Path, size: int) -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {size}\r\n\r\n".encode()
    assert finding_for(without_end(head, b"", 0.05), target, wanted=1000) == (
        FetchKind.MISMATCH,
        f"the file has {size} bytes, the order says 1000",
    )
    assert not target.exists()


@pytest.mark.parametrize("wanted", [None, len(DATA)])
def test_nothing_is_fetched_that_would_fill_the_disk(target: Path, wanted: int | None) -> None:
    free = shutil.disk_usage(target.parent).free
    kind, words = finding_for(says(200, DATA), target, wanted, reserve_bytes=free * 2)
    assert kind is FetchKind.NO_SPACE
    assert words.startswith("not enough disk space")
    assert "downloads.keep_free_mib" in words
    assert target.stat().st_size == 0
