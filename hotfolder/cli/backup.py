"""hotfolder backup, hotfolder restore: copies of the store."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.progress import Progress

from hotfolder.cli.common import FILE, Exit, config_option, fail, load, say, told
from hotfolder.files.lock import Lock
from hotfolder.shopfront import database_path, lock_paths
from hotfolder.store.backup import back_up, put_back, remember


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
            database_path(loaded), target, lambda share: progress.update(task, completed=share)
        )
        remember(database_path(loaded), copied, now)
    say(f"{copied.path}: {copied.size} bytes, checked. It holds addresses: keep it safe.")


@click.command
@click.argument("backup_file", metavar="FILE", type=FILE)
@config_option
def restore(config: Path, backup_file: Path) -> None:
    """Put the backup FILE in place of the store. The store before is set aside, nothing is deleted.

    Signals that waited when the backup was made may have been sent since: they are parked until a
    person sends or withdraws them.
    """
    loaded = load(config)
    with told():
        # held all the time, so that no daemon starts on a store that is being put back
        lock = Lock.take(lock_paths(loaded)[0], "{}")
        if lock is None:
            fail("the daemon runs; stop it first", Exit.ALREADY_RUNNING)
        try:
            restored = put_back(backup_file, database_path(loaded), datetime.now(UTC))
        finally:
            lock.release()
    if restored.aside:
        say(f"The store before lies in {restored.aside}.")
    say(f"Restored. {restored.parked} signals are parked: look at `hotfolder signals`.")
