"""hotfolder fetch: the files of a held job come again."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from hotfolder.domain.job import Job, JobState
from hotfolder.errors import FetchKind
from hotfolder.formats.signal_line import moment
from hotfolder.services.shop import Rules, Shop
from tests.cli.conftest import Call
from tests.fakes import FolderFetcher
from tests.steps import EXAMPLES, again, fetch_all, folder_of, order_in, stage_of, the_job

POSTER = "poster-a2.pdf"


@pytest.fixture
def held(shop: Shop) -> Job:
    """A job whose file is not at its address."""
    fetcher = FolderFetcher(EXAMPLES / "files")
    fetcher.fault = FetchKind.MISSING
    fetcher.away.add(POSTER)
    order = order_in(shop)
    fetch_all(replace(shop, fetcher=fetcher, rules=Rules(fetch_attempts=1)))
    job = the_job(shop, order.order_id)
    assert (job.state, stage_of(shop, job)) == (JobState.HELD, "hold")
    return job


def test_the_files_of_a_held_job_are_asked_for_again(
    call: Call, config: Path, shop: Shop, held: Job
) -> None:
    folder = folder_of(shop, held)
    done = call("fetch", held.order_id, held.item_id, "--config", config)

    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines() == [
        "the files are fetched again",
        "as soon as the daemon runs: it does not now",
    ]
    assert not folder.exists()
    assert again(shop, held).state is JobState.WAITING

    fetch_all(replace(shop, fetcher=FolderFetcher(EXAMPLES / "files")))
    assert stage_of(shop, held) == "new"


def test_an_item_that_nobody_knows_and_a_job_with_its_files_are_told(
    call: Call, config: Path, shop: Shop
) -> None:
    unknown = call("fetch", "1", "2", "--config", config)
    assert unknown.code == 1
    assert "no item 2 of an order 1" in unknown.err

    job = the_job(shop, order_in(shop).order_id)
    fetch_all(replace(shop, fetcher=FolderFetcher(EXAMPLES / "files")))
    done = call("fetch", job.order_id, job.item_id, "--config", config)
    assert done.code == 1
    assert "is not on hold" in done.err


def test_status_names_held_jobs_with_the_reason(call: Call, config: Path, held: Job) -> None:
    reason = f"{POSTER} does not come: missing"
    text = call("status", "--config", config).out
    assert f"  TEST {held.order_id} {held.item_id}: {reason}" in text
    assert "on no stage any more" not in text
    (line,) = call("status", "--json", "--config", config).data["held"]
    assert (line["order"], line["item"]) == (held.order_id, held.item_id)
    assert (line["reason"], line["folder_missing"]) == (reason, False)


def test_a_held_job_whose_folder_was_deleted_is_told_and_can_be_made_anew(
    call: Call, config: Path, shop: Shop, held: Job
) -> None:
    shutil.rmtree(folder_of(shop, held))
    text = call("status", "--config", config).out
    assert "its folder is on no stage any more" in text
    assert f"hotfolder fetch {held.order_id} {held.item_id}" in text
    (line,) = call("status", "--json", "--config", config).data["held"]
    assert line["folder_missing"] is True

    assert call("fetch", held.order_id, held.item_id, "--config", config).code == 0
    fetch_all(replace(shop, fetcher=FolderFetcher(EXAMPLES / "files")))
    assert stage_of(shop, held) == "new"
    assert (folder_of(shop, held) / "job-ticket.json").exists()


def test_a_held_job_whose_folder_lies_elsewhere_is_not_made_a_second_time(
    call: Call, config: Path, shop: Shop, held: Job
) -> None:
    folder = folder_of(shop, held)
    folder.rename(shop.floor.job_path("print", folder.name))

    assert "on no stage any more" not in call("status", "--config", config).out
    done = call("fetch", held.order_id, held.item_id, "--config", config)
    assert done.code == 4
    assert again(shop, held).state is JobState.HELD


def test_a_held_job_is_not_thought_gone_while_a_stage_can_not_be_looked_at(
    call: Call, config: Path, shop: Shop, held: Job
) -> None:
    shutil.rmtree(folder_of(shop, held))
    (shop.floor.stage_path("print") / ".hotfolder-stage").unlink()

    assert "on no stage any more" not in call("status", "--config", config).out
    assert call("fetch", held.order_id, held.item_id, "--config", config).code == 4


def test_reorders_come_first_among_held_jobs_and_tests_are_marked(
    call: Call, config: Path, shop: Shop, held: Job
) -> None:
    fetcher = FolderFetcher(EXAMPLES / "files")
    fetcher.fault = FetchKind.MISSING
    fetcher.away |= {path.name for path in (EXAMPLES / "files").iterdir()}
    order = order_in(shop, 2, kind="reorder", items=1)
    fetch_all(replace(shop, fetcher=fetcher, rules=Rules(fetch_attempts=1)))

    lines = call("status", "--config", config).out.splitlines()
    (first, *_, second) = [line for line in lines if line.startswith("  ") and "missing" in line]
    assert first.startswith(f"  REORDER TEST {order.order_id} ")
    assert second.startswith(f"  TEST {held.order_id} ")


def test_status_shows_how_far_files_have_come(call: Call, config: Path, shop: Shop) -> None:
    fetcher = FolderFetcher(EXAMPLES / "files")
    fetcher.away.add("textbook-a5-book.pdf")
    job = the_job(shop, order_in(shop, kind="textbook").order_id)
    fetch_all(replace(shop, fetcher=fetcher))
    part = shop.spool.folder(job.id) / f".{job.item_id}_book.pdf.part"
    part.write_bytes(b"x" * 4062)

    assert call("status", "--json", "--config", config).data["fetching"] == [
        {
            "order": job.order_id,
            "item": job.item_id,
            "here": 677 + 4062,
            "whole": 677 + 8801,
            "since": moment(job.since),
            "tries": 1,
            "next_try": moment(again(shop, job).next_try),
            "trouble": "textbook-a5-book.pdf does not come: unreachable",
            "reorder": False,
            "mode": "test",
        }
    ]
    text = call("status", "--config", config).out
    assert "4739 bytes of 9478 bytes (50 %)" in text
    assert "textbook-a5-book.pdf does not come" in text
    assert f"{moment(job.since)}  1" in text
