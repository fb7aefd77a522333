"""Operators and accidents at random, on real folders, beside a small model of the rules."""

import os
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from hotfolder.services.edit_signals import resend
from hotfolder.services.recover import recover
from hotfolder.watch.rounds import Rounds
from tests.fakes import Killed, ManualClock, RecordingSender
from tests.floor_model.disk import TICKET, Disk, Found
from tests.floor_model.model import FLOW, House
from tests.floor_model.shop import EVERY, PATIENCE, SETTLE, SIDES, a_shop, stage_folders
from tests.floor_model.watcher import Watcher
from tests.steps import fetch_all, order_in, send_all

CALM = 3 * EVERY + SETTLE + PATIENCE + 1
NAMES = ("eilig {}", "{} - Kopie", "Auftrag für Søren {}", "{}")
SMALL_FILES = ("tracking.txt", "rework.pdf", "words.tmp", "cause.txt")
which = st.integers(0, 5)
to_stage = st.sampled_from((*FLOW, *FLOW, *SIDES))
then = st.sampled_from(("", "", "look", "wait", "calm", "kill"))


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


class FloorAtRandom(RuleBasedStateMachine):
    """After every step all news were true ones, and after some calm nothing is left unknown.

    `which` picks one of the folders that lie anywhere; `then` is what the daemon does after an act.
    In a shop that is not `wild` folders are only dragged, so that the rules of the flow are met.
    """

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(prefix="hotfolder-floor-")
        self.base = Path(self.folder.name)
        self.clock = MortalClock()
        self.sender = RecordingSender()
        self.sending = True
        self.open: list[IO[bytes]] = []
        self.spoiled: dict[str, bytes] = {}
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
        self._wait(EVERY)

    def teardown(self) -> None:
        self._close_files()
        if hasattr(self, "shop"):
            self.shop.store.close()
        self.folder.cleanup()

    # the daemon

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

    @rule(seconds=st.sampled_from((1.0, 11.0, 25.0, 70.0)))
    def time_passes(self, seconds: float) -> None:
        self._did("time passes", f"{seconds:g} seconds pass")
        with self._told():
            self._wait(max(seconds, EVERY))

    @rule(then=then)
    def kill(self, then: str) -> None:
        self._start_again()
        self._did("kill", "kill -9 and a new start", then)

    @rule(moment=st.integers(0, 40))
    def kill_in_a_round(self, moment: int) -> None:
        self.rounds.hint_all()
        self.clock.asked_before_the_end = moment
        with suppress(Killed):
            self.rounds.step()
        self.clock.asked_before_the_end = None
        self._start_again()
        self._did(
            "kill in a round", f"kill -9 in a round, when it asks for the time {moment}", "look"
        )

    @rule(sending=st.booleans())
    def way_out(self, *, sending: bool) -> None:
        self.sending = sending
        self._did("way out", f"signals {'get' if sending else 'do not get'} through")

    @rule()
    def let_go(self) -> None:
        """A person lets the signals go of all that were dragged past a stage."""
        for row in self.shop.store.signals.find({"state": "parked"}):
            resend(self.shop, row["id"])
        for job in self.watcher.jobs.values():
            job.let_go(self.clock.now())
        self._did("let go", "all parked signals are let go", "look")

    # operators

    def _pick(self, which: int) -> Found | None:
        found = self.watcher.scan.folders
        return found[which % len(found)] if found else None

    def _target(self, stage: str, name: str) -> Path:
        """A free name in a stage. Its disk may be away: then people go on with it there."""
        return _free(self.watcher.scan.stages[stage] / name)

    def _rename(self, kind: str, found: Found, target: Path, then: str) -> None:
        found.path.rename(target)
        self._did(kind, f"{self._shown(found.path)} becomes {self._shown(target)}", then)

    @rule(which=which, stage=to_stage, then=then)
    def drag(self, which: int, stage: str, then: str) -> None:
        if found := self._pick(which):
            self._rename("drag", found, self._target(stage, found.path.name), then)

    @rule(which=which, way=st.lists(to_stage, min_size=2, max_size=5), then=then)
    def journey(self, which: int, way: list[str], then: str) -> None:
        """One job goes many ways, and each is seen."""
        path = found.path if (found := self._pick(which)) else None
        for stage in way if path else ():
            found = next(one for one in self.watcher.scan.folders if one.path == path)
            path = self._target(stage, found.path.name)
            self._rename("journey", found, path, "look" if stage is not way[-1] else then)

    @precondition(lambda self: self.wild)
    @rule(which=which, name=st.sampled_from(NAMES), mac=st.booleans(), then=then)
    def rename(self, which: int, name: str, mac: bool, then: str) -> None:
        if found := self._pick(which):
            words = name.format(found.path.name[-20:])
            words = unicodedata.normalize("NFD", words) if mac else words.swapcase()
            self._rename("rename", found, _free(found.path.with_name(words)), then)

    @precondition(lambda self: self.wild)
    @rule(
        which=which,
        stage=to_stage,
        parts=st.sampled_from(("all", "all", "ticket", "files")),
        then=then,
    )
    def copy(self, which: int, stage: str, parts: str, then: str) -> None:
        """Whole, or only the ticket so far, or all but the ticket."""
        if found := self._pick(which):
            target = self._target(stage, found.path.name)
            _copy(found.path, target, parts)
            self._did(
                "copy",
                f"{self._shown(found.path)} is copied to {self._shown(target)}, {parts}",
                then,
            )

    @precondition(lambda self: self.wild)
    @rule(which=which, stage=to_stage, then=then)
    def copy_and_delete(self, which: int, stage: str, then: str) -> None:
        if found := self._pick(which):
            target = self._target(stage, found.path.name)
            _copy(found.path, target, "all")
            shutil.rmtree(found.path)
            words = f"{self._shown(found.path)} is copied to {self._shown(target)}, then deleted"
            self._did("copy and delete", words, then)

    @precondition(lambda self: self.wild)
    @rule(which=which, then=then)
    def finish_copy(self, which: int, then: str) -> None:
        """What a folder lacks comes after all."""
        found = self._pick(which)
        if found and not found.whole:
            source = self._backup_of(found.ticket, which)
            for path in source.iterdir():
                if not (found.path / path.name).exists():
                    shutil.copyfile(path, found.path / path.name)
            self._did(
                "finish copy", f"{self._shown(found.path)} is finished from {source.name}", then
            )

    @precondition(lambda self: self.wild)
    @rule(which=which, then=then)
    def spoil(self, which: int, then: str) -> None:
        """Somebody opens the ticket in an editor and saves something else."""
        found = self._pick(which)
        if found and found.ticket:
            ticket = found.path / TICKET
            number = len(self.spoiled)
            self.spoiled[f"rubbish {number}"] = ticket.read_bytes()
            ticket.write_text(f"rubbish {number}")
            self._did("spoil", f"the ticket in {self._shown(found.path)} becomes rubbish", then)

    @precondition(lambda self: self.wild)
    @rule(which=which, then=then)
    def mend(self, which: int, then: str) -> None:
        spoiled = [found for found in self.watcher.scan.folders if found.spoiled]
        if spoiled:
            found = spoiled[which % len(spoiled)]
            ticket = found.path / TICKET
            ticket.write_bytes(self.spoiled[ticket.read_text()])
            self.watcher.mended.add(found.inode)
            self._did("mend", f"the ticket in {self._shown(found.path)} is mended", then)

    @precondition(lambda self: self.wild)
    @rule(which=which, then=then)
    def delete(self, which: int, then: str) -> None:
        if found := self._pick(which):
            shutil.rmtree(found.path)
            self._did("delete", f"{self._shown(found.path)} is deleted", then)

    @precondition(lambda self: self.wild)
    @rule(which=which, stage=to_stage, then=then)
    def restore(self, which: int, stage: str, then: str) -> None:
        """From the backup of the first day."""
        source = self._backup_of("", which)
        target = self._target(stage, source.name)
        _copy(source, target, "all")
        self._did("restore", f"{self._shown(target)} is restored from a backup", then)

    @precondition(lambda self: self.wild)
    @rule(which=which, then=then)
    def take_off_the_floor(self, which: int, then: str) -> None:
        if found := self._pick(which):
            self._rename("take off the floor", found, _free(self.disk.desk / found.path.name), then)

    @precondition(lambda self: self.wild)
    @rule(which=which, other=which, then=then)
    def drop_into_another(self, which: int, other: int, then: str) -> None:
        found, target = self._pick(which), self._pick(other)
        if found and target and not target.path.is_relative_to(found.path):
            self._rename("drop into another", found, _free(target.path / found.path.name), then)

    @rule(which=which, name=st.sampled_from(SMALL_FILES), then=then)
    def write(self, which: int, name: str, then: str) -> None:
        if found := self._pick(which):
            with (found.path / name).open("a") as file:
                file.write("JD0123")
            self._did("write", f"{name} is written in {self._shown(found.path)}", then)

    @precondition(lambda self: self.wild)
    @rule(which=which, then=then)
    def open_a_file(self, which: int, then: str) -> None:
        """Some program has a file open for writing, for a while."""
        found = self._pick(which)
        if found and found.ticket:
            file = (found.path / TICKET).open("ab")
            self.open.append(file)
            self.watcher.busy.add(os.fstat(file.fileno()).st_ino)
            self._did("open a file", f"a file in {self._shown(found.path)} is open", then)

    @precondition(lambda self: self.wild)
    @rule()
    def all_files_are_closed(self) -> None:
        self._close_files()
        self._did("all files are closed", "all files are closed")

    def _close_files(self) -> None:
        while self.open:
            self.open.pop().close()
        if hasattr(self, "watcher"):
            self.watcher.busy.clear()

    # accidents

    @precondition(lambda self: self.wild)
    @rule(stage=to_stage, empty=st.booleans(), then=then)
    def unmount(self, stage: str, empty: bool, then: str) -> None:
        """The disk of a stage goes away; what is left is nothing, or an empty mount point."""
        path = self.disk.floor / stage_folders()[stage]
        if stage in self.watcher.scan.visible:
            path.rename(self.disk.aside / stage.replace("/", "+"))
            if empty:
                path.mkdir()
            self._did("unmount", f"{stage} is unmounted{' and looks empty' if empty else ''}", then)

    @precondition(lambda self: self.wild)
    @rule(empty=st.booleans(), then=then)
    def unmount_the_floor(self, empty: bool, then: str) -> None:
        if not (self.disk.aside / "floor").exists():
            self.disk.floor.rename(self.disk.aside / "floor")
            if empty:
                self.disk.floor.mkdir()
            self._did(
                "unmount the floor",
                f"the floor is unmounted{' and looks empty' if empty else ''}",
                then,
            )

    @precondition(lambda self: self.wild)
    @rule(then=then)
    def mount_all(self, then: str) -> None:
        away = sorted(self.disk.aside.iterdir(), key=lambda path: path.name != "floor")
        for path in away:
            target = self.disk.floor
            if path.name != "floor":
                target /= stage_folders()[path.name.replace("+", "/")]
            with suppress(FileNotFoundError):
                assert list(target.iterdir()) == [], "something was written below a mount point"
                target.rmdir()
            path.rename(target)
        if away:
            self._did("mount all", "all is mounted again", then)

    # helpers

    def _shown(self, path: Path) -> str:
        """Short enough to be read: `floor/new/20001_4` for the first item of the second order."""
        words = re.sub(r"(\d{4}-\d{2}-\d{2}_)?0000000?|x_Specimen-at-Dusk", "", str(path))
        words = re.sub(r"(Cancel\w+) - [^/]*", r"\1", words)
        return words.removeprefix(f"{self.base}/floor/").removeprefix(f"{self.base}/")

    def _backup_of(self, ticket: str, which: int) -> Path:
        """The backup of the job with this ticket, otherwise any."""
        sources = sorted(self.disk.backup.iterdir())
        own = [path for path in sources if ticket and ticket in (path / TICKET).read_text()]
        return own[0] if own else sources[which % len(sources)]


def _copy(source: Path, target: Path, parts: str) -> None:
    paths = sorted(source.iterdir())
    target.mkdir()
    for path in paths:
        if path.is_dir():
            shutil.copytree(path, target / path.name)
        elif parts == "all" or (parts == "ticket") == (path.name == TICKET):
            shutil.copyfile(path, target / path.name)


def _free(path: Path) -> Path:
    """The path, or one beside it that nobody has yet."""
    number = 1
    free = path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.name} ({number})")
    return free
