"""A job's files: fetched as ordered, again when wrong, and never twice without need."""

from dataclasses import replace
from typing import Any

import pytest

from hotfolder.domain.job import JobState
from hotfolder.domain.preflight import FileFacts
from hotfolder.services.fetch_files import fetch_files
from hotfolder.services.fetch_next import Fetching, fetch_next
from hotfolder.services.shop import Rules, Shop
from tests.fakes import FolderFetcher, ManualClock
from tests.steps import EXAMPLES, actions, again, fetch_all, folder_of, order_in, stage_of, the_job

BOOK = "textbook-a5-book.pdf"
COVER = "textbook-a5-cover.pdf"


@pytest.fixture
def fetched() -> FolderFetcher:
    return FolderFetcher(EXAMPLES / "files")


@pytest.fixture
def shop(shop: Shop, fetched: FolderFetcher) -> Shop:
    return replace(shop, fetcher=fetched)


def book_order(shop: Shop) -> str:
    return order_in(shop, kind="textbook").order_id


def test_the_files_of_an_item_lie_in_its_folder_as_they_were_served(
    shop: Shop, fetched: FolderFetcher
) -> None:
    job = the_job(shop, book_order(shop))
    fetch_all(shop)

    folder = folder_of(shop, job)
    assert {path.name for path in folder.iterdir()} == {
        "job-ticket.json",
        f"{job.item_id}_book.pdf",
        f"{job.item_id}_cover.pdf",
    }
    expected = (EXAMPLES / "files" / BOOK).read_bytes()
    assert (folder / f"{job.item_id}_book.pdf").read_bytes() == expected
    assert sorted(fetched.names) == [BOOK, COVER]


def test_each_job_of_an_order_has_the_papers_of_the_order(shop: Shop) -> None:
    order = order_in(shop, kind="labelled")
    fetch_all(shop)

    for job in shop.store.jobs.of_order(order.order_id):
        names = {path.name for path in folder_of(shop, job).iterdir()}
        assert {"order_shipping-label.pdf", "order_delivery-note.pdf"} <= names


def test_a_file_of_other_content_is_fetched_again_and_the_good_one_taken(
    shop: Shop, fetched: FolderFetcher, clock: ManualClock
) -> None:
    size = (EXAMPLES / "files" / BOOK).stat().st_size
    fetched.spoiled[BOOK] = b"x" * size
    job = the_job(shop, book_order(shop))
    fetch_all(shop)
    assert again(shop, job).state is JobState.WAITING

    del fetched.spoiled[BOOK]
    clock.turn(300)
    fetch_all(shop)

    assert again(shop, job).state is JobState.FLOOR
    assert fetched.names.count(BOOK) == 2
    assert fetched.names.count(COVER) == 1


def test_a_file_that_keeps_being_wrong_holds_the_job_and_says_why(
    shop: Shop, fetched: FolderFetcher, clock: ManualClock
) -> None:
    shop = replace(shop, rules=Rules(fetch_attempts=3))
    fetched.spoiled[BOOK] = b"%PDF something else"
    job = the_job(shop, book_order(shop))
    for _ in range(10):
        fetch_all(shop)
        clock.turn(600)

    held = again(shop, job)
    assert (held.state, stage_of(shop, job)) == (JobState.HELD, "hold")
    assert "19 bytes, the order says 8801" in held.reason
    assert fetched.names.count(BOOK) == 3
    assert actions(shop, job.order_id)[1:] == ["files not fetched"] * 2 + ["job held"]
    assert shop.floor.look("new").folders == {}


def test_a_server_that_is_away_is_asked_with_growing_pauses_until_it_is_back(
    shop: Shop, fetched: FolderFetcher, clock: ManualClock
) -> None:
    fetched.away.add(BOOK)
    job = the_job(shop, book_order(shop))
    pauses = []
    for _ in range(8):
        fetch_all(shop)
        waiting = again(shop, job)
        assert waiting.next_try is not None
        pause = (waiting.next_try - clock.now()).total_seconds()
        pauses.append(pause)
        clock.turn(pause - 0.001)
        asked = len(fetched.urls)
        fetch_all(shop)
        assert len(fetched.urls) == asked, "asked before it was due"
        clock.turn(0.001)

    assert pauses == sorted(pauses)
    assert pauses[0] < 10 < pauses[-1] <= 600
    assert waiting.state is JobState.WAITING
    assert "does not come: unreachable" in waiting.reason

    fetched.away.clear()
    fetch_all(shop)
    assert again(shop, job).state is JobState.FLOOR
    assert again(shop, job).reason == ""


