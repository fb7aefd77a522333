"""hotfolder doubts: after a restore, what Cloudprinter knows already."""

from collections.abc import Callable, Sequence
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
from hotfolder.domain.job import Job
from hotfolder.domain.signal import SignalType
from hotfolder.domain.standing import standing
from hotfolder.services.end_doubt import Doubt, Ended, doubts_of, known_there, send_now
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
        ["Order", "Item", "Stands", "May have been sent", "New since the restore"],
        [
            [
                one.job.order_id,
                one.job.item_id,
                standing(one.job),
                ", ".join(kind for _, kind in one.before) or "-",
                ", ".join(kind for _, kind in one.since) or "-",
            ]
            for one in found
        ],
        "Nothing is in doubt.",
    )


def _data(one: Doubt) -> dict[str, object]:
    return {
        "order": one.job.order_id,
        "item": one.job.item_id,
        "stands": standing(one.job),
        "may_have_been_sent": [{"id": number, "type": kind} for number, kind in one.before],
        "new_since_the_restore": [{"id": number, "type": kind} for number, kind in one.since],
    }


@doubts.command("told")
@order_argument
@item_argument
@all_option
@click.option(
    "--last",
    type=click.Choice([kind.value for kind in SignalType]),
    help="The last that Cloudprinter has of this item, further than its stage or not as far.",
)
@command_config_option
def told_already(config: Path, order: str, item: str, every: bool, last: str | None) -> None:
    """What may have been sent before the restore was sent: it is never sent again.

    What is new since the restore goes out. With --last only that signal and those before it were
    sent, and all that comes after it goes out.
    """
    if every and last:
        fail(
            "--last is of one item: name its order, and the item if it has several",
            Exit.CONFIGURATION,
        )

    def decide(shop: Shop, found: list[Doubt]) -> Ended:
        return known_there(shop, found, SignalType(last) if last else None)

    _decide(config, order, item, decide, every=every)


@doubts.command("send")
@order_argument
@item_argument
@all_option
@command_config_option
def send(config: Path, order: str, item: str, every: bool) -> None:
    """What waits was not sent before: all of it goes out."""
    _decide(config, order, item, send_now, every=every)


def _decide(
    config: Path,
    order: str,
    item: str,
    decide: Callable[[Shop, list[Doubt]], Ended],
    *,
    every: bool,
) -> None:
    if every == bool(order):
        fail("name an order, or --all for every job in doubt", Exit.CONFIGURATION)
    with told():
        shop = build_shop(load(config))
        found = all_doubts(shop) if every else doubts_of(shop, order, item)
        ended = decide(shop, found)
    jobs = "1 job is" if ended.jobs == 1 else f"{ended.jobs} jobs are"
    say(
        f"{jobs} in doubt no more. Signals that count as sent and are never sent again:"
        f" {ended.known}; that go out: {ended.sent}"
    )
    _tell_kept(ended.kept)


def _tell_kept(jobs: Sequence[Job]) -> None:
    for job in jobs:
        name = f"{job.order_id} {job.item_id}"
        say(f"{name} stays in doubt: in {standing(job)} it waits for {job.waits_for}, and that")
        say("  may have come before the restore. Does Cloudprinter have its ItemShipped?")
        say(f"  yes: hotfolder doubts told {name} --last {SignalType.SHIPPED}")
        say(f"  no:  hotfolder doubts send {name}")
