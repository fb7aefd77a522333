"""Signals that get late are told before they are, and those far too old are left to a person."""

from collections import Counter
from datetime import datetime
from typing import Any

from loguru import logger

from hotfolder.domain.action import Action
from hotfolder.domain.deadline import WARNED_AT, warnings_due
from hotfolder.domain.retry import GIVEN_UP_AFTER
from hotfolder.services.shop import Shop
from hotfolder.store.journal import Line
from hotfolder.store.signal_state import SignalState

AT_ONCE = 200
TOO_OLD = "given up after 7 days without being accepted"


def watch_deadlines(shop: Shop) -> int:
    """Warn about signals at half and three quarters of their time, and when it is over.

    How many were warned about. One line per level tells of them all: an outage of an hour must not
    flood the log. Who looks late warns of the level reached, not of those before it.
    """
    now = shop.clock.now()
    found: Counter[int] = Counter()
    while rows := shop.store.signals.to_warn(now, AT_ONCE):
        with shop.store.transaction():
            for row in rows:
                level = warnings_due(row["at"], row["deadline"], now)
                shop.store.signals.warned(row, level)
                found[level] += 1
                if level == len(WARNED_AT):
                    line = _line(row, now, Action.DEADLINE_BROKEN, row["last_answer"])
                    shop.store.journal.write([line])
    for level, count in sorted(found.items()):
        share = WARNED_AT[level - 1]
        words = "are past their deadline" if share >= 1 else f"have used {share:.0%} of their time"
        logger.warning("{} signals {}", count, words)
    return found.total()


def park_the_old(shop: Shop) -> int:
    """Park waiting signals that are older than any retry is worth. How many there were."""
    now = shop.clock.now()
    rows = shop.store.signals.too_old(now - GIVEN_UP_AFTER)
    if rows:
        with shop.store.transaction():
            for row in rows:
                shop.store.signals.change(row, state=SignalState.PARKED, last_answer=TOO_OLD)
            shop.store.journal.write(
                [_line(row, now, Action.SIGNAL_PARKED, TOO_OLD) for row in rows]
            )
        logger.error("{} signals were given up after 7 days, a person has to act", len(rows))
    return len(rows)


def _line(row: dict[str, Any], now: datetime, action: Action, answer: str) -> Line:
    return Line(
        at=now,
        order_id=row["order_id"],
        item_id=row["item_id"],
        action=action,
        detail={"signal": row["type"], "answer": answer},
    )
