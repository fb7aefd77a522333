"""The door to the PDF server: one file fetched, counted and hashed while it is read."""

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError, ReadTimeoutError

from hotfolder.domain.preflight import FileFacts
from hotfolder.errors import FetchError, FetchKind
from hotfolder.net.addresses import CheckedDial
from hotfolder.net.guard import Guard, GuardedAdapter, Watch
from hotfolder.net.part import MIB, Part, Version
from hotfolder.net.refusal import is_page, refusal
from hotfolder.net.turns import Turns

CHUNK = 256 * 1024
HEAD_BYTES = 64
WORDS_BYTES = 4096
WORDS_SECONDS = 2.0
REDIRECTS = 5
CONTINUED = 50
TURN_SECONDS = 2.0

_NUMBER = re.compile(r"[0-9]{1,18}")
_RANGE = re.compile(r"bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18}|\*)")
_HOST = re.compile(r"[A-Za-z0-9.:_-]{1,100}")
# What came so far is of no use when it is this that went wrong.
_SPOILED = (FetchKind.WEB_PAGE, FetchKind.ENDLESS, FetchKind.TOO_LARGE, FetchKind.MISMATCH)

Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """Bounds of a download: seconds and bytes. `private` allows loopback and private addresses.

    `total_seconds` is the wall clock of one file, `idle_seconds` the longest silence in it;
    `per_host` files come from one server at a time and `reserve_bytes` stay free on the disk.
    """

    connect_seconds: float = 10.0
    idle_seconds: float = 30.0
    total_seconds: float = 3600.0
    most_bytes: int = 2 * 1024**3
    reserve_bytes: int = 512 * MIB
    per_host: int = 3
    turn_seconds: float = TURN_SECONDS
    private: bool = False


@dataclass(kw_only=True, slots=True)
class _Call:
    """One file that is being fetched. `host` is where it is asked for right now."""

    url: str
    part: Part
    wanted: int | None
    progress: Progress
    until: float
    host: str = ""

    @property
    def left(self) -> float:
        """Seconds; the least is a little more than nothing."""
        return max(self.until - time.monotonic(), 0.001)

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self.until


@dataclass(frozen=True, kw_only=True, slots=True)
class _Line:
    """What a thread needs to ask: its session, who cuts it and who connects it."""

    session: requests.Session
    guard: Guard
    dial: CheckedDial


