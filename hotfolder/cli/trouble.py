"""hotfolder delay, hotfolder cancel: tell Cloudprinter that an item is late or not made."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from hotfolder.cli.common import ConfigOption, load, say, told
from hotfolder.cli.lists import Entry, end, targets
from hotfolder.domain.job import Job
from hotfolder.errors import NotPossible, SignalInvalid
from hotfolder.services import tell_trouble
from hotfolder.services.shop import Shop
from hotfolder.shopfront import build_shop

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
    wanted = targets(order, item, csv_file)
    with told():
        shop = build_shop(load(config))

        def tell(job: Job) -> None:
            tell_trouble.delay(shop, job, cause, hours)

        end(_each(shop, wanted, tell, "delay is told"))


def cancel(
    config: ConfigOption,
    cause: Annotated[str, typer.Option(help="Code of the published list, e.g. CancelBookRip.")],
    message: Annotated[str, typer.Option(help="What happened, in free words.")],
    order: OrderArgument = "",
    item: ItemArgument = "",
    csv_file: CsvOption = None,
) -> None:
    """Send ItemCanceled for an item, every item of an order, or a list."""
    wanted = targets(order, item, csv_file)
    with told():
        shop = build_shop(load(config))

        def tell(job: Job) -> None:
            tell_trouble.cancel(shop, job, cause, message)

        end(_each(shop, wanted, tell, "cancellation is told"))


def _each(shop: Shop, wanted: list[Entry], tell: Callable[[Job], None], done: str) -> Iterator[str]:
    """Every item by itself: one that can not be told never keeps the others. What failed."""
    for entry in wanted:
        try:
            jobs = tell_trouble.jobs_of(shop, entry.order, entry.item)
        except NotPossible as error:
            yield f"{entry.order} {entry.item}: NOT told: {error}"
            continue
        for job in jobs:
            try:
                tell(job)
                say(f"{job.order_id} {job.item_id}: {done}")
            except (NotPossible, SignalInvalid) as error:
                yield f"{job.order_id} {job.item_id}: NOT told: {error}"
