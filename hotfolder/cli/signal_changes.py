"""hotfolder signals COMMAND: one signal with its whole story, and what a person may do about it."""

from pathlib import Path

import click

from hotfolder.cli.common import (
    NUMBER,
    command_config_option,
    fail,
    json_option,
    load,
    print_json,
    say,
    told,
)
from hotfolder.cli.table import print_table
from hotfolder.services.edit_signals import CHANGES, edit, send_all_now
from hotfolder.services.overview import signal_story
from hotfolder.shopfront import build_shop

id_argument = click.argument("signal_id", metavar="ID", type=NUMBER)
FIELDS = ("tracking", "shipping_option", "cause", "delay", "message")


@click.command
@id_argument
@json_option
@command_config_option
def show(config: Path, signal_id: int, as_json: bool) -> None:
    """One signal with every attempt: time, status, words, milliseconds."""
    with told():
        story = signal_story(build_shop(load(config)), signal_id)
    if story is None:
        fail(f"there is no signal {signal_id}")
    if as_json:
        print_json(story)
        return
    for name, value in story.items():
        if name != "tries":
            say(f"{name:12} {value}")
    print_table(
        ["Time", "Status", "ms", "Signals", "Words"],
        [
            [t["at"], t["status"], t["milliseconds"], t["signals_in_request"], t["words"]]
            for t in story["tries"]
        ],
        "It was not tried yet.",
    )


@click.command
@command_config_option
def send_now(config: Path) -> None:
    """Send everything that waits now: undo times and pauses end."""
    with told():
        count = send_all_now(build_shop(load(config)))
    say(f"{count} signals had a while to wait and go out now")


def _change(config: Path, signal_id: int, name: str) -> None:
    with told():
        CHANGES[name](build_shop(load(config)), signal_id)
    say(f"signal {signal_id}: {name} done")


@click.command
@id_argument
@command_config_option
def resend(config: Path, signal_id: int) -> None:
    """Send a parked, withdrawn or delivered signal again."""
    _change(config, signal_id, "resend")


@click.command
@id_argument
@command_config_option
def withdraw(config: Path, signal_id: int) -> None:
    """Never send a waiting or parked signal."""
    _change(config, signal_id, "withdraw")


@click.command
@id_argument
@command_config_option
def park(config: Path, signal_id: int) -> None:
    """Keep a waiting signal back until a person acts; later ones of its item go on."""
    _change(config, signal_id, "park")


@click.command
@id_argument
@click.option("--tracking", help="Tracking code.")
@click.option("--shipping-option", help="Shipping option.")
@click.option("--cause", help="Cause of a delay or cancellation.")
@click.option("--delay", type=click.IntRange(min=0), help="Hours of a delay.")
@click.option("--message", help="Message of a cancellation.")
@command_config_option
def edit_signal(
    config: Path,
    signal_id: int,
    tracking: str | None,
    shipping_option: str | None,
    cause: str | None,
    delay: int | None,
    message: str | None,
) -> None:
    """Correct the words of a waiting or parked signal."""
    given = (tracking, shipping_option, cause, None if delay is None else str(delay), message)
    fields = {name: value for name, value in zip(FIELDS, given, strict=True) if value is not None}
    if not fields:
        fail("nothing to change was given; see --help")
    with told():
        edit(build_shop(load(config)), signal_id, fields)
    say(f"signal {signal_id} now says {fields}")
