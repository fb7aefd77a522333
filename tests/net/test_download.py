import hashlib
import shutil
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from hotfolder.domain.preflight import FileFacts
from hotfolder.errors import FetchError, FetchKind
from hotfolder.net.answer import CHUNK
from hotfolder.net.asking import REDIRECTS
from hotfolder.net.download import Download, Limits
from tests.net.servers import (
    Request,
    Respond,
    Server,
    no_server,
    says,
    sends,
    serving,
    silence,
    without_end,
)

DATA = bytes(range(256)) * 3000
SECRET_PATH = "/Jane-Doe/cover.pdf?token=7e0ab51c9f4d"  # personal, and gives access
MIB = 1024 * 1024


def knows(name: str) -> bool:
    try:
        return bool(socket.gethostbyname(name))
    except OSError:
        return False


needs_localhost = pytest.mark.skipif(
    not knows("localhost"), reason="this machine does not know the name localhost (/etc/hosts)"
)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / ".cover.pdf.part"


def a_way(**limits: Any) -> Download:
    usual = {"connect_seconds": 2.0, "idle_seconds": 5.0, "private": True, "reserve_bytes": 0}
    return Download(Limits(**{**usual, **limits}))


def facts_of(data: bytes) -> FileFacts:
    return FileFacts(size=len(data), md5=hashlib.md5(data, usedforsecurity=False).hexdigest())


def finding_for(
    respond: Respond, target: Path, wanted: int | None = None, **limits: Any
) -> tuple[FetchKind, str]:
    with serving(respond) as server:
        return finding_at(server.url + SECRET_PATH, target, wanted, **limits)


def finding_at(
    url: str, target: Path, wanted: int | None = None, **limits: Any
) -> tuple[FetchKind, str]:
    """Kind and words of the error that fetching this gives; it tells nothing private.

    The words are without their begin, which names the file and the server.
    """
    with pytest.raises(FetchError) as caught:
        a_way(**limits).fetch(url, target, wanted)
    words = str(caught.value)
    for private in ("Jane", "token", "7e0ab51c", "http://", "password"):
        assert private not in words
    place, _, told = words.partition(": ")
    assert place.split(" from ")[0] == target.name.removeprefix(".").removesuffix(".part")
    assert caught.value.mismatch == (caught.value.kind is FetchKind.MISMATCH)
    return caught.value.kind, told


def steps(*answers: Respond) -> Respond:
    """One answer after the other, the last one for ever."""

    def respond(server: Server, connection: socket.socket, request: Request) -> None:
        number = min(len(server.requests), len(answers)) - 1
        answers[number](server, connection, request)

    return respond


@pytest.mark.parametrize("data", [b"", b"x", DATA, b"\0" * (CHUNK * 2 + 1)])
def test_a_file_comes_whole_with_its_size_and_md5(target: Path, data: bytes) -> None:
    with serving(says(200, data, content_type="application/pdf")) as server:
        facts = a_way().fetch(f"{server.url}/a/cover.pdf", target)
    assert facts == facts_of(data)
    assert target.read_bytes() == data
    (came,) = server.requests
    assert (came.method, came.target) == ("GET", "/a/cover.pdf")
    assert came.headers["accept-encoding"] == "identity"


def test_a_file_in_pieces_without_a_length_comes_whole(target: Path) -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    with serving(sends(head + b"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n")) as server:
        assert a_way().fetch(server.url, target) == facts_of(b"hello world")


def test_a_newer_file_takes_the_place_of_what_an_earlier_try_left(target: Path) -> None:
    target.write_bytes(b"half of a longer file than this")
    with serving(says(200, b"whole")) as server:
        a_way().fetch(server.url, target)
    assert target.read_bytes() == b"whole"


NOT_GIVEN = "the server does not give the file"


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (401, FetchKind.REFUSED, "the server wants a login"),
        (404, FetchKind.MISSING, "the server does not have the file (any more)"),
        (410, FetchKind.EXPIRED, "the link has expired; the network has to give a new one"),
        (429, FetchKind.SERVER_FAULT, "the server has too much to do"),
        (503, FetchKind.SERVER_FAULT, "the server has too much to do"),
        (400, FetchKind.NOT_GIVEN, NOT_GIVEN),
        (408, FetchKind.SERVER_FAULT, NOT_GIVEN),
        (451, FetchKind.NOT_GIVEN, NOT_GIVEN),
        (204, FetchKind.NOT_GIVEN, NOT_GIVEN),
        (206, FetchKind.NOT_GIVEN, NOT_GIVEN),
        (304, FetchKind.NOT_GIVEN, NOT_GIVEN),
        (416, FetchKind.NOT_GIVEN, NOT_GIVEN),
        (500, FetchKind.SERVER_FAULT, NOT_GIVEN),
    ],
)
def test_a_status_is_told_in_words(target: Path, status: int, kind: FetchKind, words: str) -> None:
    assert finding_for(says(status), target) == (kind, f"{words} (status {status})")
    assert not target.exists()


