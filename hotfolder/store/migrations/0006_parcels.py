"""Parcels that label programs are asked for, their jobs, and what came back."""

from typing import Any

from peewee import AutoField, BigIntegerField, BooleanField, IntegerField, Model, TextField


class Parcel(Model):
    id = AutoField()
    program = TextField()
    order_id = TextField(index=True)
    reference = TextField()
    state = TextField()
    since = BigIntegerField()
    file = TextField(default="")
    rename_due = BooleanField(default=False, index=True)
    tracking = TextField(default="", index=True)
    offered = TextField(default="")
    former = TextField(default="")
    option = TextField(default="")
    asked_at = BigIntegerField(null=True)
    expected_by = BigIntegerField(null=True)
    answered_at = BigIntegerField(null=True)
    words = TextField(default="")

    class Meta:
        table_name = "parcel"
        legacy_table_names = False
        indexes = ((("program", "reference"), True), (("state", "program"), False))


class ParcelJob(Model):
    id = AutoField()
    parcel_id = IntegerField(index=True)
    job_id = IntegerField(unique=True)
    item_id = TextField(index=True)

    class Meta:
        table_name = "parcel_job"
        legacy_table_names = False


class LabelRow(Model):
    id = AutoField()
    program = TextField()
    digest = TextField()
    seen_at = BigIntegerField(index=True)
    file = TextField()
    line = IntegerField()
    words = TextField()

    class Meta:
        table_name = "label_row"
        legacy_table_names = False
        indexes = ((("program", "digest"), True),)


class ReplyFile(Model):
    id = AutoField()
    program = TextField()
    name = TextField()
    size = BigIntegerField()
    changed_ns = BigIntegerField()
    inode = BigIntegerField()
    sha256 = TextField()
    revision = IntegerField()

    class Meta:
        table_name = "reply_file"
        legacy_table_names = False
        indexes = ((("program", "name"), True),)


def up(migrator: Any, database: Any) -> None:
    migrator.migrate(migrator.add_index("job", ("tracking",)))
    tables = (Parcel, ParcelJob, LabelRow, ReplyFile)
    with database.bind_ctx(tables):
        database.create_tables(tables, safe=False)
