"""What a person may do with signals: send now, again, never, later, or with other words."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from hotfolder.domain.signal import REQUIRED, Signal, SignalType
from hotfolder.errors import HotfolderError
from hotfolder.services.shop import Shop
from hotfolder.store.journal import Line
from hotfolder.store.outbox import SignalState, signal_of

Row = dict[str, Any]
EDITABLE = (SignalState.WAITING, SignalState.PARKED)


class NotPossible(HotfolderError):
    """What was asked can not be done with this signal as it stands."""


def send_all_now(shop: Shop) -> int:
    """End undo times and pauses of everything that waits; how many signals go out now."""
    with shop.store.transaction():
        changed = shop.store.signals.send_now(shop.clock.now())
    shop.nudge.signals.set()
    return changed


def resend(shop: Shop, signal_id: int) -> None:
    """A parked, withdrawn or delivered signal waits again and goes out at once."""
    allowed = (SignalState.PARKED, SignalState.WITHDRAWN, SignalState.SENT)
    now = shop.clock.now()
    _change(shop, signal_id, allowed, "signal sent again", state=SignalState.WAITING, due=now)
    shop.nudge.signals.set()


def withdraw(shop: Shop, signal_id: int) -> None:
    """A waiting or parked signal is never sent."""
    _change(shop, signal_id, EDITABLE, "signal withdrawn", state=SignalState.WITHDRAWN)


def park(shop: Shop, signal_id: int) -> None:
    """A waiting signal stays until a person acts; later ones of its item go on."""
    _change(
        shop,
        signal_id,
        (SignalState.WAITING,),
        "signal parked",
        state=SignalState.PARKED,
        last_answer="parked by a person",
    )


def edit(shop: Shop, signal_id: int, fields: Mapping[str, str]) -> None:
    """Other words in a waiting or parked signal: tracking, shipping_option, cause, delay, message.

    Raises SignalInvalid for a field that its type does not have.
    """
    row = _get(shop, signal_id)
    told = json.loads(row["fields"]) | dict(fields)
    signal = signal_of(row)
    Signal(
        type=signal.type,
        order_id=signal.order_id,
        item_id=signal.item_id,
        at=signal.at,
        fields=told,
    )
    _change(shop, signal_id, EDITABLE, "signal edited", fields=told)


def editable_fields(kind: SignalType) -> tuple[str, ...]:
    """The fields of this type that a person may change."""
    return REQUIRED.get(kind, ())


def _change(
    shop: Shop, signal_id: int, allowed: tuple[SignalState, ...], action: str, **new: Any
) -> None:
    with shop.store.transaction():
        row = _get(shop, signal_id)
        if row["state"] not in allowed:
            states = " or ".join(allowed)
            raise NotPossible(f"signal {signal_id} is {row['state']}; only {states} ones can be")
        if not shop.store.signals.change(row, **new):
            raise NotPossible(f"signal {signal_id} moved on just now; look again")
        line = Line(
            at=shop.clock.now(),
            order_id=row["order_id"],
            item_id=row["item_id"],
            action=action,
            detail={"signal": row["type"], "id": signal_id, "by": "a person"},
        )
        shop.store.journal.write([line])


def _get(shop: Shop, signal_id: int) -> Row:
    row = shop.store.signals.get(signal_id)
    if row is None:
        raise NotPossible(f"there is no signal {signal_id}")
    return row


Change = Callable[[Shop, int], None]
CHANGES: Mapping[str, Change] = {"resend": resend, "withdraw": withdraw, "park": park}
