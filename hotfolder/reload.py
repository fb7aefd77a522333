"""What changed in the configuration, its key files and the flows is used without a restart.

Keys, flows and the level of the log, that is; all other options need a new start.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from loguru import logger

from hotfolder.app import App
from hotfolder.config.check import Loaded, load_shop
from hotfolder.config.flows import flow_files
from hotfolder.errors import ConfigError, FloorError, Problem
from hotfolder.services.change_flows import change_flows, note_unused
from hotfolder.services.shop import SIGNALS
from hotfolder.shopfront import interfaces_of, keep_flows, signal_keys_of

EVERY_SECONDS = 5.0
SETTLE_SECONDS = 1.0

Print = tuple[tuple[str, int, int], ...]


class ConfigWatch:
    """A step for a loop: looks whether the configuration, a key file or a flow file changed.

    What can not be used is refused whole: keys and flows in use stay, log and status tell why, and
    it is looked at again until it can be, for a file that it names may come after it.
    """

    def __init__(
        self,
        app: App,
        loaded: Loaded,
        environ: Mapping[str, str],
        use_log_level: Callable[[str], object] = str,
    ) -> None:
        self._app = app
        self._use_log_level = use_log_level
        self._started = self._loaded = loaded
        self._environ = environ
        self._seen: Print = ()  # so that what changed during the start is not overlooked
        self._last: Print = ()
        self._trouble: str | None = None  # of an earlier run nothing is known

    def step(self) -> float:
        """Seconds until the next look."""
        found = _print_of(self._loaded)
        if found == self._seen:
            self._tell("")
        elif found != self._last:
            self._last = found
            return SETTLE_SECONDS  # somebody may be writing just now
        else:
            self._take_in()
        return EVERY_SECONDS

    def _take_in(self) -> None:
        try:
            loaded = load_shop(self._loaded.config_path, self._environ)
            _use_flows(self._app, self._started, loaded)
        except (ConfigError, FloorError) as error:
            self._tell(str(error))
            return
        _use_keys(self._app, loaded)
        self._use_log_level(loaded.config.log.level)
        keep_flows(self._started, loaded)
        self._loaded = loaded
        self._seen = self._last = _print_of(loaded)
        self._tell("")

    def _tell(self, trouble: str) -> None:
        if trouble == self._trouble:
            return
        if trouble:
            logger.error("the changed configuration is not used: {}", trouble)
        note_unused(self._app.shop, trouble)
        self._trouble = trouble


def _use_flows(app: App, started: Loaded, loaded: Loaded) -> None:
    """Raises ConfigError or FloorError, and nothing is changed."""
    if loaded.flows == tuple(app.flows):
        return
    if (loaded.floor_path, loaded.sides) != (started.floor_path, started.sides):
        what = "the floor or the folders beside the flows were changed together with flows"
        raise ConfigError([Problem("", what, "start Hotfolder again")])
    known = {program.name for program in app.shop.labels}
    wanted = {stage.ask_label for flow in loaded.flows for stage in flow.stages} - {""}
    if new := sorted(wanted - known):
        what = f"a flow asks label program {new[0]}, which was added since the start"
        raise ConfigError([Problem("", what, "start Hotfolder again")])
    made = change_flows(app.shop, app.flows, loaded.flows)
    app.observer.use(app.shop.floor.paths())
    app.rounds.hint_all()
    app.shop.nudge.files.set()
    names = ", ".join(flow.name for flow in app.flows)
    logger.info("the changed flows are used: {}; {} stage folders were made", names, len(made))


def _use_keys(app: App, loaded: Loaded) -> None:
    app.shop.interfaces[:] = interfaces_of(loaded.config)
    app.shop.signal_keys[:] = signal_keys_of(loaded.config)
    signals = loaded.config.signals
    keys = {SIGNALS: signals.key} | {other.name: other.key for other in signals.others}
    for gate in app.gates:
        name = gate.destination.name
        if name in keys and gate.destination.sender.set_key(keys[name].get_secret_value()):
            logger.info("the signal key of {} was changed: signals are tried", name)
            gate.reopen()
    app.shop.nudge.signals.set()


def _print_of(loaded: Loaded) -> Print:
    """What tells that a file was changed: its time and size."""
    config = loaded.config
    files = [config.signals.key_file]
    files += [other.key_file for other in config.signals.others]
    for interface in config.intake.interfaces:
        files += [interface.key_file, interface.basic_password_file]
    files += _flow_files(loaded.flows_path)
    return tuple(_facts(path) for path in [loaded.config_path, *files] if path)


def _flow_files(folder: Path) -> list[Path]:
    try:
        return flow_files(folder)
    except OSError:
        return []


def _facts(path: Path) -> tuple[str, int, int]:
    try:
        facts = path.stat()
    except OSError:
        return (str(path), 0, 0)
    return (str(path), facts.st_mtime_ns, facts.st_size)
