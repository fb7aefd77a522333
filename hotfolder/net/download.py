"""The door to the PDF server: one file fetched, counted and hashed while it is read."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import requests
from urllib3.exceptions import HTTPError, ReadTimeoutError

from hotfolder.domain.preflight import FileFacts
from hotfolder.errors import FetchError, FetchKind
from hotfolder.net.addresses import is_public, is_public_or_private
from hotfolder.net.answer import ends_there, goes_on, is_whole, pieces, version_of
from hotfolder.net.asking import Asker, Question
from hotfolder.net.guard import Names
from hotfolder.net.part import MIB, Part
from hotfolder.net.refusal import is_page, refusal
from hotfolder.net.speed import Speed
from hotfolder.net.turns import Turns

CONTINUED = 50
PAGE_BYTES = 1024
KIB = 1024
# short, as others wait behind; not nothing, so that files of a busy server are not asked for madly
TURN_SECONDS = 0.05
SPEED_SECONDS = 60.0

# What came so far is of no use when it is this that went wrong.
_SPOILED = (FetchKind.WEB_PAGE, FetchKind.ENDLESS, FetchKind.TOO_LARGE, FetchKind.MISMATCH)
_DISK = (FetchKind.NO_SPACE, FetchKind.NOT_WRITTEN)

Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """Bounds of a download: seconds and bytes. `private` allows loopback and private addresses.

    `total_seconds` is the wall clock of one file, `idle_seconds` the longest silence in it;
    `per_host` files come from one server at a time and `reserve_bytes` stay free on the disk. A
    file that comes with less than `least_speed` bytes a second over `speed_seconds` is left.
    """

    connect_seconds: float = 10.0
    idle_seconds: float = 30.0
    total_seconds: float = 3600.0
    turn_seconds: float = TURN_SECONDS
    least_speed: int = KIB
    speed_seconds: float = SPEED_SECONDS
    most_bytes: int = 2 * 1024**3
    reserve_bytes: int = 512 * MIB
    per_host: int = 3
    private: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class _Call:
    """One file that is being fetched."""

    question: Question
    part: Part
    wanted: int | None
    progress: Progress


class Download:
    """Fetches files over http and https, from several threads at once.

    `names` finds the addresses of a host; without them the system does.
    """

    def __init__(self, limits: Limits, names: Names | None = None) -> None:
        self._limits = limits
        self._asker = Asker(
            connect_seconds=limits.connect_seconds,
            idle_seconds=limits.idle_seconds,
            allows=is_public_or_private if limits.private else is_public,
            turns=Turns(limits.per_host, limits.turn_seconds),
            names=names,
        )

    def fetch(
        self,
        url: str,
        target: Path,
        wanted: int | None = None,
        progress: Progress | None = None,
        md5: str | None = None,
    ) -> FileFacts:
        """Size in bytes and md5 of the file, now at `target`. Raises FetchError in plain words.

        What an earlier try left at `target` and noted beside it is gone on with, where the server
        can do that and says that the file is still the same. `wanted` is the size that the order
        names. `progress` is called with the bytes that are here and the size of the whole file,
        None where nobody knows; what it raises ends the fetch, and a later try goes on from there.
        With the `md5` of the order the file is gone on with also where the server does not say that
        it is the same; when it was not, it is fetched once more from its begin.
        """
        question = Question(url=url, until=time.monotonic() + self._limits.total_seconds)
        try:
            with Part(target, url, self._limits.reserve_bytes, is_provable=bool(md5)) as part:
                call = _Call(
                    question=question, part=part, wanted=wanted, progress=progress or _silent
                )
                self._fetch(call)
                if md5 and part.is_guessed and part.md5 != md5:
                    part.drop()
                    self._fetch(call)
                return part.finish()
        except FetchError as error:
            name = target.name.removeprefix(".").removesuffix(".part")
            place = f"{name} from {question.host}" if question.host else name
            raise FetchError(f"{place}: {error}", error.kind) from None

    def _fetch(self, call: _Call) -> None:
        """All of it; what is left of a failure is what the next try can use."""
        try:
            self._fetch_on(call)
        except FetchError as error:
            if error.kind in _SPOILED:
                call.part.drop()
            elif error.kind not in _DISK:
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
            began_at = part.size
            broken = self._one_answer(call)
            if broken is None:
                return
            starts_again = began_at > 0 and part.size == 0
            if not starts_again and (part.size <= furthest or not part.can_go_on):
                raise broken
            furthest = max(furthest, part.size)
        raise FetchError(f"the connection broke {CONTINUED} times", FetchKind.TRUNCATED)

    def _one_answer(self, call: _Call) -> FetchError | None:
        """None when the file is whole, or why it is not yet."""
        part = call.part
        with self._asker.answer(call.question, _continuing(part)) as answer:
            if answer.status_code in (206, 416) and not part.version.mark:
                part.is_guessed = True
            if answer.status_code == 416 and part.size:
                return None if ends_there(answer, part.size) else _start_again(part)
            if answer.status_code == 206 and part.size:
                if not goes_on(answer, part):
                    return _start_again(part)
            elif answer.status_code == 200:
                part.begin(version_of(answer))
            else:
                words = self._asker.words_of(answer)
                outgoing = self._asker.outgoing(call.question.host)
                raise refusal(answer.status_code, answer.url, words, outgoing)
            self._check_size(call, answer)
            with self._asker.limit(call.question.left):
                return self._read(call, answer)

    def _check_size(self, call: _Call, answer: requests.Response) -> None:
        """Raises FetchError when it is clear from the begin that it will not do."""
        total, most = call.part.version.total, self._limits.most_bytes
        if total is not None and total > most:
            raise FetchError(
                f"the file has {total} bytes, more than {most} (downloads.size_limit_mib)",
                FetchKind.TOO_LARGE,
            )
        if total is not None and call.wanted is not None and total != call.wanted:
            if not call.part.size:
                _check_page(answer, self._asker.words_of(answer))
            raise FetchError(
                f"the file has {total} bytes, the order says {call.wanted}", FetchKind.MISMATCH
            )
        expected = total if total is not None else call.wanted or 0
        call.part.need_room(max(expected - call.part.size, 0))

    def _read(self, call: _Call, answer: requests.Response) -> FetchError | None:
        """All that comes. None when the file is whole then, or why it is not yet."""
        broken: FetchError | None = None
        try:
            self._take(call, answer)
        except ReadTimeoutError:
            broken = FetchError("the file server fell silent in between", FetchKind.TOO_SLOW)
        except HTTPError:
            broken = _cut_off(call)
        if call.question.is_over:
            raise self._too_long()
        if broken is None and not is_whole(answer, call.part, call.wanted):
            broken = _cut_off(call)
        return broken

    def _take(self, call: _Call, answer: requests.Response) -> None:
        part = call.part
        is_begin = part.size == 0
        speed = Speed(self._limits.least_speed, self._limits.speed_seconds)
        for piece in pieces(answer, speed.came):
            if call.question.is_over:
                raise self._too_long()
            if is_begin:
                _check_page(answer, piece)
            is_begin = False
            self._check_end(call, part.size + len(piece))
            part.add(piece)
            call.progress(part.size, part.version.total)

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

    def _too_long(self) -> FetchError:
        return FetchError(
            f"it takes longer than {self._limits.total_seconds:g} seconds "
            "(downloads.total_timeout_seconds)",
            FetchKind.TOO_SLOW,
        )


def _silent(_done: int, _total: int | None) -> None:
    pass


def _check_page(answer: requests.Response, begin: bytes) -> None:
    if is_page(answer.headers.get("Content-Type", ""), begin[:PAGE_BYTES]):
        raise FetchError(
            "the server sent a web page instead of the file (is it a login page?)",
            FetchKind.WEB_PAGE,
        )


def _continuing(part: Part) -> dict[str, str]:
    """The headers that ask for the rest, if the file is still the same one."""
    if not part.size:
        return {}
    marks = {"If-Range": part.version.mark} if part.version.mark else {}
    return {"Range": f"bytes={part.size}-", **marks}


def _start_again(part: Part) -> FetchError:
    part.drop()
    return FetchError("the server does not go on where it should", FetchKind.TRUNCATED)


def _cut_off(call: _Call) -> FetchError:
    total = call.part.version.total or call.wanted
    known = f" of {total}" if total else ""
    return FetchError(
        f"the file was cut off after {call.part.size}{known} bytes", FetchKind.TRUNCATED
    )
