"""A private shop in one folder: the real daemon and a simulated Cloudprinter beside it."""

import json
import random
import re
import secrets
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import requests
from programs import HOTFOLDER, Program, Programs, Trouble

from hotfolder.test_center.account import read_account
from hotfolder.test_center.records import Accepted

READY_SECONDS = 60.0
# below the ports that the kernel gives away, so that a restarted daemon gets its own back
PORTS = range(20_000, 30_000)


@dataclass(frozen=True, kw_only=True, slots=True)
class Pace:
    """The waiting times of the shop, in seconds."""

    undo: float
    settle: float
    look: float


class Shop:
    """Everything lies below `folder`: the shop itself, the account and the logs."""

    def __init__(self, folder: Path, programs: Programs, daemon: Sequence[str] = HOTFOLDER) -> None:
        """`daemon`: what python runs as the daemon, in the place of `-m hotfolder`."""
        self.folder = folder
        self.shop = folder / "shop"
        self.floor = self.shop / "floor"
        self.config = self.shop / "config.yaml"
        self.account_file = folder / "account.jsonl"
        self.center_log = folder / "test-center.log"
        self.daemon_log = folder / "daemon.log"
        self.order_key = secrets.token_hex(16)
        self.signal_key = secrets.token_hex(16)
        self.order_url = ""
        self.house_url = ""
        self.center_url = ""
        self._programs = programs
        self._as_daemon = daemon
        self._center: Program | None = None
        self._daemon: Program | None = None
        self._calls = count(1)

    # setting up

    def open(
        self, pace: Pace, flow_more: str = "", options: Mapping[str, str | float] | None = None
    ) -> None:
        """Make the shop, with more lines at the end of its flow, and start both programs.

        `options` of the configuration are set beside, each name standing there once.
        Raises Trouble.
        """
        self._start_center()
        port = _free_port()
        house_port = _free_port(beside=port)
        signal_url = f"{self.center_url}/cloudsignal/2.0/status/"
        given = {
            "--port": str(port),
            "--house-port": str(house_port),
            "--order-key": self.order_key,
            "--signal-key": self.signal_key,
            "--signal-url": signal_url,
            "--undo-seconds": str(pace.undo),
        }
        self._call(["init", str(self.shop), *(word for pair in given.items() for word in pair)])
        self._set("look_every_seconds", pace.look)
        self._set("settle_seconds", pace.settle)
        self._set("undo_seconds", pace.undo)
        for name, value in (options or {}).items():
            self._set(name, value)
        with (self.shop / "flows" / "default.yaml").open("a", encoding="utf-8") as flow:
            flow.write(flow_more)
        self.order_url = f"http://127.0.0.1:{port}/orders"
        self.house_url = f"http://127.0.0.1:{house_port}"
        self.start_daemon()
        self.wait_for_daemon()

    def _set(self, option: str, value: str | float) -> None:
        text = self.config.read_text("utf-8")
        written = value if isinstance(value, str) else f"{value:g}"
        text, found = re.subn(rf"(?m)^(\s+{option}: ).*$", rf"\g<1>{written}", text)
        if found != 1:
            raise Trouble(f"{self.config} has no option {option}")
        self.config.write_text(text, "utf-8")

    def _start_center(self) -> None:
        arguments = ["--port", "0", "--json", "--signal-key", self.signal_key]
        arguments += ["--account", str(self.account_file)]
        self._center = self._programs.start(
            "test center", ["test-center", *arguments], self.center_log
        )
        self._wait("the test center", self._center, lambda: bool(self._heard_center()))

    def _heard_center(self) -> str:
        first = self.center_log.read_text("utf-8", "replace").partition("\n")
        if first[1] and first[0].startswith("{"):
            self.center_url = json.loads(first[0])["url"]
        return self.center_url

    # the daemon

    @property
    def daemon(self) -> Program:
        if self._daemon is None:
            raise Trouble("the daemon was not started")
        return self._daemon

    def start_daemon(self) -> None:
        """Start the daemon; `wait_for_daemon` tells when it is ready."""
        arguments = ["run", "--config", str(self.config)]
        self._daemon = self._programs.start("daemon", arguments, self.daemon_log, self._as_daemon)

    def wait_for_daemon(self) -> None:
        self._wait("the daemon", self.daemon, self.daemon_is_ready)

    def daemon_is_ready(self) -> bool:
        try:
            return _http("GET", f"{self.house_url}/health/ready").ok
        except requests.RequestException:
            return False

    def check_alive(self) -> None:
        """Raises Trouble when a program ended that should run."""
        for program in (self._center, self._daemon):
            if program and program.exit_code is not None:
                words = program.last_words()
                raise Trouble(f"the {program.name} ended with {program.exit_code}:\n{words}")

    def _wait(self, name: str, program: Program, test: Callable[[], bool]) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not test():
            if program.exit_code is not None:
                raise Trouble(f"{name} did not start:\n{program.last_words()}")
            if time.monotonic() > deadline:
                raise Trouble(f"{name} was not ready within {READY_SECONDS:.0f} s")
            time.sleep(0.05)

    # what the test center does and knows

    def push(self, number: int, **more: Any) -> Mapping[str, Any]:
        """Post order `number` to the daemon; the test center's record of it."""
        plan = {"order_url": self.order_url, "order_key": self.order_key, "start": number, **more}
        return dict(self._center_says("POST", "/push", plan)["pushed"][0])

    def set_fault(self, fault: Mapping[str, Any]) -> None:
        """How the test center fails from now on; {} ends it."""
        self._center_says("POST", "/faults", fault)

    def account(self) -> dict[str, Any]:
        """Counts and findings of the test center, without the signals themselves."""
        return self._center_says("GET", "/account?since=1000000000")

    def _center_says(
        self, method: str, path: str, data: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        try:
            answer = _http(method, f"{self.center_url}{path}", data)
        except requests.RequestException as error:
            raise Trouble(f"the test center does not answer: {type(error).__name__}") from error
        if not answer.ok:
            raise Trouble(f"the test center refuses this: {answer.text}")
        return dict(answer.json())

    def accepted(self) -> list[Accepted]:
        """Every signal that arrived, from the file that the test center writes."""
        return read_account(self.account_file)

    # what the program says of itself

    def ask(self, command: str) -> Any:
        """`hotfolder COMMAND --json`, as data."""
        return json.loads(self._call([command, "--json", "--config", str(self.config)]))

    def start_ship(self, order: str, item: str, tracking: str) -> Program:
        """`hotfolder ship`, started and not waited for."""
        arguments = ["ship", order, item, "--tracking", tracking, "--config", str(self.config)]
        return self._programs.start("ship", arguments, self._call_log())

    def ship(self, order: str, item: str, tracking: str) -> str:
        """`hotfolder ship`; what it answers."""
        arguments = ["ship", order, item, "--tracking", tracking, "--config", str(self.config)]
        return self._call(arguments).strip()

    def _call(self, arguments: Sequence[str]) -> str:
        return self._programs.call(arguments, self._call_log())

    def _call_log(self) -> Path:
        return self.folder / f"command-{next(self._calls)}.log"


def _free_port(beside: int = 0) -> int:
    for _ in range(100):
        port = random.choice(PORTS)
        if port == beside:
            continue
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise Trouble("no free port was found")


def _http(method: str, url: str, data: Mapping[str, Any] | None = None) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False  # a proxy of this machine has no business here
        return session.request(method, url, json=data, timeout=90)
