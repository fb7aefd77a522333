"""Orders as we took them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import fn

from hotfolder.domain.job import Mode
from hotfolder.store.database import Database
from hotfolder.store.moments import EPOCH
from hotfolder.store.rows import OrderRow
from hotfolder.store.statement import Statement, insert, slot

# in the place of a digest: of the order only those items are known whose folders were found
FOUND_ON_FLOOR = "found on the floor"

ADD = insert(OrderRow)
DIGEST_OF = Statement(
    lambda: OrderRow.select(OrderRow.digest).where(OrderRow.order_id == slot("order_id"))
)
GET = Statement(lambda: OrderRow.select().where(OrderRow.order_id == slot("order_id")), OrderRow)
COUNT = Statement(lambda: OrderRow.select(fn.COUNT(OrderRow.id).alias("orders")))
HEADS = Statement(
    lambda: (
        OrderRow.select(
            OrderRow.order_id,
            OrderRow.interface,
            OrderRow.mode,
            OrderRow.received_at,
            OrderRow.ship_by,
        )
        .where(OrderRow.received_at >= slot("since"))
        .order_by(OrderRow.id)
    ),
    OrderRow,
)
REPLACE = Statement(
    lambda: OrderRow.update(
        document_id=slot("document_id"),
        version=slot("version"),
        digest=slot("digest"),
        record=slot("record"),
        ship_by=slot("ship_by"),
        warnings=slot("warnings"),
    ).where(OrderRow.order_id == slot("order_id"), OrderRow.digest == slot("was"))
)


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderHead:
    """What a list tells of an order. `ship_by` is text as it came."""

    order_id: str
    interface: str
    mode: Mode
    received_at: datetime
    ship_by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderTaken:
    """An order we answered with 200. `record` is its content as JSON text, without the key."""

    order_id: str
    interface: str
    mode: Mode
    version: str
    received_at: datetime
    digest: str
    record: str
    ship_by: str = ""
    warnings: Sequence[str] = ()


class Orders:
    def __init__(self, database: Database) -> None:
        self._database = database

    def digest_of(self, order_id: str) -> str | None:
        """The digest of the content we took under this order id, or None when it is new."""
        rows = self._database.rows(DIGEST_OF, order_id=order_id)
        return str(rows[0]["digest"]) if rows else None

    def add(self, order: OrderTaken, document_id: int) -> None:
        """A new order; one row, so a second one with this id fails."""
        self._database.add(
            ADD,
            order_id=order.order_id,
            interface=order.interface,
            mode=order.mode,
            received_at=order.received_at,
            **_content(order, document_id),
        )

    def replace(self, order: OrderTaken, document_id: int, was: str) -> bool:
        """True when the order still had the content with the digest `was` and has this one now."""
        content = _content(order, document_id)
        return bool(self._database.run(REPLACE, order_id=order.order_id, was=was, **content))

    def get(self, order_id: str) -> OrderTaken | None:
        rows = self._database.rows(GET, order_id=order_id)
        if not rows:
            return None
        row = rows[0]
        return OrderTaken(
            order_id=row["order_id"],
            interface=row["interface"],
            mode=Mode(row["mode"]),
            version=row["version"],
            received_at=row["received_at"],
            digest=row["digest"],
            record=row["record"],
            ship_by=row["ship_by"],
            warnings=json.loads(row["warnings"]),
        )

    def heads(self, since: datetime = EPOCH) -> list[OrderHead]:
        """The orders that came at this time or later, oldest first."""
        return [
            OrderHead(**row | {"mode": Mode(row["mode"])})
            for row in self._database.rows(HEADS, since=since)
        ]

    def count(self) -> int:
        """How many orders were taken."""
        return int(self._database.rows(COUNT)[0]["orders"])


def _content(order: OrderTaken, document_id: int) -> dict[str, Any]:
    return {
        "document_id": document_id,
        "version": order.version,
        "digest": order.digest,
        "record": order.record,
        "ship_by": order.ship_by,
        "warnings": json.dumps(list(order.warnings), ensure_ascii=False),
    }
