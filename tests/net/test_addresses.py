"""An order leads out into the internet and nowhere into this network."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotfolder.errors import FetchError, FetchKind
from hotfolder.net.addresses import addresses_of, is_public, is_public_or_private
from hotfolder.net.asking import Asker, Question
from hotfolder.net.download import Download, Limits
from hotfolder.net.guard import Names
from hotfolder.net.turns import Turns
from tests.net.servers import CERTIFICATE, needs_localhost, no_server, says, serving

DATA = b"%PDF-1.7 a file"
# of the internet by its number, and given to nobody: a connection there goes nowhere
NOWHERE = "2d00::1"


class NameService(Names):
    """Says of a name what `answers` holds, one list of addresses a question; else as the system."""

    def __init__(self) -> None:
        self.answers: dict[str, list[list[str]]] = {}
        super().__init__(self._look_up)

    def _look_up(self, host: str) -> tuple[str, ...]:
        return tuple(self.answers[host].pop(0)) if host in self.answers else addresses_of(host)


@pytest.fixture
def names() -> NameService:
    return NameService()


def a_way(*, private: bool, names: Names | None = None) -> Download:
    limits = Limits(connect_seconds=2.0, idle_seconds=5.0, reserve_bytes=0, private=private)
    return Download(limits, names)


def kind_at(url: str, target: Path, names: Names | None = None) -> FetchKind:
    with pytest.raises(FetchError) as caught:
        a_way(private=False, names=names).fetch(url, target)
    assert not target.exists()
    if caught.value.kind is FetchKind.ADDRESS_REFUSED:
        assert "lies inside this network" in str(caught.value)
    return caught.value.kind


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.9.9.9",
        pytest.param("localhost", marks=needs_localhost),
        pytest.param("localhost.", marks=needs_localhost),
        "[::1]",
        "[::]",
        "0.0.0.0",
        "0",
        "2130706433",
        "0x7f.1",
        "017700000001",
        "[::ffff:127.0.0.1]",
        "[::ffff:10.0.0.1]",
        "[::ffff:8.8.8.8]",
        "[::127.0.0.1]",
        "[64:ff9b::127.0.0.1]",
        "[64:ff9b::a00:1]",
        "[64:ff9b:1::808:808]",
        "[2002:7f00:1::]",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "239.255.255.250",
        "255.255.255.255",
        "[fe80::1]",
        "[fec0::1]",
        "[fd00::1]",
        "[ff02::1]",
        "user:password@127.0.0.1",
        "1.1.1.1@127.0.0.1",
    ],
)
def test_an_address_inside_this_network_is_refused(target: Path, host: str) -> None:
    assert kind_at(f"http://{host}:9/a.pdf", target) is FetchKind.ADDRESS_REFUSED


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "193.0.6.139", "2001:67c:2e8:22::c100:68b", "64:ff9b::808:808"]
)
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_as_public_inside_nat64_and_never_in_another_form(address: Any) -> None:
    assert is_public(f"64:ff9b::{address}") == is_public(str(address))
    for form in (f"::ffff:{address}", f"::{address}", f"::ffff:0:{address}"):
        assert not is_public(form)


@pytest.mark.parametrize("private", [True, False])
@pytest.mark.parametrize(
    "host",
    [
        "169.254.169.254",
        "2852039166",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "[::]",
        "[fe80::1]",
        "[ff02::1]",
        "[::ffff:169.254.169.254]",
        "[64:ff9b::a9fe:a9fe]",
        "[2002:a9fe:a9fe::]",
    ],
)
def test_addresses_that_no_file_comes_from_are_refused_whatever_is_allowed(
    target: Path, host: str, *, private: bool
) -> None:
    with pytest.raises(FetchError, match="none that files come from") as caught:
        a_way(private=private).fetch(f"http://{host}:9/a.pdf", target)
    assert caught.value.kind is FetchKind.ADDRESS_REFUSED


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "::1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "fd00::1"],
)
def test_addresses_of_a_network_of_ones_own_can_be_allowed(target: Path, address: str) -> None:
    assert is_public_or_private(address)
    assert not is_public(address)
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(FetchError, match=r"set downloads\.allow_private_addresses"):
        a_way(private=False).fetch(f"http://{host}:9/a.pdf", target)


@pytest.mark.parametrize("trick", ["{host}\\@1.1.1.1/", "{host}\\.1.1.1.1/", "{host}#@1.1.1.1/"])
def test_an_address_that_is_read_in_two_ways_does_not_lead_inside(target: Path, trick: str) -> None:
    with serving(says(200, DATA)) as server:
        url = "http://" + trick.format(host=server.url.removeprefix("http://"))
        assert kind_at(url, target) is FetchKind.ADDRESS_REFUSED
    assert server.connections == 0


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_one_address_inside_among_those_of_a_name_is_enough_to_refuse(
    target: Path, names: NameService, scheme: str
) -> None:
    with serving(says(200, DATA)) as server:
        names.answers["files.example"] = [[NOWHERE, "127.0.0.1"]]
        port = server.url.rpartition(":")[2]
        url = f"{scheme}://files.example:{port}/a.pdf"
        assert kind_at(url, target, names) is FetchKind.ADDRESS_REFUSED
    assert server.connections == 0


def test_a_name_that_changes_its_answer_after_the_check_leads_nowhere_else(
    target: Path, names: NameService
) -> None:
    with serving(says(200, DATA)) as server:
        names.answers["files.example"] = [[NOWHERE], ["127.0.0.1"], ["127.0.0.1"]]
        port = server.url.rpartition(":")[2]
        kind = kind_at(f"http://files.example:{port}/a.pdf", target, names)
    assert kind in {FetchKind.UNREACHABLE, FetchKind.TOO_SLOW}
    assert server.connections == 0
    assert len(names.answers["files.example"]) == 2, "the name was looked up more than once"


def test_a_name_that_changes_between_two_files_is_checked_again(
    target: Path, names: NameService
) -> None:
    with serving(says(200, DATA)) as server:
        names.answers["files.example"] = [[NOWHERE], ["127.0.0.1"]]
        url = f"http://files.example:{server.url.rpartition(':')[2]}/a.pdf"
        assert kind_at(url, target, names) is not FetchKind.ADDRESS_REFUSED
        assert kind_at(url, target, names) is FetchKind.ADDRESS_REFUSED
    assert server.connections == 0


def test_the_second_address_is_taken_when_the_first_does_not_answer(
    target: Path, names: NameService
) -> None:
    with serving(says(200, DATA)) as server:
        host, _, port = server.url.removeprefix("http://").partition(":")
        names.answers["files.example"] = [["127.0.0.2", host]]
        facts = a_way(private=True, names=names).fetch(f"http://files.example:{port}/a.pdf", target)
    assert facts.size == len(DATA)


def test_the_server_hears_the_name_and_not_the_address(target: Path, names: NameService) -> None:
    with serving(says(200, DATA)) as server:
        names.answers["files.example"] = [["127.0.0.1"]]
        place = f"files.example:{server.url.rpartition(':')[2]}"
        a_way(private=True, names=names).fetch(f"http://{place}/a.pdf", target)
    assert server.requests[0].headers["host"] == place


def test_the_certificate_is_asked_for_the_name_and_not_the_address(
    target: Path, names: NameService
) -> None:
    heard: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    context.sni_callback = lambda _sock, name, _context: heard.append(name)
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        names.answers["files.example"] = [["127.0.0.1"]]
        url = f"https://files.example:{listener.getsockname()[1]}/a.pdf"
        with shaking_hands(listener, context), pytest.raises(FetchError) as caught:
            a_way(private=True, names=names).fetch(url, target)
    assert caught.value.kind is FetchKind.NOT_TRUSTED
    assert heard == ["files.example"]


def test_a_redirect_is_checked_like_the_first_address() -> None:
    asker = Asker(
        connect_seconds=2,
        idle_seconds=5,
        allows=lambda address: address == "127.0.0.1",
        turns=Turns(1, 1),
    )
    with (
        serving(says(200, DATA), host="127.0.0.2") as inside,
        serving(says(302, location=f"{inside.url}/secret.pdf")) as server,
    ):
        question = Question(url=f"{server.url}/a.pdf", until=time.monotonic() + 10)
        with pytest.raises(FetchError) as caught, asker.answer(question, {}):
            pass
    assert caught.value.kind is FetchKind.ADDRESS_REFUSED
    assert (len(server.requests), inside.connections) == (1, 0)
    assert question.host == "127.0.0.2"


@contextmanager
def shaking_hands(listener: socket.socket, context: ssl.SSLContext) -> Iterator[None]:
    """Takes one connection and begins TLS on it."""

    def shake() -> None:
        connection, _ = listener.accept()
        with closing(connection), suppress(OSError):
            context.wrap_socket(connection, server_side=True).close()

    thread = threading.Thread(target=shake)
    thread.start()
    try:
        yield
    finally:
        thread.join(10)
    assert not thread.is_alive()


def test_a_name_that_nobody_knows_is_told(target: Path) -> None:
    assert kind_at("http://[fe80::1%25no-such-port]/", target) is FetchKind.UNREACHABLE


def test_a_place_where_nobody_listens_is_told(target: Path) -> None:
    with pytest.raises(FetchError, match="no connection to the file"):
        a_way(private=True).fetch(no_server(), target)
