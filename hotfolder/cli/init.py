"""hotfolder init: a ready shop in a new folder."""

import secrets
import shutil
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import click
from click.exceptions import Exit as Ended

from hotfolder.cli.common import FILE, Exit, fail, load, say, told
from hotfolder.config.check import Loaded
from hotfolder.config.write import Choices, config_text, default_flow_text
from hotfolder.domain.job import Mode
from hotfolder.files.atomic import write_text
from hotfolder.files.spool import Spool
from hotfolder.shopfront import build_floor, database_path
from hotfolder.store.store import Store

CLOUDSIGNAL_URL = "https://api.cloudprinter.com/cloudsignal/2.0/status/"


@click.command
@click.argument("folder", metavar="DIR", type=FILE)
@click.option("--floor", type=FILE, help="Folder of the stage folders; DIR/floor when not given.")
@click.option("--state", type=FILE, help="Folder of the database; DIR/state when not given.")
@click.option("--archive", type=FILE, help="Folder of the archive; DIR/archive when not given.")
@click.option("--lists", type=FILE, help="Folder of the lists of days; DIR/days when not given.")
@click.option("--port", type=int, default=8080, help="Port on which orders come in.")
@click.option(
    "--house-port",
    type=int,
    help="Port of health and metrics; the next one when not given.",
)
@click.option("--order-key", help="Key of the Production Interface; made when not given.")
@click.option("--signal-url", default=CLOUDSIGNAL_URL, help="Where signals go.")
@click.option("--signal-key", help="Key of the CloudSignal API Interface; made when not given.")
@click.option(
    "--mode",
    type=click.Choice([mode.value for mode in Mode]),
    default=Mode.TEST.value,
    help="Mode of the Production Interface.",
)
@click.option(
    "--undo-seconds",
    type=click.FloatRange(min=0),
    default=20.0,
    help="How long a drag can be taken back.",
)
def init(
    folder: Path,
    floor: Path | None,
    state: Path | None,
    archive: Path | None,
    lists: Path | None,
    port: int,
    house_port: int | None,
    order_key: str | None,
    signal_url: str,
    signal_key: str | None,
    mode: str,
    undo_seconds: float,
) -> None:
    """Make a shop in DIR: configuration, flow, stage folders with their markers, state folder."""
    config = folder / "config.yaml"
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        fail(f"{folder} is there already and not empty; nothing was changed", Exit.CONFIGURATION)
    choices = Choices(
        shop_name=folder.resolve().name,
        port=port,
        house_port=house_port,
        floor_id=uuid4().hex,
        order_key=order_key or secrets.token_hex(16),
        signal_key=signal_key or secrets.token_hex(16),
        signal_url=signal_url,
        mode=Mode(mode).value,
        allow_private_addresses=_is_loopback(signal_url),
        **_places(floor=floor, state=state, archive=archive, lists=lists),
    )
    was_there = folder.exists()
    _make_folders(folder, folder / choices.state)
    try:
        _write(folder, config, choices, undo_seconds)
        loaded = load(config, needs_keys=True)
    except Ended:
        _take_back(folder, was_there=was_there)
        raise
    _prepare(loaded)
    _tell(folder, config, given=bool(order_key), signal_given=bool(signal_key))


def _places(**given: Path | None) -> dict[str, Any]:
    """Those that were given; a relative one starts here, not at the folder of the configuration."""
    return {name: path.absolute() for name, path in given.items() if path is not None}


def _make_folders(folder: Path, state: Path) -> None:
    try:
        (folder / "flows").mkdir(parents=True)
        state.mkdir(mode=0o750, parents=True, exist_ok=True)
    except OSError as error:
        fail(f"{folder} can not be made: {error.strerror}", Exit.CONFIGURATION)


def _write(folder: Path, config: Path, choices: Choices, undo_seconds: float) -> None:
    with told():
        write_text(config, config_text(choices), mode=0o600)
        write_text(folder / "flows" / "default.yaml", default_flow_text(undo_seconds))


def _prepare(loaded: Loaded) -> None:
    with told():
        build_floor(loaded).prepare()
        Spool(loaded.spool_path).prepare()
        Store.open(database_path(loaded)).close()


def _take_back(folder: Path, *, was_there: bool) -> None:
    """What was given can not be: leave nothing half-made behind.

    Only what was made here goes: the folder itself may be a link or the top of a disk.
    """
    for made in ("flows", "state"):
        shutil.rmtree(folder / made, ignore_errors=True)
    with suppress(OSError):
        (folder / "config.yaml").unlink(missing_ok=True)
        if not was_there:
            folder.rmdir()


def _tell(folder: Path, config: Path, *, given: bool, signal_given: bool) -> None:
    say(f"The shop is ready in {folder}.")
    if not given:
        say(f"  A key for orders was made: see intake.interfaces in {config}.")
    if not signal_given:
        say(f"  A stand-in for the signal key was made: put your own in signals.key of {config}.")
    say(f"Start it:  hotfolder run --config {config}")


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
