"""Jobs know which signals to say once more, and whether their order's other jobs must be told."""

from typing import Any

from peewee import BooleanField, TextField


def up(migrator: Any, _database: Any) -> None:
    migrator.migrate(
        migrator.add_column("job", "say_again", TextField(default="")),
        migrator.add_column("job", "siblings_due", BooleanField(default=False)),
        migrator.add_index("job", ("siblings_due",)),
    )
