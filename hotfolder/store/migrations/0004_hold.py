"""Jobs know the last stage of their flow, so that they can go on from hold."""

from typing import Any

from peewee import TextField


def up(migrator: Any, database: Any) -> None:
    migrator.migrate(migrator.add_column("job", "reached", TextField(default="")))
    database.execute_sql("UPDATE job SET reached = coalesce(stage, '')")
