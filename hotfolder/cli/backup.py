"""hotfolder backup: a copy of the store while the daemon runs."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.progress import Progress

from hotfolder.cli.common import FILE, config_option, load, say, told
from hotfolder.shopfront import database_path
from hotfolder.store.backup import back_up


@click.command
@config_option
@click.option("--to", type=FILE, help="File to write; state/backups, by date, when not given.")
def backup(config: Path, to: Path | None) -> None:
    """Copy the store while the daemon runs; the copy is checked before it counts."""
    loaded = load(config)
    now = datetime.now(UTC)
    target = to or loaded.state_path / "backups" / f"hotfolder-{now:%Y%m%dT%H%M%SZ}.sqlite"
    with told(), Progress(transient=True, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("backup", total=1.0)
        copied = back_up(
            database_path(loaded),
            target,
            lambda share: progress.update(task, completed=share),
            now,
        )
    say(f"{copied.path}: {copied.size} bytes, checked. It holds addresses: keep it safe.")
