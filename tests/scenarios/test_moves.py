"""Scenarios 1 to 6, 12 and 13: a folder is renamed between stages, or inside one."""

import statistics
import time
import unicodedata
from collections.abc import Callable
from dataclasses import replace

import pytest

from hotfolder.domain.flow import Skipped
from hotfolder.domain.job import Job
from hotfolder.loops import Loop
from hotfolder.services.shop import Shop
from hotfolder.watch.observer import StageObserver
from hotfolder.watch.rounds import Rounds
from tests.builders import a_flow_that
from tests.fakes import RecordingSender
from tests.faults.bed import SetClock
from tests.steps import (
    again,
    drag,
    folder_of,
    job_on_floor,
    moves_of,
    notes,
    pass_undo_time,
    promised,
    signals_of,
    stage_of,
    way,
)
from tests.waiting import wait_until
from tests.watch.conftest import EVERY, Hands

# 1


@pytest.mark.filterwarnings("ignore::RuntimeWarning:watchdog")
def test_a_rename_is_one_move_within_a_second_and_the_inode_stays(shop: Shop, job: Job) -> None:
    inode = again(shop, job).place
    rounds = Rounds(shop, every_seconds=3600)
    paths = {key: shop.floor.stage_path(key) for key in shop.floor.stages}
    observer = StageObserver(paths, rounds.hint, rounds.hint_all)
    loop = Loop("rounds", rounds.step, rounds.wake)
    observer.start()
    loop.start()
    try:
        took = [seconds_to(shop, job, stage) for stage in ("print", "produced", "packed")]
    finally:
        loop.ask_to_stop()
        loop.join(10)
        observer.stop()

    assert statistics.median(took) < 1
    assert way(shop, job) == ["print", "produced", "packed"]
    place = again(shop, job).place
    assert place is not None
    assert inode is not None
    assert place.inode == inode.inode


def seconds_to(shop: Shop, job: Job, stage: str) -> float:
    """How long it takes until a drag is noted."""
    began = time.monotonic()
    drag(shop, folder_of(shop, job), stage)
    wait_until(lambda: stage_of(shop, job) == stage, 20, f"the job noted in {stage}")
    return time.monotonic() - began


# 2


def test_a_move_while_the_daemon_is_down_is_noted_once_at_the_start(
    hands: Hands, shop: Shop, job: Job
) -> None:
    """It has no mark of being late: a signal says when the move was noted, as every other."""
    drag(shop, folder_of(shop, job), "print")
    hands.restart()
    hands.look()
    hands.wait(60)

    (line,) = moves_of(shop, job)
    assert (line.detail["from"], line.detail["to"]) == ("new", "print")
    assert "late" not in line.detail


# 3


@pytest.mark.parametrize(
    ("skipped", "said"),
    [
        (Skipped.FILL, ["ItemProduce waiting", "ItemProduced waiting"]),
        (Skipped.LEAVE, ["ItemProduced waiting"]),
    ],
)
def test_two_stages_on_while_the_daemon_is_down_is_one_move(
    hands: Hands, shop: Shop, job: Job, skipped: Skipped, said: list[str]
) -> None:
    """The stage that was skipped says its signal as well, unless the flow says otherwise."""
    hands.shop = replace(shop, flows=[a_flow_that(skipped)])
    drag(shop, drag(shop, folder_of(shop, job), "print"), "produced")
    hands.restart()
    hands.wait(60)

    (line,) = moves_of(shop, job)
    assert (line.detail["to"], line.detail["kind"]) == ("produced", "skipped")
    assert promised(shop, job) == ["ItemRegistered waiting", *said]
    assert line.detail.get("inferred") == (["ItemProduce"] if skipped is Skipped.FILL else None)


# 4


def test_there_and_back_while_the_daemon_is_down_is_nothing(
    hands: Hands, shop: Shop, job: Job
) -> None:
    drag(shop, drag(shop, folder_of(shop, job), "print"), "new")
    hands.restart()
    hands.wait(60)

    assert moves_of(shop, job) == []
    assert notes(shop) == {}


# 5


def test_a_rename_inside_a_stage_is_no_move_and_the_name_is_known(
    hands: Hands, shop: Shop, job: Job
) -> None:
    folder = folder_of(shop, job)
    renamed = folder.rename(folder.with_name("please first"))
    hands.look("new")

    assert folder_of(shop, job) == renamed
    assert moves_of(shop, job) == []


# 6


def test_another_case_or_unicode_form_of_the_name_is_no_move(hands: Hands, shop: Shop) -> None:
    job = job_on_floor(shop, kind="non-ascii")
    hands.look()
    forms: list[Callable[[str], str]] = [
        str.upper,
        str.lower,
        lambda name: unicodedata.normalize("NFD", name),
        lambda name: unicodedata.normalize("NFC", name),
    ]
    for form in forms:
        folder = folder_of(shop, job)
        renamed = folder.rename(folder.with_name(form(folder.name)))
        hands.look("new")
        hands.wait(EVERY)
        assert folder_of(shop, job) == renamed

    assert moves_of(shop, job) == []
    assert notes(shop) == {}


# 12


@pytest.mark.parametrize("sent_before", [False, True])
def test_back_and_forward_again_are_two_moves_and_each_signal_is_said_once(
    hands: Hands, shop: Shop, job: Job, clock: SetClock, sent_before: bool
) -> None:
    """No signal says that work was undone: going back withdraws what was not sent yet, and what
    was sent is not said a second time.
    """
    drag(shop, folder_of(shop, job), "produced")
    hands.look("produced")
    if sent_before:
        pass_undo_time(shop, clock)
    for stage in ("print", "produced"):
        drag(shop, folder_of(shop, job), stage)
        hands.look(stage)
    pass_undo_time(shop, clock)

    assert way(shop, job) == ["produced", "print", "produced"]
    assert [line.detail["kind"] for line in moves_of(shop, job)[1:]] == ["back", "forward"]
    assert again(shop, job).moves == job.moves + 3
    sent = [line.removesuffix(" sent") for line in promised(shop, job) if "withdrawn" not in line]
    assert sent == ["ItemRegistered", "ItemProduce", "ItemProduced"]


# 13


def test_a_skip_past_a_stage_that_asks_is_one_move_whose_signals_wait_for_a_person(
    hands: Hands, shop: Shop, job: Job, clock: SetClock, sent: RecordingSender
) -> None:
    """The signals are held, not the job: they are parked until somebody lets them go."""
    hands.shop = replace(shop, flows=[a_flow_that(Skipped.HOLD, "print")])
    hands.restart()
    drag(shop, folder_of(shop, job), "produced")
    hands.wait(60)
    pass_undo_time(shop, clock)

    (line,) = moves_of(shop, job)
    assert (line.detail["kind"], line.detail["unasked"]) == ("skipped", ["print"])
    assert promised(shop, job)[1:] == ["ItemProduce parked", "ItemProduced parked"]
    assert sent.said(job.item_id) == ["ItemRegistered"]
    words = shop.store.signals.get(signals_of(shop, job)["ItemProduced"])
    assert words is not None
    assert "skipped: stage print" in words["last_answer"]
