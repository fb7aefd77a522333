"""hotfolder signals COMMAND: one signal with its whole story, and what a person may do about it."""

from typing import Annotated

import typer

from hotfolder.cli.common import JsonOption, fail, load, print_json, say, told
from hotfolder.cli.signals import app
from hotfolder.cli.table import print_table
from hotfolder.services.edit_signals import CHANGES, edit, send_all_now
from hotfolder.services.overview import signal_story
from hotfolder.services.shop import Shop
from hotfolder.shopfront import build_shop

IdArgument = Annotated[int, typer.Argument(metavar="ID", help="Number of the signal.")]
FIELDS = ("tracking", "shipping_option", "cause", "delay", "message")


def _shop(context: typer.Context) -> Shop:
    return build_shop(load(context.obj))


@app.command()
def show(context: typer.Context, signal_id: IdArgument, as_json: JsonOption = False) -> None:
    """One signal with every attempt: time, status, words, milliseconds."""
    with told():
        story = signal_story(_shop(context), signal_id)
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


@app.command("send-now")
def send_now(context: typer.Context) -> None:
    """Send everything that waits now: undo times and pauses end."""
    with told():
        count = send_all_now(_shop(context))
    say(f"{count} signals had a while to wait and go out now")


def _change(context: typer.Context, signal_id: int, name: str) -> None:
    with told():
        CHANGES[name](_shop(context), signal_id)
    say(f"signal {signal_id}: {name} done")


@app.command()
def resend(context: typer.Context, signal_id: IdArgument) -> None:
    """Send a parked, withdrawn or delivered signal again."""
    _change(context, signal_id, "resend")


@app.command()
def withdraw(context: typer.Context, signal_id: IdArgument) -> None:
    """Never send a waiting or parked signal."""
    _change(context, signal_id, "withdraw")


@app.command()
def park(context: typer.Context, signal_id: IdArgument) -> None:
    """Keep a waiting signal back until a person acts; later ones of its item go on."""
    _change(context, signal_id, "park")


@app.command("edit")
def edit_signal(
    context: typer.Context,
    signal_id: IdArgument,
    tracking: Annotated[str | None, typer.Option(help="Tracking code.")] = None,
    shipping_option: Annotated[str | None, typer.Option(help="Shipping option.")] = None,
    cause: Annotated[str | None, typer.Option(help="Cause of a delay or cancellation.")] = None,
    delay: Annotated[int | None, typer.Option(help="Hours of a delay.", min=0)] = None,
    message: Annotated[str | None, typer.Option(help="Message of a cancellation.")] = None,
) -> None:
    """Correct the words of a waiting or parked signal."""
    given = (tracking, shipping_option, cause, None if delay is None else str(delay), message)
    fields = {name: value for name, value in zip(FIELDS, given, strict=True) if value is not None}
    if not fields:
        fail("nothing to change was given; see --help")
    with told():
        edit(_shop(context), signal_id, fields)
    say(f"signal {signal_id} now says {fields}")
