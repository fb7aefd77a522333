"""Everything that was said to the test center, in memory and, when wished, on disk."""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from io import BufferedWriter
from pathlib import Path
from typing import Any, TypeVar

from hotfolder.errors import ConfigError, Problem
from hotfolder.test_center import verdict
from hotfolder.test_center.records import Accepted, Pushed, Refusal

_T = TypeVar("_T")
_COMMON = ("type", "order", "item", "datetime")


class Account:
    """The signals accepted and refused and the orders pushed. Safe across threads.

    With `path`, each accepted signal is one JSON line in that file, handed to the operating
    system before the sender gets its 200, so the file is true even after this process is killed.
    Pushed orders stand in `<path>.pushed`. A file of an earlier run is read first and continued.
    """

    def __init__(self, path: Path | None = None, *, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._changed = threading.Condition()
        self._accepted: list[Accepted] = []
        self._refused: list[Refusal] = []
        self._pushed: list[Pushed] = []
        self._orders: dict[str, frozenset[str]] = {}
        self._bundles = 0
        self._downloads = 0
        self._signal_file: BufferedWriter | None = None
        self._order_file: BufferedWriter | None = None
        if path is not None:
            self._continue(path)

    def _continue(self, path: Path) -> None:
        orders_path = path.with_name(f"{path.name}.pushed")
        self._accepted = read_account(path, mend=True)
        self._bundles = max((signal.bundle or 0 for signal in self._accepted), default=0)
        for order, items in _read_lines(orders_path, _read_order, mend=True):
            self._orders[order] = items
        try:
            self._signal_file = path.open("ab")
            self._order_file = orders_path.open("ab")
        except OSError as error:
            self.close()
            raise _unusable(path, error.strerror or "can not be opened") from error

    def close(self) -> None:
        """Close the files; the account can still be read."""
        for file in (self._signal_file, self._order_file):
            if file is not None:
                file.close()
        self._signal_file = self._order_file = None

    @property
    def known_orders(self) -> Mapping[str, frozenset[str]]:
        """The orders that were pushed, with their items."""
        return self._orders

    def expect(self, order: str, items: Sequence[str]) -> None:
        """Signals about this order are right from now on. Call it before the order goes out."""
        with self._changed:
            if order not in self._orders:
                self._orders[order] = frozenset(items)
                _write(self._order_file, [{"order": order, "items": list(items)}])

    def accept(self, elements: Sequence[Mapping[str, str]], *, is_bundle: bool) -> list[Accepted]:
        """Book the signals of one request, all of them or none; on disk when this returns."""
        with self._changed:
            bundle = self._bundles + 1 if is_bundle else None
            now = self._clock()
            start = len(self._accepted) + 1
            new = [
                Accepted(
                    seq=seq,
                    at=now,
                    type=element["type"],
                    order=element["order"],
                    item=element["item"],
                    datetime=element["datetime"],
                    fields={name: element[name] for name in element if name not in _COMMON},
                    bundle=bundle,
                )
                for seq, element in enumerate(elements, start)
            ]
            _write(self._signal_file, [signal.as_dict() for signal in new])
            self._accepted += new
            self._bundles += is_bundle
            self._changed.notify_all()
        return new

    def refuse(
        self,
        status: int | None,
        reasons: Sequence[str],
        elements: Sequence[Any] = (),
        *,
        by_fault: bool = False,
    ) -> Refusal:
        """Note a request that was not accepted; see Refusal for the words."""
        refusal = Refusal(
            at=self._clock(),
            status=status,
            reasons=tuple(reasons),
            signals=tuple(_describe(element) for element in elements),
            by_fault=by_fault,
        )
        with self._changed:
            self._refused.append(refusal)
            self._changed.notify_all()
        return refusal

    def note_pushed(self, pushed: Pushed) -> None:
        with self._changed:
            self._pushed.append(pushed)

    def note_download(self) -> None:
        with self._changed:
            self._downloads += 1
            self._changed.notify_all()

    def now(self) -> float:
        """The unix time by the clock of this account."""
        return self._clock()

    def accepted(self, since: int = 0) -> list[Accepted]:
        """The accepted signals in order of arrival, those after number `since`."""
        with self._changed:
            return self._accepted[since:]

    def refused(self, *, by_fault: bool = False) -> list[Refusal]:
        """The requests refused for what they held, or those that met a fault."""
        with self._changed:
            return [refusal for refusal in self._refused if refusal.by_fault is by_fault]

    def pushed(self) -> list[Pushed]:
        with self._changed:
            return list(self._pushed)

    def wait_until(self, test: Callable[["Account"], bool], *, seconds: float) -> bool:
        """True as soon as `test(account)` holds, False when it does not within `seconds`."""
        with self._changed:
            return self._changed.wait_for(lambda: test(self), timeout=seconds)

    def as_dict(self, since: int = 0) -> dict[str, Any]:
        """The whole account as plain data, with counts and findings; see `GET /account`."""
        everything, pushed = self.accepted(), self.pushed()
        refused, faulted = self.refused(), self.refused(by_fault=True)
        return {
            "accepted": [signal.as_dict() for signal in everything[since:]],
            "refused": [refusal.as_dict() for refusal in refused],
            "faulted": [refusal.as_dict() for refusal in faulted],
            "pushed": [order.as_dict() for order in pushed],
            "counts": {
                "accepted": len(everything),
                "refused": len(refused),
                "faulted": len(faulted),
                "pushed": len(pushed),
                "bundles": self._bundles,
                "downloads": self._downloads,
                "types": dict(Counter(signal.type for signal in everything)),
            },
            "findings": {
                "doubled": verdict.doubled(everything),
                "out_of_order": verdict.out_of_order(everything),
                "ahead_of_time": verdict.ahead_of_time(everything),
                "registered_late": verdict.registered_late(everything, pushed, now=self.now()),
            },
        }


def read_account(path: Path, *, mend: bool = False) -> list[Accepted]:
    """The accepted signals of an account file, also while a test center writes it.

    A missing file holds none. A last line without its end was never answered with 200 and is left
    out; `mend` cuts it off. Raises ConfigError for a file that is something else.
    """
    return _read_lines(path, Accepted.from_dict, mend=mend)


def _read_order(line: Mapping[str, Any]) -> tuple[str, frozenset[str]]:
    return line["order"], frozenset(line["items"])


def _read_lines(path: Path, read: Callable[[Any], _T], *, mend: bool) -> list[_T]:
    try:
        content = path.read_bytes()
        whole = content[: content.rfind(b"\n") + 1]
        lines = [read(json.loads(line)) for line in whole.splitlines()]
        if mend and len(whole) < len(content):
            with path.open("r+b") as file:
                file.truncate(len(whole))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise _unusable(path, error.strerror or "can not be read") from error
    except (ValueError, TypeError, KeyError) as error:
        raise _unusable(path, "was not written by a test center") from error
    return lines


def _unusable(path: Path, what: str) -> ConfigError:
    return ConfigError([Problem(str(path), what, "give --account another file")])


def _write(file: BufferedWriter | None, lines: Sequence[Mapping[str, Any]]) -> None:
    if file is not None:
        text = "".join(f"{json.dumps(line)}\n" for line in lines)
        file.write(text.encode("ascii"))
        file.flush()


def _describe(element: Any) -> str:
    if not isinstance(element, Mapping):
        return "not an object"
    words = [element.get(name) for name in ("type", "order", "item")]
    kind, order, item = (word[:64] if isinstance(word, str) else "?" for word in words)
    return f"{kind} {order}/{item}"
