"""hotfolder delay and cancel: for an item, an order or a list; nothing is queued that is wrong."""

from dataclasses import replace
from pathlib import Path

import pytest

from hotfolder.domain.job import Job, JobState
from hotfolder.services.shop import Shop
from tests.cli.conftest import Call
from tests.fakes import FolderFetcher
from tests.steps import EXAMPLES, again, fetch_all, order_in, promised

DELAY = ("--hours", "48", "--cause", "the press is down")
CANCEL = ("--cause", "CancelBookRip", "--message", "stops on page 3")


@pytest.fixture
def jobs(shop: Shop) -> list[Job]:
    """Two orders with two jobs each."""
    shop = replace(shop, fetcher=FolderFetcher(EXAMPLES / "files"))
    orders = [order_in(shop, number, items=2) for number in (1, 2)]
    fetch_all(shop)
    return [job for order in orders for job in shop.store.jobs.of_order(order.order_id)]


def last(shop: Shop, jobs: list[Job]) -> list[str]:
    """The last signal of each job."""
    return [promised(shop, job)[-1].split()[0] for job in jobs]


def fields(shop: Shop, job: Job) -> str:
    rows = shop.store.signals.find({"order": job.order_id, "item": job.item_id})
    return str(rows[-1]["fields"])


def test_one_item_is_delayed(call: Call, config: Path, shop: Shop, jobs: list[Job]) -> None:
    done = call("delay", jobs[1].order_id, jobs[1].item_id, *DELAY, "--config", config)

    assert done.code == 0, done.err
    assert done.out == f"{jobs[1].order_id} {jobs[1].item_id}: delay is told\n"
    assert last(shop, jobs) == ["ItemRegistered", "ItemDelay", "ItemRegistered", "ItemRegistered"]
    assert fields(shop, jobs[1]) == '{"cause": "the press is down", "delay": "48"}'


def test_of_a_job_in_doubt_nothing_is_said_to_be_told(
    call: Call, config: Path, shop: Shop, jobs: list[Job]
) -> None:
    with shop.store.transaction():
        shop.store.doubts.mark(jobs[0], shop.clock.now())
    done = call("delay", jobs[0].order_id, *DELAY, "--config", config)
    first, second = done.out.splitlines()
    assert "delay waits, as the job is in doubt since a restore (hotfolder doubts)" in first
    assert second == f"{jobs[1].order_id} {jobs[1].item_id}: delay is told"
    done = call("cancel", jobs[0].order_id, jobs[0].item_id, *CANCEL, "--config", config)
    assert "cancellation waits, as the job is in doubt" in done.out


def test_every_item_of_an_order_is_canceled(
    call: Call, config: Path, shop: Shop, jobs: list[Job]
) -> None:
    done = call("cancel", jobs[0].order_id, *CANCEL, "--config", config)

    assert done.code == 0, done.err
    assert [again(shop, job).state for job in jobs] == [
        JobState.CANCELED,
        JobState.CANCELED,
        JobState.FLOOR,
        JobState.FLOOR,
    ]
    assert fields(shop, jobs[1]) == '{"cause": "CancelBookRip", "message": "stops on page 3"}'


@pytest.mark.parametrize(
    "case", [("delay", DELAY, "ItemDelay"), ("cancel", CANCEL, "ItemCanceled")]
)
def test_a_list_names_items_and_whole_orders(
    call: Call,
    config: Path,
    shop: Shop,
    jobs: list[Job],
    tmp_path: Path,
    case: tuple[str, tuple[str, ...], str],
) -> None:
    command, words, kind = case
    listed = tmp_path / "list.csv"
    first, second = jobs[0], jobs[2]
    listed.write_text(f"order,item\n{first.order_id},{first.item_id}\n{second.order_id}\n41,42\n")
    done = call(command, "--csv", listed, *words, "--config", config)

    assert done.code == 1
    assert last(shop, jobs) == [kind, "ItemRegistered", kind, kind]
    assert done.err == "41 42: NOT told: there is no item 42 of an order 41 here\n"
    assert len(done.out.splitlines()) == 3


def test_a_cause_that_is_not_published_is_refused_with_the_nearest(
    call: Call, config: Path, shop: Shop, jobs: list[Job]
) -> None:
    wrong = ("--cause", "CancelBokRip", "--message", "stops on page 3")
    done = call("cancel", jobs[0].order_id, *wrong, "--config", config)

    assert done.code == 1
    assert "the nearest is CancelBookRip: RIP stops on the book block" in done.err
    assert last(shop, jobs) == ["ItemRegistered"] * 4
    assert {again(shop, job).state for job in jobs} == {JobState.FLOOR}


def test_who_is_canceled_already_is_named_and_the_others_are_canceled(
    call: Call, config: Path, shop: Shop, jobs: list[Job]
) -> None:
    call("cancel", jobs[0].order_id, jobs[0].item_id, *CANCEL, "--config", config)
    done = call("cancel", jobs[0].order_id, *CANCEL, "--config", config)

    assert done.code == 1
    assert "is canceled already" in done.err
    assert last(shop, jobs[:2]) == ["ItemCanceled", "ItemCanceled"]
    assert len(promised(shop, jobs[0])) == 2


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("delay", ("--hours", "48", "--cause", " ")),
        ("cancel", ("--cause", "CancelBookRip", "--message", " ")),
    ],
)
def test_empty_words_are_refused(
    call: Call, config: Path, shop: Shop, jobs: list[Job], command: str, words: tuple[str, ...]
) -> None:
    done = call(command, jobs[0].order_id, *words, "--config", config)

    assert done.code == 1
    assert "needs" in done.err
    assert last(shop, jobs) == ["ItemRegistered"] * 4


@pytest.mark.parametrize("hours", ["0", "-1", "soon"])
def test_hours_are_a_number_of_at_least_one(
    call: Call, config: Path, jobs: list[Job], hours: str
) -> None:
    done = call("delay", jobs[0].order_id, "--hours", hours, "--cause", "x", "--config", config)

    assert done.code == 2


@pytest.mark.parametrize("order", [[], ["1", "--csv", "list.csv"]])
@pytest.mark.parametrize(("command", "words"), [("delay", DELAY), ("cancel", CANCEL)])
def test_either_an_order_or_a_list_is_wanted(
    call: Call, config: Path, order: list[str], command: str, words: tuple[str, ...]
) -> None:
    done = call(command, *order, *words, "--config", config)

    assert done.code == 2
    assert "either an order or --csv" in done.err
