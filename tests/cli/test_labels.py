"""hotfolder labels and hotfolder shelf: what is asked, held and missing, and deciding about it."""

from pathlib import Path

import pytest

from hotfolder.config.check import load_shop
from hotfolder.config.label_rules import profile_names
from hotfolder.services.label_work import LabelWork
from hotfolder.services.shop import Shop
from hotfolder.shopfront import build_shop
from tests.cli.conftest import Call, quiet
from tests.fakes import RecordingSender
from tests.services.labeling import jobs_on_floor
from tests.steps import again, note, stage_of
from tests.waiting import wait_until

LABELS = """
labels:
  - name: ups
    like: generic-csv
    carrier: ups
    request: {folder: in}
    reply: {folder: out, quiet_seconds: 0}
"""
GOOD, WRONG = "1Z999AA10123456784", "1Z999AA10123456785"


@pytest.fixture
def asking(config: Path) -> Shop:
    """A shop whose packing stage asks a label program, without undo times."""
    text = config.read_text().replace("labels: []", "")
    config.write_text(text + LABELS)
    flow = config.parent / "flows" / "default.yaml"
    words = flow.read_text().replace("undo_seconds: 20", "undo_seconds: 0")
    flow.write_text(words.replace("signal: ItemPacked", "signal: ItemPacked\n    ask_label: ups"))
    for name in ("in", "out"):
        (config.parent / name).mkdir()
    return quiet(build_shop(load_shop(config, {})), RecordingSender())


def test_labels_are_listed_and_decided_about(call: Call, config: Path, asking: Shop) -> None:
    assert "No label was asked for" in call("labels", "--config", config).out
    one, two = jobs_on_floor(asking, 2)
    for job in (one, two):
        note(asking, job, "packed")
    work = LabelWork(asking)
    work.step()
    reply = f"reference,tracking\n{one.item_id},{GOOD}\n{two.item_id},{WRONG}\nx,y\n"
    (config.parent / "out" / "a.csv").write_text(reply)

    def read() -> bool:
        work.step()
        return bool(again(asking, one).tracking)

    wait_until(read, 5, "the reply was read")

    found = call("labels", "--config", config, "--json").data
    states = {line["items"][0]: line["state"] for line in found["parcels"]}
    assert states == {one.item_id: "answered", two.item_id: "held"}
    assert found["strangers"][0]["line"] == 4
    out = call("labels", "--config", config).out
    assert "HELD" in out
    assert "check digit" in out
    assert "a.csv line 4" in out
    assert call("labels", "--config", config, "--order", "x", "--json").data["parcels"] == []
    assert "check digit" not in call("status", "--config", config).out
    assert "labels held" not in call("status", "--config", config).out
    assert f"labels are held of {two.item_id}: see" in call("status", "--config", config).out

    held = next(line["id"] for line in found["parcels"] if line["state"] == "held")
    done = call("labels", "refuse", held, "--config", config)
    assert done.out == f"parcel {held} ({two.item_id}) is asked again\n"
    assert call("labels", "accept", held, "--config", config).code == 1
    done = call("labels", "ask", two.order_id, two.item_id, "--config", config)
    assert "is asked for again by the daemon" in done.out
    assert call("labels", "ask", two.order_id, "x", "--config", config).code == 1


def test_a_held_code_is_accepted_by_command(call: Call, config: Path, asking: Shop) -> None:
    (job,) = jobs_on_floor(asking, 1)
    note(asking, job, "packed")
    work = LabelWork(asking)
    work.step()
    (config.parent / "out" / "a.csv").write_text(f"reference,tracking\n{job.item_id},{WRONG}\n")

    def held() -> bool:
        work.step()
        return bool(asking.store.parcels.of_order(job.order_id)[0].offered)

    wait_until(held, 5, "the code is held")
    number = asking.store.parcels.of_order(job.order_id)[0].id
    done = call("labels", "--config", config, "accept", number)
    assert done.code == 0, done.err
    assert again(asking, job).tracking == WRONG
    assert stage_of(asking, job) == "packed"
    assert (
        "a person accepted the tracking code" in call("order", job.order_id, "--config", config).out
    )


def test_ready_profiles_are_named_and_printed(call: Call) -> None:
    assert call("labels", "profiles").out.split() == profile_names()
    assert "OpenShipments" in call("labels", "profiles", "ups-worldship-xml").out
    assert call("labels", "profiles", "x").code == 1


def test_labels_need_a_configuration(call: Call) -> None:
    assert call("labels").code == 2


def test_a_shelf_shows_what_is_missing(call: Call, config: Path, asking: Shop) -> None:
    assert "No order" in call("shelf", "--config", config).out
    one, two = jobs_on_floor(asking, 2)
    note(asking, one, "packed")
    out = call("shelf", "--config", config).out
    assert f"Order {one.order_id}: items are missing" in out
    assert f"packed  {one.item_id} in packed" in out
    assert f"MISSING {two.item_id} in new" in out
    (found,) = call("shelf", "--config", config, "--json").data
    assert found["complete"] is False
    assert f"MISSING {two.item_id}" in call("order", one.order_id, "--config", config).out


def test_check_names_folders_of_label_programs_that_are_not_there(
    call: Call, config: Path, asking: Shop
) -> None:
    assert call("check", "--config", config).code == 0
    (config.parent / "out").rmdir()
    done = call("check", "--config", config)
    assert done.code == 4
    assert "labels[0].reply.folder" in done.err
