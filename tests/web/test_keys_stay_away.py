"""API keys lie in the configuration and nowhere else, wherever a sender writes them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from hotfolder.domain.order import Order
from hotfolder.errors import OrderChanged, OrderKeyUnknown, OrderRefused
from hotfolder.formats.order_record import order_from_data
from hotfolder.services.kept_documents import kept_document
from hotfolder.services.shop import Shop
from hotfolder.services.take_order import take_order
from hotfolder.test_center.catalogue import make_order
from tests.steps import FILE_SERVER, LIVE_KEY, SIGNAL_KEY, TEST_KEY, fetch_all, send_all

Spoil = Callable[[dict[str, Any]], object]
KEYS = (LIVE_KEY, TEST_KEY, SIGNAL_KEY)
ESCAPED = "".join(f"\\u{ord(letter):04x}" for letter in LIVE_KEY)

TAKEN: dict[str, Spoil] = {
    "a part of the title": lambda order: order["items"][0].update(title=f"my key {LIVE_KEY} here"),
    "the title": lambda order: order["items"][0].update(title=LIVE_KEY),
    "an address": lambda order: order["addresses"][0].update(company=f"<{TEST_KEY}>"),
    "the name of a member": lambda order: order.update({LIVE_KEY: "x"}),
    "a part of a name": lambda order: order["items"][0].update({f"x-{TEST_KEY}": {"a": ["b"]}}),
    "an unknown member": lambda order: order.update(note={"deep": [{"er": SIGNAL_KEY}]}),
    "a text with a NUL": lambda order: order.update(note=f"{LIVE_KEY[:9]}\0{LIVE_KEY[9:]}"),
}
REFUSED: dict[str, Spoil] = {
    "the count": lambda order: order["items"][0].update(count=LIVE_KEY),
    "a name on a path": lambda order: order.update({SIGNAL_KEY: "x" * 30_000}),
    "the order id": lambda order: order.update(id=TEST_KEY),
    "the item id": lambda order: order["items"][0].update(id=LIVE_KEY),
    "the type of a file": lambda order: order["items"][0]["files"][0].update(size=LIVE_KEY),
}


def document(spoil: Spoil, key: str = LIVE_KEY) -> bytes:
    order = json.loads(make_order(1, base_url=FILE_SERVER, apikey=key, kind="poster").body)
    spoil(order["order"])
    return json.dumps(order).encode()


def everything(folder: Path, logged: list[str]) -> bytes:
    files = [path for path in folder.rglob("*") if path.is_file()]
    told = "".join(logged).encode()
    return told + b"".join(str(path).encode() + path.read_bytes() for path in files)


def record(shop: Shop, order_id: str) -> Order:
    taken = shop.store.orders.get(order_id)
    assert taken is not None
    return order_from_data(json.loads(taken.record))


@pytest.mark.parametrize("place", TAKEN)
def test_a_key_anywhere_in_an_order_is_in_no_file_folder_row_or_log(
    shop: Shop, tmp_path: Path, logged: list[str], place: str
) -> None:
    take_order(shop, document(TAKEN[place]), "application/json")
    fetch_all(shop)
    send_all(shop)

    found = everything(tmp_path, logged)
    assert [path for path in tmp_path.rglob("job-ticket.json") if path.is_file()]
    assert not [key for key in KEYS if key.encode() in found]


@pytest.mark.parametrize("place", REFUSED)
def test_a_key_in_a_wrong_value_is_not_told_back(
    door: str, tmp_path: Path, logged: list[str], place: str
) -> None:
    body = document(REFUSED[place])
    answer = requests.post(door, body, headers={"Content-Type": "application/json"}, timeout=30)

    assert answer.status_code == 400
    found = answer.content + everything(tmp_path, logged)
    assert not [key for key in KEYS if key.encode() in found]


def test_a_file_address_with_a_key_is_blanked_and_so_can_not_be_fetched(shop: Shop) -> None:
    def spoil(order: dict[str, Any]) -> None:
        order["items"][0]["files"][0]["url"] = f"http://files.example/a.pdf?apikey={LIVE_KEY}"

    taken = take_order(shop, document(spoil), "application/json")

    (item,) = record(shop, taken.order_id).items
    assert item.files[0].url == f"http://files.example/a.pdf?apikey={'*' * len(LIVE_KEY)}"


def test_a_key_that_is_written_with_escapes_is_found(
    shop: Shop, tmp_path: Path, logged: list[str]
) -> None:
    body = document(lambda order: order.update(note="a NOTE")).replace(b"NOTE", ESCAPED.encode())
    taken = take_order(shop, body, "application/json")

    assert record(shop, taken.order_id).extra == {"note": f"a {'*' * len(LIVE_KEY)}"}
    assert ESCAPED.encode() not in everything(tmp_path, logged)


@pytest.mark.parametrize(
    "written",
    [
        "".join(f"&#{ord(letter)};" for letter in LIVE_KEY),
        f"{LIVE_KEY[:8]}<!-- -->{LIVE_KEY[8:]}",
        f"<![CDATA[{LIVE_KEY[:8]}]]>{LIVE_KEY[8:]}",
        f"{LIVE_KEY[:8]}<b/>{LIVE_KEY[8:]}",
    ],
)
def test_a_key_that_is_written_in_parts_is_found(
    shop: Shop, tmp_path: Path, logged: list[str], written: str
) -> None:
    order = make_order(1, base_url=FILE_SERVER, apikey=LIVE_KEY, kind="poster", form="xml")
    body = order.body.replace(b"</order>", f"<note>{written}</note></order>".encode())
    taken = take_order(shop, body, "application/xml")

    found = everything(tmp_path, logged)
    assert LIVE_KEY not in str(record(shop, taken.order_id).extra)
    assert LIVE_KEY.encode() not in found
    assert written.encode() not in found


def test_keys_of_others_are_in_no_refused_document(
    shop: Shop, tmp_path: Path, logged: list[str]
) -> None:
    unknown = "cccccccccccccccccccccccccccc0003"
    with pytest.raises(OrderKeyUnknown):
        take_order(shop, document(lambda order: order.update(id=unknown), unknown), None)
    with pytest.raises(OrderRefused):
        take_order(shop, b'{"order": ' + f"{SIGNAL_KEY} {TEST_KEY}".encode(), f"x/{LIVE_KEY}")

    found = everything(tmp_path, logged)
    assert not [key for key in (*KEYS, unknown) if key.encode() in found]


def test_an_order_that_holds_a_key_comes_again_and_changes_like_any_other(shop: Shop) -> None:
    def spoil(order: dict[str, Any]) -> None:
        order["note"] = f"{LIVE_KEY} {TEST_KEY}"

    def more(order: dict[str, Any]) -> None:
        spoil(order)
        order["items"][0]["count"] = 77

    taken = take_order(shop, document(spoil), None)
    assert take_order(shop, document(spoil), None).repeated
    with pytest.raises(OrderChanged):
        take_order(shop, document(more), None)
    for kept in shop.store.documents.of_order(taken.order_id):
        assert "blanked out" in kept_document(shop, kept.number).missing
