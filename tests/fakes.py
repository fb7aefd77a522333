"""Stand-ins for what leaves the machine or tells time; everything else in the tests is real."""

import hashlib
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from hotfolder.domain.answer import Answer, Fault
from hotfolder.domain.preflight import FileFacts
from hotfolder.errors import FetchError, FetchKind
from hotfolder.services.shop import Progress

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


class ManualClock:
    """Both clocks of a machine; they stand still until they are turned."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start
        self._monotonic = 1000.0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    def turn(self, seconds: float) -> None:
        """So much time passes."""
        self._now += timedelta(seconds=seconds)
        self._monotonic += seconds


class Killed(BaseException):
    """The process ends here, as far as the code under test can tell."""


Answering = Callable[[Mapping[str, Any]], Answer]


def accept(_request: Mapping[str, Any]) -> Answer:
    """What CloudSignal says when all is well."""
    return Answer(status=200)


def refuse(status: int | None, words: str = "no", **more: Any) -> Answering:
    """This status for every request; without one the connection is cut off."""
    fault = Fault.CUT_OFF if status is None else None
    return lambda _request: Answer(status=status, fault=fault, words=words, **more)


class RecordingSender:
    """Gives the answer that `answer` has for a request, and keeps the requests it accepted.

    `key` is the key in use, `tried` counts every request.
    """

    def __init__(self, key: str = "") -> None:
        self.requests: list[dict[str, Any]] = []
        self.tried = 0
        self.key = key
        self.answer: Answering = accept
        self._lock = threading.Lock()

    def send(self, request: Mapping[str, Any]) -> Answer:
        with self._lock:
            self.tried += 1
        answer = self.answer(request)
        if answer.status == 200 and not answer.is_page:
            with self._lock:
                self.requests.append(dict(request))
        return answer

    def set_key(self, key: str) -> bool:
        changed = key != self.key
        self.key = key
        return changed

    @property
    def signals(self) -> list[dict[str, str]]:
        """Every signal that was accepted, in order, bundles taken apart."""
        found: list[dict[str, str]] = []
        for request in self.requests:
            found += request.get("items", [request])
        return found

    def said(self, item_id: str) -> list[str]:
        """The types accepted for an item, in order."""
        return [signal["type"] for signal in self.signals if signal.get("item") == item_id]


class FolderFetcher:
    """Gives files of a folder by the last part of their address.

    `spoiled` are names with the bytes that come instead; `away` are names that do not come at all,
    and `fault` is why.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.urls: list[str] = []
        self.spoiled: dict[str, bytes] = {}
        self.away: set[str] = set()
        self.fault = FetchKind.UNREACHABLE

    @property
    def names(self) -> list[str]:
        """The names asked for, in order."""
        return [url.rpartition("/")[2] for url in self.urls]

    def fetch(
        self,
        url: str,
        target: Path,
        wanted: int | None = None,
        progress: Progress | None = None,
        md5: str | None = None,
    ) -> FileFacts:
        self.urls.append(url)
        name = Path(urlsplit(url).path).name
        source = self._folder / name
        if name in self.away:
            raise FetchError(f"{name} does not come: {self.fault.value}", self.fault)
        if not source.is_file():
            raise FetchError("the server does not have the file", FetchKind.MISSING)
        data = self.spoiled.get(name, source.read_bytes())
        target.write_bytes(data)
        if progress:
            progress(len(data), len(data))
        return FileFacts(size=len(data), md5=hashlib.md5(data, usedforsecurity=False).hexdigest())
