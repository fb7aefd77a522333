"""hotfolder status and order tell what a person has to look at."""

from dataclasses import replace
from pathlib import Path

import pytest

from hotfolder.config.check import load_shop
from hotfolder.domain.finding import Level
from hotfolder.domain.job import Job
from hotfolder.domain.preflight import PreflightRules
from hotfolder.errors import OrderKeyUnknown, OrderRefused
from hotfolder.services.change_flows import note_unused
from hotfolder.services.lost_jobs import note_lost
from hotfolder.services.shop import Shop
from hotfolder.services.take_order import take_order
from hotfolder.shopfront import build_shop
from tests.builders import no_preflight
from tests.cli.conftest import ORDER_KEY, Call, quiet
from tests.fakes import FolderFetcher, RecordingSender
from tests.steps import EXAMPLES, fetch_all, job_on_floor, note, order_in, signals_of, the_job


@pytest.fixture
def warned(shop: Shop) -> Job:
    """A job in the first stage of a shop in which every finding is a warning."""
    levels = dict.fromkeys(no_preflight().levels, Level.WARN)
    rules = PreflightRules(levels=levels)
    flows = [replace(shop.flows[0], preflight=rules)]
    fetcher = FolderFetcher(EXAMPLES / "files")
    order = order_in(shop, kind="textbook")
    fetch_all(replace(shop, flows=flows, fetcher=fetcher))
    return the_job(shop, order.order_id)


def test_a_job_with_a_warning_is_to_be_looked_at_until_it_is_shipped(
    call: Call, config: Path, shop: Shop, warned: Job
) -> None:
    text = call("status", "--config", config).out
    assert "To look at before they are made (1, see LOOK.txt or WHY.txt in the folder):" in text
    assert f"  TEST {warned.order_id} {warned.item_id} in new: " in text
    (line,) = call("status", "--json", "--config", config).data["to_look_at"]
    assert (line["order"], line["item"]) == (warned.order_id, warned.item_id)
    assert line["warnings"]

    note(shop, warned, "shipped")
    assert "To look at" not in call("status", "--config", config).out
    assert call("status", "--json", "--config", config).data["to_look_at"] == []


def test_a_job_without_a_warning_is_not_to_be_looked_at(
    call: Call, config: Path, shop: Shop
) -> None:
    job_on_floor(replace(shop, fetcher=FolderFetcher(EXAMPLES / "files")))

    assert call("status", "--json", "--config", config).data["to_look_at"] == []


def test_an_order_tells_what_was_found_in_the_files_of_each_item(
    call: Call, config: Path, warned: Job
) -> None:
    (item,) = call("order", warned.order_id, "--json", "--config", config).data["items"]
    assert {one["level"] for one in item["findings"]} == {"warn"}
    found = item["findings"][0]["words"]
    assert f"  found (warn): {found}" in call("order", warned.order_id, "--config", config).out


def test_status_tells_of_documents_that_were_refused(call: Call, config: Path, shop: Shop) -> None:
    assert "REFUSED" not in call("status", "--config", config).out
    for _ in range(2):
        with pytest.raises(OrderKeyUnknown):
            take_order(shop, b'{"order": {"apikey": "nobodys"}}', "application/json")
    refused = b'{"order": {"apikey": "%s"}}' % ORDER_KEY.encode()
    with pytest.raises(OrderRefused):
        take_order(shop, refused, "application/json")

    text = call("status", "--config", config).out
    assert "REFUSED: 1 order documents of known interfaces (and 2 of unknown keys" in text
    assert "in the last 24 hours: hotfolder documents" in text
    assert call("status", "--json", "--config", config).data["refused_in_24_hours"] == {
        "known": 1,
        "unknown": 2,
    }


def test_status_tells_of_signals_that_were_parked_because_a_stage_was_skipped(
    call: Call, config: Path
) -> None:
    flow = config.with_name("flows") / "default.yaml"
    flow.write_text(flow.read_text().replace("skipped: fill", "skipped: hold"))
    shop = build_shop(load_shop(config, {}))
    job = job_on_floor(quiet(shop, RecordingSender()))
    note(shop, job, "produced")

    text = call("status", "--config", config).out
    assert "Signals that wait for a person (2):" in text
    number = signals_of(shop, job)["ItemProduced"]
    name = f"TEST {job.order_id} {job.item_id} ItemProduced"
    assert f"  {number}  {name}: skipped: stage print; `hotfolder signals resend ID` lets" in text
    parked = call("status", "--json", "--config", config).data["parked"]
    assert [line["type"] for line in parked] == ["ItemProduce", "ItemProduced"]


def test_status_and_jobs_tell_of_jobs_whose_stage_is_no_more(
    call: Call, config: Path, shop: Shop
) -> None:
    job = job_on_floor(quiet(shop, RecordingSender()))
    note(shop, job, "print")
    flow = config.with_name("flows") / "default.yaml"
    flow.write_text(flow.read_text().replace("key: print", "key: press"))
    note_lost(build_shop(load_shop(config, {})))

    why = "its stage print is not configured any more: drag its folder"
    text = call("status", "--config", config).out
    assert "Left where they are (1):" in text
    assert text.count("stage print is not configured any more") == 1
    assert f"  TEST {job.order_id} {job.item_id}: {why}" in text
    assert why in call("jobs", "--config", config).out
    (line,) = call("status", "--json", "--config", config).data["not_configured"]
    assert (line["item"], line["words"].startswith(why)) == (job.item_id, True)


def test_status_tells_of_changed_files_that_are_not_used(
    call: Call, config: Path, shop: Shop
) -> None:
    note_unused(shop, "flows/default.yaml:4 stages: is missing")

    told = "configuration and flows: the changed files are not used: flows/default.yaml:4 stages"
    assert told in call("status", "--config", config).out