class Download:
    """Fetches files over http and https, from several threads at once."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._own = threading.local()
        self._watch = Watch()
        self._turns = Turns(limits.per_host, limits.turn_seconds)

    def fetch(
        self, url: str, target: Path, wanted: int | None = None, progress: Progress | None = None
    ) -> FileFacts:
        """Size in bytes and md5 of the file, now at `target`. Raises FetchError in plain words.

        What an earlier try left at `target` and noted beside it is gone on with, where the server
        can do that and says that the file is still the same. `wanted` is the size that the order
        names. `progress` is called with the bytes that are here and the size of the whole file,
        None where nobody knows; what it raises ends the fetch, and a later try goes on from there.
        """
        name = target.name.removeprefix(".").removesuffix(".part")
        call: _Call | None = None
        try:
            with Part(target, url, self._limits.reserve_bytes) as part:
                call = _Call(
                    url=url,
                    part=part,
                    wanted=wanted,
                    progress=progress or _silent,
                    until=time.monotonic() + self._limits.total_seconds,
                )
                self._fetch(call)
                return part.finish()
        except FetchError as error:
            place = f"{name} from {call.host}" if call and call.host else name
            raise FetchError(f"{place}: {error}", error.kind) from None

    def _fetch(self, call: _Call) -> None:
        try:
            self._fetch_on(call)
        except FetchError as error:
            if error.kind in _SPOILED:
                call.part.drop()
            elif error.kind not in {FetchKind.NO_SPACE, FetchKind.NOT_WRITTEN}:
                call.part.keep()
            raise
        except BaseException:
            call.part.keep()
            raise

    def _fetch_on(self, call: _Call) -> None:
        """A connection that breaks is followed by the next one, as long as each brings more."""
        part = call.part
        furthest = part.size
        for _ in range(CONTINUED):
            asked_from = part.size
            broken = self._one_answer(call)
            if broken is None:
                return
            refused_to_go_on = asked_from and not part.size
            if not refused_to_go_on and (part.size <= furthest or not part.version.mark):
                raise broken
            furthest = max(furthest, part.size)
        raise FetchError(f"the connection broke {CONTINUED} times", FetchKind.TRUNCATED)

    def _one_answer(self, call: _Call) -> FetchError | None:
        """None when the file is whole, or why it is not yet."""
        with self._answer(call) as answer:
            if answer.status_code == 416 and call.part.size:
                whole = answer.headers.get("Content-Range") == f"bytes */{call.part.size}"
                return None if whole else _start_again(call)
            if answer.status_code == 206 and call.part.size:
                if not _goes_on(answer, call.part):
                    return _start_again(call)
            elif answer.status_code == 200:
                call.part.begin(_version_of(answer))
            else:
                outgoing = self._line().dial.outgoing(call.host)
                words = self._words(answer)
                raise refusal(answer.status_code, answer.url, words, outgoing)
            self._check_size(call)
            with self._line().guard.limit(call.left):
                return self._read(call, answer)

    @contextmanager
    def _answer(self, call: _Call) -> Iterator[requests.Response]:
        url = call.url
        for _ in range(REDIRECTS + 1):
            url = _as_requested(url)
            call.host = _host_of(url)
            with self._turns.at(call.host), closing(self._ask(call, url)) as answer:
                if not answer.is_redirect:
                    yield answer
                    return
                url = requests.compat.urljoin(url, answer.headers["location"])
        raise FetchError(
            f"the server redirects more than {REDIRECTS} times", FetchKind.REDIRECTED
        )

    def _ask(self, call: _Call, url: str) -> requests.Response:
        limits, line = self._limits, self._line()
        headers = {"Accept-Encoding": "identity"}
        if call.part.size:
            headers |= {"Range": f"bytes={call.part.size}-", "If-Range": call.part.version.mark}
        try:
            # a server may drip the head of its answer as well
            with line.guard.limit(min(call.left, 2 * limits.connect_seconds + limits.idle_seconds)):
                return line.session.get(
                    url,
                    stream=True,
                    allow_redirects=False,
                    headers=headers,
                    timeout=(limits.connect_seconds, limits.idle_seconds),
                )
        except ValueError:  # some are of requests, so they come first
            raise _bad_address() from None
        except requests.RequestException as error:
            raise _reason(error) from None

    def _check_size(self, call: _Call) -> None:
        """Raises FetchError when it is clear from the begin that it will not do."""
        total = call.part.version.total
        most = self._limits.most_bytes
        if total is not None and total > most:
            raise FetchError(
                f"the file has {total} bytes, more than {most} (downloads.size_limit_mib)",
                FetchKind.TOO_LARGE,
            )
        if total is not None and call.wanted is not None and total != call.wanted:
            raise FetchError(
                f"the file has {total} bytes, the order says {call.wanted}", FetchKind.MISMATCH
            )
        expected = total if total is not None else call.wanted or 0
        call.part.need_room(max(expected - call.part.size, 0))

    def _read(self, call: _Call, answer: requests.Response) -> FetchError | None:
        """All that comes. None when the file is whole then, or why it is not yet."""
        part = call.part
        is_begin = part.size == 0
        try:
            for chunk in _chunks(answer):
                if call.is_over:
                    break
                if is_begin and is_page(answer.headers.get("Content-Type", ""), chunk):
                    raise FetchError(
                        "the server sent a web page instead of the file (is it a login page?)",
                        FetchKind.WEB_PAGE,
                    )
                is_begin = False
                self._check_end(call, part.size + len(chunk))
                part.add(chunk)
                call.progress(part.size, part.version.total)
            broken = None
        except ReadTimeoutError:
            broken = FetchError("the file server fell silent in between", FetchKind.TOO_SLOW)
        except (HTTPError, OSError):
            broken = _cut_off(call)
        if call.is_over:
            raise FetchError(
                f"it takes longer than {self._limits.total_seconds:g} seconds "
                "(downloads.total_timeout_seconds); the next try goes on from here where the "
                "server allows",
                FetchKind.TOO_SLOW,
            )
        return broken or (None if _is_whole(call, answer) else _cut_off(call))

    def _check_end(self, call: _Call, size: int) -> None:
        if call.wanted is not None and size > call.wanted:
            raise FetchError(
                f"the server sends more than the {call.wanted} bytes that the order says",
                FetchKind.ENDLESS,
            )
        if size > self._limits.most_bytes:
            raise FetchError(
                f"the file does not end after {self._limits.most_bytes} bytes "
                "(downloads.size_limit_mib)",
                FetchKind.ENDLESS,
            )

    def _words(self, answer: requests.Response) -> bytes:
        """The begin of what the server says about its refusal; its status has decided already."""
        data = b""
        try:
            with self._line().guard.limit(WORDS_SECONDS):
                while len(data) < WORDS_BYTES:
                    bite = answer.raw.read1(WORDS_BYTES, decode_content=True)
                    if not bite:
                        break
                    data += bite
        except (HTTPError, OSError):
            pass
        return data

    def _line(self) -> _Line:
        line: _Line | None = getattr(self._own, "line", None)
        if line is None:
            guard = Guard(self._watch)
            limits = self._limits
            dial = CheckedDial(seconds=limits.connect_seconds, private=limits.private)
            session = requests.Session()
            session.trust_env = False
            for scheme in ("http://", "https://"):
                session.mount(scheme, GuardedAdapter(guard, dial))
            line = self._own.line = _Line(session=session, guard=guard, dial=dial)
        return line


def _silent(_done: int, _total: int | None) -> None:
    pass


def _as_requested(url: str) -> str:
    """The address as requests reads it: of a hostile one `urlsplit` may read another host."""
    try:
        return requests.Request("GET", url).prepare().url or ""
    except ValueError:
        raise _bad_address() from None


def _host_of(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise FetchError("the address is not http or https", FetchKind.BAD_ADDRESS)
    return parts.hostname if _HOST.fullmatch(parts.hostname) else ""
