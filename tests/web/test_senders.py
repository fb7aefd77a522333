"""Who may post: the sender's address and HTTP Basic reach the rules of the interface."""

from base64 import b64encode
from dataclasses import replace
from ipaddress import ip_network
from typing import Any

import pytest
import requests

from hotfolder.services.shop import Shop
from hotfolder.test_center.catalogue import make_order
from tests.steps import FILE_SERVER, LIVE_KEY
from tests.web.conftest import OpenDoor


def allow(shop: Shop, **fields: Any) -> None:
    """Set the live interface up like this, as a changed configuration does."""
    shop.interfaces[:] = [replace(shop.interfaces[0], **fields)]


def post(door: str, authorization: str | bytes | None = None) -> int:
    order = make_order(1, base_url=FILE_SERVER, apikey=LIVE_KEY, kind="poster")
    headers = {} if authorization is None else {"Authorization": authorization}
    return requests.post(door, data=order.body, headers=headers, timeout=30).status_code


def basic(text: str) -> str:
    return f"Basic {b64encode(text.encode()).decode()}"


def test_the_right_password_opens_the_door(shop: Shop, door: str) -> None:
    allow(shop, user="pärtner", password="s:cret")
    assert post(door, basic("pärtner:s:cret").replace("Basic", "bAsIc")) == 200
    assert shop.store.orders.count() == 1


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Basic",
        "Basic !!!",
        "Basic 4pyT=",
        basic("partner"),
        basic("partner:wrong"),
        basic("partner:secret:"),
        "Basic " + b64encode(b"\xff\xfe:secret").decode(),
        basic("partner:secret").replace("Basic", "Bearer"),
        "Basic " + "A" * 8000,
    ],
)
def test_any_other_header_is_answered_like_an_unknown_key(
    shop: Shop, open_door: OpenDoor, authorization: str | None
) -> None:
    allow(shop, user="partner", password="secret")
    assert post(open_door(), authorization) == 401
    assert post(open_door(key_status=400), authorization) == 400
    assert shop.store.orders.count() == 0


@pytest.mark.parametrize(("network", "status"), [("127.0.0.0/8", 200), ("192.0.2.0/24", 401)])
def test_the_address_of_the_connection_counts_and_no_header(
    shop: Shop, door: str, network: str, status: int
) -> None:
    allow(shop, networks=(ip_network(network),))
    order = make_order(1, base_url=FILE_SERVER, apikey=LIVE_KEY, kind="poster")
    claimed = {"X-Forwarded-For": "192.0.2.1" if status == 401 else "203.0.113.9"}
    answer = requests.post(door, data=order.body, headers=claimed, timeout=30)

    assert answer.status_code == status
