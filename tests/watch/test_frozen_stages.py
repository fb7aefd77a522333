"""Stages that can not be read or trusted are frozen: nothing is concluded from them."""

import shutil

from hotfolder.domain.job import Job
from hotfolder.services.shop import Shop
from tests.fakes import ManualClock
from tests.rights import without_power
from tests.steps import database_of, drag, folder_of, job_on_floor, look_up, notes, stage_of
from tests.watch.conftest import EVERY, Hands, moves

# --- stages that can not be read ----------------------------------------------------------------


def test_a_stage_without_its_marker_is_frozen_and_thaws(
    hands: Hands, shop: Shop, job: Job, logged: list[str]
) -> None:
    stage = shop.floor.stage_path("new")
    aside = stage.rename(stage.with_name("unmounted"))
    stage.mkdir()
    hands.wait(600)

    assert notes(shop) == {("new", ""): "frozen"}
    assert len([line for line in logged if "is frozen" in line]) == 1
    assert stage_of(shop, job) == "new"

    stage.rmdir()
    aside.rename(stage)
    hands.wait(EVERY)
    assert notes(shop) == {}
    assert moves(shop, job) == 0
    drag(shop, folder_of(shop, job), "print")
    hands.look("print")
    assert stage_of(shop, job) == "print"


def test_what_was_moved_in_a_frozen_stage_is_noted_when_it_thaws(hands: Hands, shop: Shop) -> None:
    into, out_of = job_on_floor(shop, 1), job_on_floor(shop, 2)
    drag(shop, folder_of(shop, out_of), "print")
    hands.look()
    marker = shop.floor.stage_path("print") / ".hotfolder-stage"
    text = marker.read_text()
    marker.unlink()
    hands.wait(EVERY)
    drag(shop, folder_of(shop, into), "print")
    hands.wait(60)
    assert stage_of(shop, into) == "new"

    marker.write_text(text)
    drag(shop, folder_of(shop, out_of), "produced")
    hands.wait(2 * EVERY)
    assert [stage_of(shop, job) for job in (into, out_of)] == ["print", "produced"]
    assert notes(shop) == {}


def test_the_marker_of_another_stage_is_not_trusted(hands: Hands, shop: Shop, job: Job) -> None:
    print_, new = shop.floor.stage_path("print"), shop.floor.stage_path("new")
    swap = new.rename(new.with_name("swap"))
    print_.rename(new)
    swap.rename(print_)
    hands.wait(60)

    assert set(notes(shop).values()) == {"frozen"}
    assert (stage_of(shop, job), moves(shop, job)) == ("new", 0)


def test_a_copy_of_a_job_from_a_frozen_stage_waits_for_that_stage(
    hands: Hands, shop: Shop, job: Job
) -> None:
    (shop.floor.stage_path("new") / ".hotfolder-stage").unlink()
    shutil.copytree(folder_of(shop, job), shop.floor.stage_path("print") / "copy")
    hands.wait(120)

    assert notes(shop) == {("new", ""): "frozen", ("print", "copy"): "waits for stage"}
    assert moves(shop, job) == 0


def test_a_job_that_was_to_appear_in_a_frozen_stage_appears_when_it_thaws(
    hands: Hands, shop: Shop, clock: ManualClock
) -> None:
    job = job_on_floor(shop)
    shop.store.jobs.renamed(job)
    folder = folder_of(shop, job)
    folder.rename(shop.spool.folder(job.id))
    look_up(database_of(shop), "UPDATE job SET rename_due = 1")
    hands.wait(2 * EVERY)

    assert folder.is_dir()
    assert notes(shop) == {}
    assert moves(shop, job) == 0


# --- folders that are no jobs -------------------------------------------------------------------


def test_a_stage_this_user_may_not_read_is_frozen(hands: Hands, shop: Shop, job: Job) -> None:
    stage = shop.floor.stage_path("new")
    stage.chmod(0)
    try:
        without_power(lambda: hands.wait(60))
    finally:
        stage.chmod(0o755)

    assert notes(shop) == {("new", ""): "frozen"}
    hands.wait(EVERY)
    assert notes(shop) == {}
    assert moves(shop, job) == 0
