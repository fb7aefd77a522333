"""Real database files, new ones without the price of ten migrations each."""

import tempfile
from functools import cache
from pathlib import Path

from hotfolder.store.database import BUSY_SECONDS, Database


@cache
def _empty() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "empty.sqlite"
        Database.open(path).close()
        return path.read_bytes()


def open_database(path: Path, busy_seconds: float = BUSY_SECONDS) -> Database:
    """As Database.open; a new file comes with its schema."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(_empty())
    return Database.open(path, busy_seconds)
