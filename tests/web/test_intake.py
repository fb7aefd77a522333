"""The door for orders: 200 means it is on the disk, everything else means it is not."""

import json
from dataclasses import replace

import pytest
import requests

from hotfolder.services.shop import Shop
from tests.steps import actions
from tests.web.conftest import OpenDoor
from tests.web.orders import UNKNOWN_KEY, order, post, rows


def test_an_answer_of_200_means_that_the_order_is_on_the_disk(door: str, shop: Shop) -> None:
    for number in range(1, 31):
        assert post(door, order(number).body).status_code == 200
        assert rows(shop) == (number,) * 5


def test_the_same_order_again_is_200_and_changes_nothing_but_the_journal(
    door: str, shop: Shop
) -> None:
    first, second = post(door, order().body), post(door, order().body)

    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json() == second.json()
    assert rows(shop) == (1, 1, 1, 1, 2)
    assert actions(shop, order().order_id) == ["order taken", "order came again"]


def test_a_changed_order_is_409_and_the_first_stays(door: str, shop: Shop) -> None:
    post(door, order().body)
    changed = json.loads(order().body)
    changed["order"]["priority"] = "1"

    answer = post(door, json.dumps(changed).encode())

    assert answer.status_code == 409
    assert order().order_id in answer.json()["error"]
    kept = shop.store.orders.get(order().order_id)
    assert kept is not None
    assert json.loads(kept.record)["priority"] == "2"
    assert post(door, order().body).status_code == 200


@pytest.mark.parametrize("status", [401, 400])
@pytest.mark.parametrize("key", [UNKNOWN_KEY, ""])
def test_a_wrong_key_is_answered_as_the_shop_has_configured(
    open_door: OpenDoor, shop: Shop, status: int, key: str
) -> None:
    answer = post(open_door(key_status=status), order(key=key).body)

    assert answer.status_code == status
    assert UNKNOWN_KEY not in answer.text
    assert shop.store.orders.count() == 0


@pytest.mark.parametrize("password", ["", "sesame"])
def test_a_401_asks_for_basic_when_an_interface_wants_it(
    open_door: OpenDoor, shop: Shop, password: str
) -> None:
    door = open_door()
    shop.interfaces[0] = replace(shop.interfaces[0], user="cp", password=password)

    answer = post(door, order(key=UNKNOWN_KEY).body)

    asked = 'Basic realm="orders"' if password else None
    assert (answer.status_code, answer.headers.get("WWW-Authenticate")) == (401, asked)


def test_every_problem_is_told_at_once_with_its_place(door: str) -> None:
    document = json.loads(order().body)
    document["order"]["items"][0] |= {"count": "0", "files": []}
    document["order"]["addresses"] = []

    answer = post(door, json.dumps(document).encode())

    places = [problem["where"] for problem in answer.json()["problems"]]
    assert answer.status_code == 400
    assert len(places) == 3
    assert any("count" in place for place in places)


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH"])
def test_only_post_is_taken(door: str, method: str) -> None:
    answer = requests.request(method, door, timeout=10)

    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"


@pytest.mark.parametrize("path", ["/", "/order", "/orders/x", "/docs"])
def test_other_addresses_are_not_there(door: str, path: str) -> None:
    assert requests.post(door.replace("/orders", path), timeout=10).status_code in (404, 405)
    assert requests.get(door.replace("/orders", path), timeout=10).status_code == 404
