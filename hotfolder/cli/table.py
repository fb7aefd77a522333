"""Tables for people: narrow on a terminal, plain when read by a program."""

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

PLAIN_WIDTH = 200


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]], empty: str) -> None:
    """The rows under their headings, or the words for none. Nothing in a cell is markup."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=PLAIN_WIDTH)
    table = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
    if table.row_count:
        console.print(table)
    else:
        console.print(empty)
