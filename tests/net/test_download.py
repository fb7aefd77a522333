import hashlib
import socket
from pathlib import Path
from typing import Any

import pytest

from hotfolder.domain.preflight import FileFacts
from hotfolder.errors import FetchError
from hotfolder.net.download import CHUNK, REDIRECTS, Download, Limits
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
    usual = {"connect_seconds": 2.0, "idle_seconds": 5.0, "private": True}
    return Download(Limits(**{**usual, **limits}))


def facts_of(data: bytes) -> FileFacts:
    return FileFacts(size=len(data), md5=hashlib.md5(data, usedforsecurity=False).hexdigest())


def words_for(respond: Respond, target: Path, **limits: Any) -> str:
    with serving(respond) as server:
        return words_at(server.url + SECRET_PATH, target, **limits)


def words_at(url: str, target: Path, **limits: Any) -> str:
    """The text of the error that fetching this gives; it tells nothing private."""
    with pytest.raises(FetchError) as caught:
        a_way(**limits).fetch(url, target)
    words = str(caught.value)
    for private in ("Jane", "token", "7e0ab51c", "http://", "127.0.0.1"):
        assert private not in words
    assert not caught.value.mismatch
    return words


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


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "the server wants a password (status 401)"),
        (404, "the server does not have the file (any more) (status 404)"),
        (410, "the link has expired (status 410)"),
        (204, "the server does not give the file (status 204)"),
        (304, "the server does not give the file (status 304)"),
        (500, "the server does not give the file (status 500)"),
    ],
)
def test_a_status_is_told_in_words(target: Path, status: int, words: str) -> None:
    assert words_for(says(status), target) == words
    assert not target.exists()


def test_a_refusal_names_the_access_list(target: Path) -> None:
    words = words_for(says(403), target)
    assert "access list (ACL) of the Production Interface" in words
    assert words.endswith("(status 403)")


def test_a_redirect_without_an_address_is_no_file(target: Path) -> None:
    assert words_for(says(302), target) == "the server does not give the file (status 302)"


@pytest.mark.parametrize("kind", ["text/html", "Text/HTML; charset=utf-8"])
def test_a_web_page_is_no_file(target: Path, kind: str) -> None:
    words = words_for(says(200, b"<html>log in</html>", content_type=kind), target)
    assert words == "the server sent a web page instead of the file"


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n",
    ],
)
def test_a_file_that_ends_before_its_length_was_cut_off(target: Path, head: bytes) -> None:
    respond = sends(head + b"x" * 999, then_close=True)
    assert words_for(respond, target) == "the file was cut off"


def test_a_server_that_goes_away_is_told(target: Path) -> None:
    words = "no connection to the file server, or it was cut off"
    assert words_for(sends(b"", then_close=True), target) == words
    assert words_at(no_server() + SECRET_PATH, target) == words


def test_a_server_that_falls_silent_is_left_in_time(target: Path) -> None:
    words = words_for(silence, target, idle_seconds=0.2)
    assert words == "the file server does not answer in time"
    stops = without_end(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", b"", 0.05)
    assert words_for(stops, target, idle_seconds=0.2).startswith("no connection to the file server")


def test_an_answer_that_is_no_http_is_told(target: Path) -> None:
    words = words_for(sends(b"220 ftp.example ready\r\n\r\n", then_close=True), target)
    assert words == "no connection to the file server, or it was cut off"


def test_a_file_over_the_limit_is_left_and_one_of_just_the_limit_is_taken(target: Path) -> None:
    assert words_for(says(200, b"x" * 1001), target, most_bytes=1000) == (
        "the file is larger than 1000 bytes"
    )
    with serving(says(200, b"x" * 1000)) as server:
        assert a_way(most_bytes=1000).fetch(server.url, target).size == 1000


def test_an_endless_file_is_left_at_the_limit(target: Path) -> None:
    with serving(without_end(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * MIB)) as server:
        words = words_at(server.url, target, most_bytes=MIB)
    assert words == f"the file is larger than {MIB} bytes"
    assert target.stat().st_size <= MIB
    assert server.sent < 32 * MIB


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
        assert words_at(server.url, target) == "the server redirects more than 5 times"
    assert len(server.requests) == REDIRECTS + 1


@pytest.mark.parametrize(
    "location",
    ["file:///etc/passwd", "ftp://files.example/a.pdf", "data:,x", "gopher://127.0.0.1/"],
)
def test_a_redirect_leads_to_no_other_kind_of_address(target: Path, location: str) -> None:
    words = words_for(says(302, location=location), target)
    assert words == "the address is not http or https"
    assert not target.exists()


@pytest.mark.parametrize("location", ["http://[", "http://files.example:99999/"])
def test_a_redirect_to_nowhere_is_told(target: Path, location: str) -> None:
    assert words_for(says(302, location=location), target) == "the address is not a valid one"


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "FILE:///etc/passwd", "ftp://files.example/a", "/etc/passwd", ""]
)
def test_only_http_and_https_are_fetched(target: Path, url: str) -> None:
    words = words_at(url, target)
    assert words in ("the address is not http or https", "the address is not a valid one")
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
    assert words_at(url, target, private=False) == "the address is not a valid one"


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.9.9.9",
        pytest.param("localhost", marks=needs_localhost),
        "[::1]",
        "[::]",
        "0.0.0.0",
        "0",
        "2130706433",
        "0x7f.1",
        "017700000001",
        "[::ffff:127.0.0.1]",
        "[::ffff:10.0.0.1]",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "[fe80::1]",
        "[fd00::1]",
        "user:password@127.0.0.1",
        "1.1.1.1@127.0.0.1",
    ],
)
def test_an_address_inside_this_network_is_refused(target: Path, host: str) -> None:
    words = words_at(f"http://{host}:9/a.pdf", target, private=False)
    assert words.startswith("the address lies inside this network")
    assert "downloads.allow_private_addresses" in words


@pytest.mark.parametrize("trick", ["{host}\\@1.1.1.1/", "{host}\\.1.1.1.1/", "{host}#@1.1.1.1/"])
def test_an_address_that_is_read_in_two_ways_does_not_lead_inside(target: Path, trick: str) -> None:
    with serving(says(200, DATA)) as server:
        url = "http://" + trick.format(host=server.url.removeprefix("http://"))
        with pytest.raises(FetchError, match="the address lies inside this network"):
            a_way(private=False).fetch(url, target)
    assert server.connections == 0


def test_a_host_that_nobody_knows_is_told(target: Path) -> None:
    words = words_at("http://[fe80::1%25no-such-port]/", target, private=False)
    assert words == "the name of the file server is not known"


def test_nothing_is_fetched_from_a_server_whose_certificate_is_not_trusted(target: Path) -> None:
    with serving(says(200, DATA), secure=True) as server:
        words = words_at(server.url + SECRET_PATH, target)
    assert words.startswith("no secure connection")
    assert server.requests == []


def test_a_file_that_can_not_be_written_is_told_by_its_name(tmp_path: Path) -> None:
    respond = says(200, DATA)
    words = words_for(respond, tmp_path / "no folder" / "cover.pdf")
    assert words == "cover.pdf can not be written: No such file or directory"
    assert words_for(respond, Path("/dev/full")) == (
        "full can not be written: No space left on device"
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
