"""The round: folders are renamed, and the shop knows it; nothing else is a move."""

import itertools
import unicodedata

import pytest

from hotfolder.domain.job import Job
from hotfolder.services.shop import Shop
from tests.fakes import ManualClock
from tests.steps import (
    again,
    commits,
    drag,
    folder_of,
    job_on_floor,
    notes,
    promised,
    stage_of,
    way,
)
from tests.watch.conftest import EVERY, Hands, moves

STAGES = ["new", "print", "produced", "packed", "shipped"]


# --- renames ------------------------------------------------------------------------------------


def test_a_renamed_folder_is_noted_at_the_first_look(hands: Hands, shop: Shop, job: Job) -> None:
    inode = again(shop, job).place
    drag(shop, folder_of(shop, job), "print")

    hands.look("print")

    place = again(shop, job).place
    assert place is not None
    assert inode is not None
    assert (place.stage, place.inode) == ("print", inode.inode)
    assert promised(shop, job) == ["ItemRegistered waiting", "ItemProduce waiting"]
    assert moves(shop, job) == 1


@pytest.mark.parametrize(("source", "target"), list(itertools.permutations(STAGES, 2)))
def test_a_move_between_any_two_stages_is_noted_once_without_any_hint(
    hands: Hands, shop: Shop, source: str, target: str
) -> None:
    job = job_on_floor(shop)
    if source != "new":
        drag(shop, folder_of(shop, job), source)
    hands.wait(EVERY)
    before = moves(shop, job)
    drag(shop, folder_of(shop, job), target)

    hands.wait(4 * EVERY)

    assert stage_of(shop, job) == target
    assert moves(shop, job) == before + 1
    assert [kind for kind in notes(shop).values() if kind != "waits"] == []


def test_a_hint_at_the_place_that_was_left_concludes_nothing(
    hands: Hands, shop: Shop, job: Job
) -> None:
    drag(shop, folder_of(shop, job), "print")

    hands.look("new")
    assert stage_of(shop, job) == "new"
    assert notes(shop) == {}

    hands.look("print")
    assert stage_of(shop, job) == "print"


def test_every_step_of_a_job_is_noted(hands: Hands, shop: Shop) -> None:
    job = job_on_floor(shop)
    for stage in STAGES[1:]:
        drag(shop, folder_of(shop, job), stage)
        hands.look(stage)

    assert way(shop, job) == STAGES[1:]


def test_there_and_back_between_two_looks_is_nothing(hands: Hands, shop: Shop, job: Job) -> None:
    drag(shop, drag(shop, folder_of(shop, job), "print"), "new")
    hands.look("print", "new")
    hands.wait(60)

    assert moves(shop, job) == 0
    assert promised(shop, job) == ["ItemRegistered waiting"]
    assert notes(shop) == {}


def test_back_and_forward_again_are_moves_but_one_signal(hands: Hands, shop: Shop) -> None:
    job = job_on_floor(shop)
    for stage in ("produced", "print", "produced"):
        drag(shop, folder_of(shop, job), stage)
        hands.look(stage)

    assert way(shop, job) == ["produced", "print", "produced"]
    standing = [line for line in promised(shop, job) if "withdrawn" not in line]
    assert [line.split()[0] for line in standing] == [
        "ItemRegistered",
        "ItemProduce",
        "ItemProduced",
    ]


def test_moves_made_while_the_daemon_was_down_are_noted_at_its_start(
    hands: Hands, shop: Shop
) -> None:
    one, jumped, stayed, returned = (job_on_floor(shop, number) for number in range(1, 5))
    hands.look()
    drag(shop, folder_of(shop, one), "print")
    drag(shop, drag(shop, folder_of(shop, jumped), "print"), "produced")
    drag(shop, drag(shop, folder_of(shop, returned), "print"), "new")

    hands.restart()
    hands.look()

    jobs = (one, jumped, stayed, returned)
    assert [stage_of(shop, job) for job in jobs] == ["print", "produced", "new", "new"]
    assert [moves(shop, job) for job in jobs] == [1, 1, 0, 0]


