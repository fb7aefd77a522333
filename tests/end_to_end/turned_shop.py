"""The whole program in this process, on a clock that is turned: every loop makes its own steps.

Orders come in by HTTP, signals go out by HTTP, files lie on the disk. Nothing waits for real time
but what other programs need.
"""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from hotfolder.app import App, build
from hotfolder.cli.main import program
from hotfolder.config.check import load_shop
from hotfolder.services.recover import recover
from tests.end_to_end.running_shop import ORDER_KEY, RunningShop
from tests.fakes import ManualClock
from tests.test_center_server import RunningTestCenter

SECONDS = 20.0
# these have nothing to do here
IDLE = {"watches", "dockets", "archive", "archiver", "tidy", "alerts", "tell", "space"}


class TurnedShop:
    """A shop that `hotfolder init` made, its loops stepped by hand, two seconds of time each."""

    def __init__(self, files: RunningShop, clock: ManualClock) -> None:
        self.files = files
        self.clock = clock
        self._app: App | None = None

    @property
    def app(self) -> App:
        assert self._app is not None, "it is not open"
        return self._app

    def open(self) -> None:
        """As a daemon starts; orders are taken when this returns."""
        self._app = build(load_shop(self.files.config, {}), self.clock)
        self._app.shop.spool.prepare()
        recover(self._app.shop)
        self._app.server.start()

    def close(self) -> None:
        if self._app is not None:
            self._app.server.stop()
            self._app.dockets.stop()
            self._app.shop.store.close()
            self._app = None

    def step(self, *names: str, seconds: float = 2.0) -> None:
        """All loops, or those named, make a step, and so much time passes."""
        for loop in self.app.loops:
            if loop.name in names if names else loop.name not in IDLE:
                loop.once()
        self.clock.turn(seconds)

    def until(self, condition: Callable[[], object], what: str) -> None:
        """Steps until it holds; fails the test when it does not in time."""
        deadline = time.monotonic() + SECONDS
        never = threading.Event()
        while not condition():
            assert time.monotonic() < deadline, f"not within {SECONDS:g} s: {what}"
            self.step()
            never.wait(0.005)  # other programs work as well

    def order(self, center: RunningTestCenter, items: int) -> list[str]:
        """An order comes in by HTTP; its items, whose folders are in the first stage."""
        url = f"http://127.0.0.1:{self.app.server.ports[0]}/orders"
        (pushed,) = center.push(
            1, order_url=url, order_key=ORDER_KEY, kind="poster", items=items, forms=["json"]
        )
        assert pushed.status == 200, pushed.answer
        self.until(
            lambda: len([job for job in pushed.items if self.stage_of(job) == "new"]) == items,
            "the jobs are in the first stage",
        )
        return list(pushed.items)

    def stage_of(self, item: str) -> str:
        (job,) = (job for job in self.app.shop.store.jobs.all() if job.item_id == item)
        return job.place.stage if job.place else ""

    def waits_for(self, item: str) -> str:
        (job,) = (job for job in self.app.shop.store.jobs.all() if job.item_id == item)
        return job.waits_for

    def folder(self, item: str) -> Path:
        """Where the job folder of an item is."""
        floor = self.files.folder / "floor"
        (found,) = (path for path in floor.glob(f"[0-9]*/*{item}*") if path.is_dir())
        return found

    def drag(self, stage: str, *items: str) -> None:
        """What an operator does; it was noticed."""
        for item in items:
            self.files.drag(self.folder(item), stage)
        self.until(lambda: {self.stage_of(item) for item in items} == {stage}, f"noted in {stage}")

    def command(self, *words: str) -> str:
        """What a command of the program prints."""
        done = CliRunner().invoke(program, [*words, "--config", str(self.files.config)])
        assert done.exit_code == 0, done.output
        return done.output


def change(path: Path, *pairs: tuple[str, str]) -> None:
    """Each text in a file of the shop is another one now."""
    text = path.read_text()
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    path.write_text(text)


def shipped_of(center: RunningTestCenter) -> list[Any]:
    return [one for one in center.accepted() if one.type == "ItemShipped"]
