"""Signals keep their fields instead of a ready body, know their destination, and every attempt."""

import json
from typing import Any

from peewee import AutoField, BigIntegerField, IntegerField, Model, TextField

COMMON = ("type", "order", "item", "datetime")


class Attempt(Model):
    id = AutoField()
    signal_id = IntegerField(index=True)
    at = BigIntegerField()
    milliseconds = IntegerField()
    status = IntegerField(null=True)
    words = TextField(default="")
    signals = IntegerField()

    class Meta:
        table_name = "attempt"


def up(migrator: Any, database: Any) -> None:
    with database.bind_ctx([Attempt]):
        database.create_tables([Attempt])
    migrator.migrate(
        migrator.rename_column("outbox", "body", "fields"),
        migrator.add_column("outbox", "warn_at", BigIntegerField(null=True)),
        migrator.add_column("outbox", "warned", IntegerField(default=0)),
        migrator.add_column("outbox", "accepted_at", BigIntegerField(null=True)),
        migrator.add_column("outbox", "asked_at", BigIntegerField(default=0)),
        migrator.add_column("outbox", "destination", TextField(default="cloudsignal")),
        migrator.add_column("job", "interface", TextField(default="")),
        migrator.add_column("job", "said_before", TextField(default="")),
        migrator.add_column("destination", "probes", IntegerField(default=0)),
        migrator.drop_index("outbox", "outbox_state_deadline_id"),
        migrator.add_index("outbox", ("destination", "state", "deadline", "id")),
        migrator.add_index("outbox", ("state", "warn_at")),
    )
    database.execute_sql("UPDATE outbox SET asked_at = at")
    database.execute_sql("UPDATE outbox SET accepted_at = last_try WHERE state = 'sent'")
    database.execute_sql(
        "UPDATE outbox SET warn_at = at + (deadline - at) / 2 "
        "WHERE state IN ('waiting', 'sending', 'parked')"
    )
    database.execute_sql(
        "UPDATE job SET interface = coalesce("
        "(SELECT interface FROM orders WHERE orders.order_id = job.order_id), '')"
    )
    _bodies_to_fields(database)


def _bodies_to_fields(database: Any) -> None:
    rows = database.execute_sql("SELECT id, fields FROM outbox").fetchall()
    for number, body in rows:
        members = json.loads(body)
        fields = {name: value for name, value in members.items() if name not in COMMON}
        database.execute_sql(
            "UPDATE outbox SET fields = ? WHERE id = ?", (json.dumps(fields), number)
        )
