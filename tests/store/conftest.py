"""The file of a store, its database, a store in use, and where a copy of it goes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hotfolder.store.database import Database
from hotfolder.store.store import Store
from tests.databases import open_database
from tests.store.backups import write


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the fixture `store` has its file as well."""
    return tmp_path / "state" / "hotfolder.sqlite"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    opened = open_database(path)
    yield opened
    opened.close()


@pytest.fixture
def source(path: Path) -> Iterator[Store]:
    """A store in use, of some hundred pages."""
    store = Store(open_database(path))
    write(store, 1000)
    yield store
    store.close()


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "copies" / "deep" / "backup.sqlite"
