"""Documents know their content, orders when to ship, jobs whether they are reorders."""

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
    # what is told of orders that came before stands in their records
    database.execute_sql(
        "UPDATE orders SET ship_by = coalesce(json_extract(record, '$.shipping_date'), '')"
    )
    database.execute_sql(
        "UPDATE job SET reorder = 1 WHERE EXISTS ("
        "SELECT 1 FROM orders, json_each(orders.record, '$.items') AS item "
        "WHERE orders.order_id = job.order_id "
        "AND json_extract(item.value, '$.id') = job.item_id "
        "AND json_extract(item.value, '$.reorder') IS NOT NULL)"
    )
