"""The first schema: a frozen copy of the tables, on purpose not shared with rows.py."""

from typing import Any

from peewee import (
    AutoField,
    BigIntegerField,
    BlobField,
    BooleanField,
    IntegerField,
    Model,
    TextField,
)


class Document(Model):
    id = AutoField()
    order_id = TextField(null=True, index=True)
    interface = TextField(default="")
    received_at = BigIntegerField()
    content_type = TextField(default="")
    body = BlobField()
    key_at = TextField(default="[]")
    verdict = TextField()
    reason = TextField(default="")

    class Meta:
        table_name = "document"


class Orders(Model):
    id = AutoField()
    order_id = TextField(unique=True)
    document_id = IntegerField()
    interface = TextField()
    mode = TextField()
    version = TextField(default="")
    received_at = BigIntegerField()
    digest = TextField()
    record = TextField()
    warnings = TextField(default="[]")

    class Meta:
        table_name = "orders"


class Job(Model):
    id = AutoField()
    order_id = TextField()
    item_id = TextField()
    run = IntegerField(default=1)
    ticket_id = TextField(unique=True)
    flow = TextField()
    mode = TextField()
    state = TextField()
    since = BigIntegerField()
    stage = TextField(null=True)
    folder = TextField(null=True)
    inode = TextField(null=True)
    rename_due = BooleanField(default=False, index=True)
    moves = IntegerField(default=0)
    tracking = TextField(default="")
    shipping_option = TextField(default="")
    waits_for = TextField(default="", index=True)
    reason = TextField(default="")
    attempts = IntegerField(default=0)
    next_try = BigIntegerField(null=True)

    class Meta:
        table_name = "job"
        indexes = (
            (("order_id", "item_id", "run"), True),
            (("stage", "folder"), False),
            (("state", "next_try"), False),
        )


class Outbox(Model):
    id = AutoField()
    order_id = TextField()
    item_id = TextField()
    job_id = IntegerField(index=True)
    type = TextField()
    stage = TextField(default="")
    inferred = BooleanField(default=False)
    body = TextField()
    at = BigIntegerField()
    due = BigIntegerField()
    deadline = BigIntegerField()
    state = TextField()
    attempts = IntegerField(default=0)
    last_try = BigIntegerField(null=True)
    last_answer = TextField(default="")
    alone = BooleanField(default=False)
    claim = TextField(default="")
    lease_until = BigIntegerField(null=True)

    class Meta:
        table_name = "outbox"
        indexes = (
            (("order_id", "item_id", "state", "id"), False),
            (("state", "deadline", "id"), False),
        )


class Journal(Model):
    id = AutoField()
    at = BigIntegerField()
    order_id = TextField(index=True)
    item_id = TextField(default="")
    action = TextField()
    detail = TextField(default="{}")

    class Meta:
        table_name = "journal"


class Note(Model):
    id = AutoField()
    stage = TextField()
    name = TextField(default="")
    kind = TextField()
    since = BigIntegerField()
    words = TextField()

    class Meta:
        table_name = "note"
        indexes = ((("stage", "name", "kind"), True),)


class Destination(Model):
    name = TextField(primary_key=True)
    reach = TextField()
    since = BigIntegerField(null=True)
    failures = IntegerField(default=0)
    next_probe = BigIntegerField(null=True)
    words = TextField(default="")

    class Meta:
        table_name = "destination"


def up(_migrator: Any, database: Any) -> None:
    tables = (Document, Orders, Job, Outbox, Journal, Note, Destination)
    with database.bind_ctx(tables):
        database.create_tables(tables)
