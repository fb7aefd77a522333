"""The installed program as its own process, with a shop that `hotfolder init` made."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import apsw
from click.testing import CliRunner

from hotfolder.cli.main import program
from tests.waiting import wait_until

ORDER_KEY = "aaaaaaaaaaaaaaaaaaaaaaaaaaaa0001"
START_SECONDS = 30.0
STOP_SECONDS = 20.0
STAGES = ["new", "print", "produced", "packed", "shipped"]
PROGRAM = [sys.executable, "-m", "hotfolder"]


class RunningShop:
    """A shop in a folder; its daemon is started, stopped and killed at will."""

    def __init__(self, folder: Path, signal_url: str, signal_key: str, undo_seconds: float) -> None:
        self.folder = folder
        self.config = folder / "config.yaml"
        self.log = folder.with_name("daemon.log")
        self.start_with: list[str] = []  # what the program is started with, such as unshare
        self._daemon: subprocess.Popen[bytes] | None = None
        options = ["--port", "0", "--order-key", ORDER_KEY, "--signal-url", signal_url]
        options += ["--signal-key", signal_key, "--undo-seconds", str(undo_seconds)]
        # in this process, as it is only the preparation; starting the program takes a second
        made = CliRunner().invoke(program, ["init", str(folder), *options])
        assert made.exit_code == 0, made.output
        text = self.config.read_text()
        self.config.write_text(
            text.replace("look_every_seconds: 5", "look_every_seconds: 0.5").replace(
                "settle_seconds: 10", "settle_seconds: 2"
            )
        )

    # --- the daemon ---

    def start(self) -> None:
        """Orders are taken when this returns."""
        self.launch()
        wait_until(self._is_ready, START_SECONDS, f"the daemon is ready\n{self.log_text()}")

    def launch(self) -> None:
        """Started, and maybe not ready yet."""
        with self.log.open("ab") as log:
            self._daemon = subprocess.Popen(
                [*self.start_with, *PROGRAM, "run", "--config", self.config],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                env=clean_environment(),
            )

    def kill(self) -> None:
        """Ended in the middle of whatever it does, as by a power cut of the machine."""
        daemon = self._running()
        daemon.kill()
        daemon.wait(STOP_SECONDS)
        self._daemon = None

    def stop(self) -> int:
        """Asked to stop; the exit code."""
        daemon = self._running()
        daemon.send_signal(signal.SIGTERM)
        code = daemon.wait(STOP_SECONDS)
        self._daemon = None
        return code

    def close(self) -> None:
        """Whatever runs is ended."""
        if self._daemon is not None:
            self.kill()

    @property
    def is_alive(self) -> bool:
        return self._daemon is not None and self._daemon.poll() is None

    @property
    def order_url(self) -> str:
        """Where orders are posted to; the port is another one after each start."""
        return str(self._told().get("orders", ""))

    @property
    def house_url(self) -> str:
        """Where health and metrics are asked for."""
        return str(self._told().get("house", ""))

    def log_text(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    @property
    def pid(self) -> int:
        return self._running().pid

    def _running(self) -> subprocess.Popen[bytes]:
        assert self._daemon is not None, "the daemon does not run"
        return self._daemon

    def _is_ready(self) -> bool:
        assert self.is_alive, f"the daemon has ended\n{self.log_text()}"
        told = self._told()
        return bool(told.get("orders")) and told.get("pid") == self._running().pid

    def _told(self) -> dict[str, Any]:
        """What the daemon writes into its lock file; empty while it is being written."""
        try:
            return dict(json.loads((self.folder / "state" / "hotfolder.lock").read_bytes()))
        except (OSError, ValueError):
            return {}

    # --- the commands ---

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A command of the program, run to its end."""
        return subprocess.run(
            [*PROGRAM, *words, "--config", str(self.config)],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            env=clean_environment(),
        )

    def ask(self, name: str) -> Any:
        """What a command prints as JSON."""
        done = self.command(name, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    # --- the floor ---

    def stage(self, key: str) -> Path:
        return self.folder / "floor" / f"{STAGES.index(key) + 1}0-{key}"

    def jobs_in(self, key: str) -> list[Path]:
        """The job folders in a stage."""
        found = (path for path in self.stage(key).iterdir() if path.is_dir())
        return sorted(path for path in found if path.name[0] != ".")

    def drag(self, folder: Path, key: str) -> Path:
        """What an operator does."""
        target = self.stage(key) / folder.name
        os.rename(folder, target)  # noqa: PTH104 (the plain system call)
        return target

    # --- the store ---

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """What the database says, read beside the daemon."""
        connection = apsw.Connection(str(self.folder / "state" / "hotfolder.sqlite"))
        try:
            return list(connection.execute(statement))
        finally:
            connection.close()


def clean_environment() -> dict[str, str]:
    """The environment without what would configure a shop, and with this checkout."""
    root = str(Path(__file__).parents[2])
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HOTFOLDER")}
    return kept | {"PYTHONPATH": root}
