"""The door to CloudSignal: one POST, and what came of it."""

import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests

from hotfolder.errors import DeliveryError

WORDS_BYTES = 64 * 1024
WORDS_SECONDS = 2.0
WORDS_SHOWN = 300


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """Where signals go and how. `ca_file` and `proxy` are empty where the usual will do."""

    url: str
    connect_seconds: float = 5.0
    read_seconds: float = 15.0
    ca_file: str = ""
    proxy: str = ""


class CloudSignal:
    """Sends signals. The key is kept here alone and put into each request at the last moment."""

    def __init__(self, address: Address, key: str) -> None:
        self._address = address
        self._key = key
        self._own = threading.local()

    def send(self, request: Mapping[str, Any]) -> None:
        """Returns when the request was accepted with 200; raises DeliveryError otherwise.

        No redirect is followed and no proxy or password is taken from the environment. A session
        is used by one thread and thrown away after a failure.
        """
        body = json.dumps({"apikey": self._key, **request}, ensure_ascii=False).encode()
        try:
            session, post = self._ready()
            post.prepare_body(body, None)
            # straight to the adapter: what a session adds (redirects, cookies) is not wanted here
            with session.get_adapter(self._address.url).send(
                post,
                stream=True,
                timeout=(self._address.connect_seconds, self._address.read_seconds),
                verify=self._address.ca_file or True,
                proxies=session.proxies,
            ) as answer:
                status, text = answer.status_code, _text(answer)
        except OSError as error:  # all of requests, and a certificate file that is not there
            self._forget_session()
            raise DeliveryError(_reason(error)) from None
        if status != 200:
            words = " ".join(text.replace(self._key, "***").split())[:WORDS_SHOWN]
            raise DeliveryError(f"{status} {words}".strip(), status=status)

    def _ready(self) -> tuple[requests.Session, requests.PreparedRequest]:
        """This thread's session and its POST that only lacks a body.

        To make the request anew each time takes requests as long as to send it.
        """
        ready: tuple[requests.Session, requests.PreparedRequest] | None
        ready = getattr(self._own, "ready", None)
        if ready is None:
            session = requests.Session()
            session.trust_env = False
            session.verify = self._address.ca_file or True
            if self._address.proxy:
                session.proxies = {"http": self._address.proxy, "https": self._address.proxy}
            headers = {"Content-Type": "application/json"}
            post = requests.Request("POST", self._address.url, headers=headers)
            ready = self._own.ready = (session, session.prepare_request(post))
        return ready

    def _forget_session(self) -> None:
        ready = getattr(self._own, "ready", None)
        if ready is not None:
            ready[0].close()
            self._own.ready = None


def _text(answer: requests.Response) -> str:
    """The start of what the server said. Its status has decided already, so no error matters.

    Read in small bites, so that neither an endless nor a dripping body holds us up.
    """
    data = b""
    until = time.monotonic() + WORDS_SECONDS
    try:
        while len(data) < WORDS_BYTES and time.monotonic() < until:
            bite = answer.raw.read1(WORDS_BYTES - len(data), decode_content=False)
            if not bite:
                break
            data += bite
    except Exception:  # noqa: BLE001, S110 (a cut or broken body changes nothing)
        pass
    return data.decode("utf-8", "replace")


def _reason(error: OSError) -> str:
    if isinstance(error, requests.exceptions.SSLError):
        return "no secure connection: the server's certificate is not trusted"
    if isinstance(error, requests.ConnectTimeout):
        return "no connection in time"
    if isinstance(error, requests.Timeout):
        return "no answer in time"
    if isinstance(error, requests.ConnectionError):
        return "no connection, or it was cut off"
    if not isinstance(error, requests.RequestException):
        return "no secure connection: the certificate file of the configuration can not be read"
    return f"the request failed ({type(error).__name__})"
