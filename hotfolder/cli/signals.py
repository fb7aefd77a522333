"""hotfolder signals: every signal, what became of it, and what a person may do about it."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer

from hotfolder.cli.common import (
    ConfigOption,
    JsonOption,
    fail,
    load,
    parse_age,
    print_json,
    say,
    told,
)
from hotfolder.cli.table import print_table
from hotfolder.services.compact_signals import archived_signals
from hotfolder.services.edit_signals import CHANGES, edit, send_all_now
from hotfolder.services.overview import signal_lines, signal_story
from hotfolder.services.shop import Shop
from hotfolder.shopfront import archive_path, build_shop
from hotfolder.store.signal_state import SignalState

app = typer.Typer(invoke_without_command=True, no_args_is_help=False)
IdArgument = Annotated[int, typer.Argument(metavar="ID", help="Number of the signal.")]
SHOWN = 500
FIELDS = ("tracking", "shipping_option", "cause", "delay", "message")


def _shop(config: ConfigOption) -> Shop:
    return build_shop(load(config))


@app.callback()
def signals(
    context: typer.Context,
    config: ConfigOption,
    order: Annotated[str | None, typer.Option(help="Only of this order.")] = None,
    item: Annotated[str | None, typer.Option(help="Only of this item.")] = None,
    state: Annotated[SignalState | None, typer.Option(help="Only in this state.")] = None,
    newer: Annotated[
        str | None, typer.Option(help="Only of the last 30m, 12h or 7d.", metavar="AGE")
    ] = None,
    late: Annotated[
        bool, typer.Option("--late", help="Only those past their deadline and not accepted.")
    ] = False,
    archive: Annotated[
        bool, typer.Option("--archive", help="Those that went to the archive instead.")
    ] = False,
    limit: Annotated[
        int | None,
        typer.Option(help=f"At most so many, the newest; {SHOWN} unless --json asks.", min=1),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """List the signals; with a command, look at or change one."""
    context.obj = config
    if context.invoked_subcommand:
        return
    now = datetime.now(UTC)
    wanted: dict[str, Any] = {"order": order, "item": item, "state": state}
    wanted["since"] = None if newer is None else now - parse_age(newer)
    wanted["late"] = now if late else None
    loaded = load(config)
    with told():
        if archive:
            lines = list(archived_signals(archive_path(loaded), wanted))
        else:
            most = limit or (None if as_json else SHOWN)
            lines = signal_lines(build_shop(loaded), wanted, most)
    if as_json:
        print_json(lines)
        return
    _print(lines, now)
    if len(lines) == (limit or SHOWN):
        say(f"These are the newest {len(lines)}; --limit shows more of them, --json all.")


def _print(lines: list[dict[str, Any]], now: datetime) -> None:
    print_table(
        ["Id", "Order", "Item", "Signal", "State", "Due", "Deadline", "Tries", "Last answer"],
        [
            [
                line["id"],
                line["order"],
                line["item"],
                line["type"] + (" (inferred)" if line["inferred"] else ""),
                line["state"],
                line["due"],
                _left(line, now),
                line["attempts"],
                line["last_answer"],
            ]
            for line in lines
        ],
        "There are no signals.",
    )


def _left(line: dict[str, Any], now: datetime) -> str:
    if line["accepted"] or line["state"] == SignalState.WITHDRAWN:
        return ""
    left = datetime.fromisoformat(line["deadline"]) - now
    minutes = abs(left) // timedelta(minutes=1)
    return f"LATE by {minutes} min" if left < timedelta() else f"in {minutes} min"


@app.command()
def show(context: typer.Context, signal_id: IdArgument, as_json: JsonOption = False) -> None:
    """One signal with every attempt: time, status, words, milliseconds."""
    with told():
        story = signal_story(_shop(context.obj), signal_id)
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
        count = send_all_now(_shop(context.obj))
    say(f"{count} signals had a while to wait and go out now")


def _change(context: typer.Context, signal_id: int, name: str) -> None:
    with told():
        CHANGES[name](_shop(context.obj), signal_id)
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
        edit(_shop(context.obj), signal_id, fields)
    say(f"signal {signal_id} now says {fields}")
