"""Downloads that go on: two versions of a file, and servers that have one after the other."""

import random
import socket
from pathlib import Path

import pytest

from tests.net.downloads import a_way
from tests.net.ranged import Bytes
from tests.net.servers import Request, Respond, Server

FILE = Bytes(random.Random(1).randbytes(1_000_003))
OTHER = Bytes(random.Random(2).randbytes(1_000_003))
CUT = 300_000


class Changing:
    """Answers as `respond` does, which a test may change."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, server: Server, connection: socket.socket, request: Request) -> None:
        self.respond(server, connection, request)


def ranges(server: Server) -> list[str]:
    return [request.headers.get("range", "") for request in server.requests]


def left_behind(
    url: str,
    target: Path,
    wanted: int | None = None,
    md5: str | None = None,
    *,
    until: int = CUT,
) -> int:
    """An earlier try that got as far as `until`; how many bytes it left."""

    def stop(done: int, _total: int | None) -> None:
        if done >= until:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        a_way().fetch(url, target, wanted, stop, md5)
    size = target.stat().st_size
    assert size >= until
    return size
