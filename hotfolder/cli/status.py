"""hotfolder status: how the shop stands."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from hotfolder.cli.common import config_option, json_option, load, print_json, say, told
from hotfolder.cli.table import print_table
from hotfolder.config.check import Loaded
from hotfolder.domain.retry import Reach
from hotfolder.files.lock import told_by_holder
from hotfolder.formats.signal_line import moment
from hotfolder.services.overview import Overview, overview
from hotfolder.shopfront import build_shop, lock_paths


@click.command
@config_option
@json_option
def status(config: Path, as_json: bool) -> None:
    """Stages with their paths and signals, what waits, what is late, what needs a person."""
    loaded = load(config)
    with told():
        found = overview(build_shop(loaded))
    daemon = _daemon(loaded)
    if as_json:
        print_json(_data(found, daemon))
    else:
        _print(found, daemon)


def _daemon(loaded: Loaded) -> dict[str, Any] | None:
    """What the running daemon tells of itself, or None when none runs."""
    text = told_by_holder(lock_paths(loaded)[0])
    if text is None:
        return None
    try:
        return dict(json.loads(text))
    except ValueError:
        return {}


def _data(found: Overview, daemon: dict[str, Any] | None) -> dict[str, Any]:
    return {
        "running": daemon is not None,
        "daemon": daemon,
        "stages": [
            {**asdict(stage), "path": str(stage.path), "frozen": stage.frozen or None}
            for stage in found.stages
        ],
        "orders": found.orders,
        "jobs": found.jobs,
        "signals": found.signals,
        "late": found.late,
        "arrived_late": found.arrived_late,
        "destinations": {
            name: {
                "state": health.reach.value,
                "since": moment(health.since),
                "probes": health.probes,
                "next_probe": moment(health.next_probe),
                "last_answer": health.words,
            }
            for name, health in found.destinations.items()
        },
        "notes": [{**asdict(note), "since": moment(note.since)} for note in found.notes],
    }


def _print(found: Overview, daemon: dict[str, Any] | None) -> None:
    if daemon is None:
        say("The daemon is NOT running: nothing is taken, seen or sent.")
    else:
        say(f"The daemon runs (process {daemon.get('pid')}), orders at {daemon.get('orders')}")
    say("")
    print_table(
        ["Stage", "Jobs", "Signal on entry", "Folder", ""],
        [
            [
                line.key,
                line.jobs,
                line.signal,
                line.path,
                f"FROZEN: {line.frozen}" if line.frozen else "",
            ]
            for line in found.stages
        ],
        "There are no stages.",
    )
    say("")
    say(f"Orders: {found.orders}   Jobs: {_counts(found.jobs)}   Signals: {_counts(found.signals)}")
    if found.late:
        say(f"LATE: {found.late} signals are past their deadline")
    for name, health in found.destinations.items():
        if health.reach is not Reach.OPEN:
            say(
                f"Signals to {name} do not get through since {moment(health.since)}: {health.words}"
            )
    for note in found.notes:
        place = "/".join(part for part in (note.stage, note.name) if part)
        say(f"  {place}: {note.words}")


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in sorted(counts.items())) or "none"
