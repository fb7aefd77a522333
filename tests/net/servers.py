"""Real servers on 127.0.0.1 that answer as a test says, down to single bytes."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

CERTIFICATE = Path(__file__).parent / "server.pem"


def _knows_localhost() -> bool:
    try:
        return bool(socket.getaddrinfo("localhost", 80))
    except socket.gaierror:
        return False


needs_localhost = pytest.mark.skipif(
    not _knows_localhost(),
    reason="nobody knows localhost on this machine: add `127.0.0.1 localhost` to /etc/hosts",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """One request as it came; header names in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass(kw_only=True, slots=True)
class Server:
    """`requests` came whole, over `connections`, of which the server itself has ended `closed`.

    `sent` bytes of an endless answer went out before the other side left. `stopping` is set when
    the test is over.
    """

    url: str
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    closed: int = 0
    sent: int = 0
    stopping: threading.Event = field(default_factory=threading.Event)


Respond = Callable[[Server, socket.socket, Request], None]


def says(status: int, body: bytes = b"", **headers: str) -> Respond:
    """A whole answer; `location` and the like as keywords, `_` for a hyphen."""
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return sends("\r\n".join(lines).encode() + b"\r\n\r\n" + body)


def sends(data: bytes, *, then_close: bool = False) -> Respond:
    """These very bytes."""

    def respond(server: Server, connection: socket.socket, _request: Request) -> None:
        connection.sendall(data)
        if then_close:
            connection.shutdown(socket.SHUT_RDWR)
            server.closed += 1

    return respond


def without_end(head: bytes, piece: bytes, every_seconds: float = 0.0) -> Respond:
    """A head, and then the same piece again and again."""

    def respond(server: Server, connection: socket.socket, _request: Request) -> None:
        connection.sendall(head)
        while not server.stopping.wait(every_seconds):
            connection.sendall(piece)
            server.sent += len(piece)

    return respond


def silence(server: Server, _connection: socket.socket, _request: Request) -> None:
    server.stopping.wait(30)


@contextmanager
def serving(respond: Respond, *, secure: bool = False, host: str = "127.0.0.1") -> Iterator[Server]:
    """A server that answers every request this way until the block ends."""
    listener = socket.create_server((host, 0))
    scheme = "https" if secure else "http"
    server = Server(url=f"{scheme}://{host}:{listener.getsockname()[1]}")
    threads: list[threading.Thread] = []
    open_now: list[socket.socket] = []

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                server.connections += 1
                open_now.append(connection)
                threads.append(threading.Thread(target=talk, args=(connection,)))
                threads[-1].start()

    def talk(plain: socket.socket) -> None:
        with contextlib.suppress(OSError), _wrapped(plain, secure=secure) as connection:
            while request := _read(connection):
                server.requests.append(request)
                respond(server, connection, request)

    acceptor = threading.Thread(target=accept)
    acceptor.start()
    try:
        yield server
    finally:
        server.stopping.set()
        for one in (listener, *open_now):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        acceptor.join(10)
        for thread in threads:
            thread.join(10)
        for one in (listener, *open_now):
            one.close()


def no_server() -> str:
    """An address at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


def _wrapped(plain: socket.socket, *, secure: bool) -> socket.socket:
    if not secure:
        return plain
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context.wrap_socket(plain, server_side=True)


def _read(connection: socket.socket) -> Request | None:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            return None
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines)
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    while len(body) < int(headers.get("content-length", "0")):
        body += connection.recv(65536)
    method, target, _ = first.split(" ")
    return Request(method=method, target=target, headers=headers, body=body)
