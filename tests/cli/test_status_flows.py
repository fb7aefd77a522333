"""hotfolder status and jobs tell of changed flows and skipped stages."""

from pathlib import Path

from hotfolder.config.check import load_shop
from hotfolder.services.change_flows import note_unused
from hotfolder.services.lost_jobs import note_lost
from hotfolder.services.shop import Shop
from hotfolder.shopfront import build_shop
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


def test_status_tells_of_changed_files_that_are_not_used(
    call: Call, config: Path, shop: Shop
) -> None:
    note_unused(shop, "flows/default.yaml:4 stages: is missing")

    told = "configuration and flows: the changed files are not used: flows/default.yaml:4 stages"
    assert told in call("status", "--config", config).out