def test_the_error_names_our_file_and_the_server(target: Path) -> None:
    with serving(says(404)) as server, pytest.raises(FetchError) as caught:
        a_way().fetch(server.url + SECRET_PATH, target)
    assert str(caught.value).startswith("cover.pdf from 127.0.0.1: the server does not have")


def test_a_refusal_names_the_access_list_and_the_address_we_came_from(target: Path) -> None:
    kind, words = finding_for(says(403, b"<Code>AccessDenied</Code>"), target)
    assert kind is FetchKind.REFUSED
    assert "access list (ACL) of the Production Interface" in words
    assert "left this machine as 127.0.0.1" in words
    assert "the router's public address" in words
    assert words.endswith("(status 403)")


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (403, b"<Code>AccessDenied</Code><Message>Request has expired</Message>"),
        (400, b"<Code>ExpiredToken</Code>"),
        (403, b"Signature not valid in the specified time frame: Start [..]"),
    ],
)
def test_a_signed_link_that_is_over_is_told_from_a_refusal(
    target: Path, status: int, body: bytes
) -> None:
    kind, words = finding_for(says(status, body), target)
    assert kind is FetchKind.EXPIRED
    assert words == f"the link has expired; the network has to give a new one (status {status})"


def test_a_link_that_names_its_own_end_is_told_as_expired(target: Path) -> None:
    with serving(says(403, b"AccessDenied")) as server:
        kind, _ = finding_at(f"{server.url}/a.pdf?Expires=1700000000&token=7e0ab51c", target)
    assert kind is FetchKind.EXPIRED


def test_a_refusal_whose_words_never_end_is_told_all_the_same(target: Path) -> None:
    respond = without_end(b"HTTP/1.1 403 No\r\n\r\n", b"x", 0.05)
    assert finding_for(respond, target)[0] is FetchKind.REFUSED


def test_a_redirect_without_an_address_is_no_file(target: Path) -> None:
    assert finding_for(says(302), target)[1] == f"{NOT_GIVEN} (status 302)"


LOGIN = b"<html><title>log in</title></html>"


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("text/html", LOGIN),
        ("Text/HTML; charset=utf-8", b"please log in"),
        ("application/xhtml+xml", b"<?xml version='1.0'?><html/>"),
        ("application/pdf", LOGIN),
        ("application/octet-stream", b"\xef\xbb\xbf\r\n  <!DOCTYPE HTML>\n" + b"x" * CHUNK),
    ],
)
@pytest.mark.parametrize("wanted", [None, 8801])
def test_a_web_page_is_no_file(
    target: Path, content_type: str, body: bytes, wanted: int | None
) -> None:
    assert finding_for(says(200, body, content_type=content_type), target, wanted) == (
        FetchKind.WEB_PAGE,
        "the server sent a web page instead of the file (is it a login page?)",
    )
    assert not target.exists()


def test_a_web_page_that_comes_byte_by_byte_is_seen(target: Path) -> None:
    respond = without_end(b"HTTP/1.1 200 OK\r\n\r\n<!do", b"ctype html>", 0.01)
    assert finding_for(respond, target)[0] is FetchKind.WEB_PAGE


def test_a_pdf_that_the_server_calls_a_page_is_taken(target: Path) -> None:
    data = b"%PDF-1.7 and so on"
    with serving(says(200, data, content_type="text/html")) as server:
        assert a_way().fetch(server.url, target) == facts_of(data)


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


def test_an_answer_that_is_no_http_is_told(target: Path) -> None:
    respond = sends(b"220 ftp.example ready\r\n\r\n", then_close=True)
    assert finding_for(respond, target)[0] is FetchKind.UNREACHABLE


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


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed(target: Path, status: int) -> None:
    with (
        serving(says(200, DATA)) as store,
        serving(says(status, location=f"{store.url}/real.pdf")) as server,
    ):
        assert a_way().fetch(f"{server.url}/link", target) == facts_of(DATA)
    assert store.requests[0].target == "/real.pdf"


