"""Jobs know since when they are in doubt, and the store knows when it was copied."""

from typing import Any

from peewee import BigIntegerField, Model, TextField


class Stamp(Model):
    name = TextField(primary_key=True)
    at = BigIntegerField()

    class Meta:
        table_name = "stamp"


def up(migrator: Any, database: Any) -> None:
    migrator.migrate(
        migrator.add_column("job", "doubt_since", BigIntegerField(null=True)),
        migrator.add_index("job", ("doubt_since",)),
    )
    with database.bind_ctx([Stamp]):
        database.create_tables([Stamp], safe=False)
