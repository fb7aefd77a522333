"""The door for orders, on a real port."""

from collections.abc import Callable, Iterator
from functools import partial

import pytest

from hotfolder.services.admit import asks_basic
from hotfolder.services.shop import Shop
from hotfolder.services.take_order import take_orders
from hotfolder.web.certificate import Certificate
from hotfolder.web.contract import contract_route
from hotfolder.web.intake import Manners, intake_route
from hotfolder.web.server import Door, Server, make_app
from hotfolder.web.visitors import Limits, Visitors

BODY_LIMIT = 64 * 1024

OpenDoor = Callable[..., str]


@pytest.fixture
def open_door(shop: Shop) -> Iterator[OpenDoor]:
    """Opens a door with these settings; gives the address that orders are posted to."""
    servers = []

    def open_one(
        *,
        key_status: int = 401,
        body_limit: int = BODY_LIMIT,
        limits: Limits | None = None,
        certificate: Certificate | None = None,
    ) -> str:
        visitors = Visitors(limits or Limits())
        manners = Manners(
            body_limit=body_limit,
            bodies_limit=8 * body_limit,
            key_status=key_status,
            asks_basic=partial(asks_basic, shop),
            refuse=visitors.refuse,
        )
        route = intake_route(partial(take_orders, shop), "/orders", manners)
        contract = contract_route("/orders", key_status)
        server = Server(
            Door(
                app=make_app(route, contract, refuse=visitors.refuse),
                host="127.0.0.1",
                port=0,
                visitors=visitors,
                certificate=certificate,
            )
        )
        server.start()
        servers.append(server)
        scheme = "http" if certificate is None else "https"
        return f"{scheme}://127.0.0.1:{server.ports[0]}/orders"

    yield open_one
    for server in servers:
        server.stop()


@pytest.fixture
def door(open_door: OpenDoor) -> str:
    return open_door()
