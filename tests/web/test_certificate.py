"""HTTPS at the door, with files that are renewed under way."""

import socket
import ssl
import threading
import tracemalloc
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from ipaddress import ip_network
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import requests

from hotfolder.errors import ConfigError
from hotfolder.services.shop import Shop
from hotfolder.test_center.catalogue import make_order
from hotfolder.web.certificate import Certificate
from hotfolder.web.visitors import Limits
from tests.steps import FILE_SERVER, LIVE_KEY
from tests.waiting import wait_until
from tests.web.certificates import Pair, make_pair
from tests.web.conftest import OpenDoor
from tests.web.talking import connected, heard


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Pair, Pair]:
    """Two certificates with their keys."""
    folder = tmp_path_factory.mktemp("pairs")
    return make_pair(folder, "first"), make_pair(folder, "second", days=200)


@pytest.fixture
def pair(pairs: tuple[Pair, Pair], tmp_path: Path) -> Pair:
    """The first of them, where the door looks for it."""
    used = Pair(certificate=tmp_path / "shop.pem", key=tmp_path / "shop.key")
    pairs[0].put_at(used)
    return used


def trusting(*pairs: Pair) -> ssl.SSLContext:
    context = ssl.create_default_context()
    for pair in pairs:
        context.load_verify_locations(pair.certificate)
    return context


def subject(door: str, context: ssl.SSLContext) -> str:
    """Whose certificate the door shows."""
    with (
        connected(door) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.1") as secure,
    ):
        told: dict[str, Any] = secure.getpeercert() or {}
    return str(dict(part[0] for part in told["subject"])["commonName"])


def lead(link: Path, target: Path) -> None:
    """The link leads to another file, and at no moment to none."""
    beside = link.with_suffix(".new")
    beside.symlink_to(target)
    beside.replace(link)


def is_asked(statuses: list[int], enough: int) -> bool:
    return len(statuses) > enough


def post(door: str, pair: Pair, number: int = 1) -> int:
    order = make_order(number, base_url=FILE_SERVER, apikey=LIVE_KEY, kind="poster")
    return requests.post(
        door, data=order.body, verify=str(pair.certificate), timeout=10
    ).status_code


def test_orders_come_in_by_https_and_not_without(open_door: OpenDoor, pair: Pair) -> None:
    door = open_door(certificate=Certificate(pair.certificate, pair.key))
    assert door.startswith("https:")
    assert post(door, pair) == 200
    with connected(door) as plain:
        plain.sendall(b"POST /orders HTTP/1.1\r\nHost: shop\r\n\r\n")
        assert b"HTTP" not in heard(plain)


def test_old_protocols_are_not_spoken(open_door: OpenDoor, pair: Pair) -> None:
    door = open_door(certificate=Certificate(pair.certificate, pair.key))
    old = trusting(pair)
    with pytest.warns(DeprecationWarning, match="deprecated"):
        old.minimum_version = ssl.TLSVersion.TLSv1
    with pytest.warns(DeprecationWarning, match="deprecated"):
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises((ssl.SSLError, OSError)):
        subject(door, old)


def test_a_handshake_that_does_not_come_ends(open_door: OpenDoor, pair: Pair) -> None:
    limits = Limits(header_seconds=0.5, refused_per_minute=3, shared=(ip_network("127.0.0.1"),))
    door = open_door(certificate=Certificate(pair.certificate, pair.key), limits=limits)
    for _ in range(3):  # whatever it is that they speak
        with connected(door, "127.0.0.2") as rude:
            rude.sendall(b"GET / HTTP/1.1\r\n\r\n")
            heard(rude)
    with connected(door, "127.0.0.2") as silent:
        assert heard(silent) == b""
    assert post(door, pair) == 200


