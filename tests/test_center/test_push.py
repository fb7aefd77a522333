"""Orders go out to a shop: here a small real HTTP server that writes down what comes."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests

from hotfolder.errors import ConfigError
from hotfolder.test_center.catalogue import MOST_NUMBER
from hotfolder.test_center.push import read_plan
from hotfolder.test_center.state import CenterState
from tests.test_center_server import RunningTestCenter

ORDER_KEY = "a" * 32


@dataclass
class Shop:
    url: str
    status: int = 200
    answer: str = ""
    bodies: list[bytes] = field(default_factory=list)
    types: list[str] = field(default_factory=list)


@pytest.fixture
def shop() -> Iterator[Shop]:
    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            running.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            running.types.append(self.headers["Content-Type"])
            self.send_response(running.status)
            self.end_headers()
            self.wfile.write(running.answer.encode())

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the name is the library's)
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Door) as server:
        running = Shop(url=f"http://127.0.0.1:{server.server_port}/orders")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield running
        server.shutdown()
        thread.join()


def test_orders_arrive_with_key_and_files_that_can_be_fetched(
    center: RunningTestCenter, shop: Shop
) -> None:
    [pushed] = center.push(order_url=shop.url, order_key=ORDER_KEY, forms="json", start=1)

    order = json.loads(shop.bodies[0])["order"]
    assert (order["apikey"], order["id"]) == (ORDER_KEY, "000000010000")
    assert (pushed.order, pushed.status) == ("000000010000", 200)
    for file in order["items"][0]["files"]:
        answer = requests.get(file["url"], timeout=10)
        assert len(answer.content) == int(file["size"])


def test_forms_take_turns_and_are_named_by_their_content_type(
    center: RunningTestCenter, shop: Shop
) -> None:
    pushed = center.push(4, order_url=shop.url, order_key=ORDER_KEY, start=1)

    assert sorted(shop.types) == ["application/json"] * 2 + ["application/xml"] * 2
    assert shop.types == [f"application/{order.form}" for order in pushed]


def test_signals_about_a_pushed_order_are_welcome(center: RunningTestCenter, shop: Shop) -> None:
    [pushed] = center.push(order_url=shop.url, order_key=ORDER_KEY, kind="mixed", start=3)

    assert center.state.account.known_orders[pushed.order] == set(pushed.items)
    assert len(pushed.items) == 3


def test_new_orders_get_new_numbers_and_a_start_repeats_old_ones(
    center: RunningTestCenter, shop: Shop
) -> None:
    first = center.push(3, order_url=shop.url, order_key=ORDER_KEY)
    second = center.push(3, order_url=shop.url, order_key=ORDER_KEY)
    assert len({order.order for order in first + second}) == 6

    number = int(first[0].order[:8])
    again = center.push(3, order_url=shop.url, order_key=ORDER_KEY, start=number)
    assert [order.order for order in again] == [order.order for order in first]
    assert shop.bodies[:3] == shop.bodies[6:]


def test_a_new_test_center_does_not_start_over(shop: Shop) -> None:
    assert CenterState().take_numbers(1).start > 1


def test_the_answer_of_the_shop_is_kept(center: RunningTestCenter, shop: Shop) -> None:
    shop.status, shop.answer = 400, '{"error": "items[0].count: is missing"}'

    [pushed] = center.push(order_url=shop.url, order_key=ORDER_KEY)

    assert (pushed.status, pushed.answer) == (400, shop.answer)
    assert center.state.account.pushed() == [pushed]


def test_a_shop_that_does_not_answer_is_told_without_its_password(
    center: RunningTestCenter,
) -> None:
    [pushed] = center.push(order_url="http://user:secret@127.0.0.1:1/orders", order_key=ORDER_KEY)

    assert pushed.status is None
    assert pushed.answer.startswith("no answer from 127.0.0.1:1: ")
    assert "secret" not in repr(pushed)
    assert ORDER_KEY not in repr(pushed)


def test_a_redirect_is_an_answer_and_not_followed(center: RunningTestCenter, shop: Shop) -> None:
    shop.status = 307

    [pushed] = center.push(order_url=shop.url, order_key=ORDER_KEY)

    assert pushed.status == 307
    assert len(shop.bodies) == 1


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"order_url": "ftp://example.org"}, "push.order_url"),
        ({"order_url": None}, "push.order_url"),
        ({"order_key": ""}, "push.order_key"),
        ({"count": 0}, "push.count"),
        ({"count": True}, "push.count"),
        ({"items": "3"}, "push.items"),
        ({"forms": ["json", "yaml"]}, "push.forms"),
        ({"forms": []}, "push.forms"),
        ({"forms": [["json"]]}, "push.forms"),
        ({"kind": "mug"}, "push.kind"),
        ({"colour": "red"}, "push.colour"),
        ({"start": MOST_NUMBER, "count": 2}, "push.start"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused_with_its_path(
    change: dict[str, Any], where: str
) -> None:
    data = {"order_url": "http://127.0.0.1/", "order_key": ORDER_KEY} | change

    with pytest.raises(ConfigError) as error:
        read_plan(data, "http://127.0.0.1:8090")

    assert [problem.where for problem in error.value.problems] == [where]
    assert ORDER_KEY not in str(error.value)


def test_the_keys_of_a_plan_are_not_shown() -> None:
    plan = read_plan({"order_url": "http://x/", "order_key": ORDER_KEY}, "http://y")

    assert ORDER_KEY not in repr(plan)
