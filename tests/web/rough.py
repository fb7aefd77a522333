"""Rough callers at a door: where they come from, what they may, and how honest ones fare."""

import socket
from ipaddress import ip_network

import requests

from hotfolder.test_center.catalogue import make_order
from hotfolder.web.visitors import Limits
from tests.steps import FILE_SERVER, LIVE_KEY

ROUGH = "127.0.0.2"  # honest senders come from 127.0.0.1
QUICK = Limits(
    connections=40,
    connections_of_one=20,
    header_seconds=0.5,
    body_seconds=0.5,
    header_bytes=8192,
    shared=(ip_network("127.0.0.1"),),
)


def an_order(number: int) -> bytes:
    """The document of an order of the catalogue."""
    order = make_order(number, base_url=FILE_SERVER, apikey=LIVE_KEY, kind="poster")
    return order.body if isinstance(order.body, bytes) else order.body.encode()


def is_taken(door: str) -> bool:
    """Whether an honest sender gets rid of an order."""
    return requests.post(door, data=an_order(1), timeout=10).status_code == 200


def is_over(connection: socket.socket) -> bool:
    """Whether the door has hung up."""
    connection.setblocking(False)
    try:
        return connection.recv(65536) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True
