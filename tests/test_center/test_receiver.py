"""The door for signals, over a real connection."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from hotfolder.test_center.receiver import BODY_LIMIT
from tests.test_center_server import SIGNAL_KEY, RunningTestCenter

SIGNAL = {
    "apikey": SIGNAL_KEY,
    "type": "ItemRegistered",
    "order": "123456780000",
    "item": "123456780001",
    "datetime": "2016-01-20 13:00:00 GMT",
}
BARE = {name: value for name, value in SIGNAL.items() if name != "apikey"}


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        yield session


def send(center: RunningTestCenter, body: Any = SIGNAL) -> requests.Response:
    return requests.post(center.signal_url, json=body, timeout=10)


def fails_to_send(center: RunningTestCenter) -> bool:
    try:
        send(center)
    except requests.ConnectionError:
        return True
    return False


def test_a_right_signal_is_answered_with_200_and_booked(center: RunningTestCenter) -> None:
    before = time.time()

    assert send(center).status_code == 200

    [accepted] = center.accepted()
    assert (accepted.type, accepted.order, accepted.item) == (
        "ItemRegistered",
        "123456780000",
        "123456780001",
    )
    assert before <= accepted.at <= time.time()


def test_signals_over_one_connection_are_booked_in_order(
    center: RunningTestCenter, session: requests.Session
) -> None:
    for kind in ("ItemRegistered", "ItemProduce", "ItemProduced"):
        body = SIGNAL | {"type": kind}
        assert session.post(center.signal_url, json=body, timeout=10).status_code == 200

    assert [signal.type for signal in center.accepted()] == [
        "ItemRegistered",
        "ItemProduce",
        "ItemProduced",
    ]


def test_a_wrong_key_is_answered_with_401(center: RunningTestCenter) -> None:
    answer = send(center, SIGNAL | {"apikey": "other-key"})

    assert answer.status_code == 401
    assert center.accepted() == []
    [refusal] = center.refused()
    assert refusal.status == 401
    assert "other-key" not in answer.text + repr(refusal)


def test_without_a_key_of_its_own_it_takes_any_key_but_not_none() -> None:
    with RunningTestCenter(signal_key="", strict_orders=False) as center:
        assert send(center, SIGNAL | {"apikey": "whatever"}).status_code == 200
        assert send(center, BARE).status_code == 400


def test_a_wrong_signal_is_answered_with_400_and_the_reason(center: RunningTestCenter) -> None:
    answer = send(center, SIGNAL | {"type": "ItemShipped"})

    assert answer.status_code == 400
    assert answer.json() == {"error": "tracking is missing; shipping_option is missing"}
    [refusal] = center.refused()
    assert refusal.reasons == ("tracking is missing", "shipping_option is missing")
    assert refusal.signals == ("ItemShipped 123456780000/123456780001",)


def test_an_order_that_was_never_pushed_is_refused_unless_that_is_switched_off() -> None:
    strange = SIGNAL | {"order": "888888880000"}

    with RunningTestCenter() as strict:
        assert send(strict, strange).status_code == 400
    with RunningTestCenter(strict_orders=False) as open_to_all:
        assert send(open_to_all, strange).status_code == 200


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_another_content_type_is_refused(center: RunningTestCenter, content_type: str) -> None:
    answer = requests.post(
        center.signal_url,
        data=json.dumps(SIGNAL),
        headers={"Content-Type": content_type},
        timeout=10,
    )

    assert answer.status_code == 400
    assert answer.json() == {"error": "Content-Type is not application/json"}


def test_a_charset_beside_the_content_type_does_no_harm(center: RunningTestCenter) -> None:
    answer = requests.post(
        center.signal_url,
        data=json.dumps(SIGNAL),
        headers={"Content-Type": "Application/JSON; charset=utf-8"},
        timeout=10,
    )

    assert answer.status_code == 200


def test_a_get_is_answered_with_405(center: RunningTestCenter) -> None:
    assert requests.get(center.signal_url, timeout=10).status_code == 405


def test_a_body_beyond_the_limit_is_refused(center: RunningTestCenter) -> None:
    answer = send(center, SIGNAL | {"type": "x" * BODY_LIMIT})

    assert answer.status_code == 400
    assert "longer than" in answer.json()["error"]


def test_a_bundle_is_booked_as_one(center: RunningTestCenter) -> None:
    other = BARE | {"item": "123456780002"}

    assert send(center, {"apikey": SIGNAL_KEY, "items": [BARE, other]}).status_code == 200
    assert send(center).status_code == 200

    assert [(s.item, s.bundle) for s in center.accepted()] == [
        ("123456780001", 1),
        ("123456780002", 1),
        ("123456780001", None),
    ]


def test_one_wrong_signal_refuses_its_whole_bundle(center: RunningTestCenter) -> None:
    wrong = BARE | {"datetime": "now"}

    answer = send(center, {"apikey": SIGNAL_KEY, "items": [BARE, wrong]})

    assert answer.status_code == 400
    assert answer.json()["error"].startswith("items[1]: datetime 'now'")
    assert center.accepted() == []


def test_a_status_that_was_asked_for_comes_so_many_times(center: RunningTestCenter) -> None:
    center.fault(status=500, times=2)

    assert [send(center).status_code for _ in range(3)] == [500, 500, 200]
    assert len(center.accepted()) == 1
    assert center.refused() == []
    faulted = center.state.account.refused(by_fault=True)
    assert [refusal.status for refusal in faulted] == [500, 500]


def test_retry_after_goes_with_503(center: RunningTestCenter) -> None:
    center.fault(retry_after=30)

    answer = send(center)

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"


def test_a_dropped_connection_books_nothing(center: RunningTestCenter) -> None:
    center.fault(close=True, times=1)

    assert fails_to_send(center)
    assert center.accepted() == []
    assert send(center).status_code == 200


def test_accept_then_close_books_the_signal_though_nobody_is_told(
    center: RunningTestCenter,
) -> None:
    center.fault(accept_then_close=True, times=1)

    assert fails_to_send(center)
    assert [signal.type for signal in center.accepted()] == ["ItemRegistered"]


def test_accept_then_close_does_not_book_a_wrong_signal(center: RunningTestCenter) -> None:
    center.fault(accept_then_close=True)

    assert send(center, SIGNAL | {"item": ""}).status_code == 400
    assert center.accepted() == []


def test_a_login_page_is_a_200_that_books_nothing(center: RunningTestCenter) -> None:
    center.fault(html=True, times=1)

    answer = send(center)

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/html"
    assert center.accepted() == []


def test_a_delayed_signal_is_booked_though_the_sender_gave_up(center: RunningTestCenter) -> None:
    center.fault(delay_seconds=0.3, times=1)

    with pytest.raises(requests.ReadTimeout):
        requests.post(center.signal_url, json=SIGNAL, timeout=0.1)

    center.wait_for(lambda accepted: len(accepted) == 1)


def test_a_fault_for_one_item_refuses_only_requests_that_hold_it(
    center: RunningTestCenter,
) -> None:
    center.fault(status=400, item="123456780002")
    other = BARE | {"item": "123456780002"}

    assert send(center, {"apikey": SIGNAL_KEY, "items": [BARE, other]}).status_code == 400
    assert send(center).status_code == 200
    assert [signal.item for signal in center.accepted()] == ["123456780001"]


def test_an_outage_refuses_connections_and_ends_on_the_same_address(
    center: RunningTestCenter,
) -> None:
    address = center.url
    center.stop()
    assert fails_to_send(center)

    center.start()

    assert center.url == address
    assert send(center).status_code == 200
