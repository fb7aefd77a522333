"""The door to the PDF server: one file fetched, counted and hashed while it is read."""

import hashlib
import ipaddress
import socket
import threading
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import requests

from hotfolder.domain.preflight import FileFacts
from hotfolder.errors import FetchError

CHUNK = 256 * 1024
REDIRECTS = 5
WORDS = {
    401: "the server wants a password",
    403: "the server refuses us: is this machine's outgoing address in the access list (ACL) "
    "of the Production Interface?",
    404: "the server does not have the file (any more)",
    410: "the link has expired",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """Bounds of a download: seconds and bytes. `private` allows loopback and private addresses."""

    connect_seconds: float = 10.0
    idle_seconds: float = 30.0
    most_bytes: int = 2 * 1024**3
    private: bool = False


class Download:
    """Fetches files over http and https. Sessions are one a thread."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._own = threading.local()

    def fetch(self, url: str, target: Path) -> FileFacts:
        """Size in bytes and md5 of the file, now at `target`. Raises FetchError in plain words."""
        try:
            with self._open(url) as answer:
                return self._read(answer, target)
        except ValueError:  # some are of requests, so they come first
            raise FetchError("the address is not a valid one") from None
        except requests.RequestException as error:
            raise FetchError(_reason(error)) from None
        except OSError as error:
            raise FetchError(f"{target.name} can not be written: {error.strerror}") from error

    def _open(self, url: str) -> requests.Response:
        for _ in range(REDIRECTS + 1):
            url = _as_requested(url)
            self._refuse_strange(url)
            answer = self._session().get(
                url,
                stream=True,
                allow_redirects=False,
                headers={"Accept-Encoding": "identity"},
                timeout=(self._limits.connect_seconds, self._limits.idle_seconds),
            )
            if not answer.is_redirect:
                return self._checked(answer)
            url = requests.compat.urljoin(url, answer.headers["location"])
            answer.close()
        raise FetchError(f"the server redirects more than {REDIRECTS} times")

    def _checked(self, answer: requests.Response) -> requests.Response:
        if answer.status_code != 200:
            answer.close()
            words = WORDS.get(answer.status_code, "the server does not give the file")
            raise FetchError(f"{words} (status {answer.status_code})")
        if answer.headers.get("Content-Type", "").lower().startswith("text/html"):
            answer.close()
            raise FetchError("the server sent a web page instead of the file")
        return answer

    def _read(self, answer: requests.Response, target: Path) -> FileFacts:
        digest = hashlib.md5(usedforsecurity=False)
        size = 0
        with target.open("wb") as file:
            for chunk in answer.iter_content(CHUNK):
                size += len(chunk)
                if size > self._limits.most_bytes:
                    raise FetchError(f"the file is larger than {self._limits.most_bytes} bytes")
                digest.update(chunk)
                file.write(chunk)
        return FileFacts(size=size, md5=digest.hexdigest())

    def _refuse_strange(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise FetchError("the address is not http or https")
        if self._limits.private:
            return
        try:
            found = socket.getaddrinfo(parts.hostname, parts.port or parts.scheme)
        except OSError as error:
            raise FetchError("the name of the file server is not known") from error
        if not all(ipaddress.ip_address(str(entry[4][0])).is_global for entry in found):
            raise FetchError(
                "the address lies inside this network; set downloads.allow_private_addresses "
                "if that is meant"
            )

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._own, "session", None)
        if session is None:
            session = self._own.session = requests.Session()
            session.trust_env = False
        return session


def _as_requested(url: str) -> str:
    """The address as requests reads it: of a hostile one `urlsplit` may read another host."""
    return requests.Request("GET", url).prepare().url or ""


def _reason(error: requests.RequestException) -> str:
    if isinstance(error, requests.exceptions.SSLError):
        return "no secure connection: the file server's certificate is not trusted"
    if isinstance(error, requests.Timeout):
        return "the file server does not answer in time"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "the file was cut off"
    if isinstance(error, requests.ConnectionError):
        return "no connection to the file server, or it was cut off"
    return f"the file could not be fetched ({type(error).__name__})"
