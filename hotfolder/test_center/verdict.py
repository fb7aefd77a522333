"""Did the shop say everything, once, and in the order in which it happened? Pure."""

import calendar
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from hotfolder.test_center.records import Accepted, Pushed

# an item passes these in this order; ItemDelay, ItemError and ItemCanceled stand apart
PASSED_IN_ORDER = ("ItemRegistered", "ItemProduce", "ItemProduced", "ItemPacked", "ItemShipped")
_CANCELED = "ItemCanceled"
# a delay may be said again with a later time
_MAY_REPEAT = ("ItemDelay", "ItemError")
# Cloudprinter docs, How to integrate: ItemRegistered within 15 minutes of the order data
REGISTER_SECONDS = 15 * 60
AHEAD_SECONDS = 60

ItemKey = tuple[str, str]


def judge(
    accepted: Iterable[Accepted],
    expected: Mapping[ItemKey, Sequence[str]],
    *,
    doubles_allowed: int = 0,
) -> list[str]:
    """What went wrong, in sentences; empty when the account is as it should be.

    `expected` lists the signal types of each (order, item). A type that is missing, or came for
    an item or in a type nobody expected, is a fault; so is a first occurrence before that of an
    earlier stage, and anything of production after ItemCanceled. Signals accepted twice are
    faults when there are more of them than `doubles_allowed` over all items.
    """
    signals = sorted(accepted, key=lambda signal: signal.seq)
    found = []
    seen = _types_by_item(signals)
    for key in sorted(expected.keys() | seen.keys()):
        found += _compare(key, expected.get(key, ()), seen.get(key, ()))
    found += out_of_order(signals)
    doubles = doubled(signals)
    return found + doubles if len(doubles) > doubles_allowed else found


def _types_by_item(signals: Iterable[Accepted]) -> dict[ItemKey, list[str]]:
    seen: dict[ItemKey, list[str]] = defaultdict(list)
    for signal in signals:
        if signal.type not in seen[signal.order, signal.item]:
            seen[signal.order, signal.item].append(signal.type)
    return seen


def _compare(key: ItemKey, expected: Sequence[str], seen: Sequence[str]) -> list[str]:
    name = f"order {key[0]} item {key[1]}"
    missing = [f"{name}: {kind} is missing" for kind in expected if kind not in seen]
    strange = [f"{name}: {kind} was not expected" for kind in seen if kind not in expected]
    return missing + strange


def doubled(signals: Iterable[Accepted]) -> list[str]:
    """One sentence for each signal that had been accepted before."""
    first: dict[tuple[str, ...], int] = {}
    found = []
    for signal in signals:
        again = signal.datetime if signal.type in _MAY_REPEAT else ""
        identity = (signal.order, signal.item, signal.type, again)
        if identity in first:
            found.append(f"{_name(signal)} came again as #{signal.seq}, was #{first[identity]}")
        else:
            first[identity] = signal.seq
    return found


def out_of_order(signals: Iterable[Accepted]) -> list[str]:
    """One sentence for each signal whose first arrival came after that of a later stage."""
    latest: dict[ItemKey, Accepted] = {}
    said: set[tuple[str, str, str]] = set()
    found = []
    for signal in signals:
        key = (signal.order, signal.item)
        if (*key, signal.type) in said or _rank(signal) is None:
            continue
        said.add((*key, signal.type))
        before = latest.get(key)
        if before is not None and (_rank(signal) or 0) < (_rank(before) or 0):
            found.append(f"{_name(signal)} came as #{signal.seq}, after {before.type}")
        else:
            latest[key] = signal
    return found


def ahead_of_time(signals: Iterable[Accepted]) -> list[str]:
    """One sentence for each signal whose datetime lies more than a minute after its arrival.

    The usual reason is a local time that was labelled GMT.
    """
    found = []
    for signal in signals:
        moment = calendar.timegm(time.strptime(signal.datetime, "%Y-%m-%d %H:%M:%S GMT"))
        ahead = moment - signal.at
        if ahead > AHEAD_SECONDS:
            found.append(f"{_name(signal)} says a time {ahead / 60:.0f} minutes after it came")
    return found


def registered_late(
    signals: Iterable[Accepted], pushed: Iterable[Pushed], *, now: float
) -> list[str]:
    """One sentence for each item, taken with 200, without ItemRegistered inside 15 minutes."""
    at = {(s.order, s.item): s.at for s in reversed(list(signals)) if s.type == PASSED_IN_ORDER[0]}
    orders: dict[str, Pushed] = {}
    for order in pushed:
        if order.status == 200:
            orders.setdefault(order.order, order)
    return [
        f"order {order.order} item {item}: ItemRegistered took more than 15 minutes"
        for order in orders.values()
        for item in order.items
        if at.get((order.order, item), now) - order.at > REGISTER_SECONDS
    ]


def _rank(signal: Accepted) -> int | None:
    if signal.type == _CANCELED:
        return len(PASSED_IN_ORDER)
    return PASSED_IN_ORDER.index(signal.type) if signal.type in PASSED_IN_ORDER else None


def _name(signal: Accepted) -> str:
    return f"order {signal.order} item {signal.item}: {signal.type}"
