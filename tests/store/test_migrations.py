"""Databases of older versions: what they hold is still told after they were brought up."""

import json
from pathlib import Path

from hotfolder.store.database import Database
from hotfolder.store.store import Store
from tests.steps import look_up

ADD_ORDER = (
    "insert into orders (order_id, document_id, interface, mode, version, received_at, digest,"
    " record, warnings) values ('order-1', 1, 'live', 'live', '2.2', 1, 'abc', ?, '[]')"
)
ADD_JOB = (
    "insert into job (order_id, item_id, run, ticket_id, flow, mode, state, since, rename_due,"
    " moves, tracking, shipping_option, waits_for, reason, attempts)"
    " values ('order-1', ?, 1, ?, 'books', 'live', 'waiting', 1, 0, 0, '', '', '', '', 0)"
)


def test_orders_and_reorders_that_came_before_0003_are_told_by_their_records(
    tmp_path: Path,
) -> None:
    path = tmp_path / "old.sqlite"
    old = Database(path)
    old._connect()
    old._runner().up("0001_first_schema")
    old.close()
    items = [{"id": "item-1", "reorder": None}, {"id": "item-2", "reorder": {"cause": "x"}}]
    record = {"shipping_date": "2026-03-05 16:00:00", "items": items}
    look_up(path, ADD_ORDER, json.dumps(record))
    for item in ("item-1", "item-2"):
        look_up(path, ADD_JOB, item, f"order-1/{item}/1")

    store = Store.open(path)
    order = store.orders.get("order-1")
    reorders = {job.item_id: job.reorder for job in store.jobs.all()}
    store.close()

    assert order is not None
    assert order.ship_by == "2026-03-05 16:00:00"
    assert reorders == {"item-1": False, "item-2": True}
