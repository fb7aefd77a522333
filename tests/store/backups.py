"""Stores with so many lines in them, whole and damaged."""

from pathlib import Path

from hotfolder.store.journal import Line
from hotfolder.store.store import Store
from tests.builders import NOON
from tests.databases import open_database
from tests.steps import look_up


def write(store: Store, lines: int) -> None:
    with store.transaction():
        line = Line(at=NOON, order_id="o", action="x" * 400)
        store.journal.write([line] * lines)


def lines_of(path: Path) -> int:
    ((count,),) = look_up(path, "select count(*) from journal")
    return int(count)


def names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


def a_damaged_file(path: Path, *, gently: bool = False) -> None:
    """A database of which a page in the middle was overwritten, gently with another page of it."""
    store = Store(open_database(path))
    write(store, 1000)
    store.close()
    data = bytearray(path.read_bytes())
    middle = len(data) // 2 // 4096 * 4096
    data[middle : middle + 4096] = data[middle - 4096 : middle] if gently else b"\xff" * 4096
    path.write_bytes(data)
