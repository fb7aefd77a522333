"""Messages to the admin by mail (SMTP, RFC 5321), encrypted unless it is asked for otherwise."""

import smtplib
import ssl
from base64 import b64encode
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import Any

from hotfolder.net.words import one_line

SECONDS = 20.0  # for each step of the conversation


@dataclass(frozen=True, kw_only=True, slots=True)
class MailServer:
    """Where mail is handed in. `tls`: starttls, tls or none. Without a `user` nobody logs in."""

    host: str
    port: int
    tls: str
    ca_file: str = ""
    user: str = ""
    password: str = field(default="", repr=False)


class Mail:
    """One mail to all recipients for each message."""

    def __init__(
        self, server: MailServer, sender: str, to: tuple[str, ...], seconds: float = SECONDS
    ) -> None:
        self._server = server
        self._sender = sender
        self._to = to
        self._seconds = seconds

    def tell(self, message: Mapping[str, Any]) -> str:
        """Empty when the server took it for at least one recipient, otherwise why not."""
        try:
            line = self._connected()
            try:
                refused = line.send_message(self._mail(message), self._sender, list(self._to))
                with suppress(OSError, smtplib.SMTPException):  # taken, however it parts from us
                    line.quit()
            finally:
                line.close()
        except (OSError, smtplib.SMTPException, ValueError) as error:
            return self._words(error)
        return "" if len(refused) < len(self._to) else "the mail server refused all recipients"

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        if server.tls == "tls":
            line: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=self._seconds, context=self._trust()
            )
        else:
            line = smtplib.SMTP(server.host, server.port, timeout=self._seconds)
        try:
            if server.tls == "starttls":
                line.starttls(context=self._trust())
            if server.user:
                line.login(server.user, server.password)
        except BaseException:
            line.close()
            raise
        return line

    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._server.ca_file or None)

    def _mail(self, message: Mapping[str, Any]) -> EmailMessage:
        mail = EmailMessage()
        mail["Subject"] = one_line(str(message["subject"]))
        mail["From"] = self._sender
        mail["To"] = ", ".join(self._to)
        mail["Date"] = format_datetime(datetime.now(UTC))
        mail["Message-ID"] = make_msgid(domain=self._sender.rpartition("@")[2])
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
        mail.set_content(str(message["text"]) + "\n")
        return mail

    def _words(self, error: Exception) -> str:
        place = f"mail server {self._server.host}:{self._server.port}"
        if isinstance(error, smtplib.SMTPAuthenticationError):
            what = f"does not accept user and password ({self._clean(error.smtp_error)})"
        elif isinstance(error, smtplib.SMTPNotSupportedError):
            what = "does not offer what is asked for: see alerts.mail_tls and mail_user"
        elif isinstance(error, smtplib.SMTPResponseException):
            what = f"answers {error.smtp_code} {self._clean(error.smtp_error)}"
        elif isinstance(error, smtplib.SMTPRecipientsRefused):
            what = "refuses all recipients of alerts.mail_to"
        elif isinstance(error, ssl.SSLError):
            why = getattr(error, "verify_message", "") or error.reason or "no TLS"
            what = f"can not be trusted: {why} (alerts.mail_tls, mail_ca_file)"
        elif isinstance(error, smtplib.SMTPServerDisconnected):
            what = f"hung up: {self._clean(str(error))}"
        elif isinstance(error, FileNotFoundError):
            what = "is not trusted: the file of alerts.mail_ca_file is not there"
        elif isinstance(error, TimeoutError):
            what = f"did not answer within {self._seconds:g} seconds"
        elif isinstance(error, OSError) and error.strerror:
            what = f"can not be reached: {error.strerror}"
        else:
            what = f"did not take it ({type(error).__name__})"
        return f"{place} {what}"

    def _clean(self, answer: bytes | str) -> str:
        """What the server said, in one line and without the password, should it repeat it."""
        text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
        password = self._server.password
        if password:
            for written in (password, b64encode(password.encode()).decode()):
                text = text.replace(written, "…")
        return one_line(text)
