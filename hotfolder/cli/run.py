"""hotfolder run: the daemon, in the foreground."""

from hotfolder import daemon
from hotfolder.cli.common import ConfigOption, load, told
from hotfolder.logs import start_logs


def run(config: ConfigOption) -> None:
    """Take orders, watch the floor and send signals until asked to stop."""
    loaded = load(config)
    log = loaded.config.log
    start_logs(log.level, as_json=log.as_json, file=log.file)
    with told():
        daemon.run(loaded)
