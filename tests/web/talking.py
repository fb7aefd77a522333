"""Plain sockets that speak to a door as they like."""

import json
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

LIMIT_SECONDS = 10.0


def connect(door: str, source: str = "127.0.0.1") -> socket.socket:
    """A connection to the door, from this address of the machine; whoever asks for it closes it."""
    parts = urlsplit(door)
    assert parts.hostname is not None
    there = (parts.hostname, parts.port or 0)
    return socket.create_connection(there, LIMIT_SECONDS, source_address=(source, 0))


@contextmanager
def connected(door: str, source: str = "127.0.0.1") -> Iterator[socket.socket]:
    """The same, closed at the end."""
    with connect(door, source) as connection:
        yield connection


def head(door: str, *lines: str, method: str = "POST") -> bytes:
    """A request without its document; a Host header is given."""
    path = urlsplit(door).path
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: shop", *lines, "", ""]).encode()


def heard(connection: socket.socket) -> bytes:
    """All that comes until the other side hangs up."""
    parts = []
    while True:
        try:
            part = connection.recv(65536)
        except (ConnectionResetError, BrokenPipeError, ssl.SSLError):
            break
        if not part:
            break
        parts.append(part)
    return b"".join(parts)


def one_answer(connection: socket.socket) -> bytes:
    """The next answer as a whole, on a connection that may stay open."""
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += connection.recv(65536)
    head, _, body = answer.partition(b"\r\n\r\n")
    size = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n", 1)[0])
    while len(body) < size:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def status_of(answer: bytes) -> int:
    """0 when there was none."""
    return int(answer.split(b" ", 2)[1]) if answer else 0


def answer_to(door: str, request: bytes, source: str = "127.0.0.1") -> tuple[int, Any]:
    """Status and content of the answer to one request, after which the door hangs up."""
    with connected(door, source) as connection:
        connection.sendall(request)
        answer = heard(connection)
    body = answer.partition(b"\r\n\r\n")[2]
    return status_of(answer), json.loads(body) if body else None
