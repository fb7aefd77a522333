"""Post orders as fast as the shop answers: kept-alive connections, as little work as can be.

The client shares the machine with what it measures, so it speaks HTTP over plain sockets.
"""

import socket
import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from hotfolder.test_center.catalogue import Form, make_order
from hotfolder.test_center.goods import Kind
from scripts.benchmarks.stand import ORDER_KEY, BenchError, Stand

CONNECTIONS = 8
ANSWER_SECONDS = 60.0


def orders(stand: Stand, count: int, files_url: str = "") -> list[bytes]:
    """Whole requests, each with one new order: one item with one small PDF."""
    parts = urlsplit(stand.orders_url)
    requests = []
    for _ in range(count):
        document = make_order(
            next(stand.numbers),
            base_url=files_url or stand.center_url,
            apikey=ORDER_KEY,
            items=1,
            form=Form.JSON,
            kind=Kind.POSTER,
        )
        head = (
            f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
            f"Content-Type: {document.content_type}\r\nContent-Length: {len(document.body)}\r\n\r\n"
        )
        requests.append(head.encode() + document.body)
    return requests


def post_all(stand: Stand, requests: Sequence[bytes], connections: int = CONNECTIONS) -> float:
    """Seconds from the first request to the last answer. Raises BenchError unless all are 200."""
    waiting = deque(requests)
    began = time.perf_counter()
    with ThreadPoolExecutor(connections) as pool:
        work = [pool.submit(_post_some, stand.orders_url, waiting) for _ in range(connections)]
        for one in work:
            one.result()
    return time.perf_counter() - began


def _post_some(url: str, waiting: deque[bytes]) -> None:
    parts = urlsplit(url)
    address = (parts.hostname or "", parts.port or 80)
    with socket.create_connection(address, ANSWER_SECONDS) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while True:
            try:
                request = waiting.popleft()
            except IndexError:
                return
            connection.sendall(request)
            answer = _answer(connection)
            if not answer.startswith(b"HTTP/1.1 200 "):
                raise BenchError(f"an order was not taken: {answer[:300]!r}")


def _answer(connection: socket.socket) -> bytes:
    data = b""
    while True:
        piece = connection.recv(65536)
        if not piece:
            raise BenchError("the shop closed the connection without an answer")
        data += piece
        head, end, body = data.partition(b"\r\n\r\n")
        if end and len(body) >= _length(head):
            return data


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    raise BenchError("the shop gave an answer without its length")
