"""Signals that get late are told before they are, and those far too old are left to a person."""

from datetime import datetime
from typing import Any

from loguru import logger

from hotfolder.domain.deadline import WARNED_AT
from hotfolder.domain.retry import GIVEN_UP_AFTER
from hotfolder.services.shop import Shop
from hotfolder.store.journal import Line
from hotfolder.store.outbox import SignalState

AT_ONCE = 200
TOO_OLD = "given up after 7 days without being accepted"


def watch_deadlines(shop: Shop) -> int:
    """Warn about signals at half and three quarters of their time, and when it is over.

    How many warnings were given; more may be due when there were many.
    """
    now = shop.clock.now()
    rows = shop.store.signals.to_warn(now, AT_ONCE)
    if not rows:
        return 0
    with shop.store.transaction():
        for row in rows:
            shop.store.signals.warned(row)
        broken = [row for row in rows if row["warned"] + 1 >= len(WARNED_AT)]
        shop.store.journal.write([_line(row, now) for row in broken])
    _log(rows)
    return len(rows)


def park_the_old(shop: Shop) -> int:
    """Park waiting signals that are older than any retry is worth. How many there were."""
    now = shop.clock.now()
    rows = shop.store.signals.too_old(now - GIVEN_UP_AFTER)
    if rows:
        with shop.store.transaction():
            for row in rows:
                shop.store.signals.change(row, state=SignalState.PARKED, last_answer=TOO_OLD)
        logger.error("{} signals were given up after 7 days, a person has to act", len(rows))
    return len(rows)


def _line(row: dict[str, Any], now: datetime) -> Line:
    return Line(
        at=now,
        order_id=row["order_id"],
        item_id=row["item_id"],
        action="deadline broken",
        detail={"signal": row["type"], "answer": row["last_answer"]},
    )


def _log(rows: list[dict[str, Any]]) -> None:
    """One line per level, however many signals: an outage of an hour must not flood the log."""
    for level, share in enumerate(WARNED_AT, start=1):
        found = [row for row in rows if row["warned"] + 1 == level]
        if not found:
            continue
        words = "are past their deadline" if share >= 1 else f"have used {share:.0%} of their time"
        logger.bind(first=found[0]["id"]).warning("{} signals {}", len(found), words)
