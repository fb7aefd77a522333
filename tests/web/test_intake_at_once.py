"""Many come to the door for orders at the same moment."""

import threading
from functools import partial

import requests

from hotfolder.services.shop import Shop
from tests.threads import at_once
from tests.web.orders import order, post, rows


def test_twenty_changes_at_the_same_moment_all_get_409_and_one_is_kept_and_noted(
    door: str, shop: Shop
) -> None:
    post(door, order().body)
    changed = order().body.replace(b'"priority": "2"', b'"priority": "9"')
    start = threading.Barrier(20)
    statuses: list[int] = []

    def bring() -> None:
        start.wait()
        statuses.append(post(door, changed).status_code)

    at_once([bring] * 20)

    assert statuses == [409] * 20
    kept = shop.store.documents.of_order(order().order_id)
    assert [document.verdict for document in kept] == ["accepted", "changed"]
    assert [(note.name, note.kind) for note in shop.store.notes.all()] == [
        (order().order_id, "order changed")
    ]


def test_twenty_at_the_same_moment_all_get_200_and_one_order_is_kept(door: str, shop: Shop) -> None:
    start = threading.Barrier(20)
    statuses: list[int] = []

    def bring(form: str) -> None:
        start.wait()
        document = order(form=form)
        statuses.append(post(door, document.body, document.content_type).status_code)

    at_once(partial(bring, form) for form in ("json", "xml") * 10)

    assert statuses == [200] * 20
    assert rows(shop)[:4] == (1, 1, 1, 1)


def test_many_orders_at_once_are_all_taken(door: str, shop: Shop) -> None:
    refused: list[int] = []

    def bring(start: int) -> None:
        with requests.Session() as session:
            for number in range(start, 61, 6):
                answer = session.post(door, data=order(number).body, timeout=30)
                refused.extend([answer.status_code] * (answer.status_code != 200))

    at_once(partial(bring, start) for start in range(1, 7))

    assert refused == []
    assert rows(shop) == (60,) * 5
