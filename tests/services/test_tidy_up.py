"""What nobody needs any more goes by itself, and nothing else."""

from dataclasses import replace

import pytest

from hotfolder.domain.job import Job, JobState
from hotfolder.errors import FetchKind, OrderRefused
from hotfolder.services.decide_order import take_changed
from hotfolder.services.fetch_next import Fetching
from hotfolder.services.shop import Shop
from hotfolder.services.take_order import take_order
from hotfolder.services.tell_trouble import cancel
from hotfolder.services.tidy_up import forget_refused, tidy_spool
from tests.changes import come_changed, one_item_less
from tests.fakes import FolderFetcher, ManualClock
from tests.services.deciding import ORDER, files_away
from tests.services.holding import book_without_block
from tests.steps import again, commits, fetch_all, order_in


@pytest.fixture
def shop(shop: Shop, served: FolderFetcher) -> Shop:
    return replace(shop, fetcher=served)


@pytest.fixture
def waiting(shop: Shop, served: FolderFetcher) -> Job:
    """A job of which a file came and another did not."""
    job = book_without_block(shop, served, FetchKind.UNREACHABLE)
    fetch_all(shop)
    assert list(shop.spool.folder(job.id).iterdir())
    return job


def test_the_folder_of_a_job_that_is_canceled_before_its_files_are_here_goes(
    shop: Shop, waiting: Job
) -> None:
    assert tidy_spool(shop) == 0
    cancel(shop, waiting, "CancelMiscError", "no paper")
    assert tidy_spool(shop) == 1
    assert list(shop.spool.path.iterdir()) == []


def test_a_folder_that_somebody_still_fetches_into_stays_until_then(
    shop: Shop, waiting: Job, clock: ManualClock
) -> None:
    clock.turn(3600)
    fetching = Fetching()
    assert fetching.begin(shop) is not None
    cancel(shop, waiting, "CancelMiscError", "no paper")
    assert tidy_spool(shop, fetching.is_busy) == 0
    fetching.end(waiting)
    assert tidy_spool(shop, fetching.is_busy) == 1


def test_jobs_that_wait_or_are_not_known_here_lose_nothing(shop: Shop, waiting: Job) -> None:
    shop.spool.begin(4711)  # of a job that this store does not know
    before = sorted(shop.spool.path.rglob("*"))
    assert tidy_spool(shop) == 0
    assert sorted(shop.spool.path.rglob("*")) == before
    assert again(shop, waiting).state is JobState.WAITING


def test_what_a_person_put_into_the_folder_of_a_job_outlives_its_item(
    shop: Shop,
) -> None:
    away = files_away(shop)
    order_in(away, items=2)
    fetch_all(away)
    first, last = shop.store.jobs.of_order(ORDER)
    assert first.id != last.id
    (shop.spool.folder(last.id) / "proof.pdf").write_text("theirs")
    come_changed(shop, one_item_less, items=2)
    take_changed(shop, ORDER)

    assert tidy_spool(shop) == 1
    (kept,) = (path for path in shop.spool.path.iterdir() if path.name.startswith("kept-"))
    assert [path.name for path in kept.iterdir()] == ["proof.pdf"]
    line = shop.store.journal.of_order(ORDER)[-1]
    assert (line.item_id, line.detail) == (last.item_id, {"folder": str(kept)})
    assert tidy_spool(shop) == 0


def test_refused_documents_go_when_their_time_is_over_without_a_new_one(
    shop: Shop, clock: ManualClock
) -> None:
    with pytest.raises(OrderRefused):
        take_order(shop, b"no order", "application/json")
    forget_refused(shop)
    assert len(shop.store.documents.to_look_at()) == 1

    clock.turn(shop.rules.keep_refused.total_seconds() + 1)
    forget_refused(shop)
    assert shop.store.documents.to_look_at() == []
    written = commits(shop)
    forget_refused(shop)
    assert commits(shop) == written, "nothing to forget, nothing written"
