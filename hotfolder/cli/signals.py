"""hotfolder signals: the list. Its commands are in signal_changes, which needs far more modules."""

from collections import deque
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from hotfolder.cli.common import (
    NUMBER,
    group_config_option,
    json_option,
    load,
    parse_since,
    print_json,
    say,
    since_option,
    told,
)
from hotfolder.cli.lazy import LazyGroup
from hotfolder.cli.table import marks, print_table
from hotfolder.config.paths import state_path
from hotfolder.formats.signal_line import signal_line
from hotfolder.store.database import DATABASE_NAME, Database
from hotfolder.store.signal_list import SignalList
from hotfolder.store.signal_state import SignalState

SHOWN = 25
CHANGES = "hotfolder.cli.signal_changes"
COMMANDS = {
    "show": f"{CHANGES}:show",
    "send-now": f"{CHANGES}:send_now",
    "resend": f"{CHANGES}:resend",
    "withdraw": f"{CHANGES}:withdraw",
    "park": f"{CHANGES}:park",
    "edit": f"{CHANGES}:edit_signal",
}
STATES = click.Choice([state.value for state in SignalState])


@click.group(cls=LazyGroup, places=COMMANDS, invoke_without_command=True)
@group_config_option
@click.option("--order", help="Only of this order.")
@click.option("--item", help="Only of this item.")
@click.option("--state", type=STATES, help="Only in this state.")
@since_option
@click.option("--late", is_flag=True, help="Only those past their deadline and not accepted.")
@click.option("--archive", is_flag=True, help="Those that went to the archive instead.")
@click.option(
    "--limit",
    type=NUMBER,
    help=f"At most so many, the newest; {SHOWN} unless --json asks.",
)
@json_option
@click.pass_context
def signals(
    context: click.Context,
    config: Path | None,
    order: str | None,
    item: str | None,
    state: str | None,
    since: str | None,
    late: bool,
    archive: bool,
    limit: int | None,
    as_json: bool,
) -> None:
    """List the signals, those of reorders first; with a command, look at or change one."""
    context.obj = config
    if context.invoked_subcommand:
        return
    if config is None:
        raise click.MissingParameter(ctx=context, param=context.command.params[0])
    now = datetime.now(UTC)
    wanted: dict[str, Any] = {"order": order, "item": item, "state": state}
    wanted["since"] = None if since is None else parse_since(since, now)
    wanted["late"] = now if late else None
    most = limit or (None if as_json else SHOWN)
    with told():
        lines = _archived(config, wanted, most) if archive else _stored(config, wanted, most)
    if as_json:
        print_json(lines)
        return
    _print(lines, now)
    if len(lines) == most:
        say(f"These are the newest {len(lines)}; --limit shows more of them, --json all.")


def _stored(config: Path, wanted: Mapping[str, Any], most: int | None) -> list[dict[str, Any]]:
    found = SignalList(Database.open(state_path(config) / DATABASE_NAME))
    lines = [signal_line(row) for row in found.find(wanted, most)]
    return sorted(lines, key=lambda line: not line["reorder"])


def _archived(config: Path, wanted: Mapping[str, Any], most: int | None) -> list[dict[str, Any]]:
    from hotfolder.services.compact_signals import archived_signals  # noqa: PLC0415 (the plain list needs neither)
    from hotfolder.shopfront import archive_path  # noqa: PLC0415 (the plain list needs neither)

    return list(deque(archived_signals(archive_path(load(config)), wanted), most))


def _print(lines: list[dict[str, Any]], now: datetime) -> None:
    print_table(
        [
            "Id",
            "Order",
            "Item",
            "Marks",
            "Signal",
            "State",
            "Due",
            "Deadline",
            "Tries",
            "Last answer",
        ],
        [
            [
                line["id"],
                line["order"],
                line["item"],
                marks(line),
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
