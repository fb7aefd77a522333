"""The HTTP server, in a thread of its own."""

import asyncio
import socket
import threading
import time
from contextlib import suppress

import uvicorn
from starlette.routing import Route, Router

from hotfolder.errors import HotfolderError

START_SECONDS = 10.0
LOOK_SECONDS = 0.01
TICK_SECONDS = 1.0
STOP_SECONDS = 10
LATE_SECONDS = 120.0
BACKLOG = 2048


def make_app(*routes: Route) -> Router:
    """The application: these routes and nothing else.

    Without FastAPI: documents are read by our own rules, and what it adds for others costs 16 MB
    of memory and half of the time of a request.
    """
    return Router(routes)


class Server:
    """Serves an application on one address. The port is bound when the object is made."""

    def __init__(self, app: Router, host: str, port: int) -> None:
        """Raises HotfolderError when the port can not be had."""
        self._socket = _bind(host, port)
        config = uvicorn.Config(
            app,
            http="httptools",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=STOP_SECONDS,
        )
        self._server = _Uvicorn(config)
        self._thread = threading.Thread(
            target=self._server.run, args=([self._socket],), name="web", daemon=True
        )

    @property
    def port(self) -> int:
        """The port really bound; of use when any free one was asked for."""
        return int(self._socket.getsockname()[1])

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
        self._socket.close()

    def is_serving(self) -> bool:
        """Whether requests are answered."""
        return self._server.started and self._thread.is_alive()

    def late(self) -> list[str]:
        """Its name when it has ended or is stuck, else nothing."""
        silence = time.monotonic() - self._server.beat
        return [] if self.is_serving() and silence < LATE_SECONDS else [self._thread.name]


class _Uvicorn(uvicorn.Server):
    """Looks after itself once a second; the usual ten times take 0.2 % of a core all day."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.beat = time.monotonic()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._asked_to_stop = asyncio.Event()

    async def main_loop(self) -> None:
        self._loop = asyncio.get_running_loop()
        while not await self.on_tick(0):
            self.beat = time.monotonic()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._asked_to_stop.wait(), TICK_SECONDS)

    def ask_to_stop(self) -> None:
        """It ends at once; called from another thread, before it runs or after."""
        self.should_exit = True
        if self._loop is not None:
            with suppress(RuntimeError):  # it has ended by itself
                self._loop.call_soon_threadsafe(self._asked_to_stop.set)


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio switches Nagle's delay off only where the protocol is named; with it an answer
    # waits 40 ms for the client's acknowledgement
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
        bound.listen(BACKLOG)
    except OSError as error:
        bound.close()
        raise HotfolderError(
            f"port {port} of {host} can not be used: {error.strerror}; "
            "is another Hotfolder running? (intake.port)"
        ) from error
    return bound
