"""Signals seen from their orders, for those who look at an order."""

from datetime import datetime

from hotfolder.store.database import Database
from hotfolder.store.outbox import UNSENT, Row, SignalState
from hotfolder.store.rows import SignalRow
from hotfolder.store.statement import Statement, slot

OF_ORDER = Statement(
    lambda: SignalRow.select().where(SignalRow.order_id == slot("order_id")).order_by(SignalRow.id),
    SignalRow,
)
LATE = Statement(
    lambda: (
        SignalRow.select(SignalRow.order_id)
        .where(
            SignalRow.state << (*UNSENT, SignalState.PARKED.value),
            SignalRow.deadline <= slot("now"),
        )
        .distinct()
    )
)


class OrderSignals:
    def __init__(self, database: Database) -> None:
        self._database = database

    def of_order(self, order_id: str) -> list[Row]:
        """Every signal of an order, oldest first, as mappings of its columns."""
        return self._database.rows(OF_ORDER, order_id=order_id)

    def late(self, now: datetime) -> set[str]:
        """The orders with signals that should have arrived by now and have not."""
        return {row["order_id"] for row in self._database.rows(LATE, now=now)}
