"""hotfolder prepare: make the stage folders that the flows name and that are not there yet."""

from pathlib import Path

import click

from hotfolder.cli.common import config_option, load, say, told
from hotfolder.files.backup_folder import make_folder
from hotfolder.files.spool import Spool
from hotfolder.shopfront import build_archive, build_floor


@click.command
@config_option
def prepare(config: Path) -> None:
    """Make missing stage folders and marker files. Only when all disks and shares are mounted."""
    loaded = load(config, on_disk=True)
    with told():
        made = build_floor(loaded).prepare()
        Spool(loaded.spool_path).prepare()
        archive = build_archive(loaded)
        if archive.keep.after is not None and archive.place.prepare():
            made.append(archive.place.path)
        backups = loaded.config.backup.folder
        if backups is not None and make_folder(backups):
            made.append(backups)
    for path in made:
        say(f"made {path}")
    if not made:
        say("every stage folder is there")
