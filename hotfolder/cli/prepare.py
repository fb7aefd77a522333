"""hotfolder prepare: make the stage folders that the flows name and that are not there yet."""

from hotfolder.cli.common import ConfigOption, load, say, told
from hotfolder.files.spool import Spool
from hotfolder.shopfront import build_floor


def prepare(config: ConfigOption) -> None:
    """Make missing stage folders and marker files. Only when all disks and shares are mounted."""
    loaded = load(config)
    with told():
        made = build_floor(loaded).prepare()
        Spool(loaded.spool_path).prepare()
    for path in made:
        say(f"made {path}")
    if not made:
        say("every stage folder is there")
