"""hotfolder ship: tracking by hand."""

from dataclasses import replace
from pathlib import Path

import pytest

from hotfolder.domain.job import Job
from hotfolder.services.shop import Shop
from tests.cli.conftest import Call
from tests.fakes import FolderFetcher
from tests.steps import EXAMPLES, again, fetch_all, note, order_in, promised, the_job


@pytest.fixture
def job(shop: Shop) -> Job:
    shop = replace(shop, fetcher=FolderFetcher(EXAMPLES / "files"))
    order = order_in(shop)
    fetch_all(shop)
    return the_job(shop, order.order_id)


def ship(call: Call, config: Path, job: Job, *more: str) -> str:
    done = call("ship", job.order_id, job.item_id, "--config", config, *more)
    assert done.code == 0, done.err
    return done.out


def test_tracking_before_the_job_ships_is_kept(
    call: Call, config: Path, shop: Shop, job: Job
) -> None:
    words = ship(call, config, job, "--tracking", " JD7 ")

    assert words == "kept; ItemShipped goes out when the job reaches its shipping stage\n"
    assert again(shop, job).tracking == "JD7"
    assert promised(shop, job) == ["ItemRegistered waiting"]


def test_tracking_for_a_job_that_waits_for_it_sends_item_shipped(
    call: Call, config: Path, shop: Shop, job: Job
) -> None:
    note(shop, job, "shipped")
    words = ship(call, config, job, "--tracking", "JD7", "--option", "dhl_express")

    assert words == "ItemShipped is on its way\n"
    assert promised(shop, job)[-1] == "ItemShipped waiting"
    assert again(shop, job).shipping_option == "dhl_express"


@pytest.mark.parametrize("tracking", ["", "   "])
def test_an_empty_code_is_refused(
    call: Call, config: Path, shop: Shop, job: Job, tracking: str
) -> None:
    done = call("ship", job.order_id, job.item_id, "--tracking", tracking, "--config", config)

    assert done.code == 1
    assert "empty tracking code" in done.err
    assert again(shop, job).tracking == ""


@pytest.mark.parametrize("tracking", ["J" * 201, "JD7\nJD8", "JD\x00"])
def test_what_can_be_no_code_is_refused(
    call: Call, config: Path, shop: Shop, job: Job, tracking: str
) -> None:
    done = call("ship", job.order_id, job.item_id, "--tracking", tracking, "--config", config)

    assert done.code != 0
    assert done.err
    assert again(shop, job).tracking == ""


def test_an_item_nobody_knows_is_named(call: Call, config: Path) -> None:
    done = call("ship", "41", "42", "--tracking", "JD7", "--config", config)

    assert done.code == 1
    assert "there is no item 42 of an order 41 here" in done.err
