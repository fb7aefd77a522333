"""Which proxies and certificates are trusted."""

import socket
import threading
from pathlib import Path

import pytest

from hotfolder.domain.answer import Fault
from tests.faults.secure import AUTHORITY, secure_receiver
from tests.net.asking import OK, fault_at, send
from tests.net.servers import CERTIFICATE, no_server, says, serving

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
