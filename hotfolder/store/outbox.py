"""The outbox: signals promised but not yet accepted."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import uuid4

from peewee import fn

from hotfolder.domain.signal import Signal, SignalType
from hotfolder.store.database import Database
from hotfolder.store.rows import SignalRow
from hotfolder.store.statement import Statement, defaults, insert, slot

Row = dict[str, Any]


class SignalState(StrEnum):
    """Where a signal stands. Parked: given up until a person acts; it holds nothing back."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    WITHDRAWN = "withdrawn"
    PARKED = "parked"


UNSENT = (SignalState.WAITING.value, SignalState.SENDING.value)
STANDING = (*UNSENT, SignalState.SENT.value, SignalState.PARKED.value)


OLDER = SignalRow.alias()
DUE_HEAD = (
    SignalRow.state == SignalState.WAITING.value,
    SignalRow.due <= slot("now"),
    ~fn.EXISTS(
        OLDER.select(OLDER.id).where(
            OLDER.order_id == SignalRow.order_id,
            OLDER.item_id == SignalRow.item_id,
            OLDER.state << UNSENT,
            OLDER.id < SignalRow.id,
        )
    ),
)
# The same for a query that names few rows by their order. A bare `state` would lead SQLite through
# the index of all waiting signals; an expression has no index, so the one of orders is used.
DUE_HEAD_OF_FEW = (SignalRow.state.concat("") == SignalState.WAITING.value, *DUE_HEAD[1:])
OURS = (
    SignalRow.id == slot("id"),
    SignalRow.claim == slot("token"),
    SignalRow.state == SignalState.SENDING.value,
)
STUCK = (
    SignalRow.state == SignalState.SENDING.value,
    SignalRow.lease_until <= slot("until"),
)

ADD = insert(SignalRow)
SAID = Statement(
    lambda: SignalRow.select(SignalRow.type).where(
        SignalRow.job_id == slot("job_id"), SignalRow.state << STANDING
    )
)
WITHDRAW = Statement(
    lambda: SignalRow.update(state=SignalState.WITHDRAWN.value).where(
        SignalRow.job_id == slot("job_id"),
        SignalRow.type == slot("type"),
        SignalRow.state == SignalState.WAITING.value,
    )
)
NEXT_HEAD = Statement(
    lambda: (
        SignalRow.select(SignalRow.id, SignalRow.order_id, SignalRow.alone)
        .where(*DUE_HEAD)
        .order_by(SignalRow.deadline, SignalRow.id)
        .limit(1)
    ),
    SignalRow,
)
THIS_HEAD = Statement(lambda: SignalRow.select().where(SignalRow.id == slot("id")), SignalRow)
ANY_HEAD = Statement(lambda: SignalRow.select(SignalRow.id).where(*DUE_HEAD).limit(1))
HEADS_OF_ORDER = Statement(
    lambda: (
        SignalRow.select()
        .where(SignalRow.order_id == slot("order_id"), *DUE_HEAD_OF_FEW, ~SignalRow.alone)
        .order_by(SignalRow.id)
        .limit(slot("bundle"))
    ),
    SignalRow,
)
CLAIM = Statement(
    lambda: SignalRow.update(
        state=SignalState.SENDING.value,
        claim=slot("token"),
        lease_until=slot("lease_until"),
        last_try=slot("now"),
        attempts=SignalRow.attempts + 1,
    ).where(SignalRow.id == slot("id"))
)
END = Statement(
    lambda: SignalRow.update(
        state=slot("state"),
        last_answer=slot("words"),
        alone=slot("alone"),
        claim="",
        lease_until=None,
    ).where(*OURS)
)
FREE = Statement(
    lambda: SignalRow.update(
        state=SignalState.WAITING.value,
        claim="",
        lease_until=None,
        last_answer="unknown: sending was cut off",
    ).where(*STUCK)
)
COUNTS = Statement(
    lambda: SignalRow.select(SignalRow.state, fn.COUNT(SignalRow.id).alias("signals")).group_by(
        SignalRow.state
    )
)
LATE = Statement(
    lambda: SignalRow.select(fn.COUNT(SignalRow.id).alias("signals")).where(
        SignalRow.state << (*UNSENT, SignalState.PARKED.value),
        SignalRow.deadline <= slot("now"),
    )
)
LIST = Statement(lambda: SignalRow.select().order_by(SignalRow.id), SignalRow)
FOREVER = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class Promise:
    """A signal to promise: not to be sent before `due`, to be there by `deadline`."""

    signal: Signal
    job_id: int
    due: datetime
    deadline: datetime
    stage: str = ""
    inferred: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """Signals of one order taken for sending; only who holds the token may tell the outcome."""

    token: str
    rows: Sequence[Row]

    @property
    def ids(self) -> list[int]:
        return [row["id"] for row in self.rows]

    def bodies(self) -> list[dict[str, str]]:
        return [json.loads(row["body"]) for row in self.rows]


