"""A job is dragged past a stage: filled in, left out, or parked until a person lets it go."""

import pytest

from hotfolder.domain.flow import Skipped
from hotfolder.formats.journal_words import in_words
from hotfolder.services.edit_signals import resend
from hotfolder.services.parcel import Parcel
from hotfolder.services.ship_item import ship_item
from hotfolder.services.shop import Shop
from tests.builders import a_flow_that
from tests.fakes import ManualClock, RecordingSender
from tests.steps import (
    ALL_TYPES,
    job_on_floor,
    moves_of,
    note,
    pass_undo_time,
    promised,
    signals_of,
    with_flow,
)

TO_PRINT = ["ItemRegistered sent", "ItemProduce sent"]
PARCEL = Parcel(tracking="JD0123", shipping_option="post")


@pytest.fixture
def shop(shop: Shop) -> Shop:
    """A shop in which whoever skips `produced` has to be asked."""
    return with_flow(shop, stages=a_flow_that(Skipped.HOLD, "produced").stages)


def test_a_stage_that_asks_parks_all_that_the_drag_past_it_says(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    job = job_on_floor(shop)
    note(shop, job, "print")
    note(shop, job, "packed")
    pass_undo_time(shop, clock)

    assert promised(shop, job) == [*TO_PRINT, "ItemProduced parked", "ItemPacked parked"]
    assert sent.said(job.item_id) == ALL_TYPES[:2]
    row = shop.store.signals.get(signals_of(shop, job)["ItemPacked"])
    assert row is not None
    assert row["last_answer"] == (
        "skipped: stage produced; `hotfolder signals resend ID` lets it go, dragging the job back"
        " withdraws it"
    )
    line = moves_of(shop, job)[-1]
    assert "waits for a person, as it skipped produced" in in_words(line.action, line.detail)


def test_what_was_parked_goes_out_when_a_person_lets_it_go(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    job = job_on_floor(shop)
    note(shop, job, "packed")
    for kind in ALL_TYPES[1:4]:
        resend(shop, signals_of(shop, job)[kind])
    pass_undo_time(shop, clock)

    assert sent.said(job.item_id) == ALL_TYPES[:4]


def test_dragging_back_withdraws_what_was_parked_and_the_next_time_it_is_said(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    job = job_on_floor(shop)
    note(shop, job, "packed")
    pass_undo_time(shop, clock)
    note(shop, job, "print")

    assert promised(shop, job)[1:] == [
        "ItemProduce parked",
        "ItemProduced withdrawn",
        "ItemPacked withdrawn",
    ]
    note(shop, job, "new")
    for stage in ("print", "produced", "packed"):
        note(shop, job, stage)
    pass_undo_time(shop, clock)
    assert sent.said(job.item_id) == ALL_TYPES[:4]


def test_a_signal_that_a_person_parked_is_not_withdrawn_by_dragging_back(shop: Shop) -> None:
    job = job_on_floor(shop)
    note(shop, job, "print")
    row = shop.store.signals.get(signals_of(shop, job)["ItemProduce"])
    assert row is not None
    with shop.store.transaction():
        shop.store.signals.change(row, state="parked", last_answer="parked by a person")
    note(shop, job, "new")

    assert promised(shop, job)[-1] == "ItemProduce parked"


def test_who_skips_no_stage_that_asks_is_not_asked(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    job = job_on_floor(shop)
    note(shop, job, "produced")
    pass_undo_time(shop, clock)

    assert sent.said(job.item_id) == ALL_TYPES[:3]


def test_tracking_that_comes_later_does_not_let_a_parked_drag_go(shop: Shop) -> None:
    job = job_on_floor(shop)
    note(shop, job, "shipped")
    told = ship_item(shop, job, PARCEL)

    assert told.startswith("ItemShipped waits for a person: skipped: stage produced;")
    assert promised(shop, job)[-1] == "ItemShipped parked"


def test_a_flow_may_leave_some_skipped_stages_out_and_fill_others(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    shop = with_flow(shop, stages=a_flow_that(Skipped.LEAVE, "produced").stages)
    job = job_on_floor(shop)
    note(shop, job, "packed")
    pass_undo_time(shop, clock)

    assert sent.said(job.item_id) == ["ItemRegistered", "ItemProduce", "ItemPacked"]


def test_nobody_is_asked_about_the_first_stage(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    """A job that was held before it ever was on the floor goes where it belongs."""
    shop = with_flow(shop, stages=a_flow_that(Skipped.HOLD).stages)
    job = job_on_floor(shop)
    note(shop, job, "hold")
    note(shop, job, "print")
    pass_undo_time(shop, clock)

    assert sent.said(job.item_id) == ALL_TYPES[:2]
