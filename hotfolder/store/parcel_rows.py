"""The tables of parcels and their labels; no behaviour."""

from peewee import AutoField, BigIntegerField, BooleanField, IntegerField, Model, TextField

from hotfolder.store.moments import MomentField


class ParcelRow(Model):
    """A parcel that a label program is asked for; `former` are codes with spaces between them."""

    id = AutoField()
    program = TextField()
    order_id = TextField(index=True)
    reference = TextField()
    state = TextField()
    since = MomentField()
    file = TextField(default="")
    rename_due = BooleanField(default=False, index=True)
    tracking = TextField(default="", index=True)
    offered = TextField(default="")
    former = TextField(default="")
    option = TextField(default="")
    asked_at = MomentField(null=True)
    expected_by = MomentField(null=True)
    answered_at = MomentField(null=True)
    words = TextField(default="")

    class Meta:
        table_name = "parcel"
        legacy_table_names = False
        indexes = ((("program", "reference"), True), (("state", "program"), False))


class ParcelJobRow(Model):
    """A job whose item is in a parcel; it is in one at most."""

    id = AutoField()
    parcel_id = IntegerField(index=True)
    job_id = IntegerField(unique=True)
    item_id = TextField(index=True)

    class Meta:
        table_name = "parcel_job"
        legacy_table_names = False


class LabelRow(Model):
    """A row of a reply that was for nobody or not understood; told once."""

    id = AutoField()
    program = TextField()
    digest = TextField()
    seen_at = MomentField(index=True)
    file = TextField()
    line = IntegerField()
    words = TextField()

    class Meta:
        table_name = "label_row"
        legacy_table_names = False
        indexes = ((("program", "digest"), True),)


class ReplyFileRow(Model):
    """A reply file that was read, as it was then."""

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


PARCEL_TABLES = (ParcelRow, ParcelJobRow, LabelRow, ReplyFileRow)
