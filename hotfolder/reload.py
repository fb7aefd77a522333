"""Keys that changed in the configuration are used at once, without a restart."""

from collections.abc import Callable, Mapping
from pathlib import Path

from loguru import logger

from hotfolder.app import App
from hotfolder.config.check import Loaded, load_shop
from hotfolder.errors import ConfigError
from hotfolder.services.shop import SIGNALS
from hotfolder.shopfront import interfaces_of, signal_keys_of

EVERY_SECONDS = 5.0


def key_watch(app: App, loaded: Loaded, environ: Mapping[str, str]) -> Callable[[], float]:
    """A step for a loop: looks whether the configuration or a key file changed.

    A configuration that can not be used is refused whole: the keys in use stay, the log tells why,
    and it is looked at again until it can be, for a file it names may come after it.
    """
    seen, trouble = _print_of(loaded), ""

    def step() -> float:
        nonlocal seen, loaded, trouble
        if _print_of(loaded) != seen:
            try:
                loaded = load_shop(loaded.config_path, environ)
            except ConfigError as error:
                if str(error) != trouble:
                    logger.error("the changed configuration is not used: {}", error)
                trouble = str(error)
            else:
                _use_keys(app, loaded)
                seen, trouble = _print_of(loaded), ""
        return EVERY_SECONDS

    return step


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


def _print_of(loaded: Loaded) -> tuple[tuple[str, int, int], ...]:
    """What tells that a file was changed: its time and size."""
    config = loaded.config
    files = [config.signals.key_file]
    files += [other.key_file for other in config.signals.others]
    for interface in config.intake.interfaces:
        files += [interface.key_file, interface.basic_password_file]
    return tuple(_facts(path) for path in [loaded.config_path, *files] if path)


def _facts(path: Path) -> tuple[str, int, int]:
    try:
        facts = path.stat()
    except OSError:
        return (str(path), 0, 0)
    return (str(path), facts.st_mtime_ns, facts.st_size)
