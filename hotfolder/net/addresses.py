"""Where an address of an order may lead: out into the internet, and not into this network.

An order is written by others. Were its addresses simply followed, it could make this machine ask
its neighbours, its router or itself.
"""

import ipaddress
import socket
import time
from collections.abc import Callable

from urllib3.connection import HTTPConnection
from urllib3.util import connection as dialing

from hotfolder.errors import FetchError, FetchKind
from hotfolder.net.guard import Names, NameUnknown

LEAST_SECONDS = 0.1

# IPv6 addresses of the internet begin with 001 (RFC 4291). That leaves out the forms that hide an
# IPv4 address (mapped, compatible, translated), fe80::, fc00::, ff00:: and ::.
_INTERNET = ipaddress.IPv6Network("2000::/3")
# Tunnels: they would lead to the IPv4 address inside, which nobody has looked at.
_TUNNELS = (ipaddress.IPv6Network("2001::/32"), ipaddress.IPv6Network("2002::/16"))
# Loopback, private (RFC 1918, RFC 4193) and shared by the customers of a provider (RFC 6598).
_PRIVATE = tuple(
    ipaddress.ip_network(network)
    for network in (
        "127.0.0.0/8",
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "::1/128",
        "fc00::/7",
    )
)
# A network without IPv4 gives out all IPv4 servers in this form (RFC 6052, DNS64).
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """True for an address of the internet; an IPv4 address inside counts as what it is."""
    found = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv4Address):
        return found.is_global and not found.is_multicast
    if found in _NAT64:
        return is_public(str(ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)))
    if found not in _INTERNET or any(found in tunnel for tunnel in _TUNNELS):
        return False
    return found.is_global


def is_public_or_private(address: str) -> bool:
    """True for an address of the internet, of a network of one's own and for loopback.

    Link-local, where clouds keep keys of machines, multicast and the like are never meant.
    """
    found = ipaddress.ip_address(address)
    return is_public(address) or any(found in network for network in _PRIVATE)


def addresses_of(host: str) -> tuple[str, ...]:
    """All addresses of a host, as text. Raises OSError, or UnicodeError for what can be no name."""
    entries = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in entries))


class CheckedDial:
    """Opens connections to addresses that were looked at; raises FetchError.

    A name is looked up once for each connection, all its addresses are checked, and one of these
    very addresses is connected to: a name that changes its answer in between leads nowhere else.
    `names` asks `addresses_of`.
    """

    def __init__(self, *, seconds: float, allows: Callable[[str], bool], names: Names) -> None:
        self._seconds = seconds
        self._allows = allows
        self._names = names
        self._outgoing: dict[str, str] = {}

    def __call__(self, connection: HTTPConnection) -> socket.socket:
        host = connection.host.strip("[]")
        addresses = self._addresses(host)
        sock = self._first_open(connection, addresses)
        self._outgoing[connection.host.strip("[]")] = str(sock.getsockname()[0])
        return sock

    def outgoing(self, host: str) -> str:
        """Our own side of the last connection to this host, as this machine sees it, or empty."""
        return self._outgoing.get(host.strip("[]"), "")

    def _addresses(self, host: str) -> tuple[str, ...]:
        try:
            host.encode("idna")
            addresses = self._names.resolve(host, self._seconds)
            assert isinstance(addresses, tuple)
        except UnicodeError:
            raise FetchError("the address is not a valid one", FetchKind.BAD_ADDRESS) from None
        except NameUnknown:
            raise FetchError(
                "the name of the file server is not known", FetchKind.UNREACHABLE
            ) from None
        if not all(self._allows(address) for address in addresses):
            raise FetchError(_refused(addresses), FetchKind.ADDRESS_REFUSED)
        return addresses

    def _first_open(self, connection: HTTPConnection, addresses: tuple[str, ...]) -> socket.socket:
        until = time.monotonic() + self._seconds
        last = OSError()
        for number, address in enumerate(addresses):
            share = (until - time.monotonic()) / (len(addresses) - number)
            try:
                return dialing.create_connection(
                    (address, connection.port),
                    max(share, LEAST_SECONDS),
                    source_address=connection.source_address,
                    socket_options=connection.socket_options,
                )
            except OSError as error:
                last = error
        if isinstance(last, TimeoutError):
            words = "the file server does not answer in time"
        else:
            words = "no connection to the file server"
        raise FetchError(words, FetchKind.UNREACHABLE) from last


def _refused(addresses: tuple[str, ...]) -> str:
    if all(is_public_or_private(address) for address in addresses):
        return (
            "the address lies inside this network; set downloads.allow_private_addresses "
            "if that is meant"
        )
    return (
        "the address lies inside this network, and it is none that files come from "
        "(link-local, multicast or the like)"
    )
