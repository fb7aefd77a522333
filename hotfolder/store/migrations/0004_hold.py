"""Jobs know the last stage of their flow, so that they can go on from hold."""

from typing import Any

from peewee import TextField


def up(migrator: Any, database: Any) -> None:
    migrator.migrate(migrator.add_column("job", "reached", TextField(default="")))
    database.execute_sql("UPDATE job SET reached = coalesce(stage, '')")
    # held jobs had no folder to drag; they are tried again and then lie in hold if it fails
    database.execute_sql(
        "UPDATE job SET state = 'waiting', attempts = 0, next_try = NULL "
        "WHERE state = 'held' AND stage IS NULL"
    )
