"""What must hold whatever fails: invariants I1 to I6, judged by the receiver's own account file."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hotfolder.store.outbox import Promise
from hotfolder.test_center.account import read_account
from hotfolder.test_center.records import Accepted
from tests.steps import look_up

Name = tuple[str, str, str]
UNDECIDED = ("waiting", "sending")


@dataclass(kw_only=True, slots=True)
class Oracle:
    """Knows every signal that was promised: the transaction that promised it had returned.

    `account` is the file in which the receiver writes each signal before it answers with 200.
    `keys` must be found nowhere below `folder`. A signal of which a person said that it shall not
    go, or go again, stands in `by_hand`.
    """

    account: Path
    database: Path
    folder: Path
    keys: set[str]
    promised: list[Name] = field(default_factory=list)
    by_hand: set[Name] = field(default_factory=set)

    def note(self, promises: Iterable[Promise]) -> None:
        """These were promised."""
        self.promised += [
            (one.signal.order_id, one.signal.item_id, one.signal.type.value) for one in promises
        ]

    def accepted(self) -> list[Accepted]:
        """Every signal that the receiver accepted, doubles as well."""
        return read_account(self.account) if self.account.exists() else []

    def names(self) -> list[Name]:
        """The same, as names."""
        return [(one.order, one.item, one.type) for one in self.accepted()]

    def doubles(self) -> int:
        names = self.names()
        return len(names) - len(set(names))

    def check(self, *, doubles: int = 0, logged: Sequence[str] = ()) -> None:
        """All six. `doubles`: how many signals were on the wire at crashes, and may have doubled.

        The database is read beside whoever has it open.
        """
        names = self.names()
        rows = self._rows()
        assert lost(self.promised, names, rows, self.by_hand) == [], "I1: promised and gone"
        assert self.doubles() <= doubles, f"I2: {self.doubles()} doubles, {doubles} excused"
        assert overtaken(self.promised, names, self.by_hand) == [], "I3: out of order"
        assert found_in(self.folder, self.keys, logged) == [], "I4: a key lies about"
        assert said_too_much(rows, names) == [], "I5: marked as sent and never accepted"
        assert look_up(self.database, "pragma integrity_check") == [("ok",)], "I6"

    def everything_arrived(self) -> bool:
        return set(self.promised) <= set(self.names())

    def _rows(self) -> list[tuple[Any, ...]]:
        statement = "SELECT order_id, item_id, type, state, last_answer FROM outbox"
        return look_up(self.database, statement)


def lost(
    promised: Iterable[Name], accepted: Iterable[Name], rows: Iterable[Any], by_hand: set[Name]
) -> list[Name]:
    """I1: neither accepted, nor waiting, nor parked with a reason."""
    kept = set(accepted) | by_hand
    for order, item, kind, state, words in rows:
        if state in UNDECIDED or (state == "parked" and words):
            kept.add((order, item, kind))
    return [name for name in promised if name not in kept]


def overtaken(
    promised: Iterable[Name], accepted: Iterable[Name], by_hand: set[Name]
) -> list[tuple[Name, Name]]:
    """I3: pairs of one item whose first acceptances are not in the order of their promises.

    What a person parked, withdrew or sent again goes when that person says.
    """
    place = {name: at for at, name in reversed(list(enumerate(promised)))}
    latest: dict[tuple[str, str], Name] = {}
    found = []
    for name in dict.fromkeys(accepted):
        if name in by_hand:
            continue
        before = latest.get(name[:2])
        if before is not None and place.get(before, -1) > place.get(name, -1):
            found.append((before, name))
        latest[name[:2]] = name
    return found


def found_in(folder: Path, keys: Iterable[str], logged: Sequence[str]) -> list[str]:
    """I4: the files below the folder, and the log, that hold a key."""
    wanted = [key.encode() for key in keys]
    files = [path for path in folder.rglob("*") if path.is_file()]
    found = [str(path) for path in files if any(key in path.read_bytes() for key in wanted)]
    return found + [line for line in logged if any(key in line for key in keys)]


def said_too_much(rows: Iterable[Any], accepted: Iterable[Name]) -> list[Name]:
    """I5: marked as sent, and the receiver never accepted it."""
    arrived = Counter(accepted)
    return [(row[0], row[1], row[2]) for row in rows if row[3] == "sent" and not arrived[row[:3]]]
