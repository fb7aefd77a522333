"""hotfolder doubts: after a restore, what Cloudprinter knows already."""

from collections.abc import Callable
from pathlib import Path

import click

from hotfolder.cli.common import (
    Exit,
    command_config_option,
    fail,
    group_config_option,
    json_option,
    load,
    print_json,
    say,
    told,
)
from hotfolder.cli.table import print_table
from hotfolder.domain.standing import standing
from hotfolder.services.end_doubt import Doubt, doubts_of, known_there, send_now
from hotfolder.services.end_doubt import doubts as all_doubts
from hotfolder.services.shop import Shop
from hotfolder.shopfront import build_shop

order_argument = click.argument("order", default="")
item_argument = click.argument("item", default="")
all_option = click.option("--all", "every", is_flag=True, help="All jobs in doubt.")


@click.group("doubts", invoke_without_command=True)
@group_config_option
@json_option
@click.pass_context
def doubts(context: click.Context, config: Path | None, as_json: bool) -> None:
    """Jobs in doubt since a restore: say what was sent of them, then they go on.

    Nobody can ask Cloudprinter which signals it has, but a person can: look at its list of orders.
    """
    context.obj = config
    if context.invoked_subcommand is None:
        if config is None:
            raise click.MissingParameter(ctx=context, param=context.command.params[0])
        _show(config, as_json=as_json)


def _show(config: Path, *, as_json: bool) -> None:
    with told():
        found = all_doubts(build_shop(load(config)))
    if as_json:
        print_json([_data(one) for one in found])
        return
    print_table(
        ["Order", "Item", "Stands", "Signals that wait for your word"],
        [
            [
                one.job.order_id,
                one.job.item_id,
                standing(one.job),
                ", ".join(kind for _, kind in one.signals) or "none yet",
            ]
            for one in found
        ],
        "Nothing is in doubt.",
    )


def _data(one: Doubt) -> dict[str, object]:
    signals = [{"id": number, "type": kind} for number, kind in one.signals]
    return {
        "order": one.job.order_id,
        "item": one.job.item_id,
        "stands": standing(one.job),
        "signals": signals,
    }


@doubts.command("told")
@order_argument
@item_argument
@all_option
@command_config_option
def told_already(config: Path, order: str, item: str, every: bool) -> None:
    """What was due before the restore was sent before: it is never sent again.

    What was dragged since the restore goes out now.
    """
    count, jobs = _decide(config, order, item, known_there, every=every)
    say(f"{jobs} jobs are in doubt no more; {count} signals are known there and not sent again")


@doubts.command("send")
@order_argument
@item_argument
@all_option
@command_config_option
def send(config: Path, order: str, item: str, every: bool) -> None:
    """What waits was not sent before: all of it is sent now."""
    count, jobs = _decide(config, order, item, send_now, every=every)
    say(f"{jobs} jobs are in doubt no more; {count} signals go out now")


def _decide(
    config: Path,
    order: str,
    item: str,
    decide: Callable[[Shop, list[Doubt]], int],
    *,
    every: bool,
) -> tuple[int, int]:
    """How many signals it was about, and how many jobs."""
    if every == bool(order):
        fail("name an order, or --all for every job in doubt", Exit.CONFIGURATION)
    with told():
        shop = build_shop(load(config))
        found = all_doubts(shop) if every else doubts_of(shop, order, item)
        return decide(shop, found), len(found)
