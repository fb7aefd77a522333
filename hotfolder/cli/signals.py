"""hotfolder signals: the list. Its commands are in signal_changes, which needs far more modules."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from hotfolder.cli.common import ConfigOption, JsonOption, load, parse_age, print_json, say, told
from hotfolder.cli.table import print_table
from hotfolder.config.paths import state_path
from hotfolder.formats.signal_line import signal_line
from hotfolder.store.database import DATABASE_NAME
from hotfolder.store.signal_state import SignalState
from hotfolder.store.store import Store

app = typer.Typer(invoke_without_command=True, no_args_is_help=False)
SHOWN = 50


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
    most = limit or (None if as_json else SHOWN)
    with told():
        lines = _archived(config, wanted) if archive else _stored(config, wanted, most)
    if as_json:
        print_json(lines)
        return
    _print(lines, now)
    if len(lines) == most:
        say(f"These are the newest {len(lines)}; --limit shows more of them, --json all.")


def _stored(config: Path, wanted: Mapping[str, Any], most: int | None) -> list[dict[str, Any]]:
    store = Store.open(state_path(config) / DATABASE_NAME)
    return [signal_line(row) for row in store.signals.find(wanted, most)]


def _archived(config: Path, wanted: Mapping[str, Any]) -> list[dict[str, Any]]:
    from hotfolder.services.compact_signals import archived_signals  # noqa: PLC0415 (the plain list needs neither)
    from hotfolder.shopfront import archive_path  # noqa: PLC0415 (the plain list needs neither)

    return list(archived_signals(archive_path(load(config)), wanted))


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
