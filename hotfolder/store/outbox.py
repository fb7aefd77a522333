"""The outbox: signals promised but not yet accepted, and how they leave it."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from peewee import SQL, Select, fn

from hotfolder.domain.answer import BROKEN_OFF, MAY_BE_HEARD, Answer
from hotfolder.domain.deadline import warning_time
from hotfolder.domain.doubt import DOUBTED
from hotfolder.domain.signal import Signal, SignalType
from hotfolder.domain.unasked import UNASKED
from hotfolder.store.database import Database
from hotfolder.store.doubts import parked_in_doubt
from hotfolder.store.due_signals import DueSignals, Row, signal_of
from hotfolder.store.rows import AttemptRow, SignalRow
from hotfolder.store.signal_state import STANDING, SignalState
from hotfolder.store.statement import Statement, defaults, insert, slot

FOREVER = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class Promise:
    """A signal to promise: not to be sent before `due`, to be there by `deadline`.

    With `parked`, which says why, it is not sent before a person lets it go.
    """

    signal: Signal
    job_id: int
    due: datetime
    deadline: datetime
    destination: str
    stage: str = ""
    inferred: bool = False
    parked: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """Signals of one order taken for sending; only who holds the token may tell the outcome."""

    token: str
    rows: Sequence[Row]

    @property
    def signals(self) -> list[Signal]:
        return [signal_of(row) for row in self.rows]


HELD = (SignalRow.claim == slot("token"), SignalRow.state == SignalState.SENDING.value)
# any number of ids in one statement: https://sqlite.org/json1.html#jeach
THESE = SignalRow.id.in_(Select([fn.json_each(slot("ids"))], [SQL("value")]))
BY_DRAG = SignalRow.last_answer.startswith(UNASKED) | SignalRow.last_answer.startswith(DOUBTED)
UNSURE = SignalRow.last_answer.startswith(MAY_BE_HEARD)
WAITS = SignalRow.state == SignalState.WAITING.value
UNHEARD = WAITS & ~UNSURE
UNTOLD = (SignalRow.state == SignalState.PARKED.value) & BY_DRAG  # parked, and of a drag alone

ADD = insert(SignalRow)
ADD_ATTEMPT = insert(AttemptRow)
SAID = Statement(
    lambda: SignalRow.select(SignalRow.type).where(
        SignalRow.job_id == slot("job_id"), SignalRow.state << STANDING
    )
)
WITHDRAW = Statement(
    lambda: SignalRow.update(state=SignalState.WITHDRAWN.value).where(
        SignalRow.job_id == slot("job_id"),
        SignalRow.type == slot("type"),
        UNHEARD | UNTOLD & (SignalRow.attempts == 0),
    )
)
WITHDRAW_DRAGGED = Statement(
    lambda: SignalRow.update(state=SignalState.WITHDRAWN.value).where(
        SignalRow.job_id == slot("job_id"),
        SignalRow.type == slot("type"),
        UNHEARD,
        SignalRow.stage != "",
    )
)
HEARD = Statement(
    lambda: SignalRow.select(SignalRow.type).where(
        SignalRow.job_id == slot("job_id"),
        (SignalRow.state << (SignalState.SENT.value, SignalState.SENDING.value)) | WAITS & UNSURE,
    )
)
CLAIM = Statement(
    lambda: SignalRow.update(
        state=SignalState.SENDING.value,
        claim=slot("token"),
        lease_until=slot("lease_until"),
        last_try=slot("now"),
        attempts=SignalRow.attempts + 1,
    ).where(THESE)
)
SENT = Statement(
    lambda: SignalRow.update(
        state=SignalState.SENT.value,
        last_answer="200",
        accepted_at=fn.COALESCE(SignalRow.accepted_at, slot("at")),
        claim="",
        lease_until=None,
    ).where(THESE, *HELD)
)
END = Statement(
    lambda: SignalRow.update(
        state=slot("state"),
        last_answer=slot("words"),
        alone=slot("alone"),
        due=slot("due"),
        claim="",
        lease_until=None,
    ).where(SignalRow.id == slot("id"), *HELD)
)
GIVE_BACK = Statement(
    lambda: SignalRow.update(
        state=SignalState.WAITING.value,
        attempts=SignalRow.attempts - 1,
        claim="",
        lease_until=None,
    ).where(THESE, *HELD)
)
FREE = Statement(
    lambda: SignalRow.update(
        state=SignalState.WAITING.value,
        claim="",
        lease_until=None,
        last_answer=BROKEN_OFF,
    ).where(SignalRow.state == SignalState.SENDING.value, SignalRow.lease_until <= slot("until"))
)


class Outbox:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._due = DueSignals(database)

    def add(self, promises: Sequence[Promise]) -> None:
        """Promise signals, in this order; belongs into the transaction that causes them."""
        for promise in parked_in_doubt(self._database, promises):
            signal = promise.signal
            row = {
                "order_id": signal.order_id,
                "item_id": signal.item_id,
                "job_id": promise.job_id,
                "type": signal.type,
                "stage": promise.stage,
                "inferred": promise.inferred,
                "fields": json.dumps(dict(signal.fields), ensure_ascii=False),
                "at": signal.at,
                "asked_at": signal.at,
                "due": promise.due,
                "deadline": promise.deadline,
                "warn_at": warning_time(signal.at, promise.deadline, 0),
                "state": SignalState.PARKED if promise.parked else SignalState.WAITING,
                "last_answer": promise.parked,
                "destination": promise.destination,
            }
            self._database.add(ADD, **(defaults(SignalRow) | row))

    def said(self, job_id: int) -> set[SignalType]:
        """The types that stand for a job: waiting, under way, sent or parked."""
        return {SignalType(row["type"]) for row in self._database.rows(SAID, job_id=job_id)}

    def withdraw(self, job_id: int, types: Collection[SignalType]) -> list[SignalType]:
        """Take back what waits and nobody heard, also for a person; the types taken back."""
        return [kind for kind in types if self._database.run(WITHDRAW, job_id=job_id, type=kind)]

    def withdraw_dragged(self, job_id: int, kind: SignalType) -> list[SignalType]:
        """The same for what a drag promised, and not for what a person told by a command."""
        return [kind] if self._database.run(WITHDRAW_DRAGGED, job_id=job_id, type=kind) else []

    def heard(self, job_id: int) -> set[SignalType]:
        """The types that were sent for a job, are on the wire, or may have been heard."""
        return {SignalType(row["type"]) for row in self._database.rows(HEARD, job_id=job_id)}

    def has_due(self, destination: str, now: datetime, *, probe: bool = False) -> bool:
        """True when a signal may go out now; asked without taking the write lock."""
        return self._due.next(destination, now, probe=probe) is not None

    def claim(
        self,
        destination: str,
        now: datetime,
        lease: timedelta,
        bundle: int,
        *,
        probe: bool = False,
    ) -> Claim | None:
        """Due signals of one order, at most `bundle`, taken for sending; None when none is due.

        Only the oldest unsent signal of an item is ever due, so none overtakes another. The order
        with the nearest deadline comes first.
        """
        first = self._due.next(destination, now, probe=probe)
        if first is None:
            return None
        return self._take([self._due.bundle_with(first, now, bundle)], now, lease)[0]

    def claim_ahead(
        self, destination: str, now: datetime, lease: timedelta, bundle: int, most: int
    ) -> list[Claim]:
        """What is to be sent next, one after the other: so many signals, or one bundle more.

        To take many at once costs each a fifth of what `claim` does.
        """
        bundles = self._due.bundles(destination, now, most, bundle)
        return self._take(bundles, now, lease) if bundles else []

    def _take(
        self, bundles: Sequence[Sequence[Row]], now: datetime, lease: timedelta
    ) -> list[Claim]:
        token = uuid4().hex
        rows = [row for bundle in bundles for row in bundle]
        for row in rows:
            row["attempts"] += 1
        ids = json.dumps([row["id"] for row in rows])
        self._database.run(CLAIM, ids=ids, token=token, now=now, lease_until=now + lease)
        return [Claim(token=token, rows=bundle) for bundle in bundles]

    def attempted(self, claim: Claim, answer: Answer, at: datetime) -> None:
        """Keep what came back, for each signal of the claim."""
        for row in claim.rows:
            self._database.add(
                ADD_ATTEMPT,
                signal_id=row["id"],
                at=at,
                milliseconds=answer.milliseconds,
                status=answer.status,
                words=answer.words,
                signals=len(claim.rows),
            )

    def sent(self, claim: Claim, at: datetime) -> bool:
        """The claim's signals were accepted. False when the claim was no longer ours.

        One that a person sent again keeps the time when it was accepted first.
        """
        ids = json.dumps([row["id"] for row in claim.rows])
        return self._database.run(SENT, ids=ids, token=claim.token, at=at) == len(claim.rows)

    def later(
        self, claim: Claim, words: Sequence[str], due: Sequence[datetime], *, alone: bool = False
    ) -> bool:
        """Not accepted, as `words` tell; each waits again until its time in `due`.

        `alone`: never again in one bundle with others.
        """
        rows = [
            row | {"due": when, "alone": alone or row["alone"], "last_answer": why}
            for row, when, why in zip(claim.rows, due, words, strict=True)
        ]
        return self._end(claim, rows, SignalState.WAITING)

    def park(self, claim: Claim, words: str) -> bool:
        """Refused for good: a person has to act; later signals of the item go on."""
        rows = [row | {"last_answer": words} for row in claim.rows]
        return self._end(claim, rows, SignalState.PARKED)

    def give_back(self, claims: Iterable[Claim]) -> None:
        """They were not sent after all and wait again, as if nobody had taken them."""
        for claim in claims:
            ids = json.dumps([row["id"] for row in claim.rows])
            self._database.run(GIVE_BACK, ids=ids, token=claim.token)

    def _end(self, claim: Claim, rows: Sequence[Row], state: SignalState) -> bool:
        ended = 0
        for row in rows:
            ended += self._database.run(
                END,
                id=row["id"],
                token=claim.token,
                state=state,
                words=row["last_answer"],
                alone=row["alone"],
                due=row["due"],
            )
        return ended == len(rows)

    def free(self, now: datetime = FOREVER) -> int:
        """How many signals were under way without an end and wait again.

        Without a time all of them (at a start nobody else can be sending), otherwise those whose
        lease has run out.
        """
        return self._database.run(FREE, until=now)
