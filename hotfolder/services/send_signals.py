"""Empty what is due in the outbox: claim, send outside any transaction, tell the outcome."""

import random
import threading

from loguru import logger

from hotfolder.domain.answer import Answer, Judgement, Outcome, judge_answer
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


class Gate:
    """The way to one destination: open, or letting one probe through at a time."""

    def __init__(self, destination: Destination) -> None:
        self.destination = destination
        self._lock = threading.Lock()
        self._health = Health()
        self._probing = False

    @property
    def health(self) -> Health:
        return self._health

    def enter(self, shop: Shop) -> bool:
        """True when the caller may send now, and must `leave` afterwards."""
        with self._lock:
            if self._probing or not may_send(self._health, shop.clock.now()):
                return False
            self._probing = self._health.reach is not Reach.OPEN
            return True

    def leave(self, health: Health | None) -> None:
        """The caller is done; this is how the destination does, or None when it was not asked."""
        with self._lock:
            self._probing = False
            self._health = health or self._health

    def reopen(self) -> None:
        """A person has changed key or address: the next signal probes at once."""
        with self._lock:
            self._health = Health()


def send_next(shop: Shop, gate: Gate) -> bool:
    """True when signals were sent or tried, so that more may be due; False when there is nothing.

    One call is one POST at most. Whoever is killed between the POST and its outcome sends it once
    more after the restart: nothing is lost, and only what was on the wire can double.
    """
    if not shop.ballast.is_enough_room() or not gate.enter(shop):
        return False
    health = None
    try:
        claim = _claim(shop, gate.destination)
        if claim is not None:
            health = _send(shop, gate, claim)
    finally:
        gate.leave(health)
    return claim is not None


def _claim(shop: Shop, destination: Destination) -> Claim | None:
    now = shop.clock.now()
    if not shop.store.outbox.has_due(destination.name, now):
        return None
    # a claim lost by a power cut is as good: what was under way then is sent again
    with shop.store.passing_transaction():
        return shop.store.outbox.claim(
            destination.name, now, shop.rules.lease, destination.bundle_limit
        )


def _send(shop: Shop, gate: Gate, claim: Claim) -> Health:
    destination = gate.destination
    answer = destination.sender.send(request(claim.signals, destination.dialect))
    judgement = judge_answer(answer, len(claim.rows), pages_count=destination.pages_count)
    before = gate.health
    after = _health_after(shop, before, judgement, answer)
    changed = after if after is not before else None
    try:
        _keep_outcome(shop, gate, claim, judgement, answer, changed)
    except StoreError:
        shop.ballast.give_away()
        _keep_outcome(shop, gate, claim, judgement, answer, changed)
    _log(claim, judgement, answer, before)
    return after


def _keep_outcome(
    shop: Shop,
    gate: Gate,
    claim: Claim,
    judgement: Judgement,
    answer: Answer,
    changed: Health | None,
) -> None:
    with shop.store.transaction():
        _write_outcome(shop, claim, judgement, answer)
        if changed is not None:
            shop.store.destinations.keep(gate.destination.name, changed)


def _health_after(shop: Shop, before: Health, judgement: Judgement, answer: Answer) -> Health:
    """A refusal is an answer too: it shows that the way is open."""
    if judgement.outcome is not Outcome.RETRY:
        return after_success(before)
    dice = random.random()  # noqa: S311 (it spreads load, it keeps no secret)
    return after_failure(before, judgement, answer, shop.clock.now(), dice)


def _write_outcome(shop: Shop, claim: Claim, judgement: Judgement, answer: Answer) -> None:
    now = shop.clock.now()
    outbox = shop.store.outbox
    words = _words(judgement, answer)
    outbox.attempted(claim, answer, now)
    if judgement.outcome is Outcome.ACCEPTED:
        if outbox.sent(claim, now):
            shop.store.journal.write(_lines(shop, claim, "signal sent"))
    elif judgement.outcome is Outcome.PARK:
        outbox.park(claim, words)
        shop.store.journal.write(_lines(shop, claim, "signal parked", words))
    elif judgement.outcome is Outcome.RETRY and is_given_up(claim.rows[0]["at"], now):
        words = f"given up after 7 days: {words}"
        outbox.park(claim, words)
        shop.store.journal.write(_lines(shop, claim, "signal parked", words))
    else:
        due = [next_signal_try(judgement, row["attempts"], now) for row in claim.rows]
        outbox.later(claim, words, due, alone=judgement.outcome is Outcome.SPLIT)


def _words(judgement: Judgement, answer: Answer) -> str:
    """What a list shows as the last answer: the status, what the server said, what it means."""
    parts = [str(answer.status or ""), answer.words or "", judgement.diagnosis]
    return "; ".join(part for part in parts if part)


def _lines(shop: Shop, claim: Claim, action: str, words: str = "") -> list[Line]:
    now = shop.clock.now()
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


def _log(claim: Claim, judgement: Judgement, answer: Answer, before: Health) -> None:
    bound = logger.bind(order=claim.rows[0]["order_id"])
    words = _words(judgement, answer)
    if judgement.outcome is Outcome.PARK:
        bound.error("signal parked, a person has to act: {}", words)
    elif judgement.outcome is Outcome.RETRY and before.reach is Reach.OPEN:
        bound.warning("a signal does not get through: {}", words)
    elif judgement.outcome is not Outcome.RETRY and before.reach is not Reach.OPEN:
        bound.info("signals get through again after {} probes", before.probes)