def test_a_renewed_certificate_is_shown_and_no_order_is_dropped(
    open_door: OpenDoor, shop: Shop, pairs: tuple[Pair, Pair], tmp_path: Path
) -> None:
    """Renewed as certbot does it, by links that lead to other files, one after the other."""
    live = Pair(certificate=tmp_path / "fullchain.pem", key=tmp_path / "privkey.pem")
    lead(live.certificate, pairs[0].certificate)
    lead(live.key, pairs[0].key)
    certificate = Certificate(live.certificate, live.key)
    door = open_door(certificate=certificate)
    context = trusting(*pairs)
    statuses: list[int] = []
    numbers = count(1)
    done = threading.Event()

    def keep_posting(*, stay: bool) -> None:
        with requests.Session() as session:
            session.trust_env = False
            session.verify = str(bundle)
            while not done.is_set():
                told = {} if stay else {"Connection": "close"}
                body = make_order(
                    next(numbers), base_url=FILE_SERVER, apikey=LIVE_KEY, kind="poster"
                ).body
                answer = session.post(door, data=body, headers=told, timeout=10)
                statuses.append(answer.status_code)

    bundle = tmp_path / "both.pem"
    bundle.write_text("".join(one.certificate.read_text() for one in pairs))
    posting = [
        threading.Thread(target=keep_posting, kwargs={"stay": bool(n % 2)}) for n in range(4)
    ]
    for sender in posting:
        sender.start()
    try:
        for new, old in ((1, 0), (0, 1), (1, 0)):
            enough = len(statuses) + 20
            lead(live.certificate, pairs[new].certificate)
            with pytest.raises(ConfigError, match="is not the key of"):
                certificate.renew()
            assert subject(door, context) == ("first", "second")[old]
            lead(live.key, pairs[new].key)
            assert certificate.renew()
            assert subject(door, context) == ("first", "second")[new]
            wait_until(partial(is_asked, statuses, enough), 10, "orders go on coming in")
    finally:
        done.set()
        for sender in posting:
            sender.join(20)
    assert set(statuses) == {200}
    assert shop.store.orders.count() == len(statuses)
    assert not certificate.renew()


def test_an_open_connection_outlives_the_renewal(
    open_door: OpenDoor, pair: Pair, pairs: tuple[Pair, Pair]
) -> None:
    certificate = Certificate(pair.certificate, pair.key)
    door = open_door(certificate=certificate)
    secure: socket.socket
    with (
        connected(door) as plain,
        trusting(*pairs).wrap_socket(plain, server_hostname="127.0.0.1") as secure,
    ):
        secure.sendall(b"POST /orders HTTP/1.1\r\nHost: shop\r\nContent-Length: 2\r\n\r\n{")
        pairs[1].put_at(pair)
        assert certificate.renew()
        secure.sendall(b"}")
        assert secure.recv(4096).startswith(b"HTTP/1.1 400")


def test_files_that_do_not_fit_are_refused_and_the_old_ones_stay(
    open_door: OpenDoor, pair: Pair, pairs: tuple[Pair, Pair]
) -> None:
    certificate = Certificate(pair.certificate, pair.key)
    door = open_door(certificate=certificate)
    pair.certificate.write_bytes(pairs[1].certificate.read_bytes())
    for _ in range(2):
        with pytest.raises(ConfigError, match=r"intake\.tls_key: .*is not the key of"):
            certificate.renew()
    assert subject(door, trusting(*pairs)) == "first"
    pair.key.write_bytes(pairs[1].key.read_bytes())
    assert certificate.renew()
    assert subject(door, trusting(*pairs)) == "second"


def test_it_is_known_when_the_certificate_ends(pair: Pair, pairs: tuple[Pair, Pair]) -> None:
    certificate = Certificate(pair.certificate, pair.key)
    left = certificate.ends_at - datetime.now(UTC)
    assert timedelta(days=89) < left <= timedelta(days=90)
    pairs[1].put_at(pair)
    certificate.renew()
    assert certificate.ends_at - datetime.now(UTC) > timedelta(days=199)


def test_an_open_connection_takes_little_memory(open_door: OpenDoor, pair: Pair) -> None:
    """A house full of them has to fit into a small machine."""
    door = open_door(certificate=Certificate(pair.certificate, pair.key))
    context = trusting(pair)
    post(door, pair)
    with ExitStack() as stack:
        tracemalloc.start()
        stack.callback(tracemalloc.stop)
        for _ in range(20):
            plain = stack.enter_context(connected(door))
            stack.enter_context(context.wrap_socket(plain, server_hostname="127.0.0.1"))
        held, _ = tracemalloc.get_traced_memory()
    assert held / 20 < 100_000


Spoil = Callable[[Pair], object]
SPOILT: dict[str, tuple[Spoil, str]] = {
    "no certificate": (lambda pair: pair.certificate.unlink(), "shop.pem can not be read"),
    "no key": (lambda pair: pair.key.unlink(), "shop.key can not be read"),
    "no PEM": (lambda pair: pair.certificate.write_text("x"), "name PEM files"),
    "empty key": (lambda pair: pair.key.write_text(""), "name PEM files"),
    "locked": (
        lambda pair: make_pair(pair.key.parent, "shop", password="secret"),
        "shop.key is locked with a password",
    ),
}


@pytest.mark.parametrize(("spoil", "words"), SPOILT.values(), ids=SPOILT)
def test_what_can_not_be_used_is_told_in_words(pair: Pair, spoil: Spoil, words: str) -> None:
    spoil(pair)
    with pytest.raises(ConfigError, match=words) as told:
        Certificate(pair.certificate, pair.key)
    assert "PRIVATE" not in str(told.value)
