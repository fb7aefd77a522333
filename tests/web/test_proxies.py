"""The examples of systemd/ for a proxy in front, with the proxies themselves."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter

from hotfolder.services.shop import Shop
from hotfolder.test_center.catalogue import make_order
from hotfolder.web.visitors import Limits
from tests.steps import FILE_SERVER, LIVE_KEY
from tests.waiting import wait_until
from tests.web.certificates import Pair, make_pair
from tests.web.conftest import BODY_LIMIT, OpenDoor

EXAMPLES = Path(__file__).parents[2] / "systemd"
SENDER, OTHER = "127.0.0.3", "127.0.0.4"


class From(HTTPAdapter):
    """Sends from this address of the machine."""

    def __init__(self, address: str) -> None:
        self._address = address
        super().__init__()

    def init_poolmanager(self, *words: Any, **more: Any) -> None:
        super().init_poolmanager(*words, source_address=(self._address, 0), **more)


@dataclass(frozen=True, kw_only=True, slots=True)
class Front:
    """A proxy that runs."""

    url: str
    pair: Pair

    def ask(
        self, path: str, body: bytes | None, sender: str, claimed: str = ""
    ) -> requests.Response:
        headers = {"X-Forwarded-For": claimed} if claimed else {}
        with requests.Session() as session:
            session.trust_env = False
            session.mount("https://", From(sender))
            return session.request(
                "GET" if body is None else "POST",
                self.url + path,
                data=body,
                headers=headers,
                verify=str(self.pair.certificate),
                timeout=20,
            )


def nginx_files(folder: Path, listen: str, behind: str, pair: Pair) -> list[str]:
    """The example as it stands, but for addresses and files; and a frame of our own around it."""
    text = (EXAMPLES / "nginx.conf").read_text()
    live = "/etc/letsencrypt/live/orders.example.com"
    for old, new in (
        ("listen 443 ", f"listen {listen} "),
        ("    listen [::]:443 ssl http2;\n", ""),
        ("http://127.0.0.1:8080", f"http://{behind}"),
        (f"{live}/fullchain.pem", str(pair.certificate)),
        (f"{live}/privkey.pem", str(pair.key)),
    ):
        assert old in text, old
        text = text.replace(old, new)
    (folder / "hotfolder.conf").write_text(text)
    temporary = "".join(
        f"{name}_temp_path {folder / name};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; master_process off; pid {folder}/pid; error_log stderr;\n"
        f"events {{}}\nhttp {{\naccess_log off;\n{temporary}include hotfolder.conf;\n}}\n"
    )
    return ["nginx", "-p", str(folder), "-e", "stderr", "-c", str(folder / "nginx.conf")]


def caddy_files(folder: Path, listen: str, behind: str, pair: Pair) -> list[str]:
    text = (EXAMPLES / "Caddyfile").read_text()
    own = "/etc/ssl/orders.pem /etc/ssl/private/orders.key"
    for old, new in (
        ("\n{\n\tservers", "\n{\n\tadmin off\n\tauto_https off\n\tservers"),
        ("\norders.example.com {", f"\nhttps://{listen} {{"),
        (f"# tls {own}", f"tls {pair.certificate} {pair.key}"),
        ("127.0.0.1:8080 {", f"{behind} {{"),
    ):
        assert old in text, old
        text = text.replace(old, new)
    (folder / "Caddyfile").write_text(text)
    return ["caddy", "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


def turns_away(front: Front, body: bytes) -> bool:
    """Of what is above its own limit: old Caddys say 502, or hang up while it is sent."""
    try:
        return front.ask("/orders", body, SENDER).status_code in (413, 502)
    except requests.ConnectionError:
        return True


PROXIES = {"nginx": nginx_files, "caddy": caddy_files}


@contextmanager
def in_front_of(door: str, name: str, folder: Path) -> Iterator[Front]:
    pair = make_pair(folder, "front")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        listen = f"127.0.0.1:{probe.getsockname()[1]}"
    behind = door.removeprefix("http://").removesuffix("/orders")
    command = PROXIES[name](folder, listen, behind, pair)
    log = folder / "log"
    with log.open("wb") as words:
        process = subprocess.Popen(
            command,
            stdout=words,
            stderr=words,
            env={"HOME": str(folder), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
        )
    front = Front(url=f"https://{listen}", pair=pair)

    def is_up() -> bool:
        try:
            front.ask("/", None, SENDER)
        except requests.ConnectionError:
            assert process.poll() is None, log.read_text()
            return False
        return True

    try:
        wait_until(is_up, 15, f"{name} answers")
        yield front
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(params=PROXIES)
def front(
    request: pytest.FixtureRequest, shop: Shop, open_door: OpenDoor, tmp_path: Path
) -> Iterator[Front]:
    if shutil.which(request.param, path="/usr/sbin:/usr/bin") is None:
        pytest.skip(f"no {request.param} on this machine: apt-get install {request.param}")
    # only one sender may use the key of the live interface
    networks = (ip_network(SENDER),)
    shop.interfaces[:] = [replace(shop.interfaces[0], networks=networks)]
    limits = Limits(refused_per_minute=4, proxies=(ip_network("127.0.0.1"),))
    with in_front_of(open_door(limits=limits), request.param, tmp_path) as made:
        yield made


def test_orders_come_through_a_proxy_with_the_address_of_their_sender(
    front: Front, shop: Shop
) -> None:
    order = make_order(1, base_url=FILE_SERVER, apikey=LIVE_KEY, kind="poster").body
    body = order if isinstance(order, bytes) else order.encode()

    taken = front.ask("/orders", body, SENDER)
    assert (taken.status_code, shop.store.orders.count()) == (200, 1)
    assert front.ask("/orders", body, SENDER, claimed=OTHER).status_code == 200
    claimed = front.ask("/orders", body, OTHER, claimed=SENDER)
    assert claimed.status_code == 401

    # its limit is its own
    for _ in range(3):
        assert front.ask("/orders", body, OTHER).status_code == 401
    assert front.ask("/orders", body, OTHER).status_code == 429
    assert front.ask("/orders", body, SENDER).status_code == 200

    assert front.ask("/orders", b" " * (BODY_LIMIT + 1), SENDER).status_code == 413
    assert turns_away(front, b" " * (6 * 1024 * 1024))
    assert shop.store.orders.count() == 1
    for path in ("/", "/health/live", "/openapi.json", "/orders/x"):
        answer = front.ask(path, None, SENDER)
        assert answer.status_code == 404
        assert not any(sign.isdigit() for sign in answer.headers.get("Server", ""))
    assert "uvicorn" not in taken.headers.get("Server", "").lower()
