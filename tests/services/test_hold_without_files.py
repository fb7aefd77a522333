"""A file that does not come is tried for a while, and then its job lies in hold."""

from dataclasses import replace

import pytest

from hotfolder.domain.job import Job, JobState
from hotfolder.errors import FetchKind
from hotfolder.services.fetch_files import fetch_again
from hotfolder.services.shop import Rules, Shop
from tests.fakes import FolderFetcher, ManualClock
from tests.services.holding import BOOK, book_without_block, looked_into
from tests.steps import actions, again, fetch_all, folder_of, stage_of


@pytest.fixture
def shop(shop: Shop, served: FolderFetcher) -> Shop:
    return looked_into(shop, served)


def after_hours(shop: Shop, clock: ManualClock, job: Job, hours: float) -> JobState:
    """The state of the job when its files were tried for so long, and as often as they are due."""
    for _ in range(int(hours * 6)):
        fetch_all(shop)
        clock.turn(600)
    fetch_all(shop)
    return again(shop, job).state


@pytest.mark.parametrize(
    ("kind", "cause"),
    [
        (FetchKind.MISSING, "--cause CancelDownloadError"),
        (FetchKind.EXPIRED, "--cause CancelDownloadError"),
        (FetchKind.WEB_PAGE, "--cause CancelDownloadError"),
        (FetchKind.NOT_GIVEN, "--cause CancelDownloadError"),
        (FetchKind.TRUNCATED, "--cause CancelDownloadError"),
        (FetchKind.TOO_SLOW, "--cause CODE"),
        (FetchKind.NOT_TRUSTED, "--cause CODE"),
        (FetchKind.REFUSED, "--cause CODE"),
        (FetchKind.ADDRESS_REFUSED, "--cause CODE"),
    ],
)
def test_a_file_that_can_not_be_had_holds_the_job_after_the_last_try(
    shop: Shop, served: FolderFetcher, clock: ManualClock, kind: FetchKind, cause: str
) -> None:
    shop = replace(shop, rules=Rules(fetch_attempts=3))
    job = book_without_block(shop, served, kind)
    states = []
    for _ in range(3):
        fetch_all(shop)
        states.append(again(shop, job).state)
        clock.turn(900)

    assert states == [JobState.WAITING, JobState.WAITING, JobState.HELD]
    why = " ".join((folder_of(shop, job) / "WHY.txt").read_text().split())
    assert f"STOP {BOOK} does not come: {kind.value}" in why
    assert f"NOT in this folder, though ordered: - {job.item_id}_book.pdf What" in why
    assert cause in why
    assert (folder_of(shop, job) / f"{job.item_id}_cover.pdf").exists(), "what came is there"


@pytest.mark.parametrize("kind", [FetchKind.UNREACHABLE, FetchKind.SERVER_FAULT])
def test_a_server_that_stays_away_holds_the_job_after_some_hours_and_again_when_asked_anew(
    shop: Shop, served: FolderFetcher, clock: ManualClock, kind: FetchKind
) -> None:
    shop = replace(shop, rules=Rules(fetch_attempts=2))
    job = book_without_block(shop, served, kind)
    clock.turn(36000)  # the time before the first try does not count

    for _ in range(2):
        assert after_hours(shop, clock, job, 3.9) is JobState.WAITING
        assert after_hours(shop, clock, job, 0.4) is JobState.HELD
        words = f"{kind.value}; no try got the files in 4 hours (downloads.hold_after_hours)"
        assert again(shop, job).reason.endswith(words)
        fetch_again(shop, again(shop, job))


@pytest.mark.parametrize("kind", [FetchKind.NO_SPACE, FetchKind.NOT_WRITTEN])
def test_what_is_wrong_with_our_disk_never_holds_a_job(
    shop: Shop, served: FolderFetcher, clock: ManualClock, kind: FetchKind
) -> None:
    shop = replace(shop, rules=Rules(fetch_attempts=2))
    job = book_without_block(shop, served, kind)
    assert after_hours(shop, clock, job, 9) is JobState.WAITING

    served.fault = FetchKind.UNREACHABLE
    assert after_hours(shop, clock, job, 1) is JobState.WAITING, "only now the server is away"


def test_a_file_that_waits_for_its_turn_at_the_server_uses_up_no_try(
    shop: Shop, served: FolderFetcher, clock: ManualClock
) -> None:
    job = book_without_block(shop, served, FetchKind.BUSY)
    fetch_all(shop)

    waiting = again(shop, job)
    assert (waiting.state, waiting.attempts, waiting.reason) == (JobState.WAITING, 0, "")
    assert waiting.next_try is not None
    assert 1 <= (waiting.next_try - clock.now()).total_seconds() <= 5
    assert actions(shop, job.order_id) == ["order taken"]

    served.away.clear()
    clock.turn(5)
    fetch_all(shop)
    assert stage_of(shop, job) == "new"
