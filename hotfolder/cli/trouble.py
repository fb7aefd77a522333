"""hotfolder delay, hotfolder cancel: tell Cloudprinter that an item is late or not made."""

from collections.abc import Callable, Iterator
from pathlib import Path

import click

from hotfolder.cli.common import config_option, load, say, told
from hotfolder.cli.lists import Entry, csv_option, end, item_argument, order_argument, targets
from hotfolder.domain.doubt import UNSENT
from hotfolder.domain.job import Job
from hotfolder.errors import NotPossible, SignalInvalid
from hotfolder.services import tell_trouble
from hotfolder.services.jobs_meant import jobs_of
from hotfolder.services.shop import Shop
from hotfolder.shopfront import build_shop

HOURS = click.IntRange(min=1)
Tell = Callable[[Shop, Job], None]


@click.command
@order_argument
@item_argument
@config_option
@click.option("--hours", type=HOURS, required=True, help="Expected delay in hours.")
@click.option("--cause", required=True, help="What happened, in free words.")
@csv_option("order,item")
def delay(
    config: Path, order: str, item: str, csv_file: Path | None, hours: int, cause: str
) -> None:
    """Send ItemDelay for ITEM, every item of ORDER, or a list."""

    def tell(shop: Shop, job: Job) -> None:
        tell_trouble.delay(shop, job, cause, hours)

    _tell_all(config, targets(order, item, csv_file), tell, "delay")


@click.command
@order_argument
@item_argument
@config_option
@click.option("--cause", required=True, help="Code of the published list, e.g. CancelBookRip.")
@click.option("--message", required=True, help="What happened, in free words.")
@csv_option("order,item")
def cancel(
    config: Path, order: str, item: str, csv_file: Path | None, cause: str, message: str
) -> None:
    """Send ItemCanceled for ITEM, every item of ORDER, or a list."""

    def tell(shop: Shop, job: Job) -> None:
        tell_trouble.cancel(shop, job, cause, message)

    _tell_all(config, targets(order, item, csv_file), tell, "cancellation")


def _tell_all(config: Path, wanted: list[Entry], tell: Tell, what: str) -> None:
    with told():
        end(_each(build_shop(load(config)), wanted, tell, what))


def _each(shop: Shop, wanted: list[Entry], tell: Tell, what: str) -> Iterator[str]:
    """Every item by itself: one that can not be told never keeps the others. What failed."""
    for entry in wanted:
        try:
            jobs = jobs_of(shop, entry.order, entry.item)
        except NotPossible as error:
            yield f"{entry.order} {entry.item}: NOT told: {error}"
            continue
        for job in jobs:
            try:
                tell(shop, job)
                became = UNSENT if job.doubt_since else "is told"
                say(f"{job.order_id} {job.item_id}: {what} {became}")
            except (NotPossible, SignalInvalid) as error:
                yield f"{job.order_id} {job.item_id}: NOT told: {error}"
