"""Times in tables: whole microseconds since 1970, UTC."""

from datetime import UTC, datetime, timedelta
from typing import Any

from peewee import BigIntegerField

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class MomentField(BigIntegerField):
    """An aware datetime, kept as whole microseconds so that it sorts and compares."""

    def db_value(self, value: Any) -> Any:
        return value if value is None or isinstance(value, int) else (value - EPOCH) // MICROSECOND

    def python_value(self, value: Any) -> Any:
        return None if value is None else EPOCH + value * MICROSECOND
