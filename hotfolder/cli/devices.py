"""hotfolder devices: RIPs and other programs with hot folders, and what they have."""

from pathlib import Path
from typing import Any

import click

from hotfolder.cli.common import (
    command_config_option,
    group_config_option,
    json_option,
    load,
    print_json,
    say,
    told,
)
from hotfolder.cli.table import print_table
from hotfolder.config.device_rules import PROFILES, profile_text
from hotfolder.config.devices import Clue, Device
from hotfolder.config.write import entry_text
from hotfolder.files.lock import told_by_holder
from hotfolder.formats.signal_line import moment
from hotfolder.services.device_list import (
    DeviceLine,
    FileLine,
    device_lines,
    file_lines,
    give_again,
)
from hotfolder.services.jobs_meant import jobs_of
from hotfolder.shopfront import build_shop, lock_paths

COLUMNS = ["Device", "Stage", "Waiting", "Given", "Oldest", "Overdue", "Set aside", "Input", ""]


@click.group(invoke_without_command=True)
@group_config_option
@json_option
@click.pass_context
def devices(context: click.Context, config: Path | None, as_json: bool) -> None:
    """Show each device with what waits for it and what it has; ready profiles; give anew."""
    context.obj = config
    if context.invoked_subcommand is not None:
        return
    if config is None:
        raise click.MissingParameter(ctx=context, param=context.command.params[0])
    loaded = load(config)
    with told():
        shop = build_shop(loaded)
        lines, files = device_lines(shop), file_lines(shop)
    if as_json:
        print_json({"devices": [_device(one) for one in lines], "files": [_file(f) for f in files]})
        return
    print_table(COLUMNS, [_row(line) for line in lines], "There are no devices.")
    if files:
        say("")
        print_table(
            ["File", "Order", "Item", "Device", "State", "Since", ""],
            [
                [
                    one.handover.name,
                    one.order,
                    one.item,
                    one.handover.device,
                    one.handover.state.value,
                    moment(one.handover.since),
                    "OVERDUE" if one.overdue else "",
                ]
                for one in files
            ],
            "",
        )


@devices.command
@click.argument("name", required=False, type=click.Choice(PROFILES))
def profiles(name: str | None) -> None:
    """Print a ready profile to copy, or what each of them is for."""
    if name:
        print(profile_text(name), end="")
        return
    for one in PROFILES:
        says = [line.removeprefix("#").strip() for line in profile_text(one).splitlines()]
        say(f"{one}: {' '.join(says[: says.index('')])}")
    say("")
    say("hotfolder devices profiles NAME prints one; hotfolder devices options every option.")


@devices.command
def options() -> None:
    """Print every option of an entry of `devices` with its meaning, and those of a clue."""
    print(entry_text(Device, Clue), end="")


@devices.command
@click.argument("order")
@click.argument("item")
@command_config_option
def again(config: Path, order: str, item: str) -> None:
    """Give a job to the devices of its stage anew; out of hold it goes back there first."""
    loaded = load(config)
    with told():
        shop = build_shop(loaded)
        [job] = jobs_of(shop, order, item)
        say(f"{order} {item}: {give_again(shop, job)}")
    if told_by_holder(lock_paths(loaded)[0]) is None:
        say("as soon as the daemon runs: it does not now")


def _row(line: DeviceLine) -> list[object]:
    return [
        line.device.name,
        line.device.stage,
        line.waiting,
        line.given,
        moment(line.oldest),
        line.overdue or "",
        line.aside or "",
        line.device.input,
        line.trouble,
    ]


def _device(line: DeviceLine) -> dict[str, Any]:
    return {
        "name": line.device.name,
        "stage": line.device.stage,
        "folder": line.device.folder,
        "input": line.device.input,
        "waiting": line.waiting,
        "given": line.given,
        "oldest": moment(line.oldest),
        "overdue": line.overdue,
        "set_aside": line.aside,
        "trouble": line.trouble,
    }


def _file(line: FileLine) -> dict[str, Any]:
    handover = line.handover
    return {
        "name": handover.name,
        "order": line.order,
        "item": line.item,
        "device": handover.device,
        "file": handover.source,
        "state": handover.state.value,
        "since": moment(handover.since),
        "given": moment(handover.given_at),
        "limit": moment(handover.limit_at),
        "overdue": line.overdue,
    }
