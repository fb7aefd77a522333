"""Hold, delayed, canceled, archive: what is told of a job there, to whom and until when."""

from datetime import timedelta

import pytest

from hotfolder.domain.job import JobState
from hotfolder.services.overview import overview
from hotfolder.services.shop import Shop
from hotfolder.services.tell_siblings import tell_siblings
from hotfolder.services.tell_trouble import cancel
from tests.fakes import ManualClock, RecordingSender
from tests.steps import (
    again,
    fetch_all,
    folder_of,
    job_on_floor,
    moves_of,
    note,
    order_in,
    promised,
    send_all,
    with_sides,
)

RIP = "canceled/CancelBookRip"
UNDO = 60.0  # seconds, as `beside.undo_seconds` has it


@pytest.fixture
def shop(shop: Shop) -> Shop:
    return with_sides(shop)


def test_a_delayed_job_tells_cause_and_hours_and_goes_on_from_where_it_was(
    shop: Shop, clock: ManualClock, sent: RecordingSender
) -> None:
    job = job_on_floor(shop)
    note(shop, job, "print")
    (folder_of(shop, job) / "cause.txt").write_text("paper is late")
    note(shop, job, "delayed/48h")
    assert again(shop, job).state is JobState.DELAYED
    assert again(shop, job).reason == "48 hours: paper is late"
    clock.turn(UNDO)
    send_all(shop)
    assert sent.said(job.item_id) == ["ItemRegistered", "ItemProduce", "ItemDelay"]
    assert (sent.signals[-1]["cause"], sent.signals[-1]["delay"]) == ("paper is late", "48")

    note(shop, job, "produced")
    clock.turn(UNDO)
    send_all(shop)
    assert sent.said(job.item_id)[-1] == "ItemProduced"
    assert again(shop, job).state is JobState.FLOOR


def test_a_delay_dragged_back_in_time_is_withdrawn_and_another_replaces_it(shop: Shop) -> None:
    job = job_on_floor(shop)
    note(shop, job, "delayed/4h")
    note(shop, job, "delayed/72h")
    assert promised(shop, job)[1:] == ["ItemDelay withdrawn", "ItemDelay waiting"]
    note(shop, job, "new")
    assert promised(shop, job)[1:] == ["ItemDelay withdrawn", "ItemDelay withdrawn"]
    assert moves_of(shop, job)[-1].detail["kind"] == "resumed"


def test_only_finished_jobs_go_to_the_archive(shop: Shop) -> None:
    job = job_on_floor(shop)
    ((_, why),) = note(shop, job, "archive")
    assert "is not finished" in why
    folder_of(shop, job)  # still known in its first stage
    (shop.floor.job_path("archive", job.place.folder if job.place else "")).rename(
        folder_of(shop, job)
    )
    (folder_of(shop, job) / "tracking.txt").write_text("JD0123")
    note(shop, job, "shipped")
    assert note(shop, job, "archive") == []
    assert again(shop, job).state is JobState.DONE


def test_the_other_items_folders_tell_of_a_cancellation_and_forget_it_when_undone(
    shop: Shop,
) -> None:
    document = order_in(shop, items=3)
    fetch_all(shop)
    first, *others = shop.store.jobs.of_order(document.order_id)
    assert others
    note(shop, first, RIP)
    assert tell_siblings(shop) == 1

    notes = [folder_of(shop, one) / "ORDER-NOTE.txt" for one in others]
    for path in notes:
        text = path.read_text()
        assert first.item_id in text
        assert "CancelBookRip" in text
        assert "THIS ITEM GOES ON" in text
    assert not (folder_of(shop, first) / "ORDER-NOTE.txt").exists()
    assert tell_siblings(shop) == 0

    note(shop, first, "new")
    assert tell_siblings(shop) == 1
    assert not any(path.exists() for path in notes)


def test_a_cancellation_by_command_tells_the_other_items_too_even_those_not_on_the_floor_yet(
    shop: Shop,
) -> None:
    document = order_in(shop, items=3)
    first, *others = shop.store.jobs.of_order(document.order_id)
    cancel(shop, first, "CancelUserRequest", "the client wrote")
    assert tell_siblings(shop) == 1
    fetch_all(shop)

    for one in others:
        text = (folder_of(shop, one) / "ORDER-NOTE.txt").read_text()
        assert f"item {first.item_id}, CancelUserRequest" in text


def test_status_tells_what_can_be_taken_back_and_until_when(shop: Shop, clock: ManualClock) -> None:
    job = job_on_floor(shop)
    send_all(shop)
    note(shop, job, "print")
    clock.turn(5)
    note(shop, job, RIP)

    def told() -> list[tuple[str, str, timedelta]]:
        return [(one.item, one.signal, one.until - clock.now()) for one in overview(shop).undoable]

    item = job.item_id
    assert told() == [
        (item, "ItemProduce", timedelta(seconds=15)),
        (item, "ItemCanceled", timedelta(seconds=60)),
    ]
    clock.turn(20)
    assert told() == [(item, "ItemCanceled", timedelta(seconds=40))]
    note(shop, job, "print")
    assert told() == []


def test_of_the_folders_for_causes_status_shows_those_with_jobs(shop: Shop) -> None:
    job = job_on_floor(shop)
    beside = {"hold", "delayed", "canceled", "archive"}
    work = {"new", "print", "produced", "packed", "shipped"}
    assert {line.key for line in overview(shop).stages} == beside | work
    note(shop, job, RIP)
    assert {line.key for line in overview(shop).stages} == beside | work | {RIP}
