"""Faults on demand: how the test center fails, for how long, and for whom."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from hotfolder.errors import ConfigError, Problem


class FileFault(StrEnum):
    """How a download goes wrong."""

    CORRUPT = "corrupt"  # right length, wrong bytes
    TRUNCATE = "truncate"  # right length promised, half of it sent
    NOT_FOUND = "404"
    FORBIDDEN = "403"
    HTML = "html"  # 200 with a login page


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """One way to fail.

    For signals exactly one of: `status`; `close` (read, then drop the connection); `html` (200
    with a login page, nothing accepted); `accept_then_close` (accepted, then dropped); or
    `delay_seconds` alone (accepted late). `retry_after` adds that header, to 503 unless `status`
    says otherwise. For downloads: `files`. `delay_seconds` goes with all of them.

    It ends after `times` uses or `seconds`; `every` 2 means every second request; `type` and
    `item` restrict it to requests that hold such a signal.
    """

    status: int | None = None
    close: bool = False
    html: bool = False
    accept_then_close: bool = False
    retry_after: str = ""
    delay_seconds: float = 0.0
    files: FileFault | None = None
    times: int | None = None
    seconds: float | None = None
    every: int = 1
    type: str = ""
    item: str = ""


def _flag(value: Any) -> bool:
    if value is not True:
        raise ValueError("must be true or left out")
    return True


def _number(least: float) -> Callable[[Any], float]:
    def read(value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not value >= least:
            raise ValueError(f"must be a number, {least:g} or more")
        return float(value)

    return read


def _whole(least: int, most: int = 10**9) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return value

    return read


def _text(value: Any) -> str:
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not text or not text.isascii() or not text.isprintable():
        raise ValueError("must be a short plain text or a number")
    return text


def _file_fault(value: Any) -> FileFault:
    if str(value) not in {known.value for known in FileFault}:
        raise ValueError(f"must be one of {', '.join(FileFault)}")
    return FileFault(str(value))


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "status": _whole(200, 599),
    "close": _flag,
    "html": _flag,
    "accept_then_close": _flag,
    "retry_after": _text,
    "delay_seconds": _number(0),
    "files": _file_fault,
    "times": _whole(1),
    "seconds": _number(0),
    "every": _whole(1),
    "type": _text,
    "item": _text,
}
_KINDS = ("status", "close", "html", "accept_then_close", "files")


def read_fault(data: Any) -> Fault | None:
    """The fault that this plain data describes; None for `{}`, which clears all faults.

    Raises ConfigError with every problem at once.
    """
    if not isinstance(data, Mapping):
        raise ConfigError([Problem("fault", "is not a JSON object", 'e.g. {"status": 500}')])
    if not data:
        return None
    problems = []
    values: dict[str, Any] = {}
    for name, value in data.items():
        try:
            values[name] = _READERS[name](value)
        except KeyError:
            problems.append(Problem(f"fault.{name}", "is unknown", f"known: {', '.join(_READERS)}"))
        except ValueError as error:
            problems.append(Problem(f"fault.{name}", str(error)))
    problems = problems or _check_kind(values)
    if problems:
        raise ConfigError(problems)
    if "retry_after" in values:
        values.setdefault("status", 503)
    return Fault(**values)


def _check_kind(values: Mapping[str, Any]) -> list[Problem]:
    kinds = [name for name in _KINDS if name in values]
    if len(kinds) > 1:
        return [Problem("fault", f"{' and '.join(kinds)} exclude each other", "give one")]
    if not kinds and not {"delay_seconds", "retry_after"} & set(values):
        return [Problem("fault", "says not how to fail", f"give one of {', '.join(_KINDS)}")]
    if "retry_after" in values and kinds not in ([], ["status"]):
        return [Problem("fault.retry_after", f"does not go with {kinds[0]}", "give a status")]
    return []


class _Running:
    """A fault and how much of it is used up."""

    def __init__(self, fault: Fault, now: float) -> None:
        self._fault = fault
        self._since = now
        self._seen = 0
        self._used = 0

    def take(self, now: float) -> Fault | None:
        fault = self._fault
        if fault.seconds is not None and now >= self._since + fault.seconds:
            return None
        if fault.times is not None and self._used >= fault.times:
            return None
        self._seen += 1
        if self._seen % fault.every:
            return None
        self._used += 1
        return fault

    def concerns(self, elements: Sequence[Any]) -> bool:
        wanted = (("type", self._fault.type), ("item", self._fault.item))
        return any(
            isinstance(element, dict)
            and all(not value or element.get(name) == value for name, value in wanted)
            for element in elements
        ) or not (self._fault.type or self._fault.item)


class FaultPlan:
    """The faults in force: at most one for signals and one for downloads. Safe across threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._signals: _Running | None = None
        self._files: _Running | None = None

    def set(self, fault: Fault | None) -> None:
        """Put a fault in force, in place of the earlier one of its sort; None clears both."""
        with self._lock:
            running = None if fault is None else _Running(fault, self._clock())
            if fault is None or fault.files is None:
                self._signals = running
            if fault is None or fault.files is not None:
                self._files = running

    def take_for_signals(self, elements: Sequence[Any]) -> Fault | None:
        """The fault that hits this request, which counts as one use of it."""
        if self._signals is None:
            return None
        with self._lock:
            running = self._signals
            if running is None or not running.concerns(elements):
                return None
            return running.take(self._clock())

    def take_for_files(self) -> Fault | None:
        """The fault that hits this download, which counts as one use of it."""
        with self._lock:
            return None if self._files is None else self._files.take(self._clock())
