"""The HTTP server: all doors in one thread of their own."""

import asyncio
import asyncio.sslproto
import socket
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

import uvicorn
from starlette.responses import JSONResponse
from starlette.routing import Route, Router
from starlette.types import Receive, Scope, Send

from hotfolder.errors import HotfolderError
from hotfolder.web.certificate import Certificate
from hotfolder.web.listener import Listener, allow_files, bind
from hotfolder.web.protocol import DoorProtocol
from hotfolder.web.refusals import Refusal, Refuse
from hotfolder.web.visitors import Limits, Visitors

START_SECONDS = 10.0
LOOK_SECONDS = 0.01
TICK_SECONDS = 1.0
STOP_SECONDS = 10
PART_SECONDS = 1.0  # for documents under way, once asked to stop
LATE_SECONDS = 120.0
ACCEPT_AT_ONCE = 64
TLS_END_SECONDS = 5.0
TLS_BUFFER_BYTES = 32 * 1024  # two records


def make_app(*routes: Route, refuse: Refuse | None = None) -> Router:
    """The application: these routes and nothing else; who asks for another is refused by `refuse`.

    Without FastAPI: documents are read by our own rules, and what it adds for others costs 16 MB
    of memory and half of the time of a request.
    """
    if refuse is None:
        return Router(routes)

    async def no_such_page(scope: Scope, receive: Receive, send: Send) -> None:
        refuse(Refusal.NO_SUCH_PAGE, (scope.get("client") or ("",))[0])
        answer = JSONResponse({"error": "nothing is served here"}, status_code=404)
        await answer(scope, receive, send)

    return Router(routes, default=no_such_page)


@dataclass(frozen=True, kw_only=True, slots=True)
class Door:
    """An address to listen on and what is served there; `option` names the port to people.

    With a `certificate` it speaks HTTPS and nothing else.
    """

    app: Router
    host: str
    port: int
    option: str = "intake.port"
    visitors: Visitors = field(default_factory=lambda: Visitors(Limits()))
    certificate: Certificate | None = None

    @property
    def refused(self) -> Mapping[Refusal, int]:
        """How many calls were turned away here since the start, by reason; it goes on counting."""
        return self.visitors.refusals.counts


class Server:
    """Serves the doors. Their ports are bound when the object is made."""

    def __init__(self, *doors: Door) -> None:
        """Raises HotfolderError when a port can not be had."""
        allow_files(sum(door.visitors.limits.connections for door in doors))
        self._open: list[tuple[Door, Listener]] = []
        try:
            for door in doors:
                bound = bind(door.host, door.port, door.option, door.visitors)
                bound.wants_tls = door.certificate is not None
                self._open.append((door, bound))
        except HotfolderError:
            for _, bound in self._open:
                bound.close()
            raise
        self._server = _Uvicorn(self._open)
        if any(door.certificate for door in doors):
            # each connection has a buffer of this size for itself; asyncio would take 256 KiB
            asyncio.sslproto.SSLProtocol.max_size = TLS_BUFFER_BYTES
        self._thread = threading.Thread(target=self._server.run, name="web", daemon=True)

    @property
    def ports(self) -> tuple[int, ...]:
        """The ports really bound, door by door; of use when any free one was asked for."""
        return tuple(int(bound.getsockname()[1]) for _, bound in self._open)

    def start(self) -> None:
        """Returns when requests are answered. Raises HotfolderError when that does not come."""
        self._thread.start()
        until = time.monotonic() + START_SECONDS
        while not self.is_serving():
            if not self._thread.is_alive() or time.monotonic() > until:
                raise HotfolderError("the server for orders did not start; see the log for why")
            time.sleep(LOOK_SECONDS)

    def stop(self) -> None:
        """Requests under way are answered, new ones are not taken."""
        self._server.ask_to_stop()
        if self._thread.is_alive():
            self._thread.join(STOP_SECONDS + 5)
        for _, bound in self._open:
            bound.close()

    def is_serving(self) -> bool:
        """Whether requests are answered."""
        return self._server.started and self._thread.is_alive()

    def late(self) -> list[str]:
        """Its name when it has ended or is stuck, else nothing."""
        silence = time.monotonic() - self._server.beat
        return [] if self.is_serving() and silence < LATE_SECONDS else [self._thread.name]


class _Uvicorn(uvicorn.Server):
    """uvicorn with a protocol and a listening socket of our own, for each door.

    Looks after itself once a second; the usual ten times take 0.2 % of a core all day.
    """

    def __init__(self, doors: Sequence[tuple[Door, Listener]]) -> None:
        config = uvicorn.Config(
            doors[0][0].app,
            loop="asyncio",  # which accepts by way of our Listener
            http="httptools",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=STOP_SECONDS,
        )
        super().__init__(config)
        self.beat = time.monotonic()
        self._doors = doors
        self._loop: asyncio.AbstractEventLoop | None = None
        self._asked_to_stop = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:  # noqa: ARG002 (uvicorn gives them)
        """Open all doors; `sockets` is what uvicorn would take in their place."""
        await self.lifespan.startup()
        loop = asyncio.get_running_loop()
        self.servers = []
        for door, bound in self._doors:
            make = partial(DoorProtocol, door.app, door.visitors, self.config, self.server_state)
            tls = None if door.certificate is None else door.certificate.context
            made = await loop.create_server(
                make,
                sock=bound,
                ssl=tls,
                backlog=ACCEPT_AT_ONCE,
                ssl_handshake_timeout=door.visitors.limits.header_seconds if tls else None,
                ssl_shutdown_timeout=TLS_END_SECONDS if tls else None,
            )
            self.servers.append(made)
        self.started = True

    async def main_loop(self) -> None:
        self._loop = asyncio.get_running_loop()
        while not await self.on_tick(0):
            self.beat = time.monotonic()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._asked_to_stop.wait(), TICK_SECONDS)
            for door, _ in self._doors:
                door.visitors.send_away()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Who has sent all is answered; who is still sending is not waited for as long."""
        loop = asyncio.get_running_loop()
        for door, _ in self._doors:
            for seconds in (PART_SECONDS, 2 * PART_SECONDS):
                loop.call_later(seconds, door.visitors.part)
        await super().shutdown(sockets)

    def ask_to_stop(self) -> None:
        """It ends at once; called from another thread, before it runs or after."""
        self.should_exit = True
        if self._loop is not None:
            with suppress(RuntimeError):  # it has ended by itself
                self._loop.call_soon_threadsafe(self._asked_to_stop.set)
