"""The journal: one line per thing that happened to an order or a job. Append only."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hotfolder.store.database import Database
from hotfolder.store.rows import JournalRow
from hotfolder.store.statement import Statement, insert, slot

ADD = insert(JournalRow)
OF_ORDER = Statement(
    lambda: (
        JournalRow.select().where(JournalRow.order_id == slot("order_id")).order_by(JournalRow.id)
    ),
    JournalRow,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """What happened, when, to which item (empty: to the whole order), with what detail.

    `action` is one of `domain.action.Action`, or what another version of the program wrote.
    """

    at: datetime
    order_id: str
    action: str
    item_id: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)


class Journal:
    def __init__(self, database: Database) -> None:
        self._database = database

    def write(self, lines: Iterable[Line]) -> None:
        """Add lines; belongs into the transaction that does what they tell."""
        for line in lines:
            self._database.add(
                ADD,
                at=line.at,
                order_id=line.order_id,
                item_id=line.item_id,
                action=line.action,
                detail=json.dumps(dict(line.detail), ensure_ascii=False),
            )

    def of_order(self, order_id: str) -> list[Line]:
        """The story of an order, oldest line first."""
        return [
            Line(
                at=row["at"],
                order_id=row["order_id"],
                item_id=row["item_id"],
                action=row["action"],
                detail=json.loads(row["detail"]),
            )
            for row in self._database.rows(OF_ORDER, order_id=order_id)
        ]