def test_two_jobs_moved_in_one_burst_are_one_transaction(hands: Hands, shop: Shop) -> None:
    jobs = [job_on_floor(shop, number) for number in range(1, 3)]
    hands.look()
    for job in jobs:
        drag(shop, folder_of(shop, job), "print")
    before = commits(shop)

    hands.look("print", "new")

    assert [stage_of(shop, job) for job in jobs] == ["print", "print"]
    assert commits(shop) == before + 1


def test_a_round_without_news_writes_nothing(hands: Hands, shop: Shop) -> None:
    job_on_floor(shop)
    hands.wait(EVERY)
    before = commits(shop)
    hands.wait(20 * EVERY)

    assert commits(shop) == before


def test_sixty_jobs_dropped_at_once_are_noted_each_once(hands: Hands, shop: Shop) -> None:
    jobs = [job_on_floor(shop, number) for number in range(1, 61)]
    hands.look()
    for job in jobs:
        drag(shop, folder_of(shop, job), "print")
    hands.look("print")
    hands.look("new", "print")

    assert {(stage_of(shop, job), moves(shop, job)) for job in jobs} == {("print", 1)}
    assert notes(shop) == {}


def test_a_look_that_falls_into_a_move_neither_misses_nor_doubles(
    hands: Hands, shop: Shop, job: Job
) -> None:
    for number in range(40):
        stage = STAGES[1 + number % 2]
        drag(shop, folder_of(shop, job), stage)
        # the target may be looked at before the source, or the source alone at first
        hands.look(*(["new", stage] if number % 3 else [stage]))
        hands.look("print", "produced")

    assert moves(shop, job) == 40
    assert notes(shop) == {}


# --- names --------------------------------------------------------------------------------------


@pytest.mark.parametrize("change", ["rush_{}", "{} - please hurry", "Å{}"])
def test_a_folder_renamed_inside_its_stage_is_the_same_job(
    hands: Hands, shop: Shop, job: Job, change: str
) -> None:
    folder = folder_of(shop, job)
    renamed = folder.rename(folder.with_name(change.format(folder.name)))
    hands.look("new")
    hands.wait(60)

    assert folder_of(shop, job) == renamed
    assert moves(shop, job) == 0
    assert notes(shop) == {}
    drag(shop, renamed, "print")
    hands.look("print")
    assert stage_of(shop, job) == "print"


def test_a_change_of_case_or_of_unicode_form_is_no_move(hands: Hands, shop: Shop) -> None:
    job = job_on_floor(shop, kind="non-ascii")
    folder = folder_of(shop, job)
    for name in (
        folder.name.upper(),
        folder.name.lower(),
        unicodedata.normalize("NFD", folder.name),
    ):
        folder = folder.rename(folder.with_name(name))
        hands.look("new")
        hands.wait(EVERY)
        assert folder_of(shop, job) == folder
    assert moves(shop, job) == 0
    assert notes(shop) == {}


def test_a_folder_renamed_and_moved_at_once_is_noted(hands: Hands, shop: Shop, job: Job) -> None:
    folder_of(shop, job).rename(shop.floor.stage_path("print") / "PLEASE FIRST")
    hands.look("print")

    assert folder_of(shop, job).name == "PLEASE FIRST"
    assert moves(shop, job) == 1


# --- pace ---------------------------------------------------------------------------------------


def test_a_quiet_floor_is_looked_at_at_its_interval(hands: Hands, shop: Shop) -> None:
    job_on_floor(shop)
    assert hands.rounds.step() == EVERY
    assert hands.rounds.step() == EVERY


def test_a_folder_that_is_not_clear_yet_is_looked_at_again_soon(
    hands: Hands, shop: Shop, clock: ManualClock
) -> None:
    hands.look()
    (shop.floor.stage_path("print") / "New folder").mkdir()
    hands.rounds.hint("print")
    assert hands.rounds.step() <= 0.5
    hands.wait(60)
    assert hands.rounds.step() > 1


def test_a_hint_for_a_stage_nobody_knows_is_no_harm(hands: Hands, shop: Shop) -> None:
    hands.look()
    hands.look("nowhere")
    assert notes(shop) == {}


def test_a_hint_for_everything_looks_everywhere(hands: Hands, shop: Shop, job: Job) -> None:
    drag(shop, folder_of(shop, job), "produced")
    hands.rounds.hint_all()
    assert hands.rounds.wake.is_set()
    hands.look()

    assert stage_of(shop, job) == "produced"
