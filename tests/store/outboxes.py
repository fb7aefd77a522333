"""Signals promised, claimed and sent in a store, and what is known of them."""

from datetime import datetime, timedelta
from typing import Any

from hotfolder.domain.answer import Answer
from hotfolder.domain.signal import SignalType
from hotfolder.store.outbox import Claim, Promise
from hotfolder.store.store import Store
from tests.builders import NOON

LEASE = timedelta(seconds=60)
REGISTERED, PRODUCE, PRODUCED = SignalType.REGISTERED, SignalType.PRODUCE, SignalType.PRODUCED
SHIPPED = SignalType.SHIPPED


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def promise(store: Store, *promises: Promise) -> None:
    with store.transaction():
        store.outbox.add(promises)


def claim(
    store: Store,
    now: datetime = NOON,
    bundle: int = 50,
    *,
    to: str = "cloudsignal",
    probe: bool = False,
) -> Claim | None:
    with store.transaction():
        return store.outbox.claim(to, now, LEASE, bundle, probe=probe)


def claimed(store: Store, now: datetime = NOON, bundle: int = 50, **how: Any) -> Claim:
    found = claim(store, now, bundle, **how)
    assert found is not None
    return found


def send(store: Store, now: datetime = NOON, **how: Any) -> Claim:
    """What is due is claimed and accepted."""
    found = claimed(store, now, **how)
    assert store.outbox.sent(found, now)
    return found


def send_one(store: Store, now: datetime = NOON, answer: int = 200) -> None:
    """The next signal goes out and is accepted, or parked."""
    with store.transaction():
        found = claimed(store, now, 1)
        store.outbox.attempted(found, Answer(status=answer), now)
        if answer == 200:
            store.outbox.sent(found, now)
        else:
            store.outbox.park(found, str(answer))


def send_all(store: Store, now: datetime = NOON) -> None:
    """One after the other, until none is due."""
    while store.outbox.has_due("cloudsignal", now):
        send_one(store, now)


def again(store: Store, found: Claim, words: str = "503", **how: Any) -> bool:
    """The claim was not accepted and is due again at once."""
    return store.outbox.later(found, [words] * len(found.rows), [NOON] * len(found.rows), **how)


def types(claim: Claim) -> list[str]:
    return [signal.type for signal in claim.signals]


def items(claim: Claim) -> list[str]:
    return [signal.item_id for signal in claim.signals]


def orders(claim: Claim) -> set[str]:
    return {signal.order_id for signal in claim.signals}


def rows(store: Store) -> list[dict[str, Any]]:
    return store.signals.find({})


def states(store: Store) -> list[str]:
    return [row["state"] for row in rows(store)]


def row(store: Store, signal_id: int = 1) -> dict[str, Any]:
    found = store.signals.get(signal_id)
    assert found is not None
    return found


def numbers(store: Store, limit: int | None = None, **wanted: Any) -> list[int]:
    """Of the signals that are found by what is wanted."""
    return [one["id"] for one in store.signals.find(wanted, limit)]
