"""hotfolder run: the daemon, in the foreground."""

from pathlib import Path

import click

from hotfolder import daemon
from hotfolder.cli.common import config_option, load, told
from hotfolder.logs import start_logs


@click.command
@config_option
def run(config: Path) -> None:
    """Take orders, watch the floor and send signals until asked to stop."""
    loaded = load(config, needs_keys=True, on_disk=True)
    log = loaded.config.log
    logs = start_logs(log.level, as_json=log.as_json, file=log.file)
    with told():
        daemon.run(loaded, logs)
