"""Lists of orders and items that a person hands in as a CSV file."""

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click
from click.exceptions import Exit as Ended

from hotfolder.cli.common import FILE, Exit, fail, warn

Command = TypeVar("Command", bound=Callable[..., Any])

# what `targets` reads
order_argument = click.argument("order", default="")
item_argument = click.argument("item", default="")


def csv_option(line: str) -> Callable[[Command], Command]:
    """`--csv FILE`, a list with such lines."""
    return click.option("--csv", "csv_file", type=FILE, help=f"A list: one `{line}` a line.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A line of the list: an order, an item of it or all (empty), and what else was written."""

    order: str
    item: str = ""
    more: tuple[str, ...] = ()


def read_list(path: Path) -> list[Entry]:
    """The entries of a CSV file; a first line that begins with `order` is its heading.

    Separated by commas or, as spreadsheets of many countries write it, by semicolons. Ends the
    program with words when it can not be read.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        rows = list(_rows(text.splitlines()))
    except OSError as error:
        fail(f"{path} can not be read: {error.strerror}")
    except UnicodeDecodeError:
        fail(f"{path} is not UTF-8 text; save it as `CSV UTF-8`")
    except csv.Error as error:
        fail(f"{path} is no CSV file: {error}")
    entries = rows[1:] if rows and rows[0].order.lower() == "order" else rows
    if not entries:
        fail(f"{path} holds no line with an order")
    return entries


def targets(order: str, item: str, csv_file: Path | None) -> list[Entry]:
    """What the command line names: an order, perhaps with an item, or a list."""
    if bool(order) == bool(csv_file):
        fail("give either an order or --csv FILE", Exit.CONFIGURATION)
    return [Entry(order=order, item=item)] if csv_file is None else read_list(csv_file)


def _rows(lines: list[str]) -> Iterator[Entry]:
    comma = "," if "," in "".join(lines[:1]) or ";" not in "".join(lines[:1]) else ";"
    for row in csv.reader(lines, delimiter=comma, skipinitialspace=True, strict=True):
        cells = [cell.strip() for cell in row]
        if any(cells):
            order, item, *more = [*cells, ""][: max(len(cells), 2)]
            yield Entry(order=order, item=item, more=tuple(more))


def end(failed: Iterable[str]) -> None:
    """Tell on stderr what did not work; the program ends with 1 when there is anything."""
    found = list(failed)
    for words in found:
        warn(words)
    if found:
        raise Ended(Exit.FAILED)
