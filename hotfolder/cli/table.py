"""Tables for people: narrow on a terminal, plain when read by a program."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from hotfolder.cli.common import shown

PLAIN_WIDTH = 200


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]], empty: str) -> None:
    """The rows under their headings, or the words for none. Nothing in a cell is markup."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=PLAIN_WIDTH)
    table = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(*(Text("" if cell is None else shown(str(cell))) for cell in row))
    if table.row_count:
        console.print(table)
    else:
        console.print(empty)


def marks(line: Mapping[str, Any]) -> str:
    """What must not be overlooked about a line: reorders, tests, what is late or changed."""
    found = {
        "REORDER": line.get("reorder"),
        "TEST": line.get("mode") == "test",
        "LATE": line.get("late"),
        "CHANGED": line.get("changed"),
    }
    return " ".join(word for word, is_set in found.items() if is_set)
