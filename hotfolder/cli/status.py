"""hotfolder status: how the shop stands."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from hotfolder.cli.common import config_option, json_option, load, print_json, say, told
from hotfolder.cli.table import print_table
from hotfolder.config.check import Loaded
from hotfolder.domain.job import Job
from hotfolder.domain.retry import Reach
from hotfolder.files.lock import told_by_holder
from hotfolder.formats.signal_line import moment
from hotfolder.services.fetch_progress import FetchProgress, all_progress
from hotfolder.services.overview import Overview, overview
from hotfolder.shopfront import MIB, build_shop, lock_paths


@click.command
@config_option
@json_option
def status(config: Path, as_json: bool) -> None:
    """Stages with their paths and signals, what waits, what is late, what needs a person."""
    loaded = load(config)
    with told():
        shop = build_shop(loaded)
        found, fetched = overview(shop), all_progress(shop)
    daemon = _daemon(loaded)
    if as_json:
        print_json(_data(found, daemon) | {"fetching": [_fetched(one) for one in fetched]})
    else:
        _print(found, daemon)
        _print_held(found.held)
        _print_fetched(fetched)


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
        "held": [
            {"order": job.order_id, "item": job.item_id, "reason": job.reason} for job in found.held
        ],
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


def _print_held(held: list[Job]) -> None:
    if held:
        say("")
        say("On hold (see WHY.txt in the folder of the job):")
    for job in held:
        say(f"  {job.order_id} {job.item_id}: {job.reason}")


def _print_fetched(fetched: list[FetchProgress]) -> None:
    if not fetched:
        return
    say("")
    names = ["Files on their way: order", "Item", "Here", "Since", "Tries", "Next", "Last trouble"]
    lines = [
        [
            one.order,
            one.item,
            _share(one),
            moment(one.since) or "",
            str(one.tries or ""),
            moment(one.next_try) or "",
            one.trouble,
        ]
        for one in fetched
    ]
    print_table(names, lines, "")


def _fetched(one: FetchProgress) -> dict[str, Any]:
    return asdict(one) | {"since": moment(one.since), "next_try": moment(one.next_try)}


def _share(progress: FetchProgress) -> str:
    here = _size(progress.here)
    if not progress.whole:
        return here
    return f"{here} of {_size(progress.whole)} ({100 * progress.here // progress.whole} %)"


def _size(count: int) -> str:
    return f"{count / MIB:.1f} MiB" if count >= MIB else f"{count} bytes"


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in sorted(counts.items())) or "none"
