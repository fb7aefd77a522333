"""A folder is dragged back: what is withdrawn, and what stays said."""

from hotfolder.services.shop import Shop
from tests.fakes import ManualClock, RecordingSender
from tests.steps import UNDO, job_on_floor, moves_of, note, pass_undo_time, promised, send_all


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
    job = job_on_floor(shop)
    note(shop, job, "packed")
    note(shop, job, "print")
    pass_undo_time(shop, clock)

    assert sent.said(job.item_id) == ["ItemRegistered", "ItemProduce"]


def test_what_was_withdrawn_is_said_when_the_job_really_goes_on(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    job = job_on_floor(shop)
    note(shop, job, "print")
    note(shop, job, "new")
    note(shop, job, "print")
    pass_undo_time(shop, clock)

    assert sent.said(job.item_id) == ["ItemRegistered", "ItemProduce"]


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


def test_item_registered_is_not_taken_back_by_any_move(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    job = job_on_floor(shop)
    note(shop, job, "print")
    note(shop, job, "new")
    pass_undo_time(shop, clock)

    assert sent.said(job.item_id) == ["ItemRegistered"]
