"""Asking a file server: over checked connections, in turn, through redirects, within a time."""

import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import requests
from urllib3.exceptions import HTTPError

from hotfolder.errors import FetchError, FetchKind
from hotfolder.net.addresses import CheckedDial, addresses_of
from hotfolder.net.guard import Guard, GuardedAdapter, Names, Watch
from hotfolder.net.turns import Turns

REDIRECTS = 5
WORDS_BYTES = 4096
WORDS_SECONDS = 2.0
LEAST_SECONDS = 0.001

_HOST = re.compile(r"[A-Za-z0-9.:_-]{1,100}")


@dataclass(kw_only=True, slots=True)
class Question:
    """Who wants what until when (monotonic seconds). `host` is where it is asked for right now."""

    url: str
    until: float
    host: str = ""

    @property
    def left(self) -> float:
        """Seconds; never less than a little."""
        return max(self.until - time.monotonic(), LEAST_SECONDS)

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self.until


@dataclass(frozen=True, kw_only=True, slots=True)
class _Line:
    """What a thread needs to ask: its session, who cuts it and who connects it."""

    session: requests.Session
    guard: Guard
    dial: CheckedDial


class _NoRedirects(requests.Session):
    """A session that leaves redirects to us.

    Even when told not to follow one, requests reads its body to the end, however long it is.
    """

    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002 (requests gives it)
        return None


class Asker:
    """Asks for files, from several threads at once; each thread keeps its own connections.

    `connect_seconds` bounds the look-up of the name and the connection, each; `idle_seconds` a
    silence. Only addresses that `allows` says yes to are connected to. `names` finds the addresses
    of a host; without them the system does.
    """

    def __init__(
        self,
        *,
        connect_seconds: float,
        idle_seconds: float,
        allows: Callable[[str], bool],
        turns: Turns,
        names: Names | None = None,
    ) -> None:
        self._connect_seconds = connect_seconds
        self._idle_seconds = idle_seconds
        self._allows = allows
        self._turns = turns
        self._own = threading.local()
        self._watch = Watch()
        self._names = names or Names(addresses_of)

    @contextmanager
    def answer(self, question: Question, headers: Mapping[str, str]) -> Iterator[requests.Response]:
        """The answer behind all redirects, its body unread; each hop is checked like the first.

        Raises FetchError.
        """
        url = question.url
        for _ in range(REDIRECTS + 1):
            url = _as_requested(url)
            question.host = _host_of(url)
            with (
                self._turns.at(question.host),
                closing(self._ask(question, url, headers)) as answer,
            ):
                if not answer.is_redirect:
                    yield answer
                    return
                url = _led_to(url, answer.headers["location"])
        raise FetchError(f"the server redirects more than {REDIRECTS} times", FetchKind.REDIRECTED)

    def limit(self, seconds: float) -> AbstractContextManager[None]:
        """Whatever this thread reads in the block ends within so many seconds."""
        return self._line().guard.limit(seconds)

    def outgoing(self, host: str) -> str:
        """Our side of this thread's last connection to the host, or empty."""
        return self._line().dial.outgoing(host)

    def words_of(self, answer: requests.Response) -> bytes:
        """The begin of what the server says about a refusal; its status has decided already."""
        data = b""
        try:
            with self.limit(WORDS_SECONDS):
                while len(data) < WORDS_BYTES:
                    bite = answer.raw.read1(WORDS_BYTES, decode_content=True)
                    if not bite:
                        break
                    data += bite
        except HTTPError:
            pass
        return data

    def _ask(self, question: Question, url: str, headers: Mapping[str, str]) -> requests.Response:
        # a server may drip the head of its answer as well
        seconds = min(question.left, 2 * self._connect_seconds + self._idle_seconds)
        until = time.monotonic() + seconds
        line = self._line()
        try:
            with line.guard.limit(seconds):
                answer = line.session.get(
                    url,
                    stream=True,
                    allow_redirects=False,
                    headers={"Accept-Encoding": "identity", **headers},
                    timeout=(self._connect_seconds, self._idle_seconds),
                )
        except ValueError:  # some are of requests, so they come first
            raise _bad_address() from None
        except (requests.RequestException, HTTPError) as error:
            raise _reason(error, is_over=time.monotonic() >= until) from None
        if time.monotonic() >= until:  # what was cut in its head looks like a whole one
            answer.close()
            raise _not_in_time()
        return answer

    def _line(self) -> _Line:
        line: _Line | None = getattr(self._own, "line", None)
        if line is None:
            guard = Guard(self._watch)
            dial = CheckedDial(
                seconds=self._connect_seconds, allows=self._allows, names=self._names
            )
            session = _NoRedirects()
            session.trust_env = False
            for scheme in ("http://", "https://"):
                session.mount(scheme, GuardedAdapter(guard, dial))
            line = self._own.line = _Line(session=session, guard=guard, dial=dial)
        return line


def _as_requested(url: str) -> str:
    """The address as requests reads it: of a hostile one `urlsplit` may read another host."""
    try:
        return requests.Request("GET", url).prepare().url or ""
    except ValueError:
        raise _bad_address() from None


def _led_to(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        raise _bad_address() from None


def _host_of(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise FetchError("the address is not http or https", FetchKind.BAD_ADDRESS)
    return parts.hostname if _HOST.fullmatch(parts.hostname) else ""


def _bad_address() -> FetchError:
    return FetchError("the address is not a valid one", FetchKind.BAD_ADDRESS)


def _not_in_time() -> FetchError:
    return FetchError("the file server does not answer in time", FetchKind.TOO_SLOW)


def _reason(error: Exception, *, is_over: bool) -> FetchError:
    if is_over or isinstance(error, requests.Timeout):
        return _not_in_time()
    if isinstance(error, requests.exceptions.SSLError):
        words = "no secure connection to the file server"
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            words += ": its certificate is not trusted"
        return FetchError(words, FetchKind.NOT_TRUSTED)
    if isinstance(error, requests.ConnectionError):
        return FetchError("the file server ended the connection", FetchKind.UNREACHABLE)
    return FetchError(f"no usable answer ({type(error).__name__})", FetchKind.SERVER_FAULT)
