"""hotfolder day: what goes out at the end of the day, close it, look at it, open it again."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

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
from hotfolder.config.check import Loaded
from hotfolder.domain.day_list import DayLine, DayList, DaySheet, Said, by_carrier
from hotfolder.files.lock import told_by_holder
from hotfolder.formats.day_list import carrier_name, headline
from hotfolder.formats.signal_line import moment
from hotfolder.services.close_day import Reopened, close_by_hand, reopen_day
from hotfolder.services.day_lists import write_lists
from hotfolder.services.day_view import closed_day, preview_day
from hotfolder.services.plan_day import rule_of
from hotfolder.services.shop import Shop
from hotfolder.shopfront import build_lists, build_shop, lock_paths
from hotfolder.ways_out import docket_worker

Command = TypeVar("Command", bound=Callable[..., Any])

flow_option = click.option(
    "--flow", default="", show_default=False, help="The day of a flow that has one of its own."
)
date_argument = click.argument(
    "day", metavar="[DATE]", type=click.DateTime(["%Y-%m-%d"]), required=False
)


@click.group
@group_config_option
@click.pass_context
def day(context: click.Context, config: Path | None) -> None:
    """The end of the day: ItemShipped of all that waits for it, and the list of its parcels."""
    context.obj = config


@day.command
@command_config_option
@flow_option
@json_option
def preview(config: Path, flow: str, as_json: bool) -> None:
    """Show what a close would send now, and what stays and why. Changes nothing."""
    with told():
        shop = build_shop(loaded := load(config))
        found = preview_day(shop, flow)
        _show(loaded, shop, found, as_json=as_json)


@day.command
@date_argument
@command_config_option
@flow_option
@json_option
def close(config: Path, flow: str, day: datetime | None, as_json: bool) -> None:
    """Close today, or DATE: ItemShipped goes out for all that waits, and the list is written."""
    with told():
        shop = build_shop(loaded := load(config))
        found = close_by_hand(shop, flow, _date(day))
        if not _daemon_runs(loaded):
            _write(loaded, shop)
        _show(loaded, shop, found, as_json=as_json)


@day.command
@date_argument
@command_config_option
@flow_option
@json_option
def show(config: Path, flow: str, day: datetime | None, as_json: bool) -> None:
    """Show a closed day, or the last one: parcels by carrier, and what was left."""
    with told():
        shop = build_shop(loaded := load(config))
        _show(loaded, shop, closed_day(shop, flow, _date(day)), as_json=as_json)


@day.command
@date_argument
@command_config_option
@flow_option
@json_option
def reopen(config: Path, flow: str, day: datetime | None, as_json: bool) -> None:
    """Open a day again, or the last one: what is not sent yet waits for its close once more."""
    with told():
        found = reopen_day(build_shop(load(config)), flow, _date(day))
    if as_json:
        print_json(_reopened(found))
        return
    say(f"{found.day.day} is open again; it is closed by `hotfolder day close`, or with the next")
    _tell("wait for the close once more", found.waiting)
    _tell("stay: their ItemShipped was sent, or waits for a person", found.sent)
    _tell("are off the list: somebody took their ItemShipped back", found.gone)


def _date(given: datetime | None) -> date | None:
    return given.date() if given else None


def _daemon_runs(loaded: Loaded) -> bool:
    return told_by_holder(lock_paths(loaded)[0]) is not None


def _write(loaded: Loaded, shop: Shop) -> None:
    """The daemon writes lists; without it nobody else would before it starts."""
    worker = docket_worker()
    try:
        write_lists(shop, build_lists(loaded, worker.render_day))
    finally:
        worker.stop()


def _show(loaded: Loaded, shop: Shop, found: DayList, *, as_json: bool) -> None:
    files = build_lists(loaded, docket_worker().render_day).paths(found)
    if as_json:
        print_json(_data(found) | {"files": [str(path) for path in files if path.exists()]})
        return
    rule = rule_of(shop, found.calendar)
    say(f"Day {found.day}")
    for line in headline(DaySheet(shop=loaded.config.shop.name, day=found, zone=rule.zone)):
        say(f"  {line}")
    for option, parcels in by_carrier(found.shipped).items():
        say("")
        say(f"{carrier_name(option)}: {len(parcels)}")
        rows = [
            [
                parcel.tracking,
                parcel.order_id,
                ", ".join(line.item_id for line in parcel.lines),
                "; ".join(filter(None, {line.words for line in parcel.lines})),
            ]
            for parcel in parcels
        ]
        print_table(["Tracking", "Order", "Items", ""], rows, "")
    if found.left:
        say("")
        say(f"Left over: {len(found.left)}")
        rows = [[line.order_id, line.item_id, line.words] for line in found.left]
        print_table(["Order", "Item", "Why"], rows, "")
    if found.closed_at:
        say("")
        _tell_files(files)


def _tell_files(files: tuple[Path, ...]) -> None:
    for path in files:
        say(f"{path}" if path.exists() else f"{path} (not written yet: the daemon writes it)")


def _tell(what: str, lines: tuple[DayLine, ...]) -> None:
    if lines:
        say(f"{len(lines)} {what}:")
    for line in lines:
        say(f"  {line.order_id} {line.item_id} {line.tracking}")


def _data(found: DayList) -> dict[str, Any]:
    return {
        "day": found.day.isoformat(),
        "flow": found.calendar or None,
        "closed_at": moment(found.closed_at),
        "closed_by": found.by.value if found.closed_at else None,
        "late": found.late,
        "missed": [one.isoformat() for one in found.missed],
        "times": found.times,
        "reopened_at": moment(found.reopened_at),
        "after": found.after.isoformat() if found.after else None,
        "shipped": [_line(line) for line in found.shipped],
        "left": [_line(line) for line in found.left],
    }


def _line(line: DayLine) -> dict[str, Any]:
    return {
        "order": line.order_id,
        "item": line.item_id,
        "tracking": line.tracking,
        "shipping_option": line.shipping_option,
        "said": None if line.said is Said.NOT else line.said.value,
        "stage": line.stage,
        "words": line.words,
    }


def _reopened(found: Reopened) -> dict[str, Any]:
    return {
        "day": found.day.day.isoformat(),
        "flow": found.day.calendar or None,
        "waiting": [_line(line) for line in found.waiting],
        "sent": [_line(line) for line in found.sent],
        "gone": [_line(line) for line in found.gone],
    }
