"""Empty what is due in the outbox: claim, send outside any transaction, tell the outcome."""

import random
import threading

from loguru import logger

from hotfolder.domain.retry import (
    Health,
    Outcome,
    Reach,
    after_failure,
    after_success,
    may_send,
    outcome,
)
from hotfolder.errors import DeliveryError
from hotfolder.formats.signal_json import request
from hotfolder.services.shop import SIGNALS, Shop
from hotfolder.store.journal import Line
from hotfolder.store.outbox import Claim


class Destination:
    """The gate to the signal server: open, or letting one probe through at a time."""

    def __init__(self) -> None:
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


def send_next(shop: Shop, destination: Destination) -> bool:
    """True when signals were sent or tried, so that more may be due; False when there is nothing.

    One call is one POST at most. Whoever is killed between the POST and its outcome sends it once
    more after the restart: nothing is lost, and only what was on the wire can double.
    """
    if not destination.enter(shop):
        return False
    seen = None
    try:
        claim = _claim(shop)
        if claim is not None:
            seen = _send(shop, claim, destination)
    finally:
        destination.leave(seen)
    return claim is not None


def _claim(shop: Shop) -> Claim | None:
    now = shop.clock.now()
    if not shop.store.outbox.has_due(now):
        return None
    # a claim lost by a power cut is as good: what was under way then is sent again
    with shop.store.passing_transaction():
        return shop.store.outbox.claim(now, shop.rules.lease, shop.rules.bundle_limit)


def _send(shop: Shop, claim: Claim, destination: Destination) -> Health:
    before = destination.health
    try:
        shop.sender.send(request(claim.bodies()))
    except DeliveryError as error:
        reached = outcome(error.status, len(claim.rows)) in (Outcome.PARK, Outcome.SPLIT)
        return _refused(shop, claim, destination.health if reached else before, error)
    health = destination.health  # another may have failed while this one was under way
    recovered = after_success(health)

    def write() -> None:
        if shop.store.outbox.sent(claim):
            shop.store.journal.write(_lines(shop, claim, "signal sent"))
        if recovered is not health:
            shop.store.destinations.keep(SIGNALS, recovered)

    shop.store.write_together(write)
    if recovered is not health:
        logger.info("signals are accepted again")
    return recovered


def _refused(shop: Shop, claim: Claim, health: Health, error: DeliveryError) -> Health:
    result = outcome(error.status, len(claim.rows))
    words = str(error)
    now = shop.clock.now()
    worse = health
    if result in (Outcome.RETRY, Outcome.PAUSE):
        worse = after_failure(health, result, words, now, random.random())  # noqa: S311
    else:
        worse = after_success(health)
    with shop.store.transaction():
        if result is Outcome.PARK:
            shop.store.outbox.park(claim, words)
            shop.store.journal.write(_lines(shop, claim, "signal parked", words))
        else:
            shop.store.outbox.later(claim, words, alone=result is Outcome.SPLIT)
        if worse is not health:
            shop.store.destinations.keep(SIGNALS, worse)
    _log(claim, result, words, health)
    return worse


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


def _log(claim: Claim, result: Outcome, words: str, before: Health) -> None:
    order = claim.rows[0]["order_id"]
    if result is Outcome.PARK:
        logger.bind(order=order).error("signal parked, a person has to act: {}", words)
    elif result in (Outcome.RETRY, Outcome.PAUSE) and before.reach is Reach.OPEN:
        logger.bind(order=order).warning("signals do not get through: {}", words)
