"""Documents know their content, orders when to ship, jobs whether they are reorders."""

import json
from typing import Any

from peewee import BooleanField, TextField


def up(migrator: Any, database: Any) -> None:
    migrator.migrate(
        migrator.add_column("document", "digest", TextField(default="")),
        migrator.add_column("document", "sha256", TextField(default="")),
        migrator.add_column("orders", "ship_by", TextField(default="")),
        migrator.add_column("job", "reorder", BooleanField(default=False)),
        migrator.add_index("document", ("verdict", "received_at")),
        migrator.add_index("orders", ("received_at",)),
    )
    _fill(database)


def _fill(database: Any) -> None:
    """What is told of orders that came before stands in their records."""
    rows = database.execute_sql("SELECT order_id, record FROM orders").fetchall()
    for order_id, text in rows:
        record = json.loads(text)
        database.execute_sql(
            "UPDATE orders SET ship_by = ? WHERE order_id = ?",
            (record.get("shipping_date", ""), order_id),
        )
        for item in record.get("items", []):
            if item.get("reorder"):
                database.execute_sql(
                    "UPDATE job SET reorder = 1 WHERE order_id = ? AND item_id = ?",
                    (order_id, item["id"]),
                )
