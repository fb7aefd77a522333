"""Whose request it is: the address of a sender, also behind proxies."""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

ONE_CUSTOMER = 64  # bits: providers hand out IPv6 in blocks of this size or larger (RFC 6177)


def plain_address(text: str) -> Address | None:
    """The address, an IPv4 one written as IPv6 as what it is; None when it is none."""
    try:
        address = ip_address(text.strip().partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def is_in(address: Address | None, networks: Iterable[Network]) -> bool:
    """Whether the address belongs to one of the networks."""
    return address is not None and any(address in network for network in networks)


def sender_of(peer: str, forwarded: Iterable[str], proxies: Sequence[Network]) -> str:
    """The address of who sent a request that came in from `peer`.

    `forwarded` are the X-Forwarded-For headers as they stand in the request. They are believed only
    as far as our own `proxies` wrote them: from the last entry on, up to the first that is none of
    ours. https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/X-Forwarded-For
    """
    sender = peer
    entries = [entry for header in forwarded for entry in header.split(",")]
    while entries and is_in(plain_address(sender), proxies):
        found = plain_address(entries.pop())
        if found is None:
            break
        sender = str(found)
    return sender


def customer_of(sender: str) -> str:
    """What limits are counted by: the address, of IPv6 the block that one customer has."""
    address = plain_address(sender)
    if isinstance(address, IPv6Address):
        return str(ip_network((address, ONE_CUSTOMER), strict=False))
    return sender if address is None else str(address)
