"""What operators do on the floor: they drag, rename, copy, delete, spoil and put back."""

import os
import shutil
import unicodedata
from pathlib import Path
from typing import IO

from hypothesis import strategies as st
from hypothesis.stateful import rule

from hotfolder.services.edit_signals import resend
from tests.floor_model.disk import TICKET, Found
from tests.floor_model.play import Play, in_wild_shops, then, to_stage

NAMES = ("eilig {}", "{} - Kopie", "Auftrag für Søren {}", "{}")
SMALL_FILES = ("tracking.txt", "rework.pdf", "words.tmp", "cause.txt")
which = st.integers(0, 5)


class Operators(Play):
    """People at work. `which` picks one of the folders that lie anywhere."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[IO[bytes]] = []
        self.spoiled: dict[str, bytes] = {}

    def teardown(self) -> None:
        self._close_files()
        super().teardown()

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

    @in_wild_shops
    @rule(which=which, name=st.sampled_from(NAMES), mac=st.booleans(), then=then)
    def rename(self, which: int, name: str, mac: bool, then: str) -> None:
        if found := self._pick(which):
            words = name.format(found.path.name[-20:])
            words = unicodedata.normalize("NFD", words) if mac else words.swapcase()
            self._rename("rename", found, _free(found.path.with_name(words)), then)

    @in_wild_shops
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

    @in_wild_shops
    @rule(which=which, stage=to_stage, then=then)
    def copy_and_delete(self, which: int, stage: str, then: str) -> None:
        if found := self._pick(which):
            target = self._target(stage, found.path.name)
            _copy(found.path, target, "all")
            shutil.rmtree(found.path)
            words = f"{self._shown(found.path)} is copied to {self._shown(target)}, then deleted"
            self._did("copy and delete", words, then)

    @in_wild_shops
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

    @in_wild_shops
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

    @in_wild_shops
    @rule(which=which, then=then)
    def mend(self, which: int, then: str) -> None:
        spoiled = [found for found in self.watcher.scan.folders if found.spoiled]
        if spoiled:
            found = spoiled[which % len(spoiled)]
            ticket = found.path / TICKET
            ticket.write_bytes(self.spoiled[ticket.read_text()])
            self.watcher.mended.add(found.inode)
            self._did("mend", f"the ticket in {self._shown(found.path)} is mended", then)

    @in_wild_shops
    @rule(which=which, then=then)
    def delete(self, which: int, then: str) -> None:
        if found := self._pick(which):
            shutil.rmtree(found.path)
            self._did("delete", f"{self._shown(found.path)} is deleted", then)

    @in_wild_shops
    @rule(which=which, stage=to_stage, then=then)
    def restore(self, which: int, stage: str, then: str) -> None:
        """From the backup of the first day."""
        source = self._backup_of("", which)
        target = self._target(stage, source.name)
        _copy(source, target, "all")
        self._did("restore", f"{self._shown(target)} is restored from a backup", then)

    @in_wild_shops
    @rule(which=which, then=then)
    def take_off_the_floor(self, which: int, then: str) -> None:
        if found := self._pick(which):
            self._rename("take off the floor", found, _free(self.disk.desk / found.path.name), then)

    @in_wild_shops
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

    @in_wild_shops
    @rule(which=which, then=then)
    def open_a_file(self, which: int, then: str) -> None:
        """Some program has a file open for writing, for a while."""
        found = self._pick(which)
        if found and found.ticket:
            file = (found.path / TICKET).open("ab")
            self.open.append(file)
            self.watcher.busy.add(os.fstat(file.fileno()).st_ino)
            self._did("open a file", f"a file in {self._shown(found.path)} is open", then)

    @in_wild_shops
    @rule()
    def all_files_are_closed(self) -> None:
        self._close_files()
        self._did("all files are closed", "all files are closed")

    def _close_files(self) -> None:
        while self.open:
            self.open.pop().close()
        if hasattr(self, "watcher"):
            self.watcher.busy.clear()

    @rule()
    def let_go(self) -> None:
        """A person lets the signals go of all that were dragged past a stage."""
        for row in self.shop.store.signals.find({"state": "parked"}):
            resend(self.shop, row["id"])
        for job in self.watcher.jobs.values():
            job.let_go(self.clock.now())
        self._did("let go", "all parked signals are let go", "look")

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
