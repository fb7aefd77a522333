"""hotfolder labels: parcels and their labels; its commands decide about them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from hotfolder.cli.common import (
    NUMBER,
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
from hotfolder.config.label_rules import profile_names, profile_text
from hotfolder.services.label_desk import accept_label, ask_again, refuse_label
from hotfolder.services.label_list import label_lines, stranger_lines
from hotfolder.shopfront import build_shop


@click.group(invoke_without_command=True)
@group_config_option
@click.option("--order", default="", show_default=False, help="Only of this order.")
@click.option("--all", "everything", is_flag=True, help="Those that are long done as well.")
@json_option
@click.pass_context
def labels(
    context: click.Context, config: Path | None, order: str, everything: bool, as_json: bool
) -> None:
    """List parcels and their labels; with a command, decide about one or print a profile."""
    context.obj = config
    if context.invoked_subcommand:
        return
    if config is None:
        raise click.MissingParameter(ctx=context, param=context.command.params[0])
    loaded = load(config)
    with told():
        shop = build_shop(loaded)
        parcels = label_lines(shop, order_id=order, everything=everything)
        strangers = [] if order else stranger_lines(shop)
    if as_json:
        print_json({"parcels": parcels, "strangers": strangers})
        return
    _print(parcels)
    for row in strangers:
        say(f"  {row['file']} line {row['line']} ({row['program']}, {row['seen']}): {row['words']}")


def _print(parcels: Sequence[Mapping[str, Any]]) -> None:
    print_table(
        ["Id", "State", "Order", "Items", "Reference", "Program", "Asked", "Code", "Held code"],
        [
            [
                one["id"],
                _state(one),
                one["order"],
                " ".join(one["items"]),
                one["reference"],
                one["program"],
                one["asked"],
                one["tracking"],
                one["held_code"],
            ]
            for one in parcels
        ],
        "No label was asked for.",
    )
    for one in parcels:
        if one["words"]:
            say(f"  {one['id']}: {one['words']}")
    if any(_is_held(one) and not one["held_code"] for one in parcels):
        say(
            "What could not be asked for: mend it, then `hotfolder labels ask ORDER ITEM`; or make"
            " the label by hand, then `hotfolder ship ORDER ITEM --tracking CODE`."
        )
    if any(_is_held(one) and one["held_code"] for one in parcels):
        say("A held code is used with `hotfolder labels accept ID`, or not with `refuse ID`.")


def _state(one: Mapping[str, Any]) -> str:
    """In capitals what a person should see to."""
    state = str(one["state"])
    return "SILENT" if one["silent"] else state.upper() if _is_held(one) else state


def _is_held(one: Mapping[str, Any]) -> bool:
    return bool(one["state"] == "held")


@labels.command
@click.argument("number", metavar="ID", type=NUMBER)
@command_config_option
def accept(number: int, config: Path) -> None:
    """Use the code that is held of parcel ID, whatever speaks against it."""
    with told():
        for words in accept_label(build_shop(load(config)), number):
            say(words)


@labels.command
@click.argument("number", metavar="ID", type=NUMBER)
@command_config_option
def refuse(number: int, config: Path) -> None:
    """Do not use the code that is held of parcel ID; another one may come."""
    with told():
        parcel = refuse_label(build_shop(load(config)), number)
    say(f"parcel {number} ({parcel.reference}) is {parcel.state.value} again")


@labels.command
@click.argument("order")
@click.argument("item", default="")
@command_config_option
def ask(order: str, item: str, config: Path) -> None:
    """Ask for the label of ITEM, or of all items of ORDER, once more."""
    with told():
        for parcel in ask_again(build_shop(load(config)), order, item):
            say(f"parcel {parcel.id} ({parcel.reference}) is asked for again by the daemon")


@labels.command
@click.argument("name", default="")
def profiles(name: str) -> None:
    """Name the ready profiles, or print the one called NAME to copy from it."""
    if not name:
        for one in profile_names():
            say(one)
    elif name in profile_names():
        click.echo(profile_text(name), nl=False)
    else:
        fail(f"there is no profile {name!r}; ready are {', '.join(profile_names())}")
