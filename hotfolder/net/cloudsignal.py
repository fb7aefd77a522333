"""The door to CloudSignal: one POST, and what came back."""

import json
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

import requests

from hotfolder.domain.answer import Answer, Fault
from hotfolder.net.guard import Guard, Names, NameUnknown, OneAddressAdapter, Watch

WORDS_BYTES = 64 * 1024
WORDS_SHOWN = 300
WORDS_SECONDS = 2.0
HIDDEN = "***"
HALF_KEY = 4
PAGE_TYPES = ("text/html", "application/xhtml+xml")
PAGE_STARTS = ("<!doc", "<html")
# What stands in the texts of requests, urllib3 and OpenSSL; a mark before it wins.
MARKS = {
    "CERTIFICATE_VERIFY_FAILED": Fault.NOT_TRUSTED,
    "NO_CERTIFICATE_OR_CRL_FOUND": Fault.NO_CERTIFICATES,
    "PEM lib": Fault.NO_CERTIFICATES,
    "NameResolutionError": Fault.NO_NAME,
    "NewConnectionError": Fault.NO_CONNECTION,
    "SSLError": Fault.NO_TLS,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """Where signals go and how. `ca_file` and `proxy` are empty where the usual will do.

    `whole_seconds` bounds one POST on the wall, whatever the server drips. A session lives at most
    `session_seconds`, so that a new address or certificate file is noticed.
    """

    url: str
    connect_seconds: float = 5.0
    read_seconds: float = 15.0
    whole_seconds: float = 25.0
    session_seconds: float = 3600.0
    ca_file: str = ""
    proxy: str = ""


@dataclass(slots=True)
class _Line:
    """A session of one thread, with the guard that can cut it."""

    session: requests.Session
    guard: Guard
    post: requests.PreparedRequest
    opened: float

    def post_of(self, body: bytes) -> requests.PreparedRequest:
        """The POST with this body; to make it anew takes requests as long as to send it."""
        self.post.prepare_body(body, None)
        return self.post


class CloudSignal:
    """Sends signals. The key is kept here alone and put into each request at the last moment."""

    def __init__(self, address: Address, key: str, names: Names | None = None) -> None:
        self._address = address
        self._names = names or Names()
        self._key = key
        self._own = threading.local()
        self._watch = Watch()

    def set_key(self, key: str) -> bool:
        """Use another key from the next request on; True when it really is another one."""
        changed = key != self._key
        self._key = key
        return changed

    def send(self, request: Mapping[str, Any]) -> Answer:
        """What came back from one POST; never an exception.

        No redirect is followed and no proxy or password is taken from the environment. A session
        belongs to one thread, lives an hour at most and is thrown away after a failure.
        """
        key = self._key
        body = json.dumps({"apikey": key, **request}, ensure_ascii=False).encode()
        began = time.monotonic()
        try:
            answer = self._post(body, key)
        except NameUnknown:
            answer = Answer(fault=Fault.NO_NAME)
        except OSError as error:  # all of requests, and a certificate file that is not there
            is_over = time.monotonic() - began >= self._address.whole_seconds
            fault = _fault(error)
            if is_over and fault is Fault.CUT_OFF:
                fault = Fault.TOO_SLOW
            answer = Answer(fault=fault, words=_distrust(error))
        if answer.status is None:
            self._hang_up()
        spent = round((time.monotonic() - began) * 1000)
        return replace(answer, milliseconds=spent)

    def _post(self, body: bytes, key: str) -> Answer:
        line = self._line()
        address = self._address
        with (
            line.guard.limit(address.whole_seconds),
            # straight to the adapter: what a session adds (redirects, cookies) is not wanted here
            line.session.get_adapter(address.url).send(
                line.post_of(body),
                stream=True,
                timeout=(address.connect_seconds, address.read_seconds),
                verify=address.ca_file or True,
                proxies=line.session.proxies,
            ) as response,
        ):
            kind = response.headers.get("Content-Type", "").lower()
            text = _text(response)
            return Answer(
                status=response.status_code,
                words="" if response.status_code == 200 else _words(text, key),
                is_page=kind.startswith(PAGE_TYPES) or text.lstrip()[:5].lower() in PAGE_STARTS,
                retry_after=_retry_after(response.headers.get("Retry-After")),
            )

    def _line(self) -> _Line:
        line: _Line | None = getattr(self._own, "line", None)
        if line is not None and time.monotonic() - line.opened >= self._address.session_seconds:
            self._hang_up()
            line = None
        if line is None:
            line = self._own.line = self._open()
        return line

    def _open(self) -> _Line:
        address = self._address
        guard = Guard(self._watch, self._names, address.connect_seconds)
        session = requests.Session()
        session.trust_env = False
        session.verify = address.ca_file or True
        session.mount("http://", OneAddressAdapter(guard))
        session.mount("https://", OneAddressAdapter(guard))
        if address.proxy:
            session.proxies = {"http": address.proxy, "https": address.proxy}
        headers = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
        post = session.prepare_request(requests.Request("POST", address.url, headers=headers))
        return _Line(session=session, guard=guard, post=post, opened=time.monotonic())

    def _hang_up(self) -> None:
        line: _Line | None = getattr(self._own, "line", None)
        if line is not None:
            line.session.close()
            self._own.line = None


def _text(response: requests.Response) -> str:
    """The start of what the server said. Its status has decided already, so no error matters.

    Read in small bites, so that neither an endless nor a dripping body holds us up.
    """
    data = b""
    until = time.monotonic() + WORDS_SECONDS
    try:
        while len(data) < WORDS_BYTES and time.monotonic() < until:
            bite = response.raw.read1(WORDS_BYTES - len(data), decode_content=False)
            if not bite:
                break
            data += bite
    except Exception:  # noqa: BLE001, S110 (a cut or broken body changes nothing)
        pass
    return data.decode("utf-8", "replace")


def _words(text: str, key: str) -> str:
    """One line of it, without the key, short enough to be kept."""
    words = "".join(letter for letter in " ".join(text.split()) if letter.isprintable())
    escaped = json.dumps(key)[1:-1]
    for written in (key, escaped, escaped.replace("/", "\\/"), quote(key, safe="")):
        words = words.replace(written, HIDDEN)
    return _without_half(words, key)[:WORDS_SHOWN]


def _without_half(words: str, key: str) -> str:
    """Without the start of a key at the end, where reading was broken off."""
    for size in range(len(key) - 1, HALF_KEY - 1, -1):
        if words.endswith(key[:size]):
            return words[:-size] + HIDDEN
    return words


def _retry_after(header: str | None) -> float | None:
    """Seconds to wait as the server asks, given as a number or a date; None for rubbish."""
    if header is None:
        return None
    try:
        seconds = float(header)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(header).timestamp() - time.time()
        except ValueError:
            return None
    return seconds if 0 <= seconds < float("inf") else None


def _fault(error: OSError) -> Fault:
    if not isinstance(error, requests.RequestException):
        return Fault.NO_CERTIFICATES
    if isinstance(error, requests.ConnectTimeout):
        return Fault.NO_CONNECTION
    if isinstance(error, requests.Timeout):
        return Fault.TOO_SLOW
    causes = repr(error)
    return next((fault for mark, fault in MARKS.items() if mark in causes), Fault.CUT_OFF)


def _distrust(error: OSError) -> str:
    """Why a certificate is not trusted, in OpenSSL's words: expired, another host, self-signed."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return cause.verify_message
        cause = cause.__cause__ or cause.__context__
    return ""
