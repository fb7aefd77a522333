"""hotfolder alerts: what is wrong just now, and whether the admin hears of it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from click.exceptions import Exit as Ended

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
    warn,
)
from hotfolder.cli.table import print_table
from hotfolder.config.check import Loaded
from hotfolder.files.lock import told_by_holder
from hotfolder.services.alert_list import alert_lines, post_lines
from hotfolder.services.tell_alerts import test_ways
from hotfolder.shopfront import build_shop, lock_paths
from hotfolder.ways_out import alert_ways


@click.group(invoke_without_command=True)
@group_config_option
@json_option
@click.pass_context
def alerts(context: click.Context, config: Path | None, as_json: bool) -> None:
    """List what is wrong just now, as the daemon sees it; `test` tries the ways to the admin.

    The options of the section `alerts` say who is told, by which ways, of what and when. Each thing
    is told once when it begins, once more if it gets worse, and once when it is over.
    """
    context.obj = config
    if context.invoked_subcommand:
        return
    if config is None:
        raise click.MissingParameter(ctx=context, param=context.command.params[0])
    loaded = load(config)
    with told():
        shop = build_shop(loaded)
        lines, posts = alert_lines(shop), post_lines(shop)
    ways = list(alert_ways(loaded.config.alerts))
    runs = told_by_holder(lock_paths(loaded)[0]) is not None
    if as_json:
        print_json({"running": runs, "ways": ways, "alerts": lines, "untold": posts})
        return
    _print(loaded, lines, posts, ways, runs=runs)


def _print(
    loaded: Loaded,
    lines: Sequence[Mapping[str, Any]],
    posts: Sequence[Mapping[str, Any]],
    ways: Sequence[str],
    *,
    runs: bool,
) -> None:
    if not runs:
        say("The daemon is NOT running: this is what was wrong when it ran last.")
    print_table(
        ["Kind", "Since", "Told", ""],
        [
            [
                line["kind"],
                line["since"],
                line["told"] or "not yet",
                f"OVER: {line['words']}" if line["over"] else line["words"],
            ]
            for line in lines
        ],
        "Nothing is wrong.",
    )
    for post in posts:
        say(f"Not taken by {post['way']} since {post['at']}: {post['subject']}")
        say(f"    {post['last_answer'] or 'it was not tried yet'}; next try {post['next_try']}")
    if not ways:
        say(f"Nobody is told: {loaded.config_path} has no mail_server, webhook_url or command")


@alerts.command("test")
@command_config_option
@json_option
def test(config: Path, as_json: bool) -> None:
    """Send a test message by every way that is configured, now, and say what became of it."""
    loaded = load(config, needs_keys=True)
    ways = alert_ways(loaded.config.alerts)
    if not ways:
        fail(
            "no way to the admin is configured: give mail_server and mail_to, webhook_url or"
            " command in the section alerts",
            Exit.CONFIGURATION,
        )
    found = test_ways(loaded.config.shop.name, datetime.now(UTC), ways)
    if as_json:
        print_json({name: words or None for name, words in found.items()})
    for name, words in found.items():
        if words:
            warn(f"{name}: NOT taken: {words}")
        elif not as_json:
            say(f"{name}: the test message was taken")
    if any(found.values()):
        raise Ended(Exit.FAILED)
