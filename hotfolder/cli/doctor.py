"""hotfolder doctor: is the machine fit for the shop, and what is to be done where it is not?"""

import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

import click
import requests
from click.exceptions import Exit as Ended
from rich.console import Console
from rich.text import Text

from hotfolder.cli.common import (
    FILE,
    Exit,
    config_option,
    json_option,
    load,
    print_json,
    say,
    shown,
)
from hotfolder.config.check import Loaded
from hotfolder.config.model import SignalPlace, Signals
from hotfolder.doctor import doors
from hotfolder.doctor.examine import World, examine, worst
from hotfolder.doctor.line import Level, Line
from hotfolder.doctor.samba import SMB_CONF
from hotfolder.domain.answer import Answer
from hotfolder.domain.signal import Signal, SignalType
from hotfolder.formats.signal_json import Dialect, Protocol, request
from hotfolder.shopfront import signal_places
from hotfolder.test_center.server import CenterServer
from hotfolder.test_center.state import CenterState
from hotfolder.ways_out import sender_of

STYLES = {Level.OK: "green", Level.WARN: "yellow", Level.FAIL: "bold red"}
NOBODYS = "hotfolder-doctor-test"
SECONDS = 10.0


@click.command
@config_option
@json_option
@click.option("--smb-conf", type=FILE, default=SMB_CONF, help="Configuration of Samba.")
@click.option("--send", is_flag=True, help="Send a test signal to the real receiver as well.")
@click.option("--ask-address", metavar="URL", help="Who tells, as text, which address we have.")
def doctor(
    config: Path, as_json: bool, smb_conf: Path, send: bool, ask_address: str | None
) -> None:
    """Examine the machine: each line is ok, warn or fail, with what to do.

    Nothing is changed. A test signal goes to a simulated receiver on this machine; with --send one
    about an order that nobody has goes to the real one too, with your key. Exit code 1 when
    something fails, 0 otherwise.
    """
    loaded = load(config, on_disk=True)
    now = datetime.now(UTC)
    lines = examine(config, loaded, now, World(smb_conf=smb_conf))
    lines += _simulated(loaded)
    if send:
        lines += _real(load(config, needs_keys=True, on_disk=True), now)
    if ask_address:
        lines += doors.outgoing(_asked(ask_address))
    if as_json:
        print_json([asdict(line) for line in lines])
    else:
        _tell(lines)
    if worst(lines) is Level.FAIL:
        raise Ended(Exit.FAILED)


def _simulated(loaded: Loaded) -> Iterator[Line]:
    """A signal as the configured destination would get it, to a test center of our own."""
    place = signal_places(loaded.config)["cloudsignal"]
    common = loaded.config.signals.model_copy(update={"proxy": None})  # it stays on this machine
    server = CenterServer("127.0.0.1", 0, CenterState(signal_key="0" * 32))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        there = place.model_copy(update={"url": server.signal_url})
        yield from doors.receiver("a simulated receiver", lambda: _send(common, there, "0" * 32))
    finally:
        server.should_exit = True
        thread.join(SECONDS)


def _real(loaded: Loaded, now: datetime) -> Iterator[Line]:
    common = loaded.config.signals
    for name, place in signal_places(loaded.config).items():
        if common.proxy is None:  # the test signal checks it as well
            yield from doors.peer_certificate(place.url, str(common.ca_file or ""), now)
        key = place.key.get_secret_value()
        send = _sending(common, place, key)
        yield from doors.receiver(f"{name} ({place.url})", send)


def _sending(common: Signals, place: SignalPlace, key: str) -> Callable[[], Answer]:
    return lambda: _send(common, place, key)


def _send(common: Signals, place: SignalPlace, key: str) -> Answer:
    signal = Signal(
        type=SignalType.PRODUCE, order_id=NOBODYS, item_id=NOBODYS, at=datetime.now(UTC)
    )
    dialect = Dialect(protocol=Protocol(place.protocol), delay_as_error=place.delay_as_item_error)
    sender = sender_of(place, common)
    sender.set_key(key)
    return sender.send(request([signal], dialect))


def _asked(url: str) -> Callable[[], str]:
    def ask() -> str:
        text = requests.get(url, timeout=SECONDS).text.strip()
        return str(ip_address(text))

    return ask


def _tell(lines: list[Line]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    for line in lines:
        mark = Text(f"{line.level.value:4}", style=STYLES[line.level])
        console.print(mark, Text(shown(f" {line.topic}: {line.words}")), sep="")
        if line.hint:
            console.print(Text(shown(f"       {line.hint}"), style="italic"))
    counts = {level: sum(line.level is level for line in lines) for level in Level}
    say(", ".join(f"{count} {level.value}" for level, count in counts.items()))
