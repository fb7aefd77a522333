"""A Production Interface takes what it is set up for: formats, sender, networks, its own key."""

from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_network
from typing import Any

import pytest

from hotfolder.domain.job import Mode
from hotfolder.errors import OrderKeyUnknown, OrderRefused
from hotfolder.services.shop import Caller, Interface, Shop
from hotfolder.services.take_order import take_order
from hotfolder.test_center.catalogue import make_order
from tests.steps import FILE_SERVER, LIVE_KEY, database_of, look_up, the_job

PARTNER = Caller(address="192.0.2.7")
Post = Callable[..., str]


def a_shop(shop: Shop, **fields: Any) -> Shop:
    interface = Interface(name="live", key=LIVE_KEY, mode=Mode.LIVE, **fields)
    return replace(shop, interfaces=[interface])


def post(shop: Shop, caller: Caller | None = PARTNER, form: str = "json") -> str:
    order = make_order(1, base_url=FILE_SERVER, apikey=LIVE_KEY, kind="poster", form=form)
    return take_order(shop, order.body, order.content_type, caller).order_id


def kept(shop: Shop) -> list[tuple[Any, ...]]:
    rows = look_up(database_of(shop), "SELECT interface, verdict, reason FROM document")
    assert LIVE_KEY not in str(rows)
    return rows


@pytest.mark.parametrize(("form", "other"), [("json", "xml"), ("xml", "json")])
def test_a_format_that_the_interface_does_not_take_is_refused_and_kept(
    shop: Shop, form: str, other: str
) -> None:
    shop = a_shop(shop, forms=(form,))
    with pytest.raises(OrderRefused, match=f"{other} is not taken .* \\(send {form}\\)"):
        post(shop, form=other)
    [(interface, verdict, reason)] = kept(shop)
    assert (interface, verdict) == ("live", "refused")
    assert f"{other} is not taken" in reason

    assert the_job(shop, post(shop, form=form)).interface == "live"


@pytest.mark.parametrize(
    ("address", "taken"),
    [
        ("192.0.2.7", True),
        ("192.0.2.255", True),
        ("192.0.3.1", False),
        ("::ffff:192.0.2.7", True),
        ("2001:db8::1", True),
        ("2001:db8:1::1", False),
        ("fe80::1%eth0", False),
        ("", False),
        ("testclient", False),
    ],
)
def test_orders_come_from_the_networks_of_the_interface_only(
    shop: Shop, address: str, taken: bool
) -> None:
    networks = (ip_network("192.0.2.0/24"), ip_network("2001:db8::/48"))
    shop = a_shop(shop, networks=networks)
    if taken:
        assert post(shop, Caller(address=address)) == "000000010000"
        return
    with pytest.raises(OrderKeyUnknown, match="the sender is not one that this"):
        post(shop, Caller(address=address))
    assert shop.store.orders.count() == 0
    assert [row[1] for row in kept(shop)] == ["refused"]


@pytest.mark.parametrize(
    ("user", "password", "taken"),
    [
        ("partner", "pass:word", True),
        ("partner", "pass", False),
        ("partner:pass", "word", True),  # the same text on the wire: a user has no colon
        ("", "pass:word", False),
        ("Partner", "pass:word", False),
        ("partner", "pässword", False),
        ("", "", False),
    ],
)
def test_where_a_password_is_set_it_has_to_be_given(
    shop: Shop, user: str, password: str, taken: bool
) -> None:
    shop = a_shop(shop, user="partner", password="pass:word")
    caller = replace(PARTNER, user=user, password=password)
    if taken:
        assert post(shop, caller) == "000000010000"
        return
    with pytest.raises(OrderKeyUnknown):
        post(shop, caller)
    assert shop.store.orders.count() == 0


def test_a_person_of_the_shop_needs_neither_network_nor_password(shop: Shop) -> None:
    shop = a_shop(shop, password="x", networks=(ip_network("192.0.2.0/24"),))
    assert post(shop, None) == "000000010000"


def test_a_sender_is_never_shown_with_its_password() -> None:
    caller = Caller(address="192.0.2.7", user="partner", password="secret")
    assert "secret" not in repr(caller)
    assert "secret" not in repr(Interface(name="a", key="k", mode=Mode.LIVE, password="secret"))
