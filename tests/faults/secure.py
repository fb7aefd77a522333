"""A receiver behind TLS whose certificate can be changed while it runs."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

CERTIFICATES = Path(__file__).parent / "tls"
AUTHORITY = CERTIFICATES / "ca.pem"


class SecureReceiver(ThreadingHTTPServer):
    """Gives each body to `take` and says 200. `use` changes its certificate."""

    def __init__(self, take: Callable[[bytes], object]) -> None:
        super().__init__(("127.0.0.1", 0), _Door)
        self.take = take
        self.use("good")

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.server_address[1]}/"

    def use(self, name: str) -> None:
        """The certificate of this name, with its private key."""
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(CERTIFICATES / f"{name}.pem")

    def get_request(self) -> tuple[Any, Any]:
        plain, address = super().get_request()
        plain.settimeout(5)
        secure = self._context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False)
        return secure, address

    def handle_error(self, *_who: object) -> None:
        """Whoever does not trust us hangs up; that is what the tests are about."""


class _Door(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: SecureReceiver

    def do_POST(self) -> None:
        self.server.take(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_words: object) -> None:
        """Not on the terminal."""


@contextmanager
def secure_receiver(take: Callable[[bytes], object]) -> Iterator[SecureReceiver]:
    """It answers until the block ends."""
    with SecureReceiver(take) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join(10)
