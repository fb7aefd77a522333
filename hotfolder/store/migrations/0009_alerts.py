"""Alerts with what people know of them, messages under way, and moments to remember."""

from typing import Any

from peewee import AutoField, BigIntegerField, BooleanField, IntegerField, Model, TextField


class Alert(Model):
    id = AutoField()
    kind = TextField()
    name = TextField()
    words = TextField()
    since = BigIntegerField()
    seen_at = BigIntegerField()
    grave = BooleanField(default=False)
    told = TextField(default="")
    gone_at = BigIntegerField(null=True)

    class Meta:
        table_name = "alert"
        indexes = ((("kind", "name"), True),)


class AlertPost(Model):
    id = AutoField()
    way = TextField()
    message = TextField()
    made_at = BigIntegerField()
    due = BigIntegerField()
    attempts = IntegerField(default=0)
    last_answer = TextField(default="")

    class Meta:
        table_name = "alert_post"
        legacy_table_names = False


class Mark(Model):
    name = TextField(primary_key=True)
    at = BigIntegerField()
    words = TextField(default="")

    class Meta:
        table_name = "mark"


def up(_migrator: Any, database: Any) -> None:
    with database.bind_ctx([Alert, AlertPost, Mark]):
        database.create_tables([Alert, AlertPost, Mark], safe=False)
