"""The certificate of a door: files that are renewed while connections go on."""

import ssl
from datetime import UTC, datetime
from pathlib import Path

from hotfolder.errors import ConfigError, Problem

NO_CHECK_TIME = 0x200000  # X509_V_FLAG_NO_CHECK_TIME, x509_vfy.h of OpenSSL
ENCRYPTED = "PEM pass phrase asked for"

Print = tuple[tuple[int, int, int], ...]


class Certificate:
    """A certificate with its chain and its private key, both PEM files.

    `context` is what to listen with, once and for all: each new connection gets the files as they
    were last taken in, those that are open keep what they have.
    """

    def __init__(self, certificate: Path, key: Path) -> None:
        """Raises ConfigError when they can not be used."""
        self._certificate = certificate
        self._key = key
        self._seen = self._print()
        self._current = self._load()
        self.context = self._load()
        self.context.sni_callback = self._use_current
        self.ends_at = _end_of(self._current, certificate)

    def renew(self) -> bool:
        """Take the files in if they have changed; True when they have.

        Raises ConfigError when they can not be used, as between the writing of the two; what was
        used goes on to be used.
        """
        found = self._print()
        if found == self._seen:
            return False
        made = self._load()
        self.ends_at = _end_of(made, self._certificate)
        self._current, self._seen = made, found
        return True

    def _use_current(
        self, connection: ssl.SSLObject | ssl.SSLSocket, _name: str | None, _context: ssl.SSLContext
    ) -> None:
        """Called in each handshake, also when the other side names no server (RFC 6066)."""
        connection.context = self._current

    def _print(self) -> Print:
        """What tells that a file was changed or another one put in its place."""
        facts = []
        for path in (self._certificate, self._key):
            try:
                found = path.stat()
            except OSError:
                facts.append((0, 0, 0))
            else:
                facts.append((found.st_mtime_ns, found.st_size, found.st_ino))
        return tuple(facts)

    def _load(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_COMPRESSION
        context.set_alpn_protocols(["http/1.1"])
        for option, path in (
            ("intake.tls_certificate", self._certificate),
            ("intake.tls_key", self._key),
        ):
            try:
                with path.open("rb"):
                    pass
            except OSError as error:
                hint = "let the user that runs Hotfolder read it"
                what = f"{path} can not be read: {error.strerror}"
                raise ConfigError([Problem(option, what, hint)]) from None
        try:
            context.load_cert_chain(self._certificate, self._key, _no_password)
        except (OSError, ValueError) as error:
            raise ConfigError([_problem(error, self._certificate, self._key)]) from None
        return context


def _no_password() -> str:
    """Instead of a question on a terminal that nobody sees."""
    raise ValueError(ENCRYPTED)


def _problem(error: Exception, certificate: Path, key: Path) -> Problem:
    """In plain words; OpenSSL names neither file nor remedy."""
    if str(error) == ENCRYPTED:
        hint = "write it without: openssl pkey -in KEY -out NEW-KEY"
        return Problem("intake.tls_key", f"{key} is locked with a password", hint)
    if getattr(error, "reason", "") == "KEY_VALUES_MISMATCH":
        hint = "name the key that the certificate was made for"
        return Problem("intake.tls_key", f"{key} is not the key of {certificate}", hint)
    hint = "name PEM files: the certificate with those that vouch for it, and its private key"
    why = f" ({error.reason})" if isinstance(error, ssl.SSLError) and error.reason else ""
    what = f"{certificate} and {key} can not be used{why}"
    return Problem("intake.tls_certificate", what, hint)


def _end_of(context: ssl.SSLContext, certificate: Path) -> datetime:
    """When the certificate ends, as a client of it learns it: by a handshake within the process."""
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname = False
    client.load_verify_locations(certificate)
    client.verify_flags = ssl.VerifyFlags(ssl.VERIFY_X509_PARTIAL_CHAIN | NO_CHECK_TIME)
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    ours = client.wrap_bio(to_client, to_server)
    theirs = context.wrap_bio(to_server, to_client, server_side=True)
    for side in (ours, theirs, ours, theirs):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue
        except ssl.SSLError as error:
            what = f"{certificate} can not be used by a server: {error.reason or 'unknown why'}"
            raise ConfigError([Problem("intake.tls_certificate", what)]) from None
    told = ours.getpeercert() or {}
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(told["notAfter"])), UTC)
