"""The door for orders, on a real port."""

from collections.abc import Callable, Iterator
from functools import partial

import pytest

from hotfolder.services.admit import asks_basic
from hotfolder.services.shop import Shop
from hotfolder.services.take_order import take_orders
from hotfolder.web.contract import contract_route
from hotfolder.web.health import health_routes
from hotfolder.web.intake import intake_route
from hotfolder.web.server import Server, make_app

BODY_LIMIT = 64 * 1024

OpenDoor = Callable[..., str]


@pytest.fixture
def open_door(shop: Shop) -> Iterator[OpenDoor]:
    """Opens a door with these settings; gives the address that orders are posted to."""
    servers = []

    def open_one(*, key_status: int = 401, body_limit: int = BODY_LIMIT) -> str:
        asks = partial(asks_basic, shop)
        route = intake_route(partial(take_orders, shop), "/orders", body_limit, key_status, asks)
        app = make_app(route, contract_route("/orders", key_status), *health_routes(list))
        server = Server(app, "127.0.0.1", 0)
        server.start()
        servers.append(server)
        return f"http://127.0.0.1:{server.port}/orders"

    yield open_one
    for server in servers:
        server.stop()


@pytest.fixture
def door(open_door: OpenDoor) -> str:
    return open_door()
