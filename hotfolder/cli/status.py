"""hotfolder status: how the shop stands."""

import json
import time
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.live import Live

from hotfolder.cli.common import (
    Exit,
    config_option,
    fail,
    json_option,
    load,
    print_json,
    told,
)
from hotfolder.cli.status_page import View, job_line, page, refused
from hotfolder.cli.table import PLAIN_WIDTH
from hotfolder.config.check import Loaded
from hotfolder.files.lock import told_by_holder
from hotfolder.formats.signal_line import moment
from hotfolder.services.alert_list import alert_lines
from hotfolder.services.day_view import DayState, day_states
from hotfolder.services.end_doubt import doubts
from hotfolder.services.fetch_progress import FetchProgress, all_progress
from hotfolder.services.overview import Overview, overview
from hotfolder.services.shop import Shop
from hotfolder.shopfront import build_shop, lock_paths


@click.command
@config_option
@json_option
@click.option("--watch", is_flag=True, help="Stay, and show how it changes, until Ctrl-C.")
@click.option(
    "--every",
    type=click.FloatRange(min=0.2),
    default=2.0,
    metavar="SECONDS",
    help="How often --watch looks.",
)
def status(config: Path, as_json: bool, watch: bool, every: float) -> None:
    """The shop on one page: what needs a person, stages with their jobs, the ways out.

    What is late, held or parked comes first. With --watch the page stays and follows the shop.
    """
    loaded = load(config)
    if watch and (as_json or not Console().is_terminal):
        fail("--watch needs a terminal; programs take --json again and again", Exit.CONFIGURATION)
    with told():
        shop = build_shop(loaded)
        if as_json:
            print_json(_json(_view(shop, loaded)))
        elif watch:
            _watch(shop, loaded, every)
        else:
            console = Console(highlight=False)
            narrow = console.is_terminal
            if not narrow:
                console = Console(highlight=False, width=PLAIN_WIDTH, soft_wrap=True)
            console.print(page(_view(shop, loaded), narrow=narrow))


def _watch(shop: Shop, loaded: Loaded, every: float) -> None:
    """Until Ctrl-C; what does not fit on the screen is cut off below, where less matters."""
    with suppress(KeyboardInterrupt), Live(screen=True, auto_refresh=False) as live:
        while True:
            live.update(page(_view(shop, loaded), narrow=True), refresh=True)
            time.sleep(every)


def _view(shop: Shop, loaded: Loaded) -> View:
    return View(
        shop=loaded.config.shop.name,
        floor=loaded.floor_path,
        now=shop.clock.now(),
        found=overview(shop),
        fetched=all_progress(shop),
        days=day_states(shop),
        daemon=_daemon(loaded),
        doubts=len(doubts(shop)),
        alerts=[one for one in alert_lines(shop) if one["over"] is None],
    )


def _daemon(loaded: Loaded) -> dict[str, Any] | None:
    """What the running daemon tells of itself, or None when none runs."""
    text = told_by_holder(lock_paths(loaded)[0])
    if text is None:
        return None
    try:
        return dict(json.loads(text))
    except ValueError:
        return {}


def _json(view: View) -> dict[str, Any]:
    return _data(view.found, dict(view.daemon) if view.daemon is not None else None) | {
        "fetching": [_fetched(one) for one in view.fetched],
        "days": [_day(one) for one in view.days],
        "in_doubt": view.doubts,
        "alerts": list(view.alerts),
    }


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
            {**job_line(job), "reason": job.reason, "folder_missing": job.id in found.gone}
            for job in found.held
        ],
        "not_configured": [{**job_line(job), "words": words} for job, words in found.lost],
        "parked": found.parked,
        "to_look_at": [{**job_line(job), "warnings": words} for job, words in found.to_look_at],
        "refused_in_24_hours": dict(zip(("known", "unknown"), refused(found.refused), strict=True)),
        "undoable": [{**asdict(one), "until": moment(one.until)} for one in found.undoable],
        "notes": [{**asdict(note), "since": moment(note.since)} for note in found.notes],
    }


def _day(one: DayState) -> dict[str, Any]:
    return {
        "flow": one.calendar or None,
        "waiting": one.waiting,
        "last": one.last.isoformat() if one.last else None,
        "reopened": one.reopened,
        "next": moment(one.next.astimezone(UTC) if one.next else None),
    }


def _fetched(one: FetchProgress) -> dict[str, Any]:
    return asdict(one) | {"since": moment(one.since), "next_try": moment(one.next_try)}
