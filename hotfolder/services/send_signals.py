"""Empty what is due in the outbox: claim, send outside any transaction, tell the outcome."""

import random
import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from loguru import logger

from hotfolder.domain.action import Action
from hotfolder.domain.answer import Answer, Blame, Judgement, Outcome, judge_answer, last_answer
from hotfolder.domain.retry import (
    Health,
    Reach,
    after_failure,
    after_success,
    is_given_up,
    may_send,
    next_signal_try,
)
from hotfolder.errors import StoreError
from hotfolder.formats.signal_json import request
from hotfolder.services.shop import Destination, Shop
from hotfolder.store.journal import Line
from hotfolder.store.outbox import Claim

HELD_FOR = timedelta(seconds=1)
MOST_AHEAD = 50  # signals, and milliseconds that it takes to send them


@dataclass(frozen=True, kw_only=True, slots=True)
class _Held:
    claims: deque[Claim]
    until: datetime


class Gate:
    """The way to one destination: open, or letting one probe through at a time.

    With `ahead` each sending thread takes what it sends next along with the last outcome: one
    transaction for both. It holds that for a second at most, because more urgent ones may come.
    """

    def __init__(self, destination: Destination, *, ahead: bool = False) -> None:
        self.destination = destination
        self.ahead = ahead
        self._lock = threading.Lock()
        self._held: dict[int, _Held] = {}
        self._health = Health()
        self._probe: Health | None = None

    @property
    def health(self) -> Health:
        return self._health

    def enter(self, shop: Shop) -> Health | None:
        """The health under which the caller may send now, and must `leave` with afterwards.

        None when nobody may: while signals do not get through one probe at a time is let through.
        """
        with self._lock:
            if self._probe is not None or not may_send(self._health, shop.clock.now()):
                return None
            if self._health.reach is not Reach.OPEN:
                self._probe = self._health
            return self._health

    def hear(self, entered: Health, health: Health) -> bool:
        """Take in how the destination does; True when that is news.

        Of requests that were under way together only the first failure counts: the others say
        nothing new, and a key that was changed meanwhile is not judged by them.
        """
        with self._lock:
            if health is self._health or not (
                entered is self._health or health.reach is Reach.OPEN
            ):
                return False
            self._health = health
            return True

    def leave(self, entered: Health) -> None:
        """The caller is done, whatever came of it."""
        with self._lock:
            if self._probe is entered:
                self._probe = None

    def hold(self, claims: Iterable[Claim], until: datetime) -> None:
        """What this thread sends next, one after the other, unless that is later than `until`."""
        self._held[threading.get_ident()] = _Held(claims=deque(claims), until=until)

    def take_held(self, now: datetime) -> Claim | None:
        """The next of what this thread holds, if it may still be sent."""
        held = self._held.get(threading.get_ident())
        return held.claims.popleft() if held and held.claims and now < held.until else None

    @property
    def is_holding(self) -> bool:
        """This thread holds something, too old or not."""
        held = self._held.get(threading.get_ident())
        return bool(held and held.claims)

    def give_back(self, shop: Shop, *, of_all: bool = False) -> None:
        """What this thread holds waits again; `of_all`: of all threads, none of which sends."""
        threads = list(self._held) if of_all else [threading.get_ident()]
        claims = [claim for one in threads if one in self._held for claim in self._held[one].claims]
        if claims:
            with shop.store.passing_transaction():
                shop.store.outbox.give_back(claims)
        for one in threads:
            self._held.pop(one, None)

    def reopen(self) -> None:
        """A person has changed the key: the next signal goes out at once."""
        with self._lock:
            self._health = Health()
            self._probe = None  # one that is still under way has the old key


def send_next(shop: Shop, gate: Gate) -> bool:
    """True when signals were sent or tried, so that more may be due; False when there is nothing.

    One call is one POST at most. Whoever is killed between the POST and its outcome sends it once
    more after the restart: nothing is lost, and only what was on the wire can double.
    """
    entered = gate.enter(shop) if shop.ballast.is_enough_room() else None
    if entered is None:
        gate.give_back(shop)
        return False
    try:
        is_probe = entered.reach is not Reach.OPEN
        claim = None if is_probe else gate.take_held(shop.clock.now())
        if claim is None:
            gate.give_back(shop)
            claim = _claim(shop, gate.destination, probe=is_probe)
        if claim is not None:
            _send(shop, gate, claim, entered)
    finally:
        gate.leave(entered)
    return claim is not None


def _claim(shop: Shop, destination: Destination, *, probe: bool) -> Claim | None:
    now = shop.clock.now()
    if not shop.store.outbox.has_due(destination.name, now, probe=probe):
        return None
    # a claim lost by a power cut is as good: what was under way then is sent again
    with shop.store.passing_transaction():
        lease, limit = shop.rules.lease, destination.bundle_limit
        return shop.store.outbox.claim(destination.name, now, lease, limit, probe=probe)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Result:
    """What came of one POST. `health` is None when it tells nothing new of the destination."""

    claim: Claim
    answer: Answer
    judgement: Judgement
    health: Health | None

    @property
    def words(self) -> str:
        """What a list shows as the last answer: the status, what the server said, what it means."""
        parts = [str(self.answer.status or ""), self.answer.words, self.judgement.diagnosis]
        return "; ".join(part for part in parts if part)


