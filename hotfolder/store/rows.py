"""Tables and indexes; no behaviour. Times are whole microseconds since 1970, UTC."""

from peewee import (
    AutoField,
    BlobField,
    BooleanField,
    IntegerField,
    Model,
    TextField,
)

from hotfolder.store.alert_rows import ALERT_TABLES
from hotfolder.store.day_rows import DAY_TABLES
from hotfolder.store.moments import MomentField
from hotfolder.store.parcel_rows import PARCEL_TABLES


class DocumentRow(Model):
    """An order document byte for byte, its key blanked out; `key_at` says where the key stood."""

    id = AutoField()
    order_id = TextField(null=True, index=True)
    interface = TextField(default="")
    received_at = MomentField()
    content_type = TextField(default="")
    body = BlobField()
    key_at = TextField(default="[]")
    verdict = TextField()
    reason = TextField(default="")
    digest = TextField(default="")
    sha256 = TextField(default="")

    class Meta:
        table_name = "document"
        legacy_table_names = False
        indexes = ((("verdict", "received_at"), False),)


class OrderRow(Model):
    """An order as we took it: `record` is its content as JSON without the key."""

    id = AutoField()
    order_id = TextField(unique=True)
    document_id = IntegerField()
    interface = TextField()
    mode = TextField()
    version = TextField(default="")
    received_at = MomentField(index=True)
    digest = TextField()
    record = TextField()
    ship_by = TextField(default="")
    warnings = TextField(default="[]")

    class Meta:
        table_name = "orders"
        legacy_table_names = False


class JobRow(Model):
    """A job and where we believe its folder to be."""

    id = AutoField()
    order_id = TextField()
    item_id = TextField()
    run = IntegerField(default=1)
    ticket_id = TextField(unique=True)
    flow = TextField()
    mode = TextField()
    interface = TextField(default="")
    state = TextField()
    since = MomentField()
    stage = TextField(null=True)
    folder = TextField(null=True)
    inode = TextField(null=True)
    rename_due = BooleanField(default=False, index=True)
    moves = IntegerField(default=0)
    tracking = TextField(default="")
    shipping_option = TextField(default="")
    reached = TextField(default="")
    waits_for = TextField(default="", index=True)
    said_before = TextField(default="")
    reason = TextField(default="")
    attempts = IntegerField(default=0)
    next_try = MomentField(null=True)
    reorder = BooleanField(default=False)
    say_again = TextField(default="")
    siblings_due = BooleanField(default=False, index=True)
    doubt_since = MomentField(null=True, index=True)

    class Meta:
        table_name = "job"
        legacy_table_names = False
        indexes = (
            (("order_id", "item_id", "run"), True),
            (("stage", "folder"), False),
            (("state", "next_try"), False),
            (("tracking",), False),
        )


class SignalRow(Model):
    """The outbox: a signal promised. `fields` is what its type adds, as JSON; never a key.

    `asked_at` is when it was promised, or when a person asked for it again: its age counts from
    there.
    """

    id = AutoField()
    order_id = TextField()
    item_id = TextField()
    job_id = IntegerField(index=True)
    type = TextField()
    stage = TextField(default="")
    inferred = BooleanField(default=False)
    fields = TextField()
    at = MomentField()
    due = MomentField()
    deadline = MomentField()
    warn_at = MomentField(null=True)
    warned = IntegerField(default=0)
    accepted_at = MomentField(null=True)
    asked_at = MomentField(default=0)
    destination = TextField(default="cloudsignal")
    state = TextField()
    attempts = IntegerField(default=0)
    last_try = MomentField(null=True)
    last_answer = TextField(default="")
    alone = BooleanField(default=False)
    claim = TextField(default="")
    lease_until = MomentField(null=True)

    class Meta:
        table_name = "outbox"
        legacy_table_names = False
        indexes = (
            (("order_id", "item_id", "state", "id"), False),
            (("destination", "state", "deadline", "id"), False),
            (("state", "warn_at"), False),
        )


class AttemptRow(Model):
    """One POST that a signal was part of, and what came back."""

    id = AutoField()
    signal_id = IntegerField(index=True)
    at = MomentField()
    milliseconds = IntegerField()
    status = IntegerField(null=True)
    words = TextField(default="")
    signals = IntegerField()

    class Meta:
        table_name = "attempt"
        legacy_table_names = False


class JournalRow(Model):
    """One line per thing that happened; append only."""

    id = AutoField()
    at = MomentField()
    order_id = TextField(index=True)
    item_id = TextField(default="")
    action = TextField()
    detail = TextField(default="{}")

    class Meta:
        table_name = "journal"
        legacy_table_names = False


class NoteRow(Model):
    """A thing a person should look at, as long as it lasts."""

    id = AutoField()
    stage = TextField()
    name = TextField(default="")
    kind = TextField()
    since = MomentField()
    words = TextField()

    class Meta:
        table_name = "note"
        legacy_table_names = False
        indexes = ((("stage", "name", "kind"), True),)


class DestinationRow(Model):
    """How the signal server does, for those who ask from outside the daemon."""

    name = TextField(primary_key=True)
    reach = TextField()
    since = MomentField(null=True)
    failures = IntegerField(default=0)
    probes = IntegerField(default=0)
    next_probe = MomentField(null=True)
    words = TextField(default="")

    class Meta:
        table_name = "destination"
        legacy_table_names = False


class HandoverRow(Model):
    """A file of a job, or its folder, that a device gets; `visit` is the job's `moves` then."""

    id = AutoField()
    job_id = IntegerField()
    visit = IntegerField()
    device = TextField()
    source = TextField(default="")
    name = TextField(default="")
    state = TextField()
    since = MomentField()
    given_at = MomentField(null=True)
    limit_at = MomentField(null=True)
    seat = TextField(default="")
    words = TextField(default="")
    results_due = BooleanField(default=False)

    class Meta:
        table_name = "handover"
        legacy_table_names = False
        indexes = (
            (("job_id", "visit"), False),
            (("device", "state"), False),
            (("results_due", "device"), False),
        )


class OwnMoveRow(Model):
    """A move that the daemon itself is about to make; `words` are why, when the job is held."""

    job_id = IntegerField(primary_key=True)
    visit = IntegerField()
    stage = TextField()
    by = TextField(default="")
    words = TextField(default="")
    note = TextField(default="")

    class Meta:
        table_name = "own_move"
        legacy_table_names = False


TABLES = (
    *(DocumentRow, OrderRow, JobRow, SignalRow, AttemptRow, JournalRow, NoteRow, DestinationRow),
    *(HandoverRow, OwnMoveRow),
    *PARCEL_TABLES,
    *DAY_TABLES,
    *ALERT_TABLES,
)
