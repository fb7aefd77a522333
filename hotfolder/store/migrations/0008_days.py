"""Days that are closed, what was said with each, and since when there is something to close."""

from typing import Any

from peewee import AutoField, BigIntegerField, BooleanField, IntegerField, Model, TextField


class Calendar(Model):
    name = TextField(primary_key=True)
    since = BigIntegerField()

    class Meta:
        table_name = "calendar"


class Day(Model):
    id = AutoField()
    calendar = TextField()
    date = TextField()
    closed_at = BigIntegerField()
    closed_by = TextField()
    late = BooleanField(default=False)
    missed = TextField(default="")
    times = IntegerField(default=1)
    reopened_at = BigIntegerField(null=True)
    list_due = BooleanField(default=True, index=True)

    class Meta:
        table_name = "day"
        indexes = ((("calendar", "date"), True),)


class DayItem(Model):
    id = AutoField()
    day_id = IntegerField(index=True)
    job_id = IntegerField(index=True)
    order_id = TextField()
    item_id = TextField()
    said = TextField(default="")
    tracking = TextField(default="")
    shipping_option = TextField(default="")
    stage = TextField(default="")
    words = TextField(default="")

    class Meta:
        table_name = "day_item"
        legacy_table_names = False


def up(_migrator: Any, database: Any) -> None:
    with database.bind_ctx([Calendar, Day, DayItem]):
        database.create_tables([Calendar, Day, DayItem], safe=False)