def _send(shop: Shop, gate: Gate, claim: Claim, entered: Health) -> None:
    destination = gate.destination
    answer = destination.sender.send(request(claim.signals, destination.dialect))
    judgement = judge_answer(answer, len(claim.rows), pages_count=destination.pages_count)
    after = _health_after(shop, entered, judgement, answer)
    news = after if gate.hear(entered, after) else None
    result = _Result(claim=claim, answer=answer, judgement=judgement, health=news)
    try:
        _keep(shop, gate, result)
    except StoreError:
        shop.ballast.give_away()
        _keep(shop, gate, result)
    _log(result, entered)


def _keep(shop: Shop, gate: Gate, result: _Result) -> None:
    destination, now = gate.destination, shop.clock.now()
    is_fine = result.judgement.outcome is Outcome.ACCEPTED
    goes_on = gate.ahead and is_fine and not gate.is_holding
    following: list[Claim] = []

    def write() -> None:
        _write_outcome(shop, result)
        if result.health is not None:
            shop.store.destinations.keep(destination.name, result.health)
        if goes_on:
            # of a slow receiver no more than one: other threads shall send meanwhile
            most = max(1, MOST_AHEAD // max(1, result.answer.milliseconds))
            following[:] = shop.store.outbox.claim_ahead(
                destination.name, now, shop.rules.lease, destination.bundle_limit, most
            )

    shop.store.write_together(write)
    if following:
        gate.hold(following, now + min(HELD_FOR, shop.rules.lease / 2))


def _health_after(shop: Shop, before: Health, judgement: Judgement, answer: Answer) -> Health:
    """A refusal is an answer too: it shows that the way is open."""
    if judgement.outcome is not Outcome.RETRY:
        return after_success(before)
    dice = random.random()  # noqa: S311 (it spreads load, it keeps no secret)
    return after_failure(before, judgement, answer, shop.clock.now(), dice)


def _write_outcome(shop: Shop, result: _Result) -> None:
    now = shop.clock.now()
    outbox, claim, judgement = shop.store.outbox, result.claim, result.judgement
    outbox.attempted(claim, result.answer, now)
    if judgement.outcome is Outcome.ACCEPTED:
        if outbox.sent(claim, now):
            shop.store.journal.write(_lines(claim, now, Action.SIGNAL_SENT))
    elif judgement.outcome is Outcome.PARK:
        _park(shop, result, result.words)
    elif judgement.outcome is Outcome.RETRY and is_given_up(_youngest(claim), now):
        _park(shop, result, f"given up after 7 days: {result.words}")
    else:
        due = [next_signal_try(judgement, row["attempts"], now) for row in claim.rows]
        # what fails a whole bundle may be one signal of it, whatever the status
        alone = judgement.outcome is Outcome.SPLIT or judgement.blame is Blame.SIGNAL
        words = [last_answer(result.answer, result.words, row["last_answer"]) for row in claim.rows]
        outbox.later(claim, words, due, alone=alone)


def _youngest(claim: Claim) -> datetime:
    times: list[datetime] = [row["asked_at"] for row in claim.rows]
    return max(times)


def _park(shop: Shop, result: _Result, words: str) -> None:
    if shop.store.outbox.park(result.claim, words):
        lines = _lines(result.claim, shop.clock.now(), Action.SIGNAL_PARKED, words)
        shop.store.journal.write(lines)


def _lines(claim: Claim, now: datetime, action: Action, words: str = "") -> list[Line]:
    return [
        Line(
            at=now,
            order_id=row["order_id"],
            item_id=row["item_id"],
            action=action,
            detail={"signal": row["type"], **({"answer": words} if words else {})},
        )
        for row in claim.rows
    ]


def _log(result: _Result, entered: Health) -> None:
    bound = logger.bind(order=result.claim.rows[0]["order_id"])
    kinds, answer = [row["type"] for row in result.claim.rows], result.answer
    bound.debug("{} posted: {} after {} ms", kinds, answer.status, answer.milliseconds)
    if result.judgement.outcome is Outcome.PARK:
        bound.error("signal parked, a person has to act: {}", result.words)
    reach = result.health.reach if result.health else entered.reach
    if reach is entered.reach:
        return
    if reach is Reach.PAUSED:
        bound.error("no signal gets through until a person has mended this: {}", result.words)
    elif reach is Reach.PROBING:
        bound.warning("signals do not get through: {}", result.words)
    elif entered.probes:
        bound.info("signals get through again after {} probes", entered.probes)
