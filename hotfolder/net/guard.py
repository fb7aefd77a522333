"""A limit on the wall clock for one request: the limits of requests only count between bytes."""

import socket
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

LOOK_SECONDS = 1.0


class NameUnknown(Exception):
    """A host name could not be resolved in time."""


class Guard:
    """Knows the open connections of one session and can cut them from another thread."""

    def __init__(self, watch: "Watch") -> None:
        self._connections: weakref.WeakSet[Any] = weakref.WeakSet()
        self._sockets: weakref.WeakSet[socket.socket] = weakref.WeakSet()
        self._lock = threading.Lock()  # a set that grows while it is read is an error
        self._until: float | None = None
        watch.over(self)

    def watch(self, connection: Any) -> None:
        """Cut this connection too when the time is over, also while it is being made."""
        with self._lock:
            self._connections.add(connection)

    def watch_socket(self, sock: socket.socket) -> None:
        """Cut this socket too: of an answer without a length the connection knows it no more."""
        with self._lock:
            self._sockets.add(sock)

    @contextmanager
    def limit(self, seconds: float) -> Iterator[None]:
        """Whatever is read or written in this block ends within so many seconds."""
        self._until = time.monotonic() + seconds
        try:
            yield
        finally:
            self._until = None

    def cut_if_over(self) -> None:
        """Cut the connections when the time is over; whoever reads from them gets an error."""
        until = self._until
        if until is None or time.monotonic() < until:
            return
        with self._lock:
            sockets = {connection.sock for connection in self._connections}
            sockets.update(self._sockets)
        for sock in sockets - {None}:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)


class Watch:
    """One thread that looks after the guards of all sessions, every second."""

    def __init__(self) -> None:
        self._guards: weakref.WeakSet[Guard] = weakref.WeakSet()
        self._lock = threading.Lock()
        self._begun = threading.Lock()

    def over(self, guard: Guard) -> None:
        """Look after this guard as long as somebody holds it."""
        with self._lock:
            self._guards.add(guard)
        if self._begun.acquire(blocking=False):
            threading.Thread(target=self._look, name="send limit", daemon=True).start()

    def _look(self) -> None:
        while True:
            time.sleep(LOOK_SECONDS)
            with self._lock:
                guards = list(self._guards)
            for guard in guards:
                guard.cut_if_over()


Dial = Callable[[HTTPConnection], socket.socket]


class GuardedAdapter(HTTPAdapter):
    """An adapter whose connections the guard knows; `dial` opens them when the usual will not do.

    A connection keeps its own host for the Host header and TLS, wherever `dial` leads it.
    """

    def __init__(self, guard: Guard, dial: Dial | None = None) -> None:
        self._guard = guard
        self._dial = dial
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _pools(self._guard, self._dial)

    def proxy_manager_for(self, proxy: Any, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = _pools(self._guard, self._dial)
        return manager


def _pools(guard: Guard, dial: Dial | None) -> dict[str, type[HTTPConnectionPool]]:
    class Plain(HTTPConnection):
        def connect(self) -> None:
            guard.watch(self)
            super().connect()
            guard.watch_socket(self.sock)

        def _new_conn(self) -> socket.socket:  # where urllib3 lets its SOCKS connections in, too
            return dial(self) if dial else super()._new_conn()

    class Secure(HTTPSConnection):
        def connect(self) -> None:
            guard.watch(self)
            super().connect()
            guard.watch_socket(self.sock)

        def _new_conn(self) -> socket.socket:
            return dial(self) if dial else super()._new_conn()

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


def resolve(host: str, seconds: float) -> tuple[str, ...]:
    """The addresses of the host, as text. Raises NameUnknown when it has none, or not in time.

    No time limit of any library covers name resolution, so it is tried beside, in a thread that may
    be left behind.
    """
    found: list[str] = []

    def look_up() -> None:
        try:
            entries = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            return
        found.extend(str(entry[4][0]) for entry in entries)

    thread = threading.Thread(target=look_up, name="name look-up", daemon=True)
    thread.start()
    thread.join(seconds)
    addresses = tuple(dict.fromkeys(found))
    if not addresses:
        raise NameUnknown(host)
    return addresses
