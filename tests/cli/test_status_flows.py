"""hotfolder status and jobs tell of changed flows and skipped stages."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotfolder.config.check import Loaded, load_shop
from hotfolder.files.lock import Lock
from hotfolder.services.change_flows import note_unused
from hotfolder.services.lost_jobs import note_lost
from hotfolder.services.shop import Shop
from hotfolder.shopfront import build_shop, keep_flows, lock_paths
from tests.cli.conftest import Call, quiet
from tests.fakes import RecordingSender
from tests.steps import job_on_floor, note, signals_of


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


@pytest.fixture
def daemon(loaded: Loaded) -> Iterator[None]:
    """What a running daemon holds and keeps for commands."""
    lock = Lock.take(lock_paths(loaded)[0], json.dumps({"pid": os.getpid(), "orders": ""}))
    assert lock is not None
    keep_flows(loaded, loaded)
    yield
    lock.release()


@pytest.mark.usefixtures("daemon")
def test_commands_go_by_the_flows_in_use_while_those_on_disk_can_not_be_used(
    call: Call, config: Path, shop: Shop
) -> None:
    job = job_on_floor(quiet(shop, RecordingSender()))
    flow = config.with_name("flows") / "default.yaml"
    flow.write_text(flow.read_text().replace("skipped: fill", "skipped: perhaps"))
    note_unused(shop, "flows/default.yaml:18 skipped: is 'perhaps' but must be one of")

    status = call("status", "--config", config)
    assert (status.code, status.err) == (0, "")
    told = "configuration and flows: the changed files are not used: flows/default.yaml:18 skipped"
    assert told in status.out
    (line,) = call("jobs", "--json", "--config", config).data
    assert (line["item"], line["stage"], line["not_configured"]) == (job.item_id, "new", "")


@pytest.mark.usefixtures("daemon")
@pytest.mark.parametrize("words", [["check"], ["prepare"], ["flows", "check"], ["flows", "draw"]])
def test_commands_about_the_files_themselves_look_at_those_on_disk(
    call: Call, config: Path, words: list[str]
) -> None:
    (config.with_name("flows") / "default.yaml").write_text("name: [")
    done = call(*words, "--config", config)

    assert done.code == 2
    assert "flows/default.yaml" in done.err


def test_what_an_earlier_daemon_kept_is_nothing_to_go_by(
    call: Call, config: Path, loaded: Loaded
) -> None:
    keep_flows(loaded, loaded)
    (config.with_name("flows") / "default.yaml").write_text("name: [")
    assert call("status", "--config", config).code == 2, "no daemon runs"

    lock = Lock.take(lock_paths(loaded)[0], json.dumps({"pid": 1, "orders": ""}))
    assert lock is not None
    assert call("status", "--config", config).code == 2, "another one runs now"
    lock.release()
