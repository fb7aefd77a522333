"""The play that operators and accidents are put into: a real shop, its daemon, and what it did."""

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition

from hotfolder.services.recover import recover
from hotfolder.watch.rounds import Rounds
from tests.fakes import Killed, ManualClock, RecordingSender
from tests.floor_model.disk import Disk
from tests.floor_model.model import FLOW, House
from tests.floor_model.shop import EVERY, PATIENCE, SETTLE, SIDES, a_shop, stage_folders
from tests.floor_model.watcher import Watcher
from tests.steps import fetch_all, order_in, send_all

CALM = 3 * EVERY + SETTLE + PATIENCE + 1
to_stage = st.sampled_from((*FLOW, *FLOW, *SIDES))
then = st.sampled_from(("", "", "look", "wait", "calm", "kill"))
in_wild_shops = precondition(lambda self: self.wild)


class MortalClock(ManualClock):
    """The process may end whenever it asks for the time."""

    def __init__(self) -> None:
        super().__init__()
        self.asked_before_the_end: int | None = None

    def now(self) -> datetime:
        self._ask()
        return super().now()

    def monotonic(self) -> float:
        self._ask()
        return super().monotonic()

    def _ask(self) -> None:
        if self.asked_before_the_end is not None:
            self.asked_before_the_end -= 1
            if self.asked_before_the_end < 0:
                raise Killed


class Play(RuleBasedStateMachine):
    """A shop whose every step is watched; its subclasses say what may happen in it.

    `then` is what the daemon does after an act. In a shop that is not `wild` folders are only
    dragged, so that the rules of the flow are met. `found_first` is what was found in the first
    play that failed: Hypothesis loses it when the play goes well the second time.
    """

    found_first: ClassVar[Exception | None] = None

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(prefix="hotfolder-floor-")
        self.base = Path(self.folder.name)
        self.clock = MortalClock()
        self.sender = RecordingSender()
        self.sending = True
        self.story: list[str] = []
        self.wild = True

    @initialize(
        skipped=st.sampled_from(("fill", "leave", "hold")),
        reprint=st.sampled_from(("ask", "delay", "silence")),
        say_again=st.booleans(),
        wild=st.booleans(),
        tracked=st.booleans(),
    )
    def open_shop(
        self, *, skipped: str, reprint: str, say_again: bool, wild: bool, tracked: bool
    ) -> None:
        self.wild = wild
        self.house = House(skipped=skipped, reprint=reprint, say_again=say_again)
        self.story.append(f"a shop: {self.house}")
        self.disk = Disk(self.base, stage_folders(), self.clock)
        for path in (self.disk.aside, self.disk.desk, self.disk.backup):
            path.mkdir()
        self.shop = a_shop(self.base, self.clock, self.sender, self.house)
        self.shop.floor.prepare()
        self.shop.spool.prepare()
        order_in(self.shop, 1, items=1)
        order_in(self.shop, 2, items=2)
        fetch_all(self.shop)
        self.watcher = Watcher(self.shop, self.house, self.disk)
        for found in self.watcher.scan.folders:
            shutil.copytree(found.path, self.disk.backup / found.path.name)
            if tracked:
                (found.path / "tracking.txt").write_text("JD0123")
        self.watcher.act()
        self.rounds = Rounds(self.shop, EVERY)
        with self._told():
            self._wait(EVERY)

    def teardown(self) -> None:
        if hasattr(self, "shop"):
            self.shop.store.close()
        self.folder.cleanup()

    def counted(self, kind: str) -> None:
        """A step of this kind is made; for whoever counts them."""

    def _did(self, kind: str, words: str, then: str = "") -> None:
        """An act was done; what follows is nothing yet, a look, a few rounds, or a long calm."""
        self.counted(kind)
        if then == "kill":
            self.counted(then)
        self.story.append(f"{words}; {then}" if then else words)
        with self._told():
            self.watcher.act()
            if then == "look":
                self._look()
            elif then == "wait":
                self._wait(2 * EVERY)
            elif then == "calm":
                self._wait(CALM)
                self.watcher.all_is_noted(self.shop)
            elif then == "kill":
                self._start_again()
                self._look()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            error.add_note("\n".join(("What happened:", *self.story)))
            type(self).found_first = type(self).found_first or error
            raise

    def _start_again(self) -> None:
        self.shop.store.close()
        self.shop = a_shop(self.base, self.clock, self.sender, self.house)
        recover(self.shop)
        self.rounds = Rounds(self.shop, EVERY)

    def _look(self) -> None:
        for stage in self.shop.floor.stages:
            self.rounds.hint(stage)
        self.rounds.step()
        self.watcher.observe(self.shop)
        self.watcher.renames_are_noted()
        self.watcher.nothing_was_deleted()

    def _wait(self, seconds: float) -> None:
        end = self.clock.monotonic() + seconds
        while True:
            pause = max(self.rounds.step(), 0.05)
            self.watcher.observe(self.shop)
            if self.sending:
                send_all(self.shop)
                self.watcher.sent(self.shop, self.sender)
            left = end - self.clock.monotonic()
            if left <= 0:
                break
            self.clock.turn(min(pause, left))
        self.watcher.mended.clear()
        self.watcher.renames_are_noted()
        self.watcher.nothing_was_deleted()

    def _shown(self, path: Path) -> str:
        """Short enough to be read: `floor/new/20001_4` for the first item of the second order."""
        words = re.sub(r"(\d{4}-\d{2}-\d{2}_)?0000000?|x_Specimen-at-Dusk", "", str(path))
        words = re.sub(r"(Cancel\w+) - [^/]*", r"\1", words)
        return words.removeprefix(f"{self.base}/floor/").removeprefix(f"{self.base}/")
