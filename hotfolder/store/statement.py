"""peewee queries whose SQL text is built once.

Building the text takes peewee longer than SQLite takes to run it (0.3 ms against 0.02 ms), and a
few queries run for every order, move and signal. Those are statements: `slot("name")` stands for
a value that each run gives.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import Enum
from functools import cache, cached_property
from typing import Any

from peewee import AutoField, BooleanField, Model, SqliteDatabase, Value

from hotfolder.store.moments import EPOCH, MICROSECOND, MomentField

_DIALECT = SqliteDatabase(None)


class _Slot:
    def __init__(self, name: str) -> None:
        self.name = name


def slot(name: str) -> Value:
    """A place in a query for a value that comes with each run."""
    return Value(_Slot(name), converter=False)


class Statement:
    """A query with slots. `build` is called once, at the first run."""

    def __init__(self, build: Callable[[], Any], reads: type[Model] | None = None) -> None:
        self._build = build
        self._reads = reads

    @cached_property
    def _text(self) -> tuple[str, tuple[Any, ...]]:
        context: Any = _DIALECT.get_sql_context()
        text, parameters = context.sql(self._build()).query()
        return text, tuple(parameters)

    @property
    def sql(self) -> str:
        return self._text[0]

    def parameters(self, values: Mapping[str, Any]) -> list[Any]:
        """The parameters of one run, in order; a slot without its value is a KeyError."""
        return [
            _plain(values[entry.name]) if isinstance(entry, _Slot) else entry
            for entry in self._text[1]
        ]

    def record(self, names: list[str], row: tuple[Any, ...]) -> dict[str, Any]:
        """A row as a mapping, times and truth values as Python has them."""
        record = dict(zip(names, row, strict=True))
        for name in self._moments:
            if record.get(name) is not None:
                record[name] = EPOCH + record[name] * MICROSECOND
        for name in self._truths:
            if name in record:
                record[name] = bool(record[name])
        return record

    @cached_property
    def _moments(self) -> list[str]:
        return self._columns(MomentField)

    @cached_property
    def _truths(self) -> list[str]:
        return self._columns(BooleanField)

    def _columns(self, kind: Any) -> list[str]:
        return [field.name for field in _fields(self._reads) if isinstance(field, kind)]


def insert(table: type[Model]) -> Statement:
    """A new row: each run gives every column but the number, or leaves it to its default."""
    fields = [field for field in _fields(table) if not isinstance(field, AutoField)]
    return Statement(lambda: table.insert({field: slot(field.name) for field in fields}))


@cache
def defaults(table: type[Model]) -> dict[str, Any]:
    """The values of a new row that nobody gave; to be combined, not changed."""
    return {
        field.name: None if field.null else field.default
        for field in _fields(table)
        if field.null or field.default is not None
    }


def _fields(table: type[Model] | None) -> list[Any]:
    meta: Any = getattr(table, "_meta", None)
    return list(meta.sorted_fields) if meta else []


_BARE = frozenset({str, int, bytes, bool, type(None)})


def _plain(value: Any) -> Any:
    if type(value) in _BARE:
        return value
    if isinstance(value, datetime):
        return (value - EPOCH) // MICROSECOND
    if isinstance(value, Enum):
        return value.value
    return value
