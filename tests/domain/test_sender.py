"""Whose request it is."""

from ipaddress import ip_network

import pytest

from hotfolder.domain.sender import customer_of, is_in, plain_address, sender_of

PROXIES = (ip_network("10.0.0.0/8"), ip_network("2001:db8:f::/48"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "sender"),
    [
        ("203.0.113.7", [], "203.0.113.7"),
        ("203.0.113.7", ["192.0.2.1"], "203.0.113.7"),  # no proxy of ours: not believed
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["192.0.2.1"], "192.0.2.1"),
        ("10.0.0.1", ["198.51.100.9, 192.0.2.1"], "192.0.2.1"),  # what stands before is invented
        ("10.0.0.1", ["198.51.100.9", "192.0.2.1"], "192.0.2.1"),
        ("10.0.0.1", ["192.0.2.1, 10.0.0.2"], "192.0.2.1"),
        ("10.0.0.1", ["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
        ("10.0.0.1", ["unknown"], "10.0.0.1"),
        ("10.0.0.1", ["192.0.2.1, , 10.0.0.2"], "10.0.0.2"),
        ("::ffff:10.0.0.1", [" 2001:db8::1 "], "2001:db8::1"),
        ("2001:db8:f::1", ["::ffff:192.0.2.1"], "192.0.2.1"),
        ("", ["192.0.2.1"], ""),
    ],
)
def test_only_what_our_own_proxies_wrote_is_believed(
    peer: str, forwarded: list[str], sender: str
) -> None:
    assert sender_of(peer, forwarded, PROXIES) == sender


@pytest.mark.parametrize(
    ("sender", "customer"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
    ],
)
def test_limits_are_counted_by_what_one_customer_has(sender: str, customer: str) -> None:
    assert customer_of(sender) == customer


def test_what_is_no_address_is_in_no_network() -> None:
    assert not is_in(plain_address("nonsense"), [ip_network("0.0.0.0/0")])
