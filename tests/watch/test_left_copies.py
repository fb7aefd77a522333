"""A copy that somebody left never counts as long as the original lies anywhere."""

import shutil
from pathlib import Path

import pytest

from hotfolder.domain.job import Job, Place
from hotfolder.domain.view import Unclear
from hotfolder.services.look_closer import Ends, closer_look
from hotfolder.services.shop import Shop
from tests.fakes import ManualClock
from tests.steps import again, arrive, drag, folder_of, notes, stage_of, way
from tests.watch.conftest import EVERY, PATIENCE, SETTLE, Hands

TICKET = "job-ticket.json"


@pytest.fixture
def copy(hands: Hands, shop: Shop, job: Job) -> Path:
    """Whole in the last stage, and seen there."""
    made = shop.floor.stage_path("shipped") / "copy"
    shutil.copytree(folder_of(shop, job), made)
    hands.look("shipped")
    return made


def test_however_often_the_original_is_just_being_dragged_on_its_copy_never_counts(
    hands: Hands, shop: Shop, job: Job, copy: Path
) -> None:
    """The stage of the copy is looked at when the original has left and was not found yet."""
    for stage in ("print", "produced", "packed"):
        drag(shop, folder_of(shop, job), stage)
        hands.look("shipped")
        hands.look(stage)
        assert stage_of(shop, job) == stage
        hands.wait(SETTLE + 1)

    assert way(shop, job) == ["print", "produced", "packed"]
    hands.wait(2 * PATIENCE)
    assert notes(shop) == {("shipped", copy.name): "seen twice"}


def test_a_ticket_that_is_gone_for_a_moment_now_and_then_makes_no_copy_count(
    hands: Hands, shop: Shop, job: Job, copy: Path
) -> None:
    """As when an editor saves it by deleting and writing it anew."""
    ticket = folder_of(shop, job) / TICKET
    for _ in range(3):
        kept = ticket.rename(ticket.with_name("kept"))
        hands.look("shipped")
        kept.rename(ticket)
        hands.look("shipped")
        hands.wait(SETTLE + 1)

    assert stage_of(shop, job) == "new"
    hands.wait(2 * PATIENCE)
    assert notes(shop) == {("shipped", copy.name): "seen twice"}


def test_a_copy_is_told_of_as_long_as_the_original_lies_in_a_stage_nobody_has_looked_at_yet(
    shop: Shop, clock: ManualClock, job: Job, copy: Path
) -> None:
    place = arrive(shop, job, "packed").place
    seen = Unclear(inode="", since=clock.monotonic())
    inode = shop.floor.inode("shipped", copy.name) or ""
    left = Place(stage="shipped", folder=copy.name, inode=inode)
    for _ in range(3):
        finding = closer_look(shop, left, seen)
        clock.turn(2 * SETTLE)

    assert finding.arrival is None
    assert finding.worry == (
        "seen twice",
        f"is a copy: the job is in packed as {place.folder}",
    )
    shutil.rmtree(shop.floor.job_path("packed", place.folder))
    assert closer_look(shop, left, seen).arrival is not None


def test_an_original_that_goes_on_while_the_stages_are_listed_is_not_taken_for_gone(
    hands: Hands, shop: Shop, job: Job, copy: Path
) -> None:
    """The list of one look serves all copies in it."""
    ends = Ends(shop)
    assert ends.original(again(shop, job)) is not None
    drag(shop, folder_of(shop, job), "print")
    assert ends.original(again(shop, job)) is not None
    shutil.rmtree(shop.floor.stage_path("print") / folder_of(shop, job).name)
    assert Ends(shop).original(again(shop, job)) is None


def test_a_copy_is_not_quiet_since_the_original_got_another_name(
    hands: Hands, shop: Shop, clock: ManualClock, job: Job, copy: Path, tmp_path: Path
) -> None:
    seen = Unclear(inode="", since=clock.monotonic())
    inode = shop.floor.inode("shipped", copy.name) or ""
    left = Place(stage="shipped", folder=copy.name, inode=inode)
    original = folder_of(shop, job)
    renamed = original.rename(original.with_name("another name"))
    assert closer_look(shop, left, seen).arrival is None
    hands.look("new")
    clock.turn(2 * SETTLE)
    renamed.rename(tmp_path / "away")
    assert closer_look(shop, left, seen).arrival is None
    clock.turn(2 * SETTLE)
    assert closer_look(shop, left, seen).arrival is not None


def test_a_copy_counts_when_the_original_is_gone_for_good(
    hands: Hands, shop: Shop, job: Job, copy: Path
) -> None:
    shutil.rmtree(folder_of(shop, job))
    hands.wait(SETTLE + 2 * EVERY)
    assert stage_of(shop, job) == "shipped"
    assert folder_of(shop, again(shop, job)) == copy
