"""The test center's own HTTP server."""

import socket
from collections.abc import Callable

import uvicorn

from hotfolder.errors import ConfigError, Problem
from hotfolder.test_center.app import make_app
from hotfolder.test_center.protocol import DroppingProtocol
from hotfolder.test_center.receiver import SIGNAL_PATH
from hotfolder.test_center.state import CenterState

_BACKLOG = 1024
_STOP_SECONDS = 1


class CenterServer(uvicorn.Server):
    """A test center bound to its port; port 0 takes a free one.

    `run()` blocks until `should_exit` is set or a stop request comes; `ready` is called with the
    address once requests are answered. Raises ConfigError when the port can not be had.
    """

    def __init__(
        self, host: str, port: int, state: CenterState, ready: Callable[[str], None] | None = None
    ) -> None:
        self._socket = _bind(host, port)
        self._ready = ready
        address = f"[{host}]" if ":" in host else host
        self.url = f"http://{address}:{self._socket.getsockname()[1]}"
        config = uvicorn.Config(
            make_app(state),
            http=DroppingProtocol,
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=_STOP_SECONDS,
        )
        super().__init__(config)

    @property
    def signal_url(self) -> str:
        """Where the shop sends its signals."""
        return f"{self.url}{SIGNAL_PATH}"

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        super().run(sockets=sockets or [self._socket])

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self._ready is not None:
            self._ready(self.url)


def serve(
    host: str, port: int, state: CenterState, ready: Callable[[str], None] | None = None
) -> None:
    """Run a test center until Ctrl-C; see CenterServer."""
    server = CenterServer(host, port, state, ready)
    try:
        server.run()
    except KeyboardInterrupt:
        return
    finally:
        state.account.close()


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio switches Nagle's delay off only where the protocol is named
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        what = f"can not listen here: {error.strerror or error}"
        raise ConfigError([Problem(f"{host}:{port}", what, "choose another port")]) from error
    return listener
