"""hotfolder delay, hotfolder cancel: tell Cloudprinter that an item is late or not made."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from hotfolder.app import build_shop
from hotfolder.cli.common import ConfigOption, Exit, fail, load, say, told
from hotfolder.domain.job import Job
from hotfolder.errors import HotfolderError
from hotfolder.services import tell_trouble
from hotfolder.services.shop import Shop

OrderArgument = Annotated[str, typer.Argument(help="Order id; or leave out and give --csv.")]
ItemArgument = Annotated[str, typer.Argument(help="Item id; leave out for every item.")]
CsvOption = Annotated[
    Path | None, typer.Option("--csv", help="A list: one `order,item` a line; item may be empty.")
]


def delay(
    config: ConfigOption,
    hours: Annotated[int, typer.Option(min=1, help="Expected delay in hours.")],
    cause: Annotated[str, typer.Option(help="What happened, in free words.")],
    order: OrderArgument = "",
    item: ItemArgument = "",
    csv_file: CsvOption = None,
) -> None:
    """Send ItemDelay for an item, every item of an order, or a list."""
    shop = build_shop(load(config))

    def say_it(job: Job) -> None:
        tell_trouble.delay(shop, job, cause, hours)

    _each(shop, _targets(order, item, csv_file), say_it, "delay is told")


def cancel(
    config: ConfigOption,
    cause: Annotated[str, typer.Option(help="Code of the published list, e.g. CancelBookRip.")],
    message: Annotated[str, typer.Option(help="What happened, in free words.")],
    order: OrderArgument = "",
    item: ItemArgument = "",
    csv_file: CsvOption = None,
) -> None:
    """Send ItemCanceled for an item, every item of an order, or a list."""
    shop = build_shop(load(config))

    def say_it(job: Job) -> None:
        tell_trouble.cancel(shop, job, cause, message)

    _each(shop, _targets(order, item, csv_file), say_it, "cancellation is told")


def _targets(order: str, item: str, csv_file: Path | None) -> list[tuple[str, str]]:
    if bool(order) == bool(csv_file):
        fail("give either an order or --csv FILE", Exit.CONFIGURATION)
    if csv_file is None:
        return [(order, item)]
    try:
        with csv_file.open(encoding="utf-8-sig", newline="") as file:
            rows = [[cell.strip() for cell in row] for row in csv.reader(file) if any(row)]
    except (OSError, UnicodeDecodeError) as error:
        fail(f"{csv_file} can not be read: {error}")
    rows = rows[1:] if rows and rows[0][0].lower() == "order" else rows
    return [(row[0], row[1] if len(row) > 1 else "") for row in rows]


def _each(
    shop: Shop, targets: list[tuple[str, str]], say_it: Callable[[Job], None], done: str
) -> None:
    """Every target by itself: one that can not be told never keeps the others."""
    failed = 0
    for order_id, item_id in targets:
        try:
            for job in tell_trouble.jobs_of(shop, order_id, item_id):
                with told():
                    say_it(job)
                say(f"{order_id} {job.item_id}: {done}")
        except (HotfolderError, typer.Exit) as error:
            failed += 1
            if isinstance(error, HotfolderError):
                say(f"{order_id} {item_id}: NOT told: {error}")
    if failed:
        raise typer.Exit(Exit.FAILED)
