"""A held job goes on when a person decides: dragged on, canceled, or its files asked for anew."""

from dataclasses import replace

import pytest

from hotfolder.domain.finding import Check, Level
from hotfolder.domain.job import JobState
from hotfolder.errors import FetchKind, NotPossible
from hotfolder.services.fetch_files import fetch_again
from hotfolder.services.shop import Rules, Shop
from hotfolder.services.tell_trouble import cancel
from tests.fakes import FolderFetcher, ManualClock, RecordingSender
from tests.services.holding import DAMAGED, a_book, book_without_block, looked_into, with_levels
from tests.steps import (
    actions,
    again,
    fetch_all,
    folder_of,
    note,
    order_in,
    promised,
    stage_of,
    the_job,
)


@pytest.fixture
def shop(shop: Shop, served: FolderFetcher) -> Shop:
    return looked_into(shop, served)


def test_dragging_a_job_out_of_hold_overrules_and_is_written_down(
    shop: Shop, served: FolderFetcher, sent: RecordingSender
) -> None:
    job = a_book(shop, served, DAMAGED)
    reason = again(shop, job).reason
    assert note(shop, job, "print") == []

    moved = again(shop, job)
    assert (moved.state, moved.reason, stage_of(shop, job)) == (JobState.FLOOR, "", "print")
    line = shop.store.journal.of_order(job.order_id)[-1]
    assert (line.action, line.detail["from"], line.detail["to"]) == ("job moved", "hold", "print")
    assert line.detail["overruled"] == reason
    assert promised(shop, job) == ["ItemRegistered waiting", "ItemProduce waiting"]


def test_a_job_put_on_hold_by_hand_says_nothing_and_goes_on_where_it_was(
    shop: Shop, served: FolderFetcher
) -> None:
    job = the_job(shop, order_in(shop, kind="textbook").order_id)
    fetch_all(shop)
    note(shop, job, "print")
    note(shop, job, "hold")

    assert again(shop, job).state is JobState.HELD
    assert promised(shop, job) == ["ItemRegistered waiting", "ItemProduce waiting"]
    note(shop, job, "produced")
    assert promised(shop, job)[2:] == ["ItemProduced waiting"]
    assert again(shop, job).state is JobState.FLOOR


def test_a_canceled_job_in_hold_stays_canceled_wherever_it_is_dragged(
    shop: Shop, served: FolderFetcher
) -> None:
    job = a_book(shop, served, DAMAGED)
    cancel(shop, job, "CancelBookCorrupt", "it does not open")
    note(shop, job, "print")

    assert again(shop, job).state is JobState.CANCELED
    assert again(shop, job).reason == "CancelBookCorrupt"


def test_files_that_were_mended_are_fetched_again_and_the_job_goes_on(
    shop: Shop, served: FolderFetcher
) -> None:
    job = a_book(with_levels(shop, {Check.UNREADABLE: Level.HOLD}), served, DAMAGED)
    (folder_of(shop, job) / "note of the boss.txt").write_text("call them")
    order = shop.store.orders.get(job.order_id)
    assert order is not None
    fetch_again(shop, again(shop, job))
    assert again(shop, job).state is JobState.WAITING
    assert shop.floor.look("hold").folders == {}

    fetch_all(with_levels(shop, {}))

    assert stage_of(shop, job) == "new"
    names = {path.name for path in folder_of(shop, job).iterdir()}
    assert "WHY.txt" not in names
    assert "note of the boss.txt" in names
    assert "files asked for again" in actions(shop, job.order_id)


def test_what_a_person_put_into_a_held_folder_stays_when_its_files_are_fetched_again(
    shop: Shop, served: FolderFetcher, clock: ManualClock
) -> None:
    job = book_without_block(shop, served, FetchKind.MISSING)
    shop = replace(shop, rules=Rules(fetch_attempts=1))
    fetch_all(shop)
    theirs = (f"{job.item_id}_book from a mail.pdf", "order_notes.txt")
    for name in theirs:
        (folder_of(shop, job) / name).write_text("theirs")
    fetch_again(shop, again(shop, job))
    served.fault = FetchKind.UNREACHABLE
    fetch_all(shop)  # one more try, which does not know the ticket any more
    served.away.clear()
    clock.turn(3600)
    fetch_all(shop)

    assert stage_of(shop, job) == "new"
    folder = folder_of(shop, job)
    assert [(folder / name).read_text() for name in theirs] == ["theirs"] * 2
    assert not (folder / "WHY.txt").exists()
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]


def test_a_job_that_waits_for_its_files_is_due_at_once_when_a_person_asks(
    shop: Shop, served: FolderFetcher, clock: ManualClock
) -> None:
    job = book_without_block(shop, served)
    for _ in range(3):
        fetch_all(shop)
        clock.turn(600)
    fetch_all(shop)
    served.away.clear()
    fetch_again(shop, again(shop, job))
    asked = again(shop, job)
    assert (asked.state, asked.attempts, asked.reason) == (JobState.WAITING, 0, "")

    fetch_all(shop)
    assert stage_of(shop, job) == "new"


def test_a_job_with_its_files_can_not_be_fetched_again(shop: Shop) -> None:
    job = the_job(shop, order_in(shop).order_id)
    fetch_all(shop)
    with pytest.raises(NotPossible, match="is not on hold"):
        fetch_again(shop, again(shop, job))
