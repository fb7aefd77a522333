"""How far the files of jobs are, for who asks from outside."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hotfolder.errors import StopAsked
from hotfolder.services.fetch_files import fetch_files
from hotfolder.services.fetch_next import Fetching, fetch_next
from hotfolder.services.fetch_progress import FetchProgress, all_progress
from hotfolder.services.shop import Shop
from tests.fakes import FolderFetcher
from tests.steps import EXAMPLES, actions, again, fetch_all, order_in, stage_of, the_job

BOOK, COVER = 8801, 677  # bytes of the files of the catalogue's textbook


@pytest.fixture
def served() -> FolderFetcher:
    return FolderFetcher(EXAMPLES / "files")


@pytest.fixture
def shop(shop: Shop, served: FolderFetcher) -> Shop:
    return replace(shop, fetcher=served)


def test_what_is_here_is_counted_whole_files_and_begun_ones(
    shop: Shop, served: FolderFetcher
) -> None:
    order = order_in(shop, kind="textbook")
    assert all_progress(shop) == []

    served.away.add("textbook-a5-book.pdf")
    fetch_all(shop)
    job = the_job(shop, order.order_id)
    (shop.spool.folder(job.id) / f".{job.item_id}_book.pdf.part").write_bytes(b"x" * 1000)

    assert all_progress(shop) == [
        FetchProgress(
            order=order.order_id,
            item=job.item_id,
            here=COVER + 1000,
            whole=BOOK + COVER,
            since=job.since,
            tries=1,
            next_try=shop.clock.now() + timedelta(seconds=2),
            trouble="textbook-a5-book.pdf does not come: unreachable",
        )
    ]


def test_a_job_whose_folder_can_not_even_be_begun_is_told(shop: Shop) -> None:
    job = the_job(shop, order_in(shop).order_id)
    shop.spool.path.rmdir()
    shop.spool.path.write_text("in the way")
    fetch_all(shop)

    (waiting,) = all_progress(shop)
    assert (waiting.item, waiting.tries, waiting.here) == (job.item_id, 1, 0)
    assert "can not be made" in waiting.trouble


def test_a_job_on_the_floor_waits_for_no_files(shop: Shop) -> None:
    order_in(shop, kind="textbook")
    fetch_all(shop)
    shop.spool.begin(1)  # as a crash may leave it
    shop.spool.begin(77)

    assert all_progress(shop) == []


def test_a_long_fetch_tells_that_it_goes_on(shop: Shop) -> None:
    heard = []
    job = the_job(shop, order_in(shop, kind="textbook").order_id)
    assert fetch_files(shop, job, lambda: heard.append(1))

    assert len(heard) >= 4, "before and while each of two files came"


def test_who_is_asked_to_stop_leaves_the_job_as_it_was(shop: Shop) -> None:
    def stop() -> None:
        raise StopAsked("Hotfolder stops")

    job = the_job(shop, order_in(shop, kind="textbook").order_id)
    fetching = Fetching()
    with pytest.raises(StopAsked):
        fetch_next(shop, fetching, stop)

    assert again(shop, job) == job
    assert actions(shop, job.order_id) == ["order taken"]
    assert fetch_next(shop, fetching), "another worker may take it"
    assert stage_of(shop, job) == "new"
