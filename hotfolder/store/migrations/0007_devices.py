"""Devices get files of jobs and give results back; a job may be moved on by the daemon itself."""

from typing import Any

from peewee import AutoField, BigIntegerField, BooleanField, IntegerField, Model, TextField


class Handover(Model):
    id = AutoField()
    job_id = IntegerField()
    visit = IntegerField()
    device = TextField()
    source = TextField(default="")
    name = TextField(default="")
    state = TextField()
    since = BigIntegerField()
    given_at = BigIntegerField(null=True)
    limit_at = BigIntegerField(null=True)
    seat = TextField(default="")
    words = TextField(default="")
    results_due = BooleanField(default=False)

    class Meta:
        table_name = "handover"
        indexes = (
            (("job_id", "visit"), False),
            (("device", "state"), False),
            (("results_due", "device"), False),
        )


class OwnMove(Model):
    job_id = IntegerField(primary_key=True)
    visit = IntegerField()
    stage = TextField()
    by = TextField(default="")
    words = TextField(default="")
    note = TextField(default="")

    class Meta:
        table_name = "own_move"


def up(_migrator: Any, database: Any) -> None:
    tables = (Handover, OwnMove)
    with database.bind_ctx(tables):
        database.create_tables(tables, safe=False)
