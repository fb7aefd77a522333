"""A real mail server on 127.0.0.1 that keeps what it takes."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from tests.net.servers import CERTIFICATE

PASSWORD = "Sesame-opens-0815"
HOST = "127.0.0.1"


@dataclass(kw_only=True, slots=True)
class MailBox:
    """`mails` were taken, for these recipients; `secure` tells of each whether it came by TLS.

    `parting` is what it answers when somebody takes leave.
    """

    port: int = 0
    parting: str = "221 Bye"
    refused: set[str] = field(default_factory=set)
    mails: list[EmailMessage] = field(default_factory=list)
    to: list[list[str]] = field(default_factory=list)
    users: list[str] = field(default_factory=list)
    secure: list[bool] = field(default_factory=list)


class _Door:
    def __init__(self, box: MailBox) -> None:
        self._box = box

    async def handle_RCPT(  # noqa: N802 (aiosmtpd's name)
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if address in self._box.refused:
            return f"550 no such user; you said {PASSWORD}"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_QUIT(self, _server: Any, _session: Any, _envelope: Any) -> str:  # noqa: N802 (aiosmtpd's name)
        return self._box.parting

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 (aiosmtpd's name)
        box = self._box
        box.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        box.to.append(list(envelope.rcpt_tos))
        box.secure.append(server.transport.get_extra_info("ssl_object") is not None)
        return "250 taken"


@contextmanager
def mail_server(tls: str = "none", *, login: bool = False) -> Iterator[MailBox]:
    """With `login` it knows a user `hotfolder` with PASSWORD."""
    box = MailBox()

    def knows(_server: Any, _session: Any, _envelope: Any, _way: str, given: Any) -> AuthResult:
        box.users.append(given.login.decode())
        right = (given.login, given.password) == (b"hotfolder", PASSWORD.encode())
        return AuthResult(success=right, handled=False)

    trusted = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trusted.load_cert_chain(CERTIFICATE)
    more: dict[str, Any] = {"ssl_context": trusted} if tls == "tls" else {}
    if tls == "starttls":
        more |= {"tls_context": trusted, "require_starttls": True}
    if login:
        # it knows of TLS that came by STARTTLS alone
        by_word = tls == "starttls"
        more |= {"authenticator": knows, "auth_required": by_word, "auth_require_tls": by_word}
    with socket.create_server((HOST, 0)) as free:
        box.port = free.getsockname()[1]
    door = Controller(_Door(box), hostname=HOST, port=box.port, **more)
    door.start()
    try:
        yield box
    finally:
        door.stop()
