"""Post orders as fast as the shop answers: kept-alive connections, as little work as can be.

The client shares the machine with what it measures, so it speaks HTTP over plain sockets, all of
them in one thread.
"""

import re
import socket
import time
from collections import deque
from collections.abc import Sequence
from contextlib import ExitStack
from selectors import EVENT_READ, BaseSelector, DefaultSelector
from urllib.parse import urlsplit

from hotfolder.test_center.catalogue import Form, make_order
from hotfolder.test_center.goods import Kind
from scripts.benchmarks.stand import ORDER_KEY, BenchError, Stand

CONNECTIONS = 16
ANSWER_SECONDS = 60.0
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


def orders(stand: Stand, items: Sequence[int], files_url: str = "") -> list[bytes]:
    """Whole requests, each with one new order of so many items, each with one small PDF."""
    parts = urlsplit(stand.orders_url)
    requests = []
    for count in items:
        document = make_order(
            next(stand.numbers),
            base_url=files_url or stand.center_url,
            apikey=ORDER_KEY,
            items=count,
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
    parts = urlsplit(stand.orders_url)
    address = (parts.hostname or "", parts.port or 80)
    waiting = deque(requests)
    with ExitStack() as stack, DefaultSelector() as selector:
        for _ in range(min(connections, len(requests))):
            connection = stack.enter_context(socket.create_connection(address, ANSWER_SECONDS))
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            selector.register(connection, EVENT_READ, bytearray())
        began = time.perf_counter()
        for key in list(selector.get_map().values()):
            key.fileobj.sendall(waiting.popleft())
        left = len(requests)
        while left:
            left -= _take_answers(selector, waiting)
        return time.perf_counter() - began


def _take_answers(selector: BaseSelector, waiting: deque[bytes]) -> int:
    """How many answers have come; each is followed by the next request."""
    answers = 0
    ready = selector.select(ANSWER_SECONDS)
    if not ready:
        raise BenchError("the shop does not answer")
    for key, _ in ready:
        connection, data = key.fileobj, key.data
        piece = connection.recv(65536)
        if not piece:
            raise BenchError("the shop closed the connection without an answer")
        data += piece
        if not _is_whole(data):
            continue
        if not data.startswith(b"HTTP/1.1 200 "):
            raise BenchError(f"an order was not taken: {bytes(data[:300])!r}")
        data.clear()
        answers += 1
        if waiting:
            connection.sendall(waiting.popleft())
    return answers


def _is_whole(data: bytearray) -> bool:
    head, end, body = data.partition(b"\r\n\r\n")
    if not end:
        return False
    length = LENGTH.search(head)
    if length is None:
        raise BenchError("the shop gave an answer without its length")
    return len(body) >= int(length[1])
