"""A file comes from where its address leads, over http or trusted https, and by no other way."""

import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hotfolder.errors import FetchKind
from hotfolder.net.asking import REDIRECTS
from tests.net.downloads import DATA, MIB, SECRET_PATH, a_way, finding_at, finding_for
from tests.net.ranged import Bytes, facts_of
from tests.net.servers import Request, Respond, Server, no_server, says, serving, without_end


def steps(*answers: Respond) -> Respond:
    """One answer after the other, the last one for ever."""

    def respond(server: Server, connection: socket.socket, request: Request) -> None:
        number = min(len(server.requests), len(answers)) - 1
        answers[number](server, connection, request)

    return respond


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed(target: Path, status: int) -> None:
    with (
        serving(says(200, DATA)) as store,
        serving(says(status, location=f"{store.url}/real.pdf")) as server,
    ):
        assert a_way().fetch(f"{server.url}/link", target) == facts_of(Bytes(DATA))
    assert store.requests[0].target == "/real.pdf"


def test_a_redirect_may_be_relative(target: Path) -> None:
    with serving(steps(says(302, location="../b.pdf?x=1"), says(200, DATA))) as server:
        assert a_way().fetch(f"{server.url}/one/two/a.pdf", target) == facts_of(Bytes(DATA))
    assert server.requests[1].target == "/one/b.pdf?x=1"


def test_what_stands_in_a_redirect_is_not_read(target: Path) -> None:
    head = b"HTTP/1.1 302 Found\r\nLocation: /b.pdf\r\nContent-Length: 100000000000\r\n\r\n"
    endless = without_end(head, bytes(64 * 1024))
    with serving(steps(endless, says(200, DATA))) as server:
        assert a_way().fetch(f"{server.url}/a.pdf", target) == facts_of(Bytes(DATA))
    assert server.sent < 32 * MIB  # what the sockets of this machine may take by themselves


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