def test_failures_of_the_network_do_not_use_up_the_tries_of_a_wrong_file(
    shop: Shop, fetched: FolderFetcher, clock: ManualClock
) -> None:
    job = the_job(shop, book_order(shop))
    fetched.away.add(BOOK)
    for _ in range(7):
        fetch_all(shop)
        clock.turn(600)
    fetched.away.clear()
    fetched.spoiled[BOOK] = b"once"
    fetch_all(shop)

    assert again(shop, job).state is JobState.WAITING


def test_a_half_fetched_file_of_an_earlier_try_is_not_taken_for_whole(
    shop: Shop, fetched: FolderFetcher
) -> None:
    job = the_job(shop, book_order(shop))
    folder = shop.spool.begin(job.id)
    (folder / f"{job.item_id}_book.pdf").write_bytes(b"%PDF-1.4 cut off")
    (folder / "something-else.pdf").write_bytes(b"x")
    fetch_all(shop)

    names = {path.name for path in folder_of(shop, job).iterdir()}
    assert "something-else.pdf" in names, "what a person put there stays"
    assert (folder_of(shop, job) / f"{job.item_id}_book.pdf").stat().st_size == 8801


def test_one_job_without_its_files_does_not_hold_up_the_next(
    shop: Shop, fetched: FolderFetcher
) -> None:
    fetched.away.add(BOOK)
    stuck = the_job(shop, book_order(shop))
    free = the_job(shop, order_in(shop, 2).order_id)
    fetch_all(shop)

    assert again(shop, stuck).state is JobState.WAITING
    assert again(shop, free).state is JobState.FLOOR


def test_a_job_is_worked_on_by_one_at_a_time(shop: Shop) -> None:
    book_order(shop)
    fetching = Fetching()
    job = fetching.begin(shop)

    assert job is not None
    assert not fetch_next(shop, fetching)
    fetching.end(job)
    assert fetch_next(shop, fetching)


class Broken(FolderFetcher):
    """Has a fault of its own with the block of a book."""

    def fetch(self, url: str, *rest: Any, **more: Any) -> FileFacts:
        if url.endswith(BOOK):
            raise ZeroDivisionError
        return super().fetch(url, *rest, **more)


def test_a_fault_of_ours_puts_the_job_off_and_the_others_go_on(
    shop: Shop, logged: list[str]
) -> None:
    shop = replace(shop, fetcher=Broken(EXAMPLES / "files"))
    broken = the_job(shop, book_order(shop))
    free = the_job(shop, order_in(shop, 2).order_id)
    fetch_all(shop)

    assert again(shop, free).state is JobState.FLOOR
    assert again(shop, broken).state is JobState.WAITING
    assert "a fault of Hotfolder" in again(shop, broken).reason
    assert any(line.startswith("ERROR") for line in logged)


def test_a_folder_in_the_place_of_a_file_is_told_in_words(shop: Shop, logged: list[str]) -> None:
    job = the_job(shop, book_order(shop))
    (shop.spool.begin(job.id) / f"{job.item_id}_book.pdf").mkdir()
    fetch_all(shop)

    assert again(shop, job).state is JobState.WAITING
    assert "book.pdf.part can not be renamed: Is a directory" in again(shop, job).reason
    assert not any("Traceback" in line for line in logged)


def test_a_try_that_the_job_no_longer_waits_for_is_not_told(
    shop: Shop, fetched: FolderFetcher
) -> None:
    job = the_job(shop, book_order(shop))
    with shop.store.transaction():
        shop.store.jobs.take_off(job, job.since, "not made")
    fetched.away.add(BOOK)
    fetch_files(shop, job)
    assert actions(shop, job.order_id) == ["order taken"]


def test_a_spool_that_can_not_be_written_is_tried_later(shop: Shop, clock: ManualClock) -> None:
    job = the_job(shop, book_order(shop))
    shop.spool.path.rmdir()
    shop.spool.path.write_text("in the way")
    fetch_all(shop)
    assert again(shop, job).state is JobState.WAITING
    assert "can not be made" in again(shop, job).reason

    shop.spool.path.unlink()
    clock.turn(600)
    fetch_all(shop)
    assert again(shop, job).state is JobState.FLOOR


def test_a_wrong_file_leaves_no_trace_on_the_floor(shop: Shop, fetched: FolderFetcher) -> None:
    fetched.spoiled[COVER] = b"x"
    book_order(shop)
    fetch_all(shop)

    assert [path for path in shop.floor.path.rglob("*.pdf") if ".hotfolder" not in path.parts] == []
