"""The tables of closed days; no behaviour."""

from peewee import AutoField, BooleanField, IntegerField, Model, TextField

from hotfolder.store.moments import MomentField


class CalendarRow(Model):
    """Whose days are closed ("": all flows without a day of their own), and since when."""

    name = TextField(primary_key=True)
    since = MomentField()

    class Meta:
        table_name = "calendar"
        legacy_table_names = False


class DayRow(Model):
    """A closed day: `date` and `missed` are ISO dates of its zone. `times` it was closed.

    `list_due`: its list is not written yet.
    """

    id = AutoField()
    calendar = TextField()
    date = TextField()
    closed_at = MomentField()
    closed_by = TextField()
    late = BooleanField(default=False)
    missed = TextField(default="")
    times = IntegerField(default=1)
    reopened_at = MomentField(null=True)
    list_due = BooleanField(default=True, index=True)

    class Meta:
        table_name = "day"
        legacy_table_names = False
        indexes = ((("calendar", "date"), True),)


class DayItemRow(Model):
    """A line of a day's list; `said` is empty for what is left, and `words` tell why."""

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


DAY_TABLES = (CalendarRow, DayRow, DayItemRow)
