"""hotfolder backup: a copy of the store while the daemon runs."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.progress import Progress

from hotfolder.cli.common import FILE, config_option, load, say, told
from hotfolder.services.make_backup import make_backup
from hotfolder.shopfront import backup_place, database_path
from hotfolder.store.backup import back_up, remember


@click.command
@config_option
@click.option(
    "--to",
    type=FILE,
    help="File to write; one among those of the daemon if not given.",
)
def backup(config: Path, to: Path | None) -> None:
    """Copy the store while the daemon runs; the copy is checked before it counts.

    The daemon does that by itself: see `backup` in the configuration.
    """
    loaded = load(config)
    with told(), Progress(transient=True, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("backup", total=1.0)

        def tell(share: float) -> None:
            progress.update(task, completed=share)

        now = datetime.now(UTC)
        if to is None:
            copied = make_backup(backup_place(loaded), now, tell)
        else:
            copied = back_up(database_path(loaded), to, tell, now)
            remember(database_path(loaded), copied, now)
    say(f"{copied.path}: {copied.size} bytes, checked. It holds addresses: keep it safe.")
