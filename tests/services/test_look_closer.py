"""A closer look at one folder: whose it is, whether it belongs there, whether it is whole."""

import shutil
from pathlib import Path

from hotfolder.domain.job import Job, Place
from hotfolder.domain.sighting import Home
from hotfolder.domain.view import Unclear
from hotfolder.services.look_closer import AT_HOME, Finding, closer_look, home_of
from hotfolder.services.shop import Shop
from tests.fakes import ManualClock
from tests.steps import again, drag, folder_of, job_on_floor


def look(shop: Shop, stage: str, folder: Path, unclear: Unclear | None = None) -> Finding:
    inode = shop.floor.inode(stage, folder.name)
    assert inode is not None
    place = Place(stage=stage, folder=folder.name, inode=inode)
    return closer_look(shop, place, unclear or Unclear(inode=inode, since=0))


def worry(finding: Finding) -> str:
    assert finding.worry is not None
    return finding.worry[0]


def test_a_job_where_it_should_be_is_at_home(shop: Shop) -> None:
    job = job_on_floor(shop)

    assert look(shop, "new", folder_of(shop, job)) is AT_HOME


def test_a_renamed_job_has_arrived(shop: Shop) -> None:
    job = job_on_floor(shop)
    folder = drag(shop, folder_of(shop, job), "packed")

    arrival = look(shop, "packed", folder).arrival
    assert arrival is not None
    assert (arrival.job.id, arrival.place.stage) == (job.id, "packed")


def test_a_folder_that_moved_on_while_it_was_looked_at_has_not_arrived(shop: Shop) -> None:
    job = job_on_floor(shop)
    place = again(shop, job).place
    assert place is not None
    folder = drag(shop, folder_of(shop, job), "packed")
    seen = Place(stage="packed", folder=folder.name, inode=place.inode)
    ticket = folder / "job-ticket.json"
    shutil.copytree(folder, folder.parent / "kept")
    folder.rename(shop.floor.stage_path("shipped") / folder.name)
    (folder.parent / "kept").rename(folder)  # another folder under this name by now
    assert ticket.is_file()

    finding = closer_look(shop, seen, Unclear(inode=seen.inode, since=0))
    assert worry(finding) == "moving"


def test_a_copy_has_arrived_only_after_it_was_quiet_for_long_enough(
    shop: Shop, clock: ManualClock
) -> None:
    job = job_on_floor(shop)
    source = folder_of(shop, job)
    copy = shutil.copytree(source, shop.floor.stage_path("packed") / "copy")
    unclear = Unclear(inode="", since=clock.monotonic())
    assert worry(look(shop, "packed", copy, unclear)) == "seen twice"

    shutil.rmtree(source)
    assert worry(look(shop, "packed", copy, unclear)) == "unfinished copy"
    clock.turn(shop.rules.settle_seconds - 0.01)
    assert worry(look(shop, "packed", copy, unclear)) == "unfinished copy"
    clock.turn(0.01)
    assert look(shop, "packed", copy, unclear).arrival is not None


def test_a_worry_is_words_for_a_person(shop: Shop) -> None:
    job = job_on_floor(shop)
    copy = shutil.copytree(folder_of(shop, job), shop.floor.stage_path("packed") / "copy")

    finding = look(shop, "packed", copy)
    assert finding.worry is not None
    assert finding.worry[1] == f"is a copy: the job is in new as {folder_of(shop, job).name}"


def test_home_is_there_gone_or_unseen(shop: Shop) -> None:
    job = job_on_floor(shop)
    assert home(shop, job) is Home.THERE

    folder = folder_of(shop, job)
    aside = folder.rename(shop.floor.path / "aside")
    assert home(shop, job) is Home.GONE
    folder.mkdir()
    assert home(shop, job) is Home.GONE
    (folder / "job-ticket.json").write_text("not a ticket")
    assert home(shop, job) is Home.GONE
    shutil.rmtree(folder)
    aside.rename(folder)

    (folder.parent / ".hotfolder-stage").unlink()
    assert home(shop, job) is Home.UNSEEN
    del shop.floor.stages["new"]
    assert home(shop, job) is Home.GONE


def home(shop: Shop, job: Job) -> Home:
    return home_of(shop, again(shop, job))
