"""A file comes whole, hashed and counted, and no more at a time than a server likes."""

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hotfolder.errors import FetchError, FetchKind
from hotfolder.net.answer import CHUNK
from tests.net.downloads import DATA, a_way, finding_for
from tests.net.ranged import Bytes, facts_of
from tests.net.servers import Request, Server, needs_localhost, says, sends, serving


@pytest.mark.parametrize("data", [b"", b"x", DATA, b"\0" * (CHUNK * 2 + 1)])
def test_a_file_comes_whole_with_its_size_and_md5(target: Path, data: bytes) -> None:
    with serving(says(200, data, content_type="application/pdf")) as server:
        facts = a_way().fetch(f"{server.url}/a/cover.pdf", target)
    assert facts == facts_of(Bytes(data))
    assert target.read_bytes() == data
    (came,) = server.requests
    assert (came.method, came.target) == ("GET", "/a/cover.pdf")
    assert came.headers["accept-encoding"] == "identity"


def test_a_file_in_pieces_without_a_length_comes_whole(target: Path) -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    with serving(sends(head + b"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n")) as server:
        assert a_way().fetch(server.url, target) == facts_of(Bytes(b"hello world"))


def test_a_newer_file_takes_the_place_of_what_an_earlier_try_left(target: Path) -> None:
    target.write_bytes(b"half of a longer file than this")
    with serving(says(200, b"whole")) as server:
        a_way().fetch(server.url, target)
    assert target.read_bytes() == b"whole"


@pytest.mark.parametrize("length", [str(len(DATA)), None])
def test_progress_grows_up_to_the_whole_file(target: Path, length: str | None) -> None:
    seen: list[tuple[int, int | None]] = []
    head = f"Content-Length: {length}\r\n" if length else ""
    respond = sends(f"HTTP/1.1 200 OK\r\n{head}\r\n".encode() + DATA, then_close=True)
    with serving(respond) as server:
        a_way().fetch(server.url, target, progress=lambda done, total: seen.append((done, total)))
    assert seen == sorted(seen, key=lambda pair: pair[0])
    assert seen[-1] == (len(DATA), int(length) if length else None)


def test_a_file_that_can_not_be_written_is_told_by_its_name(tmp_path: Path) -> None:
    respond = says(200, DATA)
    assert finding_for(respond, tmp_path / "no folder" / "cover.pdf") == (
        FetchKind.NOT_WRITTEN,
        "it can not be written: No such file or directory",
    )
    assert finding_for(respond, Path("/dev/full")) == (
        FetchKind.NO_SPACE,
        "it can not be written: No space left on device",
    )


def test_one_connection_serves_many_files(target: Path) -> None:
    with serving(says(200, DATA)) as server:
        way = a_way()
        for _ in range(4):
            way.fetch(server.url, target)
    assert (len(server.requests), server.connections) == (4, 1)


@needs_localhost
def test_a_server_gives_so_many_files_at_a_time_and_no_more(tmp_path: Path) -> None:
    both = threading.Barrier(2, timeout=10)
    sent_away: list[FetchKind] = []
    way = a_way(per_host=2, turn_seconds=0.1)

    def respond(server: Server, connection: socket.socket, request: Request) -> None:
        both.wait()  # two are here at once
        if not sent_away:
            with pytest.raises(FetchError) as caught:
                way.fetch(server.url, tmp_path / "third.pdf")
            sent_away.append(caught.value.kind)
            with serving(says(200, b"elsewhere")) as other:
                elsewhere = other.url.replace("127.0.0.1", "localhost")
                assert way.fetch(elsewhere, tmp_path / "fourth.pdf").size == 9
        both.wait()
        says(200, DATA)(server, connection, request)

    with serving(respond) as server, ThreadPoolExecutor(2) as pool:
        names = [tmp_path / "first.pdf", tmp_path / "second.pdf"]
        facts = list(pool.map(lambda name: way.fetch(server.url, name), names))
    assert facts == [facts_of(Bytes(DATA))] * 2
    assert sent_away
    assert set(sent_away) == {FetchKind.BUSY}
    assert len(server.requests) == 2
