"""A limit on the wall clock for one request: the limits of requests only count between bytes."""

import socket
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

LOOK_SECONDS = 1.0


class NameUnknown(Exception):
    """A host name could not be resolved in time."""


def look_up(host: str) -> object:
    """What the system knows of a host. Raises OSError, or UnicodeError for what can be no name."""
    return socket.getaddrinfo(host, None)


class Names:
    """Looks host names up, within a time.

    No time limit of any library covers that, so it is done beside, in a thread that may be left
    behind; of these there is one for a name at most.
    """

    def __init__(self, ask: Callable[[str], object] = look_up) -> None:
        self._ask = ask
        self._lock = threading.Lock()
        self._asked: dict[str, Future[object]] = {}

    def resolve(self, host: str, seconds: float) -> None:
        """Returns when the host has an address. Raises NameUnknown when not, or not in time."""
        with self._lock:
            future = self._asked.get(host)
            if future is None:
                future = self._asked[host] = Future()
                target = (host, future)
                threading.Thread(
                    target=self._look, args=target, name="name look-up", daemon=True
                ).start()
        try:
            future.result(max(seconds, 0.0))
        except (OSError, UnicodeError, TimeoutError) as error:
            raise NameUnknown(host) from error

    def _look(self, host: str, future: Future[object]) -> None:
        found: object = None
        unknown: Exception | None = None
        try:
            found = self._ask(host)
        except (OSError, UnicodeError) as error:
            unknown = error
        with self._lock:
            del self._asked[host]
        if unknown is None:
            future.set_result(found)
        else:
            future.set_exception(unknown)


class Guard:
    """Knows the open connections of one session and can cut them from another thread."""

    def __init__(self, watch: "Watch", names: Names, name_seconds: float) -> None:
        self._connections: weakref.WeakSet[Any] = weakref.WeakSet()
        self._lock = threading.Lock()
        self._names = names
        self._name_seconds = name_seconds
        self._until: float | None = None
        watch.over(self)

    def before_connecting(self, connection: Any) -> None:
        """Cut this connection too when the time is over. Raises NameUnknown."""
        with self._lock:
            self._connections.add(connection)
        self._names.resolve(connection.host, self._name_seconds)

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
        if self._until is None or time.monotonic() < self._until:
            return
        with self._lock:
            connections = list(self._connections)
        for connection in connections:
            sock = getattr(connection, "sock", None)
            if isinstance(sock, socket.socket):
                with suppress(OSError):
                    # of the plain socket: that of a TLS one pulls its state from under the reader
                    socket.socket.shutdown(sock, socket.SHUT_RDWR)


class Watch:
    """One thread that looks after the guards of all sessions, every second."""

    def __init__(self) -> None:
        self._guards: weakref.WeakSet[Guard] = weakref.WeakSet()
        self._lock = threading.Lock()
        self._looks = False

    def over(self, guard: Guard) -> None:
        """Look after this guard as long as somebody holds it."""
        with self._lock:
            self._guards.add(guard)
            if not self._looks:
                self._looks = True
                threading.Thread(target=self._look, name="send limit", daemon=True).start()

    def _look(self) -> None:
        while True:
            time.sleep(LOOK_SECONDS)
            with self._lock:
                guards = list(self._guards)
            for guard in guards:
                guard.cut_if_over()


class GuardedAdapter(HTTPAdapter):
    """An adapter whose connections the guard knows, for one address with one set of rules."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._pool: Any = None
        super().__init__(max_retries=0)

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        """Always the same pool: to look for it takes a tenth of a request."""
        if self._pool is None:
            self._pool = super().get_connection_with_tls_context(*args, **kwargs)
        return self._pool

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _pools(self._guard)

    def proxy_manager_for(self, proxy: Any, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = _pools(self._guard)
        return manager


def _pools(guard: Guard) -> dict[str, type[HTTPConnectionPool]]:
    class Plain(HTTPConnection):
        def connect(self) -> None:
            guard.before_connecting(self)
            super().connect()

    class Secure(HTTPSConnection):
        def connect(self) -> None:
            guard.before_connecting(self)
            super().connect()

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}
