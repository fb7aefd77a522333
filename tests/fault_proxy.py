"""A fault proxy for 127.0.0.1: passes TCP on to a receiver, and troubles it as a test says.

Latency, down, slow, drip, reset, cut, black hole. It knows nothing of HTTP or TLS.
"""

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

PIECE = 65536
LISTENING_SECONDS = 10.0


class Ending(StrEnum):
    """What happens when the bytes that a trouble allows have passed."""

    SILENCE = "silence"  # the connection stays open, nothing more comes
    CLOSE = "close"  # an orderly end
    RESET = "reset"  # RST: what was not read yet is lost


@dataclass(frozen=True, kw_only=True, slots=True)
class Trouble:
    """How connections go wrong. It holds for open ones as well, from the moment it is set.

    `latency_seconds` delays each piece both ways. `bytes_a_second` slows answers down to a drip.
    `swallow`: requests are read and go nowhere. `answer_bytes`: only so many bytes of answers come
    through, then `ending`.
    """

    latency_seconds: float = 0.0
    bytes_a_second: float = 0.0
    swallow: bool = False
    answer_bytes: int | None = None
    ending: Ending = Ending.SILENCE


FINE = Trouble()
BLACK_HOLE = Trouble(swallow=True)
NO_ANSWER = Trouble(answer_bytes=0)
RESET_AFTER_REQUEST = Trouble(answer_bytes=0, ending=Ending.RESET)


class FaultProxy:
    """Use it with `with`. `down()` and `up()` make an outage on the same port."""

    def __init__(self, target_port: int) -> None:
        self._target = ("127.0.0.1", target_port)
        self._listener: socket.socket | None = None
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._threads: list[threading.Thread] = []
        self._over = threading.Event()
        self._trouble = FINE
        self._passed = 0
        self.port = 0
        self.connections = 0

    @property
    def trouble(self) -> Trouble:
        return self._trouble

    @trouble.setter
    def trouble(self, trouble: Trouble) -> None:
        self._passed = 0
        self._trouble = trouble

    def up(self) -> None:
        """Connections are taken when this returns."""
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self._listener.getsockname()[1]
        self._run(self._accept, self._listener)

    def down(self) -> None:
        """Nobody listens any more, and open connections are reset."""
        if self._listener is not None:
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None
        self.reset()

    def reset(self) -> None:
        """All open connections are reset."""
        for pair in self._pairs:
            for one in pair:
                _reset(one)
        self._pairs.clear()

    def __enter__(self) -> Self:
        self.up()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self.down()
        for thread in self._threads:
            thread.join(LISTENING_SECONDS)

    @contextlib.contextmanager
    def troubled(self, trouble: Trouble) -> Iterator[None]:
        """The trouble holds in this block."""
        self.trouble = trouble
        try:
            yield
        finally:
            self.trouble = FINE

    def _run(self, action: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=action, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                self.connections += 1
                try:
                    server = socket.create_connection(self._target)
                except OSError:
                    _reset(client)
                    continue
                for one in (client, server):
                    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._pairs.append((client, server))
                self._run(self._requests, client, server)
                self._run(self._answers, client, server)

    def _requests(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := client.recv(PIECE):
                self._over.wait(self._trouble.latency_seconds)
                if not self._trouble.swallow:
                    server.sendall(piece)
            server.shutdown(socket.SHUT_WR)

    def _answers(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := server.recv(PIECE):
                self._over.wait(self._trouble.latency_seconds)
                if not self._pass_on(client, server, piece):
                    return
            client.shutdown(socket.SHUT_WR)

    def _pass_on(self, client: socket.socket, server: socket.socket, piece: bytes) -> bool:
        """False when the connection is at its end."""
        trouble = self._trouble
        if trouble.answer_bytes is not None:
            left = max(trouble.answer_bytes - self._passed, 0)
            if len(piece) >= left:
                self._send(client, piece[:left])
                return self._end(client, server, trouble.ending)
        self._send(client, piece)
        return True

    def _send(self, client: socket.socket, data: bytes) -> None:
        speed = self._trouble.bytes_a_second
        step = len(data) if not speed else max(1, int(speed / 10))
        for start in range(0, len(data), step or 1):
            if speed and self._over.wait(step / speed):
                return
            client.sendall(data[start : start + step])
        self._passed += len(data)

    def _end(self, client: socket.socket, server: socket.socket, ending: Ending) -> bool:
        if ending is Ending.SILENCE:
            return True
        if ending is Ending.RESET:
            _reset(client)
        else:
            client.shutdown(socket.SHUT_RDWR)
        _reset(server)
        return False


def _reset(connection: socket.socket) -> None:
    """Close with RST, in the middle of whatever is on its way (socket(7), SO_LINGER of 0)."""
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.shutdown(socket.SHUT_RD)
    connection.close()
