"""hotfolder status and order tell what a person has to look at."""

from dataclasses import replace
from pathlib import Path

import pytest

from hotfolder.domain.finding import Level
from hotfolder.domain.job import Job
from hotfolder.domain.preflight import PreflightRules
from hotfolder.errors import OrderKeyUnknown, OrderRefused
from hotfolder.services.shop import Shop
from hotfolder.services.take_order import take_order
from hotfolder.services.tell_trouble import delay
from hotfolder.watch.rounds import Rounds
from tests.builders import no_preflight
from tests.cli.conftest import ORDER_KEY, Call, job_in_print, quiet
from tests.fakes import FolderFetcher, ManualClock, RecordingSender
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


def test_nothing_from_the_share_or_of_a_signal_steers_the_terminal(
    call: Call, config: Path, shop: Shop, clock: ManualClock
) -> None:
    hostile = "\x1b[2J\x9bnote\u202e"
    shop.floor.stage_path("print").joinpath(hostile).write_text("a stranger")
    rounds = Rounds(replace(shop, clock=clock), 5.0)
    rounds.step()
    clock.turn(60)
    rounds.step()
    job = job_in_print(quiet(shop, RecordingSender()))
    delay(shop, job, hostile, 3)
    number = signals_of(shop, job)["ItemDelay"]

    for command in (["status"], ["signals", "show", number]):
        text = call(*command, environ={"HOTFOLDER_CONFIG": str(config)}).out
        assert "note" in text
        for letter in ("\x1b", "\x9b", "\u202e"):
            assert letter not in text
