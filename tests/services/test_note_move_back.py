"""A folder is dragged back: what is withdrawn, and what stays said."""

import pytest

from hotfolder.domain.answer import Answer, Fault
from hotfolder.services.recover import recover
from hotfolder.services.shop import Shop
from tests.fakes import Killed, ManualClock, RecordingSender, accept
from tests.steps import UNDO, job_on_floor, moves_of, note, pass_undo_time, promised, send_all


def said_after(shop: Shop, clock: ManualClock, sent: RecordingSender, *stages: str) -> list[str]:
    """What is said of a new job when it was dragged so and then lay for the undo time."""
    job = job_on_floor(shop)
    for stage in stages:
        note(shop, job, stage)
    pass_undo_time(shop, clock)
    return sent.said(job.item_id)


def test_a_folder_dragged_back_within_the_undo_time_withdraws_its_signal(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    job = job_on_floor(shop)
    note(shop, job, "print")
    clock.turn(UNDO - 1)
    send_all(shop)
    note(shop, job, "new")
    clock.turn(3600)
    send_all(shop)

    assert sent.said(job.item_id) == ["ItemRegistered"]
    assert promised(shop, job) == ["ItemRegistered sent", "ItemProduce withdrawn"]
    back = moves_of(shop, job)[-1]
    assert (back.detail["kind"], back.detail["withdrawn"]) == ("back", ["ItemProduce"])


def test_a_wrong_jump_dragged_back_withdraws_only_what_lies_behind(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    said = said_after(shop, clock, sent, "packed", "print")

    assert said == ["ItemRegistered", "ItemProduce"]


def test_what_was_withdrawn_is_said_when_the_job_really_goes_on(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    said = said_after(shop, clock, sent, "print", "new", "print")

    assert said == ["ItemRegistered", "ItemProduce"]


def test_what_was_sent_stays_said_and_is_never_said_twice(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    job = job_on_floor(shop)
    note(shop, job, "produced")
    pass_undo_time(shop, clock)
    for stage in ("print", "new", "print", "produced", "new", "produced"):
        note(shop, job, stage)
        pass_undo_time(shop, clock)

    assert sent.said(job.item_id) == ["ItemRegistered", "ItemProduce", "ItemProduced"]
    assert len(moves_of(shop, job)) == 7
    assert "withdrawn" not in moves_of(shop, job)[1].detail


@pytest.mark.parametrize("fault", [None, Fault.CUT_OFF, Fault.TOO_SLOW])
def test_a_signal_that_may_have_been_heard_is_not_taken_back(
    shop: Shop, clock: ManualClock, sent: RecordingSender, fault: Fault | None
) -> None:
    """None: killed between the request and its answer."""
    job = job_on_floor(shop)
    send_all(shop)
    note(shop, job, "print")

    def vanish(_request: object) -> Answer:
        if fault is None:
            raise Killed
        return Answer(fault=fault)

    sent.answer = vanish
    clock.turn(UNDO)
    if fault is None:
        with pytest.raises(Killed):
            send_all(shop)
        recover(shop)
    else:
        send_all(shop)
        sent.answer = lambda _request: Answer(fault=Fault.NO_CONNECTION)
        clock.turn(600)
        send_all(shop)  # what failed for sure later does not prove that it was never heard
    note(shop, job, "new")
    assert promised(shop, job) == ["ItemRegistered sent", "ItemProduce waiting"]

    sent.answer = accept
    clock.turn(3600)
    send_all(shop)
    note(shop, job, "print")
    pass_undo_time(shop, clock)
    assert promised(shop, job) == ["ItemRegistered sent", "ItemProduce sent"]


@pytest.mark.parametrize("answer", [Answer(fault=Fault.NO_CONNECTION), Answer(status=503)])
def test_a_signal_that_was_surely_not_heard_is_taken_back(
    shop: Shop, clock: ManualClock, sent: RecordingSender, answer: Answer
) -> None:
    job = job_on_floor(shop)
    send_all(shop)
    note(shop, job, "print")
    sent.answer = lambda _request: answer
    clock.turn(UNDO)
    send_all(shop)
    note(shop, job, "new")
    assert promised(shop, job) == ["ItemRegistered sent", "ItemProduce withdrawn"]


def test_item_registered_is_not_taken_back_by_any_move(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    assert said_after(shop, clock, sent, "print", "new") == ["ItemRegistered"]
