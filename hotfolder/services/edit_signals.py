"""What a person may do with signals: send now, again, never, later, or with other words."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from hotfolder.domain.action import Action
from hotfolder.domain.cause import listed_cause
from hotfolder.domain.signal import SignalType
from hotfolder.errors import NotPossible
from hotfolder.services.shop import Shop
from hotfolder.store.due_signals import signal_of
from hotfolder.store.journal import Line
from hotfolder.store.signal_state import SignalState

Row = dict[str, Any]
EDITABLE = (SignalState.WAITING, SignalState.PARKED)


def send_all_now(shop: Shop) -> int:
    """End undo times and pauses of everything that waits; how many signals go out now."""
    now = shop.clock.now()
    with shop.store.transaction():
        changed = shop.store.signals.send_now(now)
        detail = {"signals": changed, "by": "a person"}
        shop.store.journal.write(
            [Line(at=now, order_id="", action=Action.ALL_SENT_NOW, detail=detail)]
        )
    shop.nudge.signals.set()
    return changed


def resend(shop: Shop, signal_id: int) -> None:
    """A parked, withdrawn or delivered signal waits again and goes out at once."""
    allowed = (SignalState.PARKED, SignalState.WITHDRAWN, SignalState.SENT)
    now = shop.clock.now()
    new = {"state": SignalState.WAITING, "due": now, "asked_at": now}
    _change(shop, signal_id, allowed, Action.SIGNAL_AGAIN, **new)
    shop.nudge.signals.set()


def withdraw(shop: Shop, signal_id: int) -> None:
    """A waiting or parked signal is never sent."""
    _change(shop, signal_id, EDITABLE, Action.SIGNAL_WITHDRAWN, state=SignalState.WITHDRAWN)


def park(shop: Shop, signal_id: int) -> None:
    """A waiting signal stays until a person acts; later ones of its item go on."""
    _change(
        shop,
        signal_id,
        (SignalState.WAITING,),
        Action.SIGNAL_PARKED,
        state=SignalState.PARKED,
        last_answer="parked by a person",
    )


def edit(shop: Shop, signal_id: int, fields: Mapping[str, str]) -> None:
    """Other words in a waiting or parked signal: tracking, shipping_option, cause, delay, message.

    Raises SignalInvalid for a field that its type does not have, NotPossible for a cancellation
    cause that is not on the list.
    """
    with shop.store.transaction():
        row = _get(shop, signal_id)
        told = json.loads(row["fields"]) | dict(fields)
        signal = replace(signal_of(row), fields=told)
        if signal.type is SignalType.CANCELED:
            told["cause"] = listed_cause(told["cause"]).code
        _change(shop, signal_id, EDITABLE, Action.SIGNAL_EDITED, fields=told)


def _change(
    shop: Shop, signal_id: int, allowed: tuple[SignalState, ...], action: Action, **new: Any
) -> None:
    with shop.store.transaction():
        row = _get(shop, signal_id)
        if row["state"] not in allowed:
            states = " or ".join(allowed)
            raise NotPossible(
                f"signal {signal_id} is {row['state']}; this can be done while it is {states}"
            )
        if not shop.store.signals.change(row, **new):
            raise NotPossible(f"signal {signal_id} moved on just now; look again")
        line = Line(
            at=shop.clock.now(),
            order_id=row["order_id"],
            item_id=row["item_id"],
            action=action,
            detail={"signal": row["type"], "id": signal_id, "by": "a person", **_told(new)},
        )
        shop.store.journal.write([line])


def _told(new: Mapping[str, Any]) -> dict[str, Any]:
    return {"fields": new["fields"]} if "fields" in new else {}


def _get(shop: Shop, signal_id: int) -> Row:
    row = shop.store.signals.get(signal_id)
    if row is None:
        raise NotPossible(f"there is no signal {signal_id}")
    return row


Change = Callable[[Shop, int], None]
CHANGES: Mapping[str, Change] = {"resend": resend, "withdraw": withdraw, "park": park}
