"""A floor on another machine: looked at instead of listened to, and believed later."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from hotfolder.domain.job import Job
from hotfolder.files.floor import Floor
from hotfolder.services.look_closer import REMOTE_SETTLE_SECONDS
from hotfolder.services.overview import overview
from hotfolder.services.shop import Shop
from hotfolder.watch.ears import Ear, Ears, Way
from hotfolder.watch.looking import REMOTE_PATIENCE_SECONDS
from hotfolder.watch.rounds import Rounds
from tests.builders import a_flow, hold_stage
from tests.fakes import ManualClock
from tests.steps import again, database_of, drag, folder_of, job_on_floor, look_up, notes, stage_of
from tests.watch.conftest import EVERY, SETTLE, Hands, moves


@pytest.fixture
def kind() -> str:
    return "nfs4"


@pytest.fixture
def floor(tmp_path: Path, kind: str) -> Floor:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(f"22 1 0:50 / / rw - {kind} server:/print rw\n")
    made = Floor(tmp_path / "floor", [a_flow()], "floor-of-the-tests", [hold_stage()], mounts)
    made.prepare()
    return made


def test_a_rename_on_nfs_is_a_move_at_once_and_absence_is_told_later(
    hands: Hands, shop: Shop, job: Job
) -> None:
    moved = drag(shop, folder_of(shop, job), "print")
    hands.look("print")
    assert stage_of(shop, job) == "print"
    shutil.rmtree(moved)
    hands.wait(REMOTE_PATIENCE_SECONDS)
    assert notes(shop) == {}
    hands.wait(3 * EVERY)
    assert notes(shop) == {("print", moved.name): "out of sight"}


@pytest.mark.parametrize("kind", ["cifs", "fuse.sshfs"])
def test_where_folders_have_no_lasting_number_a_move_must_settle(
    hands: Hands, shop: Shop, job: Job, logged: list[str]
) -> None:
    drag(shop, folder_of(shop, job), "print")
    hands.look("print")
    hands.wait(max(SETTLE, REMOTE_SETTLE_SECONDS) - EVERY)
    assert stage_of(shop, job) == "new"
    hands.wait(3 * EVERY)
    assert (stage_of(shop, job), moves(shop, job)) == ("print", 1)

    folder = folder_of(shop, job)
    folder.rename(folder.with_name("other name"))
    hands.wait(3 * EVERY)
    hands.restart()
    hands.wait(3 * EVERY)
    assert (folder_of(shop, job).name, moves(shop, job)) == ("other name", 1)
    assert notes(shop) == {}
    assert not [line for line in logged if "ERROR" in line]


@pytest.mark.parametrize("kind", ["cifs"])
def test_without_lasting_numbers_a_copy_beside_its_original_is_no_move(
    hands: Hands, shop: Shop, job: Job
) -> None:
    shutil.copytree(folder_of(shop, job), shop.floor.stage_path("print") / "copy")
    hands.wait(REMOTE_PATIENCE_SECONDS + 3 * EVERY)
    assert notes(shop) == {("print", "copy"): "seen twice"}
    assert moves(shop, job) == 0


def test_a_stage_that_is_polled_is_looked_at_at_its_own_times(
    shop: Shop, clock: ManualClock
) -> None:
    ears = Ears()
    for stage in shop.floor.stages:
        ears.set(stage, Ear(way=Way.POLLED, why="it lies on another machine (nfs4)"))
    rounds = Rounds(shop, EVERY, ears)
    job = job_on_floor(shop)
    rounds.step()
    drag(shop, folder_of(shop, job), "print")
    clock.turn(shop.rules.poll_seconds - 1)
    rounds.step()
    assert stage_of(shop, job) == "new"
    clock.turn(1)
    rounds.step()
    assert stage_of(shop, job) == "print"
    assert ears.drift("print") == 1
    assert notes(shop) == {}, "that is as it should be"


def test_status_tells_how_changes_become_known(shop: Shop) -> None:
    def watching(shop: Shop) -> set[str]:
        return {line.watching for line in overview(shop).stages}

    every = "looked at every 15 seconds"
    assert watching(shop) == {f"{every}: it lies on another machine (nfs4)"}
    forced = replace(shop, rules=replace(shop.rules, watching="polling"))
    assert watching(forced) == {f"{every}, as configured"}
    assert watching(replace(shop, rules=replace(shop.rules, watching="events"))) == {"events"}


@pytest.mark.parametrize("kind", ["ext4"])
def test_a_deaf_stage_is_looked_at_more_often_and_told_until_it_is_heard(
    shop: Shop, clock: ManualClock
) -> None:
    ears = Ears()
    ears.set("print", Ear(way=Way.DEAF, why="a reason"))
    rounds = Rounds(shop, EVERY, ears)
    for _ in range(3):
        clock.turn(EVERY)
        rounds.step()
    words = "changes are not announced here (a reason); they are found by looking, every 2 seconds"
    assert [note.words for note in shop.store.notes.all()] == [words]
    assert {line.key: line.watching for line in overview(shop).stages}["print"] == words

    ears.set("print", Ear())
    clock.turn(EVERY)
    rounds.step()
    assert notes(shop) == {}


@pytest.mark.parametrize("kind", ["ext4"])
def test_an_overflow_is_counted_shown_and_forgotten_after_a_day(
    shop: Shop, clock: ManualClock
) -> None:
    ears = Ears()
    rounds = Rounds(shop, EVERY, ears)
    for _ in range(2):
        ears.overflow(clock.monotonic())
        rounds.hint_all()
    rounds.step()
    (note,) = shop.store.notes.all()
    assert (note.stage, note.kind) == ("", "overflow")
    assert note.words.endswith("nothing is lost. Since the start: 2 times")
    clock.turn(24 * 3600)
    rounds.step()
    assert notes(shop) == {}


@pytest.mark.parametrize("kind", ["ext4"])
def test_a_disk_with_another_number_after_a_boot_is_the_same_disk(
    hands: Hands, shop: Shop, job: Job
) -> None:
    device = folder_of(shop, job).stat().st_dev
    statement = "UPDATE job SET inode = '77' || substr(inode, ?)"
    look_up(database_of(shop), statement, len(str(device)) + 1)
    hands.restart()
    drag(shop, folder_of(shop, job_on_floor(shop, 2)), "print")  # one that is new meanwhile
    hands.look()
    place = again(shop, job).place
    assert place is not None
    assert place.inode.startswith(f"{device}:")
    drag(shop, folder_of(shop, job), "print")
    hands.look("print")
    assert stage_of(shop, job) == "print", "a rename, so it need not settle"
    assert notes(shop) == {}
