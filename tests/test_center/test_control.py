"""The control doors, over a real connection."""

from typing import Any

import pytest
import requests

from tests.test_center_server import SIGNAL_KEY, RunningTestCenter

SIGNAL = {
    "apikey": SIGNAL_KEY,
    "type": "ItemRegistered",
    "order": "123456780000",
    "item": "123456780001",
    "datetime": "2016-01-20 13:00:00 GMT",
}


def post(center: RunningTestCenter, path: str, body: Any) -> requests.Response:
    return requests.post(center.url + path, json=body, timeout=10)


def test_the_account_tells_everything_but_the_key(center: RunningTestCenter) -> None:
    requests.post(center.signal_url, json=SIGNAL, timeout=10)
    requests.post(center.signal_url, json=SIGNAL, timeout=10)
    requests.post(center.signal_url, json=SIGNAL | {"type": "ItemLost"}, timeout=10)

    answer = requests.get(f"{center.url}/account", timeout=10)
    account = answer.json()
    assert [signal["seq"] for signal in account["accepted"]] == [1, 2]
    assert account["accepted"][0]["item"] == "123456780001"
    assert account["refused"][0]["status"] == 400
    assert account["counts"]["accepted"] == 2
    assert len(account["findings"]["doubled"]) == 1
    assert SIGNAL_KEY not in answer.text


def test_the_account_since_a_number_leaves_out_what_is_known(center: RunningTestCenter) -> None:
    for _ in range(3):
        requests.post(center.signal_url, json=SIGNAL, timeout=10)

    account = requests.get(f"{center.url}/account?since=2", timeout=10).json()
    assert [signal["seq"] for signal in account["accepted"]] == [3]
    assert account["counts"]["accepted"] == 3


def test_a_fault_is_set_and_cleared(center: RunningTestCenter) -> None:
    assert post(center, "/faults", {"status": 502}).json() == {"faults": "set"}
    assert requests.post(center.signal_url, json=SIGNAL, timeout=10).status_code == 502

    assert post(center, "/faults", {}).json() == {"faults": "cleared"}
    assert requests.post(center.signal_url, json=SIGNAL, timeout=10).status_code == 200


def test_a_push_answers_with_what_the_shop_said(center: RunningTestCenter) -> None:
    # the test center itself is the shop here: it knows no such door
    body = {"count": 2, "order_url": f"{center.url}/orders", "order_key": "key", "start": 5}

    answer = post(center, "/push", body)

    pushed = answer.json()["pushed"]
    assert [(order["order"], order["status"]) for order in pushed] == [
        ("000000050000", 404),
        ("000000060000", 404),
    ]
    account = requests.get(f"{center.url}/account", timeout=10).json()
    assert account["pushed"] == pushed


@pytest.mark.parametrize(
    ("path", "body", "problem"),
    [
        ("/faults", {"status": 1}, "fault.status: must be a whole number from 200 to 599"),
        ("/push", {"order_key": "k"}, "push.order_url: is not an http or https address"),
        ("/push", [], "push: is not a JSON object"),
    ],
)
def test_a_wrong_request_is_answered_with_its_problems(
    center: RunningTestCenter, path: str, body: Any, problem: str
) -> None:
    answer = post(center, path, body)

    assert answer.status_code == 400
    assert problem in answer.json()["detail"]


@pytest.mark.parametrize("path", ["/faults", "/push"])
def test_a_page_in_a_browser_can_not_steer_the_test_center(
    center: RunningTestCenter, path: str
) -> None:
    answer = requests.post(
        center.url + path, data="{}", headers={"Content-Type": "text/plain"}, timeout=10
    )

    assert answer.status_code == 415
