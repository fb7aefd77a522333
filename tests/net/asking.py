"""Requests to a server on 127.0.0.1, and what comes of them."""

from typing import Any

from hotfolder.domain.answer import Answer, Fault
from hotfolder.net.cloudsignal import Address, CloudSignal
from tests.net.servers import Respond, says, serving

KEY = "7e0ab51c9f4d4c6b8f0e"
REQUEST = {"type": "ItemProduce", "order": "order-1", "item": "Grüße"}
OK = says(200, b"OK")


def a_way(url: str, **address: Any) -> CloudSignal:
    usual = {"url": url, "connect_seconds": 2.0, "read_seconds": 5.0}
    return CloudSignal(Address(**{**usual, **address}), KEY)


def send(url: str, **address: Any) -> Answer:
    """What comes of one request; the key is nowhere in it."""
    answer = a_way(url, **address).send(REQUEST)
    assert KEY not in repr(answer)
    return answer


def answer_to(respond: Respond, **address: Any) -> Answer:
    """What comes of one request to a server that answers this way; it got the request once."""
    with serving(respond) as server:
        answer = send(server.url, **address)
        assert len(server.requests) == 1
    return answer


def fault_at(url: str, **address: Any) -> Fault | None:
    answer = send(url, **address)
    assert answer.status is None
    return answer.fault


def fault_of(respond: Respond, **address: Any) -> Fault | None:
    answer = answer_to(respond, **address)
    assert answer.status is None
    return answer.fault
