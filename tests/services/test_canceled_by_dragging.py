"""Dragged to the folder of a cause: the job is canceled with it, and how that is taken back."""

from dataclasses import replace

import pytest

from hotfolder.domain.job import JobState
from hotfolder.services.shop import Shop
from hotfolder.services.tell_trouble import cancel
from tests.builders import a_flow
from tests.fakes import ManualClock, RecordingSender
from tests.steps import (
    again,
    folder_of,
    job_on_floor,
    moves_of,
    note,
    promised,
    send_all,
    signals_of,
    stage_of,
    with_sides,
)

RIP = "canceled/CancelBookRip"
SIZE = "canceled/CancelBookSize"
UNDO = 60.0  # seconds, as `beside.undo_seconds` has it


@pytest.fixture
def shop(shop: Shop) -> Shop:
    return with_sides(shop)


def fields_of(shop: Shop, signal_id: int) -> str:
    row = shop.store.signals.get(signal_id)
    assert row is not None
    return str(row["fields"])


def test_a_job_dragged_to_a_cause_is_canceled_with_it_after_the_undo_time(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    job = job_on_floor(shop)
    assert note(shop, job, RIP) == []
    send_all(shop)
    assert sent.said(job.item_id) == ["ItemRegistered"]
    assert (again(shop, job).state, again(shop, job).reason) == (
        JobState.CANCELED,
        "CancelBookRip",
    )

    clock.turn(UNDO)
    send_all(shop)
    assert sent.said(job.item_id) == ["ItemRegistered", "ItemCanceled"]
    told = sent.signals[-1]
    assert (told["cause"], told["message"]) == ("CancelBookRip", "RIP stops on the book block")


def test_dragged_back_within_the_undo_time_nobody_hears_of_it_and_the_job_goes_on(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    job = job_on_floor(shop)
    note(shop, job, "print")
    note(shop, job, RIP)
    clock.turn(UNDO - 1)
    note(shop, job, "print")
    clock.turn(3600)
    send_all(shop)

    assert sent.said(job.item_id) == ["ItemRegistered", "ItemProduce"]
    assert again(shop, job).state is JobState.FLOOR
    assert moves_of(shop, job)[-1].detail["withdrawn"] == ["ItemCanceled"]
    note(shop, job, "produced")
    assert promised(shop, job)[-1] == "ItemProduced waiting"


def test_once_it_was_sent_a_canceled_job_stays_canceled_wherever_it_goes(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    job = job_on_floor(shop)
    note(shop, job, RIP)
    clock.turn(UNDO)
    send_all(shop)
    note(shop, job, "print")
    clock.turn(3600)
    send_all(shop)

    assert sent.said(job.item_id) == ["ItemRegistered", "ItemCanceled"]
    assert (again(shop, job).state, stage_of(shop, job)) == (JobState.CANCELED, "print")
    assert moves_of(shop, job)[-1].detail["kind"] == "silent"


def test_dragged_from_cause_to_cause_the_last_one_is_told(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    job = job_on_floor(shop)
    note(shop, job, RIP)
    note(shop, job, SIZE)
    clock.turn(UNDO)
    send_all(shop)

    assert sent.said(job.item_id) == ["ItemRegistered", "ItemCanceled"]
    assert sent.signals[-1]["cause"] == "CancelBookSize"
    assert again(shop, job).reason == "CancelBookSize"


def test_the_message_lies_in_the_job_folder_or_is_the_flows(shop: Shop) -> None:
    shop = replace(shop, flows=[a_flow(cancel_message="write to us")])
    with_words, without = job_on_floor(shop, 1), job_on_floor(shop, 2)
    words = "Die Seiten 3\u20139\r\nfehlen.".encode("utf-16")
    (folder_of(shop, with_words) / "Message.TXT").write_bytes(words)
    note(shop, with_words, RIP)
    note(shop, without, RIP)

    def told(number: int) -> str:
        return fields_of(shop, number)

    assert "Die Seiten 3\u20139 fehlen." in told(signals_of(shop, with_words)["ItemCanceled"])
    assert "write to us" in told(signals_of(shop, without)["ItemCanceled"])


def test_a_shipped_job_can_not_be_canceled_any_more(shop: Shop, clock: ManualClock) -> None:
    job = job_on_floor(shop)
    (folder_of(shop, job) / "tracking.txt").write_text("T-1")
    shop = replace(shop, rules=replace(shop.rules, tracking_quiet_seconds=0))
    note(shop, job, "shipped")
    clock.turn(20)
    send_all(shop)
    ((_, why),) = note(shop, job, RIP)

    assert "has shipped" in why
    assert again(shop, job).state is JobState.FLOOR
    assert "ItemCanceled waiting" not in promised(shop, job)


def test_a_shipping_that_nobody_heard_of_is_taken_back_by_canceling_and_said_again_by_undoing(
    shop: Shop,
) -> None:
    job = job_on_floor(shop)
    (folder_of(shop, job) / "tracking.txt").write_text("T-1")
    shop = replace(shop, rules=replace(shop.rules, tracking_quiet_seconds=0))
    note(shop, job, "shipped")
    note(shop, job, RIP)
    assert "ItemShipped withdrawn" in promised(shop, job)
    assert "ItemPacked waiting" in promised(shop, job)

    note(shop, job, "shipped")
    assert promised(shop, job)[-2:] == ["ItemCanceled withdrawn", "ItemShipped waiting"]


@pytest.mark.parametrize("side", ["hold", "archive", "delayed/4h"])
def test_a_shipping_taken_back_by_canceling_is_said_again_wherever_the_undone_job_goes(
    shop: Shop, side: str
) -> None:
    job = job_on_floor(shop)
    (folder_of(shop, job) / "tracking.txt").write_text("T-1")
    shop = replace(shop, rules=replace(shop.rules, tracking_quiet_seconds=0))
    for stage in ("shipped", RIP, side):
        note(shop, job, stage)
    told = promised(shop, job)
    assert "ItemCanceled withdrawn" in told
    assert "ItemShipped waiting" in told


def test_a_canceled_job_that_is_put_down_in_between_is_dragged_back_all_the_same(
    shop: Shop, clock: ManualClock
) -> None:
    job = job_on_floor(shop)
    for stage in ("print", RIP, "delayed", "print"):
        assert note(shop, job, stage) == []
    assert promised(shop, job)[-1] == "ItemCanceled withdrawn"
    assert again(shop, job).state is JobState.FLOOR


def test_a_cancellation_by_command_is_not_taken_back_by_tidying_the_folder_away(
    shop: Shop,
) -> None:
    job = job_on_floor(shop)
    cancel(shop, job, "CancelUserRequest", "the client wrote")
    note(shop, job, RIP)
    note(shop, job, "archive")
    assert promised(shop, job)[-1] == "ItemCanceled waiting"


@pytest.mark.parametrize(("side", "why"), [("canceled", "no cause"), ("delayed", "no time")])
def test_beside_the_folders_of_causes_and_times_nothing_happens(
    shop: Shop, side: str, why: str
) -> None:
    job = job_on_floor(shop)
    ((_, words),) = note(shop, job, side)
    assert why in words
    assert again(shop, job).place == job.place