def test_a_redirect_may_be_relative(target: Path) -> None:
    with serving(steps(says(302, location="../b.pdf?x=1"), says(200, DATA))) as server:
        assert a_way().fetch(f"{server.url}/one/two/a.pdf", target) == facts_of(DATA)
    assert server.requests[1].target == "/one/b.pdf?x=1"


def test_redirects_end(target: Path) -> None:
    with serving(says(302, location="/again")) as server:
        assert finding_at(server.url, target) == (
            FetchKind.REDIRECTED,
            "the server redirects more than 5 times",
        )
    assert len(server.requests) == REDIRECTS + 1


@pytest.mark.parametrize(
    "location",
    ["file:///etc/passwd", "ftp://files.example/a.pdf", "data:,x", "gopher://127.0.0.1/"],
)
def test_a_redirect_leads_to_no_other_kind_of_address(target: Path, location: str) -> None:
    assert finding_for(says(302, location=location), target) == (
        FetchKind.BAD_ADDRESS,
        "the address is not http or https",
    )
    assert not target.exists()


@pytest.mark.parametrize("location", ["http://[", "http://files.example:99999/"])
def test_a_redirect_to_nowhere_is_told(target: Path, location: str) -> None:
    assert finding_for(says(302, location=location), target) == (
        FetchKind.BAD_ADDRESS,
        "the address is not a valid one",
    )


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "FILE:///etc/passwd", "ftp://files.example/a", "/etc/passwd", ""]
)
def test_only_http_and_https_are_fetched(target: Path, url: str) -> None:
    assert finding_at(url, target)[0] is FetchKind.BAD_ADDRESS
    assert not target.exists()


@pytest.mark.parametrize(
    "url",
    [
        "http://[::1",
        "http://files.example:99999/",
        "http://files.example:abc/",
        "http://" + "a" * 70 + ".example/",
        "http://a..example/",
        "http:///a.pdf",
    ],
)
def test_an_address_that_is_none_is_told(target: Path, url: str) -> None:
    assert finding_at(url, target, private=False) == (
        FetchKind.BAD_ADDRESS,
        "the address is not a valid one",
    )


def test_nothing_is_fetched_from_a_server_whose_certificate_is_not_trusted(target: Path) -> None:
    with serving(says(200, DATA), secure=True) as server:
        assert finding_at(server.url + SECRET_PATH, target) == (
            FetchKind.NOT_TRUSTED,
            "no secure connection to the file server: its certificate is not trusted",
        )
    assert server.requests == []


def test_a_server_that_does_not_speak_tls_is_told(target: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(1) as pool:

        def greet() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(1)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        pool.submit(greet)
        url = f"https://127.0.0.1:{listener.getsockname()[1]}{SECRET_PATH}"
        assert finding_at(url, target) == (
            FetchKind.NOT_TRUSTED,
            "no secure connection to the file server",
        )


def test_an_answer_that_ends_in_its_head_is_no_empty_file(target: Path) -> None:
    respond = sends(b"HTTP/1.1 200 OK\r\nContent-Ty", then_close=True)
    assert finding_for(respond, target) == (
        FetchKind.TRUNCATED,
        "the file was cut off after 0 bytes",
    )


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


def test_proxies_and_passwords_of_the_environment_are_not_used(
    target: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login somebody password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, no_server())
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    with serving(says(200, DATA)) as server:
        a_way().fetch(server.url, target)
    assert "authorization" not in server.requests[0].headers


def test_one_connection_serves_many_files(target: Path) -> None:
    with serving(says(200, DATA)) as server:
        way = a_way()
        for _ in range(4):
            way.fetch(server.url, target)
    assert (len(server.requests), server.connections) == (4, 1)


@pytest.mark.parametrize("length", [str(len(DATA)), None])
def test_progress_grows_up_to_the_whole_file(target: Path, length: str | None) -> None:
    seen: list[tuple[int, int | None]] = []
    head = f"Content-Length: {length}\r\n" if length else ""
    respond = sends(f"HTTP/1.1 200 OK\r\n{head}\r\n".encode() + DATA, then_close=True)
    with serving(respond) as server:
        a_way().fetch(server.url, target, progress=lambda done, total: seen.append((done, total)))
    assert seen == sorted(seen, key=lambda pair: pair[0])
    assert seen[-1] == (len(DATA), int(length) if length else None)


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
    assert facts == [facts_of(DATA)] * 2
    assert sent_away
    assert set(sent_away) == {FetchKind.BUSY}
    assert len(server.requests) == 2
