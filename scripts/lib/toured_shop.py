"""The installed shop as others see it: Cloudprinter by HTTP, operators by the floor, its admin."""

import json
import secrets
import socket
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from booted import Booted, wait_for
from programs import Trouble

from hotfolder.test_center.account import Account
from hotfolder.test_center.faults import read_fault
from hotfolder.test_center.push import push_orders, read_plan
from hotfolder.test_center.server import CenterServer
from hotfolder.test_center.state import CenterState

FOLDERS = {
    "new": "10-new",
    "print": "20-print",
    "produced": "30-produced",
    "packed": "40-packed",
    "shipped": "50-shipped",
}
SIGNALS = {
    "new": "ItemRegistered",
    "print": "ItemProduce",
    "produced": "ItemProduced",
    "packed": "ItemPacked",
    "shipped": "ItemShipped",
}
OPERATOR = "mover"
SECONDS = 120.0
START_SECONDS = 10.0
MICROSECONDS = 1_000_000


def free_port() -> int:
    """A port of this machine that nobody has."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


class Toured:
    """The shop in the container, and a simulated Cloudprinter outside of it."""

    def __init__(self, machine: Booted) -> None:
        self.machine = machine
        self.port = free_port()
        self.order_key, self.signal_key = secrets.token_hex(16), secrets.token_hex(16)
        self.items: list[tuple[str, str]] = []
        self.state = CenterState(
            signal_key=self.signal_key, strict_orders=True, account=Account(None)
        )
        started = threading.Event()
        self._center = CenterServer("127.0.0.1", 0, self.state, lambda _url: started.set())
        threading.Thread(target=self._center.run, daemon=True).start()
        if not started.wait(START_SECONDS):
            raise Trouble("the simulated Cloudprinter did not start")

    @property
    def options(self) -> list[str]:
        """For `hotfolder init`."""
        return [
            *("--port", str(self.port), "--order-key", self.order_key),
            *("--signal-key", self.signal_key, "--signal-url", self._center.signal_url),
            *("--undo-seconds", "1"),
        ]

    # Cloudprinter

    def use_free_house_port(self) -> None:
        """Of this machine, whose network the container shares.

        An earlier state that has no such port would refuse the setting: it is left alone.
        """
        config = self.machine.root / "etc" / "hotfolder" / "config.yaml"
        text = config.read_text("utf-8")
        begin = "\nhouse:\n"
        config.write_text(text.replace(begin, f"{begin}  port: {free_port()}\n"), "utf-8")

    def order(self, count: int = 1) -> None:
        """Orders come in, and all of them are taken. Raises Trouble."""
        data = {
            "count": count,
            "kind": "textbook",
            "order_key": self.order_key,
            "order_url": f"http://127.0.0.1:{self.port}/orders",
        }
        for pushed in push_orders(self.state, read_plan(data, self._center.url)):
            if pushed.status != 200:
                raise Trouble(f"order {pushed.order} was not taken: {pushed.answer}")
            self.items += [(pushed.order, item) for item in pushed.items]

    def fail(self, fault: Mapping[str, Any]) -> None:
        """Let Cloudprinter fail this way; an empty fault ends that."""
        self.state.faults.set(read_fault(dict(fault)))

    def wait_for_signals(self, kind: str, seconds: float = SECONDS) -> float:
        """Until this signal has arrived for every item; the seconds that took."""
        wanted = set(self.items)
        return wait_for(lambda: wanted <= self._told(kind), seconds, f"{kind} of every item")

    def _told(self, kind: str) -> set[tuple[str, str]]:
        accepted = self.state.account.accepted()
        return {(one.order, one.item) for one in accepted if one.type == kind}

    # operators

    @property
    def floor(self) -> Path:
        return self.machine.root / "srv" / "hotfolder" / "floor"

    def jobs_in(self, stage: str) -> list[Path]:
        """The job folders in a stage."""
        found = (path for path in (self.floor / FOLDERS[stage]).iterdir() if path.is_dir())
        return sorted(path for path in found if path.name[0] != ".")

    def wait_for_jobs(self, stage: str, count: int) -> None:
        wait_for(lambda: len(self.jobs_in(stage)) == count, SECONDS, f"{count} jobs in {stage}")

    def drag(self, origin: str, stage: str) -> None:
        """Every job of a stage, by somebody who is only a member of the group."""
        for job in self.jobs_in(origin):
            there = f"/srv/hotfolder/floor/{FOLDERS[origin]}/{job.name}"
            if stage == "shipped":
                self.as_operator("sh", "-c", 'echo JD0123 >"$0/tracking.txt"', there)
            self.as_operator("mv", there, f"/srv/hotfolder/floor/{FOLDERS[stage]}/")

    def as_operator(self, *words: str) -> None:
        who = ["setpriv", "--reuid", OPERATOR, "--regid", OPERATOR, "--init-groups"]
        self.machine.call(*who, "--", *words)

    # its admin

    def show(self, *names: str) -> dict[str, str]:
        """Properties of the service."""
        given = [word for name in names for word in ("-p", name)]
        lines = self.machine.call("systemctl", "show", "hotfolder", *given).stdout.splitlines()
        return dict(line.partition("=")[::2] for line in lines)

    def is_active(self) -> bool:
        return self.show("ActiveState")["ActiveState"] == "active"

    def away_seconds(self) -> float:
        """How long the service was not there when it was last stopped and started."""
        names = ("InactiveEnterTimestampMonotonic", "ActiveEnterTimestampMonotonic")
        facts = self.show(*names)
        ended, ready = (int(facts[name]) for name in names)
        return (ready - ended) / MICROSECONDS

    def journal(self) -> str:
        return self.machine.call("journalctl", "-u", "hotfolder", "-o", "cat", "--no-pager").stdout

    def ask(self, name: str) -> Any:
        """What a command prints as JSON, called as root by its usual name."""
        return json.loads(self.machine.call("hotfolder", name, "--json").stdout)