class Outbox:
    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, promises: Sequence[Promise]) -> None:
        """Promise signals, in this order; belongs into the transaction that causes them."""
        for promise in promises:
            row = {
                "order_id": promise.signal.order_id,
                "item_id": promise.signal.item_id,
                "job_id": promise.job_id,
                "type": promise.signal.type,
                "stage": promise.stage,
                "inferred": promise.inferred,
                "body": json.dumps(promise.signal.body(), ensure_ascii=False),
                "at": promise.signal.at,
                "due": promise.due,
                "deadline": promise.deadline,
                "state": SignalState.WAITING,
            }
            self._database.add(ADD, **(defaults(SignalRow) | row))

    def said(self, job_id: int) -> set[SignalType]:
        """The types that stand for a job: waiting, under way, sent or parked."""
        return {SignalType(row["type"]) for row in self._database.rows(SAID, job_id=job_id)}

    def withdraw(self, job_id: int, types: Collection[SignalType]) -> list[SignalType]:
        """Take back signals that still wait; the types that were really taken back."""
        return [kind for kind in types if self._database.run(WITHDRAW, job_id=job_id, type=kind)]

    def has_due(self, now: datetime) -> bool:
        """True when a signal may go out now; asked without taking the write lock."""
        return bool(self._database.rows(ANY_HEAD, now=now))

    def claim(self, now: datetime, lease: timedelta, bundle: int) -> Claim | None:
        """Due signals of one order, at most `bundle`, taken for sending; None when none is due.

        Only the oldest unsent signal of an item is ever due, so none overtakes another. The order
        with the nearest deadline comes first.
        """
        found = self._database.rows(NEXT_HEAD, now=now)
        if not found:
            return None
        if bundle > 1 and not found[0]["alone"]:
            order_id = found[0]["order_id"]
            heads = self._database.rows(HEADS_OF_ORDER, order_id=order_id, now=now, bundle=bundle)
        else:
            heads = self._database.rows(THIS_HEAD, id=found[0]["id"])
        claim = Claim(token=uuid4().hex, rows=heads)
        for signal_id in claim.ids:
            self._database.run(
                CLAIM, id=signal_id, token=claim.token, now=now, lease_until=now + lease
            )
        return claim

    def sent(self, claim: Claim) -> bool:
        """The claim's signals were accepted. False when the claim was no longer ours."""
        return self._end(claim, SignalState.SENT, "200")

    def later(self, claim: Claim, words: str, *, alone: bool = False) -> bool:
        """Not accepted; they wait again. `alone`: never again in one bundle with others."""
        return self._end(claim, SignalState.WAITING, words, alone=alone)

    def park(self, claim: Claim, words: str) -> bool:
        """Refused for good: a person has to act; later signals of the item go on."""
        return self._end(claim, SignalState.PARKED, words)

    def _end(self, claim: Claim, state: SignalState, words: str, *, alone: bool = False) -> bool:
        ended = 0
        for row in claim.rows:
            ended += self._database.run(
                END,
                id=row["id"],
                token=claim.token,
                state=state,
                words=words,
                alone=alone or row["alone"],
            )
        return ended == len(claim.rows)

    def free(self, now: datetime = FOREVER) -> int:
        """How many signals were under way without an end and wait again.

        Without a time all of them (at a start nobody else can be sending), otherwise those whose
        lease has run out.
        """
        return self._database.run(FREE, until=now)

    def counts(self) -> dict[str, int]:
        """How many signals there are by state."""
        return {row["state"]: int(row["signals"]) for row in self._database.rows(COUNTS)}

    def late(self, now: datetime) -> int:
        """How many signals should have arrived by now and have not."""
        return int(self._database.rows(LATE, now=now)[0]["signals"])

    def list(self) -> list[Row]:
        """Every signal, oldest first, as mappings of its columns."""
        return self._database.rows(LIST)
