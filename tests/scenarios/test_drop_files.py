"""Scenarios 25 to 28: single files that devices write, and names that mean nothing."""

from dataclasses import replace
from pathlib import Path

import pytest

from hotfolder.domain.job import Job
from hotfolder.files.drop import DropFolder
from hotfolder.services.shop import Shop
from tests.fakes import ManualClock
from tests.steps import copy_files, folder_of, moves_of, notes, promised, way
from tests.waiting import wait_until
from tests.watch.conftest import EVERY, SETTLE, Hands

PDF = b"%PDF-1.4\n{}\n%%EOF\n"
LEFT_BEHIND = [".DS_Store", "._x", "Thumbs.db", "~$x", ".~lock.x#", "x.idlk", ".nfs0001"]
MINUTES = 60.0
QUIET_ON_DISK = 1.0


class Device:
    """A program that writes into its folder, which is looked at every two seconds."""

    def __init__(self, folder: Path, clock: ManualClock) -> None:
        folder.mkdir()
        self.out = folder
        self._clock = clock
        self._drops = DropFolder(folder, SETTLE)

    def wait(self, seconds: float) -> list[str]:
        """What was taken from it meanwhile, each as `name revision`."""
        taken = []
        for _ in range(int(seconds / 2)):
            self._clock.turn(2)
            taken += self._drops.look(self._clock.monotonic())
        return [f"{drop.name} {drop.revision}" for drop in taken]


@pytest.fixture
def device(tmp_path: Path, clock: ManualClock) -> Device:
    return Device(tmp_path / "rip", clock)


# 25


def test_an_output_that_gets_its_name_at_its_end_is_taken_once_under_that_name(
    device: Device,
) -> None:
    """What is taken is not said to anybody yet: no device of ours uses it so far."""
    (device.out / "sheet.tmp").write_bytes(PDF)
    assert device.wait(5 * MINUTES) == []
    (device.out / "sheet.tmp").rename(device.out / "sheet.pdf")

    assert device.wait(5 * MINUTES) == ["sheet.pdf 1"]


# 26


def test_an_output_opened_and_closed_five_times_is_taken_once_after_the_last(
    device: Device,
) -> None:
    for number in range(5):
        with (device.out / "sheet.pdf").open("ab") as file:
            file.write(PDF.replace(b"{}", str(number).encode()))
        assert device.wait(8) == []

    assert device.wait(5 * MINUTES) == ["sheet.pdf 1"]


def test_a_tracking_file_that_has_just_changed_is_not_read_before_it_is_quiet(
    hands: Hands, shop: Shop, job: Job
) -> None:
    """The single file that is read today. Its age is the time since its last change on disk."""
    hands.shop = replace(shop, rules=replace(shop.rules, tracking_quiet_seconds=QUIET_ON_DISK))
    hands.restart()
    folder = folder_of(shop, job)
    shipped = folder.rename(shop.floor.stage_path("shipped") / folder.name)
    (shipped / "tracking.txt").write_text("JD01")
    hands.wait(2 * EVERY)
    assert notes(shop) == {("shipped", folder.name): "waits"}
    (shipped / "tracking.txt").write_text("JD0123")

    def is_read() -> bool:
        hands.wait(EVERY)
        return notes(shop) == {}

    wait_until(is_read, 20, "the tracking file is read")
    shipped_signal = shop.store.signals.find({})[-1]
    assert "JD0123" in str(shipped_signal)


# 27


def test_an_output_written_over_is_taken_again_only_with_other_content(device: Device) -> None:
    sheet = device.out / "sheet.pdf"
    sheet.write_bytes(PDF)
    assert device.wait(5 * MINUTES) == ["sheet.pdf 1"]
    sheet.write_bytes(PDF + PDF)
    assert device.wait(5 * MINUTES) == ["sheet.pdf 2"]
    sheet.write_bytes(PDF + PDF)
    assert device.wait(5 * MINUTES) == []

    sheet.unlink()
    device.wait(10)
    sheet.write_bytes(PDF + PDF)
    assert device.wait(5 * MINUTES) == [], "nor when it was taken away in between"


# 28


def test_names_left_behind_by_programs_say_nothing_wherever_they_appear(
    hands: Hands, shop: Shop, job: Job, device: Device
) -> None:
    places = [shop.floor.stage_path("print"), folder_of(shop, job), device.out]
    for name in LEFT_BEHIND:
        for place in places:
            (place / name).write_bytes(b"x")
        hands.wait(2 * EVERY)
    assert device.wait(MINUTES) == []
    for name in LEFT_BEHIND:
        for place in places:
            (place / name).unlink()
    hands.wait(MINUTES)

    assert notes(shop) == {}
    assert moves_of(shop, job) == []
    assert promised(shop, job) == ["ItemRegistered waiting"]


def test_a_temporary_name_delays_a_copy_as_long_as_it_is_fresh(
    hands: Hands, shop: Shop, leaving: Path, job: Job
) -> None:
    """Names of transfers do. Those of file managers and lock files of editors do not: they lie
    beside whole files for hours.
    """
    target = shop.floor.stage_path("print") / "arriving"
    copy_files(leaving, target)
    hands.wait(SETTLE - 1)
    (target / "x.partial").write_bytes(b"x")
    hands.wait(SETTLE - 1)
    assert moves_of(shop, job) == []
    for number, name in enumerate(LEFT_BEHIND):
        (target / name).write_bytes(bytes(number))
    hands.wait(SETTLE)

    assert way(shop, job) == ["print"], "one that stays does not hold it up for ever"
