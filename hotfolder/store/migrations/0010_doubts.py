"""Jobs know since when they are in doubt."""

from typing import Any

from peewee import BigIntegerField


def up(migrator: Any, _database: Any) -> None:
    migrator.migrate(
        migrator.add_column("job", "doubt_since", BigIntegerField(null=True)),
        migrator.add_index("job", ("doubt_since",)),
    )
