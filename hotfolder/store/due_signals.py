"""Which signals may go out now: the oldest unsent one of each item, the nearest deadline first."""

import json
from datetime import datetime
from typing import Any

from peewee import fn

from hotfolder.domain.signal import Signal, SignalType
from hotfolder.store.database import Database
from hotfolder.store.rows import SignalRow
from hotfolder.store.signal_state import UNSENT, SignalState
from hotfolder.store.statement import Statement, slot

Row = dict[str, Any]

OLDER = SignalRow.alias()
DUE_HEAD = (
    SignalRow.destination == slot("destination"),
    SignalRow.state == SignalState.WAITING.value,
    SignalRow.due <= slot("now"),
    ~fn.EXISTS(
        OLDER.select(OLDER.id).where(
            OLDER.order_id == SignalRow.order_id,
            # OrderRegistered is about all items of its order and names none
            OLDER.item_id << (SignalRow.item_id, ""),
            OLDER.state << UNSENT,
            OLDER.id < SignalRow.id,
        )
    ),
)
# The same for a query that names few rows by their order. Bare columns would lead SQLite through
# the index of all waiting signals; an expression has no index, so the one of orders is used.
DUE_HEAD_OF_FEW = (
    SignalRow.destination.concat("") == slot("destination"),
    SignalRow.state.concat("") == SignalState.WAITING.value,
    *DUE_HEAD[2:],
)
# what sending needs: to read all columns of a signal takes three times as long as to find it
SENDABLE = (
    SignalRow.id,
    SignalRow.order_id,
    SignalRow.item_id,
    SignalRow.type,
    SignalRow.fields,
    SignalRow.at,
    SignalRow.asked_at,
    SignalRow.due,
    SignalRow.destination,
    SignalRow.attempts,
    SignalRow.alone,
    SignalRow.last_answer,
)
NEXT_HEADS = Statement(
    lambda: (
        SignalRow.select(*SENDABLE)
        .where(*DUE_HEAD)
        .order_by(SignalRow.deadline, SignalRow.id)
        .limit(slot("most"))
    ),
    SignalRow,
)
NEXT_UNTRIED = Statement(
    lambda: (
        SignalRow.select(*SENDABLE)
        .where(*DUE_HEAD, SignalRow.attempts == 0)
        .order_by(SignalRow.deadline, SignalRow.id)
        .limit(1)
    ),
    SignalRow,
)
# once tried, what makes a signal wait is a pause after a failure, which a probe may end
LONGEST_UNTRIED = Statement(
    lambda: (
        SignalRow.select(*SENDABLE)
        .where(*DUE_HEAD[:2], SignalRow.attempts > 0, *DUE_HEAD[3:])
        .order_by(SignalRow.last_try, SignalRow.id)
        .limit(1)
    ),
    SignalRow,
)
HEADS_OF_ORDER = Statement(
    lambda: (
        SignalRow.select(*SENDABLE)
        .where(SignalRow.order_id == slot("order_id"), *DUE_HEAD_OF_FEW, ~SignalRow.alone)
        .order_by(SignalRow.id)
        .limit(slot("bundle"))
    ),
    SignalRow,
)


class DueSignals:
    def __init__(self, database: Database) -> None:
        self._database = database

    def next(self, destination: str, now: datetime, *, probe: bool) -> Row | None:
        """The next signal; for a probe one that was not tried yet, else not for the longest time.

        So signals that always fail can not keep the way closed for the others.
        """
        if not probe:
            return next(iter(self.nearest(destination, now, 1)), None)
        rows = self._database.rows(NEXT_UNTRIED, destination=destination, now=now)
        rows = rows or self._database.rows(LONGEST_UNTRIED, destination=destination)
        return rows[0] if rows else None

    def nearest(self, destination: str, now: datetime, most: int) -> list[Row]:
        """So many signals at most, each the oldest of its item, the nearest deadline first."""
        return self._database.rows(NEXT_HEADS, destination=destination, now=now, most=most)

    def bundle_with(self, row: Row, now: datetime, most: int) -> list[Row]:
        """Due signals of the same order and destination, at most so many."""
        if most == 1 or row["alone"] or row["due"] > now:
            return [row]
        return self._database.rows(
            HEADS_OF_ORDER,
            order_id=row["order_id"],
            destination=row["destination"],
            now=now,
            bundle=most,
        )

    def bundles(
        self, destination: str, now: datetime, most: int, most_in_one: int
    ) -> list[list[Row]]:
        """Bundles of different orders, as their most urgent signals follow, until `most` signals.

        A bundle holds what is due of its order, however much later it would come by itself.
        """
        found: list[list[Row]] = []
        seen: set[str] = set()
        for row in self.nearest(destination, now, most):
            together = most_in_one > 1 and not row["alone"]
            if together and row["order_id"] in seen:
                continue
            found.append(self.bundle_with(row, now, most_in_one) if together else [row])
            seen |= {row["order_id"]} if together else set()
            if sum(map(len, found)) >= most:
                break
        return found


def signal_of(row: Row) -> Signal:
    """The signal that a row promises."""
    return Signal(
        type=SignalType(row["type"]),
        order_id=row["order_id"],
        item_id=row["item_id"],
        at=row["at"],
        fields=json.loads(row["fields"]),
    )
