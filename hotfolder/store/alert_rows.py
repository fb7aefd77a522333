"""The tables of alerts and of moments to remember; no behaviour."""

from peewee import AutoField, BooleanField, IntegerField, Model, TextField

from hotfolder.store.moments import MomentField


class AlertRow(Model):
    """What is wrong, or was and people do not know that it is over, as in `domain/alert.py`."""

    id = AutoField()
    kind = TextField()
    name = TextField()
    words = TextField()
    since = MomentField()
    seen_at = MomentField()
    grave = BooleanField(default=False)
    told = TextField(default="")
    gone_at = MomentField(null=True)

    class Meta:
        table_name = "alert"
        legacy_table_names = False
        indexes = ((("kind", "name"), True),)


class AlertPostRow(Model):
    """A message that one way (mail, webhook, command) has still to take; `message` is JSON."""

    id = AutoField()
    way = TextField()
    message = TextField()
    made_at = MomentField()
    due = MomentField()
    attempts = IntegerField(default=0)
    last_answer = TextField(default="")

    class Meta:
        table_name = "alert_post"
        legacy_table_names = False


class MarkRow(Model):
    """A moment that is asked for by its name, such as that of the last backup."""

    name = TextField(primary_key=True)
    at = MomentField()
    words = TextField(default="")

    class Meta:
        table_name = "mark"
        legacy_table_names = False


ALERT_TABLES = (AlertRow, AlertPostRow, MarkRow)
